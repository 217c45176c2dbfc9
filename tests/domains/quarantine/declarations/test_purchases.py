"""Seed from another province, reported to the county where it arrived (req: Q18)."""

from datetime import timedelta

import pytest

from oversite.common import clock
from oversite.common.errors import Refused
from oversite.domains.quarantine.declarations import queries
from oversite.domains.quarantine.declarations.purchases import report_purchase
from oversite.domains.quarantine.rules import actions as rules
from oversite.domains.quarantine.rules.queries import today

pytestmark = pytest.mark.req("Q18")


def values(house, **changes):
    return {
        "buyer_name": "王某养殖场",
        "buyer_phone": "13900000009",
        "species": house.carp,
        "amount": 20,
        "unit": "10k-tail",
        "from_area": "330500",
        "seller_name": "湖州某苗种场",
        "certificate_number": "3300012345",
        "to_area": "320583",
        "to_address": "昆山市张浦镇",
        "arrived_at": clock.now() - timedelta(hours=2),
        **changes,
    }


def test_an_officer_reports_for_anybody_in_the_area(house):
    made = report_purchase(house.officer, values(house))
    assert (made.agency, made.producer, made.is_late) == (house.county, None, False)
    assert list(queries.purchases(house.officer)) == [made]
    assert list(queries.purchases(house.stranger.user)) == []


def test_a_producer_reports_its_own_under_its_own_name(house):
    made = report_purchase(house.farmer, values(house))
    assert (made.buyer_name, made.producer) == (house.producer.name, house.producer)
    assert list(queries.purchases(house.farmer)) == [made]


def test_late_and_bare_ones_are_taken_and_marked(house):
    late = report_purchase(house.officer, values(house, arrived_at=clock.now() - timedelta(hours=25)))
    bare = report_purchase(house.officer, values(house, certificate_number=""))
    report_purchase(house.officer, values(house))
    assert late.is_late
    assert set(queries.irregular_purchases()) == {late, bare}
    rules.enter_setting(None, "purchase.report_hours", "48", effective_on=today(), source="测试")
    assert not report_purchase(house.officer, values(house, arrived_at=clock.now() - timedelta(hours=25))).is_late


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"from_area": "33"}, "division"),
        ({"from_area": "320100"}, "province"),
        ({"arrived_at": clock.now() + timedelta(days=400)}, "time"),
        ({"amount": 0}, "amount"),
        ({"to_area": "320100"}, "area"),
        ({"seller_name": "\U0002ebf0"}, "unprintable"),
    ],
)
def test_what_cannot_be_is_refused_beside_the_form(house, changes, code):
    with pytest.raises(Refused) as refused:
        report_purchase(house.officer, values(house, **changes))
    assert (refused.value.code, refused.value.is_slip) == (f"quarantine.purchase.{code}", True)


def test_a_regular_report_is_found_around_its_day(house):
    made = report_purchase(house.officer, values(house))
    found = queries.regular_purchases
    assert list(found("王某养殖场", "330100", today())) == [made]
    assert not found("王某养殖场", "330100", today() - timedelta(days=9))
    assert not found("王某养殖场", "340100", today())
    assert not found("李某", "330100", today())


def test_the_form_keeps_what_was_typed(client, house):
    client.force_login(house.officer)
    address = "/quarantine/declarations/purchases/new/"
    typed = values(house, from_area="320100", species=house.carp.pk, arrived_at="2026-01-02T08:30")
    answer = client.post(address, typed)
    assert answer.status_code == 422
    assert "湖州某苗种场" in answer.content.decode()
    answer = client.post(address, typed | {"from_area": "330500"})
    assert answer.status_code == 302
    assert "3300012345" in client.get(answer["Location"]).content.decode()
