"""Making certificates void, and replacing them; the number is burnt, nothing is deleted (req: Q1)."""

from typing import TYPE_CHECKING, Any, Final

from django.db import transaction

from oversite.base.audit.actions import record
from oversite.base.events.actions import publish
from oversite.base.numbers.actions import withdraw
from oversite.base.numbers.queries import number_of
from oversite.common import clock
from oversite.common.errors import Refused
from oversite.common.sentences import sentence as _
from oversite.domains.quarantine.certificates.actions.issuing import audited, decided_facts, issuer, write_certificate
from oversite.domains.quarantine.certificates.facts import Terms
from oversite.domains.quarantine.certificates.models import Certificate
from oversite.domains.quarantine.certificates.numbering import POOL
from oversite.domains.quarantine.inspections.actions import note_closed, note_replaced, note_revoked

if TYPE_CHECKING:
    from oversite.base.accounts.models import User
    from oversite.domains.quarantine.inspections.models import Inspection

VOID = "quarantine.certificate.void"
CHANGEABLE: Final = (
    "days",
    "transport_zh",
    "carrier",
    "carrier_phone",
    "vehicle",
    "disinfectant",
    "marks",
    "destination",
    "remark",
)
"""The only lines in which a replacement may differ from what it replaces."""


@transaction.atomic
def void_certificate(user: "User", certificate: Certificate, reason: str) -> Certificate:
    """Make a certificate void for good: reason, who and when stay with it, its number is burnt.

    Its inspection waits for a certificate again: another is issued, or the declaration closed with a reason.
    Raises `Refused` without a reason, for one that is void, replaced or used up, and after an arrival.
    """
    user.require(VOID, "Q1")
    row = _open_row(certificate, reason)
    _end(user, row, Certificate.State.VOID, reason)
    note_revoked(user, row.inspection)
    record(
        "quarantine.certificate.voided",
        actor=user,
        subject=row,
        data={"number": row.number, "reason": reason.strip()},
        clause="Q1",
    )
    publish("quarantine.certificate.voided", row, {"number": row.number}, agency=row.agency)
    return row


@transaction.atomic
def replace_certificate(user: "User", certificate: Certificate, reason: str, changes: dict[str, Any]) -> Certificate:
    """Issue another certificate in the place of one; only the lines of `CHANGEABLE` may differ.

    Gives the new one; both name each other, and the old number is burnt. Raises `Refused` as issuing and voiding do,
    and for a change of anything else, or of nothing.
    """
    user.require(VOID, "Q1")
    user.require("quarantine.certificate.issue", "Q1")
    row = _open_row(certificate, reason)
    terms = Terms(**row.terms)
    if foreign := sorted(set(changes) - set(CHANGEABLE)):
        raise Refused(
            "quarantine.certificate.unchangeable",
            _("A replacement cannot change this: %(lines)s. Make the certificate void and declare anew.")
            % {"lines": ", ".join(foreign)},
            "Q1",
            409,
        )
    changed = terms.changed(changes)
    if changed == terms:
        raise Refused("quarantine.certificate.unchanged", _("Change at least one line."), "Q1", 422)
    decided = decided_facts(row.inspection)
    _end(user, row, Certificate.State.REPLACED, reason)
    new = write_certificate(issuer(user, decided), row.inspection, decided, changed, replaces=row)
    note_replaced(row.inspection, new.number)
    issued = audited(new) | {"replaces": row.number}
    record("quarantine.certificate.issued", actor=user, subject=new, data=issued, clause="Q1")
    record(
        "quarantine.certificate.replaced",
        actor=user,
        subject=row,
        data={
            "number": row.number,
            "by": new.number,
            "reason": reason.strip(),
            "changed": sorted(key for key in changes if getattr(terms, key) != getattr(changed, key)),
        },
        clause="Q1",
    )
    publish("quarantine.certificate.replaced", row, {"number": row.number, "by": new.number}, agency=row.agency)
    return new


@transaction.atomic
def close_without_certificate(user: "User", inspection: "Inspection", reason: str) -> "Inspection":
    """Close a qualified declaration for which no certificate is wanted (any more), with the reason.

    Raises `Refused` without a reason, and where the declaration has its certificate or never was qualified.
    """
    user.require("quarantine.certificate.issue", "Q1")
    if not reason.strip():
        raise Refused("quarantine.certificate.reason", _("Say why."), "Q1", 422)
    return note_closed(user, inspection, reason)


def _open_row(certificate: Certificate, reason: str) -> Certificate:
    if not reason.strip():
        raise Refused("quarantine.certificate.reason", _("Say why."), "Q1", 422)
    row = Certificate.objects.select_for_update().get(pk=certificate.pk)
    if row.state != Certificate.State.ISSUED:
        raise Refused(
            "quarantine.certificate.final",
            _("Certificate %(number)s is %(state)s; that is final.")
            % {"number": row.number, "state": row.get_state_display()},
            "Q1",
            409,
        )
    if row.arrivals.exists():
        raise Refused(
            "quarantine.certificate.arrived",
            _("Part of the seed of certificate %(number)s has arrived already.") % {"number": row.number},
            "Q1",
            409,
        )
    return row


def _end(user: "User", row: Certificate, state: str, reason: str) -> None:
    number = number_of(POOL, row.number)
    assert number is not None
    withdraw(user, number, "void", reason)
    row.state, row.ended_at, row.ended_by, row.ended_reason = state, clock.now(), user.name, reason.strip()[:200]
    row.save(update_fields=["state", "ended_at", "ended_by", "ended_reason"])
