"""Assigning veterinarians and keeping what they find, also what a phone sends later (req: Q12)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db import transaction

from oversite.base.agencies.queries import is_inside
from oversite.base.audit.actions import record
from oversite.common import clock
from oversite.common.errors import Refused
from oversite.common.sentences import sentence as _
from oversite.domains.quarantine.declarations.actions import move
from oversite.domains.quarantine.declarations.flow import State, Step
from oversite.domains.quarantine.files.actions import keep_upload
from oversite.domains.quarantine.inspections import checklist, queries
from oversite.domains.quarantine.inspections.models import Draft, Inspection
from oversite.domains.quarantine.registry.queries import in_office, is_in_area
from oversite.domains.quarantine.rules.quantities import LARGEST
from oversite.domains.quarantine.rules.queries import number, requirements, today

if TYPE_CHECKING:
    from django.core.files.uploadedfile import UploadedFile

    from oversite.base.accounts.models import User
    from oversite.domains.quarantine.declarations.models import Declaration
    from oversite.domains.quarantine.files.models import File
    from oversite.domains.quarantine.registry.models import Veterinarian

OPEN = (State.ASSIGNED, State.INSPECTING, State.TESTING)
LATEST = timedelta(minutes=10)
"""By how much a phone's clock may be ahead."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldDraft:
    """What a phone sends: written when, on top of which revision, and the values of the form."""

    client_id: UUID
    written_at: datetime
    revision: int
    findings: Mapping[str, Any]
    counted_amount: int | None = None
    remark: str = ""
    disinfectant: str = ""
    place: tuple[Decimal, Decimal] | None = None


@transaction.atomic
def assign(
    user: "User",
    declaration: "Declaration",
    veterinarian: "Veterinarian",
    second: "Veterinarian | None",
    *,
    planned_on: date,
    place: str,
) -> Inspection:
    """Send veterinarians to a declaration, or others instead, until the inspection has begun.

    Raises `Refused` for too few people (a dated rule), one person twice, somebody out of office or outside their area.
    """
    user.require("quarantine.inspection.assign", "Q5")
    if not is_inside(declaration.agency, user.agency):
        raise Refused("quarantine.inspection.outside", _("This declaration is not in your subtree."), "A4.1", 404)
    people = [veterinarian, *([second] if second is not None else [])]
    needed = number("inspection.people")
    if len({each.pk for each in people}) < needed:
        raise Refused(
            "quarantine.inspection.people",
            _("%(count)s different veterinarians are needed for an inspection.") % {"count": needed},
            "Q5",
            422,
        )
    for each in people:
        require_fit(each, declaration.from_area)
    move(user, declaration, Step.ASSIGN)
    inspection = Inspection.objects.select_for_update().filter(declaration=declaration).first()
    inspection = inspection or Inspection(declaration=declaration, agency=declaration.agency)
    inspection.veterinarian, inspection.second = veterinarian, second
    inspection.planned_on, inspection.place = planned_on, place
    inspection.assigned_at, inspection.assigned_by = clock.now(), user.name
    inspection.needed_tests = needed_tests(declaration)
    inspection.save()
    data = {"veterinarians": [str(each) for each in people], "planned": planned_on}
    record("quarantine.inspection.assigned", actor=user, subject=inspection, data=data, clause="Q5")
    return inspection


@transaction.atomic
def begin_inspection(user: "User", inspection: Inspection) -> Inspection:
    """Begin on the spot; only one of those who were sent, while in office and in their area."""
    inspection = mine(user, inspection)
    if inspection.declaration.state == State.ASSIGNED:
        move(user, inspection.declaration, Step.INSPECT)
        inspection.begun_at = clock.now()
        inspection.needed_tests = needed_tests(inspection.declaration)
        inspection.save(update_fields=["begun_at", "needed_tests"])
        record("quarantine.inspection.begun", actor=user, subject=inspection, data={}, clause="Q12")
    return inspection


