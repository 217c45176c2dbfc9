"""Signing in the field: drawn with a finger under the findings, stored with the work record (req: Q12)."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import transaction

from oversite.base.audit.actions import record
from oversite.base.documents.queries import missing_glyphs
from oversite.common import clock
from oversite.common.errors import Refused
from oversite.common.sentences import sentence as _
from oversite.domains.quarantine.inspections import checklist
from oversite.domains.quarantine.inspections.actions.conducting import (
    begin_inspection,
    require_open,
    require_past,
)
from oversite.domains.quarantine.inspections.models import Inspection, Signature
from oversite.domains.quarantine.inspections.strokes import Strokes, strokes_of

if TYPE_CHECKING:
    from oversite.base.accounts.models import User

Role = Signature.Role


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawn:
    """What a device sends: who signed as what, how, when and where."""

    client_id: UUID
    role: str
    name: str
    strokes: object
    signed_at: datetime
    place: tuple[Decimal, Decimal] | None = None


@transaction.atomic
def sign(user: "User", inspection: Inspection, drawn: Drawn) -> Signature:
    """Keep a signature; the same one a second time changes nothing, another of the same role takes its place.

    Raises `Refused` before every item is answered, after the decision, and for what is no signature.
    """
    known = Signature.objects.filter(client_id=drawn.client_id, inspection_id=inspection.pk).first()
    if known is not None:
        return known
    inspection = begin_inspection(user, inspection)
    require_open(inspection)
    require_past(drawn.signed_at)
    if left := checklist.unanswered(inspection.findings):
        raise Refused(
            "quarantine.signature.early",
            _("%(count)s items have no answer yet: answer them, then sign.") % {"count": len(left)},
            "Q12",
            422,
        )
    name = signer_of(inspection, drawn.role) or drawn.name.strip()[:60]
    if drawn.role not in Role or not name or missing_glyphs(name):
        raise Refused("quarantine.signature.name", _("Say who signs, in characters that can be printed."), "Q12", 422)
    now = clock.now()
    inspection.signatures.filter(role=drawn.role, ended_at=None).update(ended_at=now)
    latitude, longitude = drawn.place or (None, None)
    made: Signature = inspection.signatures.create(
        client_id=drawn.client_id,
        role=drawn.role,
        name=name,
        strokes=_strokes(drawn.strokes),
        revision=inspection.revision,
        signed_at=drawn.signed_at,
        received_at=now,
        sender=user.name,
        latitude=latitude,
        longitude=longitude,
    )
    data = {"role": drawn.role, "name": name, "signed": drawn.signed_at, "revision": inspection.revision}
    record("quarantine.inspection.signed", actor=user, subject=inspection, data=data, clause="Q12")
    return made


def signer_of(inspection: Inspection, role: str) -> str:
    """The name that a role has by the assignment; empty for the owner, who says it."""
    people = {Role.FIRST: inspection.veterinarian, Role.SECOND: inspection.second}
    each = people.get(Role(role)) if role in Role else None
    return str(each) if each is not None else ""


def _strokes(given: object) -> Strokes:
    try:
        return strokes_of(given)
    except ValueError as error:
        raise Refused("quarantine.signature.drawing", _("This is no signature. Write it again."), "Q12", 422) from error
