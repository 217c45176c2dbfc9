"""Reporting what arrived: partial arrivals use the certificate up and never exceed it (req: Q1)."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import Sum

from oversite.base.audit.actions import record
from oversite.base.events.actions import publish
from oversite.common import clock
from oversite.common.errors import Refused
from oversite.common.sentences import sentence as _
from oversite.domains.quarantine.certificates.models import Arrival, Certificate
from oversite.domains.quarantine.rules.queries import number as figure

if TYPE_CHECKING:
    from oversite.base.accounts.models import User

RECEIVE = "quarantine.certificate.receive"
HOURS = "certificate.arrival-hours"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reported:
    """What is reported: how much, when and where, by whom."""

    amount: int
    arrived_at: datetime
    place: str
    reporter: str
    reporter_phone: str = ""


@transaction.atomic
def report_arrival(user: "User", certificate: Certificate, reported: Reported) -> Arrival:
    """Take a report in; across provinces it is due within 24 hours (a dated figure), a late one is marked late.

    Raises `Refused` for more than is left, for a certificate that no longer counts, and for an impossible time.
    """
    user.require(RECEIVE, "Q1")
    row = Certificate.objects.select_for_update().get(pk=certificate.pk)
    if row.state != Certificate.State.ISSUED:
        raise Refused(
            "quarantine.arrival.final",
            _("Certificate %(number)s is %(state)s: nothing can arrive under it.")
            % {"number": row.number, "state": row.get_state_display()},
            "Q1",
            409,
        )
    now, left = clock.now(), remaining(row)
    if not 1 <= reported.amount <= left:
        raise Refused(
            "quarantine.arrival.quantity",
            _("Certificate %(number)s covers %(left)s more; %(amount)s cannot arrive under it.")
            % {"number": row.number, "left": left, "amount": reported.amount},
            "Q1",
            409,
            {"left": left, "amount": reported.amount},
        )
    if not row.issued_at <= reported.arrived_at <= now:
        raise Refused(
            "quarantine.arrival.time", _("The arrival lies between the issue of the certificate and now."), "Q1", 422
        )
    arrival = Arrival.objects.create(
        certificate=row,
        amount=reported.amount,
        arrived_at=reported.arrived_at,
        place=reported.place.strip()[:200],
        reporter=reported.reporter.strip()[:80],
        reporter_phone=reported.reporter_phone.strip()[:40],
        reported_at=now,
        is_late=row.leaves_province and now > reported.arrived_at + timedelta(hours=figure(HOURS)),
        is_expired=reported.arrived_at > row.valid_until,
    )
    if reported.amount == left:
        row.state = Certificate.State.USED
        row.save(update_fields=["state"])
    record(
        "quarantine.arrival.reported",
        actor=user,
        subject=row,
        data={"number": row.number, "amount": arrival.amount, "left": left - arrival.amount, "late": arrival.is_late},
        clause="Q1",
    )
    publish("quarantine.arrival.reported", row, {"number": row.number, "late": arrival.is_late}, agency=row.agency)
    return arrival


def remaining(certificate: Certificate) -> int:
    """How much of its quantity has not arrived yet, in its own unit."""
    return certificate.amount - (certificate.arrivals.aggregate(total=Sum("amount"))["total"] or 0)


@transaction.atomic
def note_overdue() -> int:
    """Tell once of each certificate across provinces whose arrival nobody reported in time; gives how many."""
    now = clock.now()
    latest = now - timedelta(hours=figure(HOURS))
    rows = Certificate.objects.select_for_update(of=("self",)).filter(
        state=Certificate.State.ISSUED,
        leaves_province=True,
        arrivals=None,
        overdue_noted_at=None,
        valid_until__lt=latest,
    )
    found = list(rows[:500])
    for row in found:
        row.overdue_noted_at = now
        row.save(update_fields=["overdue_noted_at"])
        record("quarantine.arrival.overdue", actor=None, subject=row, data={"number": row.number}, clause="Q1")
        publish("quarantine.arrival.overdue", row, {"number": row.number}, agency=row.agency)
    return len(found)
