"""What is entered wrongly is told beside the form, in the words of the office, and what was typed stays (req: Q5)."""

from datetime import UTC, datetime, timedelta

import pytest

from oversite.common import clock
from oversite.domains.quarantine.registry.models import Producer, Veterinarian
from oversite.domains.quarantine.rules.queries import number

pytestmark = pytest.mark.req("Q5")
CHINESE = {"Accept-Language": "zh-hans", "Accept": "text/html"}


def page(client, user, address, data=None):
    client.force_login(user)
    answer = client.post(address, data or {}, headers=CHINESE)
    return answer.status_code, answer.content.decode()


def submit(client, house, **changes):
    declared = house.draft(**changes)
    return page(client, house.farmer, f"/quarantine/declarations/{declared.uid}/submit/", {"is_true": "on"})


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"amount": 11}, "养殖池“1号”扣除已申报数量后存 10 万尾，本次申报 11 万尾"),
        ({"unit": "10k-piece"}, "养殖池“1号”的存量以“万尾”计"),
        ({"pond": None}, "养殖池"),
        ({"from_area": "320100"}, "320100"),
    ],
)
def test_what_does_not_fit_the_pond_or_the_place(client, house, changes, words):
    status, text = submit(client, house, **changes)
    assert status == 422
    assert words in text


def test_a_species_that_is_not_on_the_licence(client, house):
    status, text = submit(client, house, species=house.koi)
    assert (status, "锦鲤" in text, "苏苗2024001" in text) == (422, True, True)


def test_a_licence_that_ends_before_the_seed_leaves(client, house):
    Producer.objects.update(licence_valid_until_on=datetime.now(UTC).date() + timedelta(days=2))
    status, text = submit(client, house)
    assert (status, "许可证" in text) == (422, True)


def test_midnight_between_filling_in_and_submitting(client, house, monkeypatch):
    """A day that was early enough at 23:59 is a day short at 00:00: told with the first day that is possible."""
    lead = number("declaration.lead_days")
    evening = clock.now().astimezone(clock.BEIJING).replace(hour=23, minute=59, second=30)
    declared = house.draft(departs_on=evening.date() + timedelta(days=lead))
    monkeypatch.setattr(clock, "now", lambda: (evening + timedelta(minutes=1)).astimezone(UTC))
    address = f"/quarantine/declarations/{declared.uid}/submit/"
    status, text = page(client, house.farmer, address, {"is_true": "on"})
    assert status == 422
    assert str(evening.date() + timedelta(days=lead + 1)) in text
    monkeypatch.setattr(clock, "now", lambda: evening.astimezone(UTC))
    assert page(client, house.farmer, address, {"is_true": "on"})[0] == 302


def assign(client, house, declared, first, second):
    data = {"veterinarian": first.uid, "second": second.uid, "planned_on": declared.visit_on, "place": "1号池"}
    return page(client, house.officer, f"/quarantine/inspections/assign/{declared.uid}/", data)


def test_a_veterinarian_of_another_area_or_out_of_office_is_not_taken(client, house):
    declared = house.accepted()
    assert assign(client, house, declared, house.first, house.stranger)[0] == 422
    status, text = assign(client, house, declared, house.first, house.first)
    assert (status, "2" in text) == (422, True)
    Veterinarian.objects.filter(pk=house.second.pk).update(valid_until_on=clock.now().date() - timedelta(days=2))
    assert assign(client, house, declared, house.first, house.second)[0] == 422