@transaction.atomic
def save_draft(user: "User", inspection: Inspection, draft: FieldDraft) -> Inspection:
    """Keep what was found so far; the same `client_id` a second time changes nothing (req: Q12).

    Raises `Refused` when somebody else saved since the draft was begun: nothing of theirs is overwritten.
    """
    known = Draft.objects.filter(client_id=draft.client_id).select_related("inspection").first()
    if known is not None:
        if known.inspection_id != inspection.pk:
            raise Refused("quarantine.inspection.draft", _("This draft belongs to another inspection."), "Q12", 409)
        return inspection
    inspection = begin_inspection(user, inspection)
    require_open(inspection)
    if draft.revision != inspection.revision:
        raise Refused(
            "quarantine.inspection.stale",
            _("Your colleague saved in the meantime. Reload the page; what you typed is kept on this device."),
            "Q12",
            409,
            {"revision": inspection.revision},
        )
    require_past(draft.written_at)
    now, before = clock.now(), _signed_facts(inspection)
    inspection.findings = checklist.cleaned(draft.findings)
    if draft.counted_amount is not None and not 0 <= draft.counted_amount <= LARGEST:
        raise Refused("quarantine.inspection.amount", _("The quantity found is no possible number."), "Q12", 422)
    inspection.counted_amount = draft.counted_amount
    inspection.remark, inspection.disinfectant = draft.remark[:2000], draft.disinfectant[:80]
    if draft.place is not None:
        inspection.latitude, inspection.longitude = draft.place
    inspection.revision += 1
    inspection.synced_at = now
    inspection.save()
    Draft.objects.create(
        client_id=draft.client_id,
        inspection=inspection,
        written_at=draft.written_at,
        received_at=now,
        sender=user.name,
    )
    if _signed_facts(inspection) != before:
        inspection.signatures.filter(ended_at=None).update(ended_at=now)
    data = {"written": draft.written_at, "revision": inspection.revision, "answers": len(inspection.findings)}
    record("quarantine.inspection.saved", actor=user, subject=inspection, data=data, clause="Q12")
    return inspection


@transaction.atomic
def add_photo(
    user: "User",
    inspection: Inspection,
    upload: "UploadedFile[Any]",
    *,
    taken_at: datetime | None = None,
    place: tuple[Decimal, Decimal] | None = None,
    kind: str = "photo",
) -> "File":
    """Keep a photograph with the time and place that the device gives; the same picture twice is kept once."""
    inspection = mine(user, inspection)
    require_open(inspection)
    return keep_upload(user, inspection, kind, upload, taken_at=taken_at, place=place)


def require_open(inspection: Inspection) -> None:
    """Raise `Refused` once the inspection is decided."""
    if inspection.declaration.state not in OPEN:
        raise Refused("quarantine.inspection.decided", _("This inspection is decided already."), "Q12", 409)


def require_past(at: datetime) -> None:
    """Raise `Refused` for an instant to come: the device's clock is ahead."""
    if at > clock.now() + LATEST:
        raise Refused("quarantine.inspection.clock", _("The clock of this device is ahead. Set it right."), "Q12", 422)


def _signed_facts(inspection: Inspection) -> tuple[object, ...]:
    """What a signature stands under: changed, it has to be signed anew."""
    return inspection.findings, inspection.counted_amount, inspection.remark, inspection.disinfectant


def needed_tests(declaration: "Declaration") -> list[str]:
    """The diseases for which a laboratory must test now: what the procedure asks and no valid own test covers."""
    day = today()
    needed = []
    for asked in requirements(declaration.species, day):
        if not asked.needs_test:
            continue
        good_since = day - timedelta(days=asked.period_days) if asked.period_days else None
        mine = declaration.producer.tests.filter(
            species=declaration.species, disease__key=asked.disease_key, result="negative"
        )
        if good_since is None or not mine.filter(sampled_on__gte=good_since).exists():
            needed.append(asked.disease_key)
    return needed


def require_fit(each: "Veterinarian", area_code: str) -> None:
    """Raise `Refused` unless a veterinarian is in office today and the place lies in their area."""
    if not in_office(each):
        raise Refused(
            "quarantine.veterinarian.office",
            _("%(veterinarian)s is not in office, or the certificate has expired. Choose somebody else.")
            % {"veterinarian": each},
            "Q5",
            422,
        )
    if not is_in_area(each, area_code):
        raise Refused(
            "quarantine.veterinarian.area",
            _("%(area)s does not lie in the area of office of %(veterinarian)s. Choose somebody else.")
            % {"veterinarian": each, "area": area_code},
            "Q5",
            422,
        )


def mine(user: "User", inspection: Inspection) -> Inspection:
    """The locked inspection, for those who were sent and still may act."""
    user.require(queries.CONDUCT, "Q12")
    rows = Inspection.objects.select_for_update(of=("self",)).select_related(
        "declaration__producer__unit", "declaration__species", "agency", "veterinarian__user", "second__user"
    )
    fresh = rows.get(pk=inspection.pk)
    people = [each for each in (fresh.veterinarian, fresh.second) if each is not None]
    me = next((each for each in people if each.user_id == user.pk), None)
    if me is None:
        raise Refused(
            "quarantine.inspection.not_sent", _("Other veterinarians were sent to this inspection."), "Q5", 403
        )
    require_fit(me, fresh.declaration.from_area)
    return fresh
