"""Numbers go down the tree one step at a time, are used once, and the books always balance (req: Q1)."""

import threading
from pathlib import Path

import pytest
from django.db import connections, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from domains.quarantine.certificates.cases import TERMS, House, stand_alone
from oversite.base.numbers.actions import INSTALLATION, Holder
from oversite.base.numbers.queries import gap_report, unused_count
from oversite.common.errors import Refused
from oversite.domains.quarantine.certificates import actions, holders
from oversite.domains.quarantine.certificates.models import Certificate
from oversite.domains.quarantine.certificates.numbering import certificate_pool
from oversite.domains.quarantine.registry.models import Veterinarian

pytestmark = pytest.mark.req("Q1")


def chain(house: House, veterinarian: Veterinarian) -> list[Holder]:
    """Everybody from the installation down to a veterinarian."""
    middle = [Holder.of(each) for each in (house.province, house.city, house.county, house.point)]
    return [INSTALLATION, *middle, Holder.of(veterinarian)]


@pytest.mark.django_db
def test_down_the_tree_one_step_at_a_time_and_back(house: House) -> None:
    chief = house.make_user(house.province, "quarantine-province")
    veterinarian = house.veterinarian(0)
    hands = chain(house, veterinarian)
    for giver, receiver, count in zip(hands, hands[1:], (1000, 500, 200, 100, 50), strict=False):
        assert holders.above(receiver) == giver
        actions.allot_numbers(chief, giver, receiver, count)
    pool = certificate_pool()
    assert [unused_count(pool, each) for each in hands[1:]] == [500, 300, 100, 50, 50]
    certificate = actions.issue_certificate(veterinarian.user, house.inspection(veterinarian), TERMS)
    assert certificate.number == "3200000001"
    actions.return_numbers(chief, hands[-1], 9)
    assert unused_count(pool, hands[-1]) == 40
    actions.spoil_numbers(chief, hands[-1], 11, 12, "lost", "证明本遗失")
    report = gap_report(pool)
    assert report.is_balanced
    assert (report.balance.issued, report.balance.lost) == (1, 2)


@pytest.mark.django_db
def test_no_step_is_left_out_and_nobody_gives_what_is_not_theirs(house: House) -> None:
    chief = house.make_user(house.province, "quarantine-province")
    county = house.make_user(house.county, "quarantine-supervisor")
    officer = house.make_user(house.county, "quarantine-veterinarian")
    veterinarian = house.veterinarian(0)
    top = Holder.of(house.province)
    actions.allot_numbers(chief, INSTALLATION, top, 100)
    for user, giver, receiver, code in (
        (chief, top, Holder.of(veterinarian), "quarantine.numbers.step"),
        (chief, top, Holder.of(house.unit), "quarantine.numbers.step"),
        (county, top, Holder.of(house.city), "quarantine.numbers.foreign"),
        (county, INSTALLATION, top, "quarantine.numbers.foreign"),
    ):
        with pytest.raises(Refused) as refused, transaction.atomic():
            actions.allot_numbers(user, giver, receiver, 1)
        assert refused.value.code == code
    with pytest.raises(Refused), transaction.atomic():
        actions.allot_numbers(officer, top, Holder.of(house.city), 1)
    with pytest.raises(Refused), transaction.atomic():
        actions.allot_numbers(chief, top, Holder.of(house.city), 101)
    assert unused_count(certificate_pool(), top) == 100


STEPS = st.lists(st.tuples(st.sampled_from(["down", "up", "issue", "void", "spoil"]), st.integers(0, 60)), max_size=25)


@pytest.mark.django_db
@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(STEPS)
def test_whatever_happens_the_books_balance(house: House, steps: list[tuple[str, int]]) -> None:
    with transaction.atomic():
        chief = house.make_user(house.province, "quarantine-province", username=f"chief-{id(steps)}")
        veterinarian = house.veterinarian(0)
        hands = chain(house, veterinarian)
        for step, amount in steps:
            try:
                with transaction.atomic():
                    take(house, chief, veterinarian, hands, step, amount)
            except Refused:
                pass
            assert gap_report(certificate_pool()).is_balanced
        numbers = list(Certificate.objects.values_list("number", flat=True))
        assert len(numbers) == len(set(numbers))
        transaction.set_rollback(True)


def take(house: House, chief: object, veterinarian: Veterinarian, hands: list[Holder], step: str, amount: int) -> None:
    """One step of the property test."""
    index = amount % (len(hands) - 1)
    if step == "down":
        actions.allot_numbers(chief, hands[index], hands[index + 1], amount)  # type: ignore[arg-type]
    elif step == "up":
        actions.return_numbers(chief, hands[index + 1], amount)  # type: ignore[arg-type]
    elif step == "issue":
        actions.issue_certificate(veterinarian.user, house.inspection(veterinarian), TERMS)
    elif step == "void" and (certificate := Certificate.objects.order_by("?").first()):
        actions.void_certificate(veterinarian.user, certificate, "作废")
    elif step == "spoil":
        actions.spoil_numbers(chief, hands[index + 1], amount, amount + 2, "void", "污损")  # type: ignore[arg-type]


def test_two_officers_take_the_last_number_at_once(own_database: Path | None, data_dir: Path) -> None:
    house = stand_alone()
    veterinarian = house.veterinarian(1)
    inspections = [house.inspection(veterinarian) for _ in range(4)]
    start = threading.Barrier(len(inspections))
    outcomes: list[str] = []

    def issue(index: int) -> None:
        start.wait()
        try:
            outcomes.append(actions.issue_certificate(veterinarian.user, inspections[index], TERMS).number)
        except Refused as refused:
            outcomes.append(refused.code)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=issue, args=(index,)) for index in range(len(inspections))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["3200000001", *["numbers.pool.exhausted"] * 3]
    assert Certificate.objects.count() == 1
    report = gap_report(certificate_pool())
    assert report.is_balanced
    assert report.balance.issued == 1


def test_one_inspection_is_certified_once_by_two_at_once(own_database: Path | None, data_dir: Path) -> None:
    house = stand_alone()
    first, second = house.veterinarian(5), house.veterinarian(5)
    inspection = house.inspection(first, second)
    start = threading.Barrier(2)
    outcomes: list[str] = []

    def issue(veterinarian: object) -> None:
        start.wait()
        try:
            actions.issue_certificate(veterinarian.user, inspection, TERMS)  # type: ignore[attr-defined]
            outcomes.append("issued")
        except Refused:
            outcomes.append("refused")
        finally:
            connections.close_all()

    threads = [threading.Thread(target=issue, args=(each,)) for each in (first, second)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["issued", "refused"]
    assert gap_report(certificate_pool()).balance.issued == 1
