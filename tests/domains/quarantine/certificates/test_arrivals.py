"""Quantity is used up: partial arrivals never exceed it, and across provinces they are reported in time."""

from datetime import timedelta
from unittest.mock import patch

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from domains.quarantine.certificates.cases import TERMS, House
from oversite.base.events.models import Event
from oversite.common import clock
from oversite.common.errors import Refused
from oversite.domains.quarantine.certificates import actions, queries, tasks
from oversite.domains.quarantine.certificates.actions.arrivals import Reported, remaining
from oversite.domains.quarantine.certificates.models import Arrival, Certificate

pytestmark = [pytest.mark.django_db, pytest.mark.req("Q1")]


@pytest.fixture
def certificate(house: House) -> Certificate:
    veterinarian = house.veterinarian(1)
    return actions.issue_certificate(veterinarian.user, house.inspection(veterinarian, amount=1000), TERMS)


def arrive(certificate: Certificate, amount: int, arrived_at: object = None) -> Arrival:
    reported = Reported(
        amount=amount,
        arrived_at=arrived_at or clock.now(),  # type: ignore[arg-type]
        place="浙江省湖州市南浔区",
        reporter="货主",
    )
    with transaction.atomic():
        return actions.report_arrival(certificate.veterinarian.user, certificate, reported)


def test_partial_arrivals_use_it_up(certificate: Certificate) -> None:
    arrive(certificate, 400)
    assert remaining(certificate) == 600
    with pytest.raises(Refused) as refused:
        arrive(certificate, 601)
    assert refused.value.data["left"] == 600
    arrive(certificate, 600)
    assert Certificate.objects.get(pk=certificate.pk).state == "used"
    with pytest.raises(Refused):
        arrive(certificate, 1)


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.integers(-5, 700), max_size=6))
def test_whatever_is_reported_the_sum_never_exceeds(certificate: Certificate, amounts: list[int]) -> None:
    taken = 0
    with transaction.atomic():
        for amount in amounts:
            try:
                arrive(certificate, amount)
            except Refused:
                assert amount < 1 or taken + amount > 1000
            else:
                taken += amount
        assert taken == 1000 - remaining(certificate) <= 1000
        transaction.set_rollback(True)


def test_late_and_expired_reports_are_marked(certificate: Certificate) -> None:
    arrived_at = clock.now() + timedelta(hours=1)
    with patch.object(clock, "now", return_value=arrived_at + timedelta(hours=24)):
        assert not arrive(certificate, 1, arrived_at).is_late
    with patch.object(clock, "now", return_value=arrived_at + timedelta(hours=24, seconds=1)):
        assert arrive(certificate, 1, arrived_at).is_late
    after = certificate.valid_until + timedelta(seconds=1)
    with patch.object(clock, "now", return_value=after):
        assert arrive(certificate, 1, after).is_expired


def test_an_arrival_lies_between_issue_and_now(certificate: Certificate) -> None:
    for moment in (certificate.issued_at - timedelta(seconds=1), clock.now() + timedelta(minutes=1)):
        with pytest.raises(Refused) as refused:
            arrive(certificate, 1, moment)
        assert refused.value.code == "quarantine.arrival.time"


def test_what_nobody_reported_is_told_once(certificate: Certificate) -> None:
    tasks.note_overdue_arrivals.func()
    assert not Event.objects.filter(kind="quarantine.arrival.overdue").exists()
    with patch.object(clock, "now", return_value=certificate.valid_until + timedelta(hours=25)):
        tasks.note_overdue_arrivals.func()
        tasks.note_overdue_arrivals.func()
    assert Event.objects.filter(kind="quarantine.arrival.overdue").count() == 1


def test_whoever_receives_finds_it_by_its_whole_number(certificate: Certificate, house: House) -> None:
    from oversite.base.agencies.actions import create_agency

    abroad = create_agency(None, parent=None, code="ZJ", name="浙江省动物卫生监督所", kind="agriculture", level=1)
    officer = house.make_user(abroad, "quarantine-officer")
    assert queries.receivable(officer, certificate.number) == certificate
    assert queries.receivable(officer, certificate.number[:-1]) is None
    assert not queries.certificates(officer).exists()
