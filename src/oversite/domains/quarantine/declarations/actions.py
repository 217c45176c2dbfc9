"""Declaring, correcting, accepting, refusing; each act is one transaction."""

import uuid
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.urls import reverse

from oversite.base.agencies.queries import is_inside
from oversite.base.audit.actions import record
from oversite.base.events.actions import publish
from oversite.common import clock
from oversite.common.errors import Refused
from oversite.common.sentences import sentence as _
from oversite.domains.quarantine.changes import applied
from oversite.domains.quarantine.declarations import checks, papers
from oversite.domains.quarantine.declarations.flow import State, Step, after
from oversite.domains.quarantine.declarations.models import Declaration
from oversite.domains.quarantine.files.actions import keep_upload
from oversite.domains.quarantine.registry.queries import producer_of
from oversite.domains.quarantine.rules.queries import number, setting, today

if TYPE_CHECKING:
    from django.core.files.uploadedfile import UploadedFile

    from oversite.base.accounts.models import User
    from oversite.domains.quarantine.files.models import File
    from oversite.domains.quarantine.registry.models import Producer

DECLARE, DECIDE = "quarantine.declaration.declare", "quarantine.declaration.decide"
FIELDS = (
    "point",
    "declarant_name",
    "declarant_phone",
    "goods",
    "product_name",
    "species",
    "pond",
    "amount",
    "unit",
    "purpose",
    "origin",
    "caught_on",
    "from_kind",
    "from_area",
    "from_address",
    "to_kind",
    "to_area",
    "to_address",
    "consignee_name",
    "consignee_phone",
    "transport",
    "carrier_name",
    "carrier_phone",
    "vehicle",
    "departs_on",
)
CHANGEABLE = (State.DRAFT, State.CORRECTING)
ATTACHABLE = (State.DRAFT, State.SUBMITTED, State.CORRECTING, State.ACCEPTED, State.ASSIGNED, State.INSPECTING)
Outcome = Declaration.Outcome


@transaction.atomic
def draft_declaration(
    user: "User",
    producer: "Producer",
    values: Mapping[str, Any],
    *,
    declaration: Declaration | None = None,
    follows: Declaration | None = None,
    client_id: uuid.UUID | None = None,
) -> Declaration:
    """Begin a declaration for a producer, or change one that is a draft or to be corrected.

    `client_id` makes beginning idempotent: the same one a second time gives the same draft. `follows` is the
    declaration after whose treatment the seed is declared again. Raises `Refused`.
    """
    _require_declarant(user, producer)
    if client_id is not None and declaration is None:
        declaration = Declaration.objects.filter(client_id=client_id, producer=producer).first()
    if declaration is not None and declaration.state not in CHANGEABLE:
        raise Refused(
            "quarantine.declaration.submitted",
            _("A submitted declaration cannot be changed. Withdraw it, or wait until a correction is asked."),
            "Q5",
            409,
        )
    is_new = declaration is None
    if declaration is None:
        own = producer_of(user) is not None
        channel = Declaration.Channel.ONLINE if own else Declaration.Channel.POINT
        declaration = Declaration(
            producer=producer, created_at=clock.now(), channel=channel, follows=follows, client_id=client_id
        )
    changes = applied(declaration, values, FIELDS)
    declaration.agency = declaration.point.agency
    declaration.save()
    if is_new or changes:
        act = "quarantine.declaration.drafted" if is_new else "quarantine.declaration.changed"
        record(act, actor=user, subject=declaration, data={"producer": producer.name, **changes}, clause="Q5")
    return declaration


@transaction.atomic
def attach(user: "User", declaration: Declaration, kind: str, upload: "UploadedFile[Any]") -> "File":
    """Attach a paper or a picture; raises `Refused` for a file that is not taken, or once it is decided."""
    if not user.has_perm(DECIDE):
        _require_declarant(user, declaration.producer)
    elif not is_inside(declaration.agency, user.agency):
        raise _outside()
    if declaration.state not in ATTACHABLE:
        raise Refused(
            "quarantine.declaration.decided", _("This declaration is decided; nothing more is attached."), "Q5", 409
        )
    return keep_upload(user, declaration, kind, upload)


@transaction.atomic
def submit_declaration(user: "User", declaration: Declaration) -> Declaration:
    """Submit a draft or a correction: it is checked as a whole, numbered, and the point is told (req: Q5)."""
    declaration = _locked(declaration)
    _require_declarant(user, declaration.producer)
    state = after(declaration.state, Step.SUBMIT)
    checks.check_declaration(declaration)
    declaration.state, declaration.is_true = state, True
    declaration.submitted_at = now = clock.now()
    declaration.musts = checks.met_musts(declaration)
    declaration.number = declaration.number or _next_number(now)
    declaration.save()
    data = {"number": declaration.number, "quantity": str(declaration.quantity), "musts": declaration.musts}
    record("quarantine.declaration.submitted", actor=user, subject=declaration, data=data, clause="Q5")
    _tell(declaration, "submitted", _("Declaration %(number)s was submitted"), "soon")
    return declaration


@transaction.atomic
def ask_correction(user: "User", declaration: Declaration, text: str) -> Declaration:
    """Ask once for a correction, naming everything that is to be corrected; raises `Refused` a second time."""
    declaration = _decided(user, declaration, Step.ASK_CORRECTION)
    if declaration.correction_asked_at is not None:
        raise Refused(
            "quarantine.declaration.corrected_once",
            _("A correction was asked already; it is asked once. Accept or refuse."),
            "Q5",
            409,
        )
    declaration.correction_asked_at, declaration.correction_text = clock.now(), text[:300]
    declaration.correction_due_on = today() + timedelta(days=number("declaration.correction_days"))
    declaration.save()
    data = {"text": text, "due": declaration.correction_due_on}
    record("quarantine.declaration.correction", actor=user, subject=declaration, data=data, clause="Q5")
    _tell(declaration, "correction", _("Declaration %(number)s is to be corrected"), "now")
    return declaration


@transaction.atomic
def accept_declaration(user: "User", declaration: Declaration, visit_on: date, visit_place: str) -> Declaration:
    """Accept a declaration and say when and where veterinarians come; prints the receipt."""
    declaration = _decided(user, declaration, Step.ACCEPT)
    if not today() <= visit_on <= declaration.departs_on:
        raise Refused(
            "quarantine.declaration.visit",
            _("The visit lies between today and the day of leaving, %(day)s.") % {"day": declaration.departs_on},
            "Q5",
            422,
        )
    declaration.visit_on, declaration.visit_place = visit_on, visit_place
    declaration.save()
    declaration.receipt_uid = papers.print_receipt(user, declaration)
    declaration.save(update_fields=["receipt_uid"])
    record("quarantine.declaration.accepted", actor=user, subject=declaration, data={"visit": visit_on}, clause="Q5")
    _tell(declaration, "accepted", _("Declaration %(number)s was accepted"), "good")
    return declaration


@transaction.atomic
def refuse_declaration(user: "User", declaration: Declaration, reason: str) -> Declaration:
    """Refuse a declaration with the reason that the applicant reads on the receipt."""
    declaration = _decided(user, declaration, Step.REFUSE)
    declaration.refusal_reason, declaration.outcome = reason[:300], Outcome.REFUSED
    declaration.save()
    declaration.receipt_uid = papers.print_receipt(user, declaration)
    declaration.save(update_fields=["receipt_uid"])
    record("quarantine.declaration.refused", actor=user, subject=declaration, data={"reason": reason}, clause="Q5")
    _tell(declaration, "refused", _("Declaration %(number)s was refused"), "now")
    return declaration


@transaction.atomic
def archive_refused(user: "User", declaration: Declaration) -> Declaration:
    """Close the file of a declaration that was not accepted: declaration and receipt are all there is (req: Q9)."""
    user.require(DECIDE, "Q9")
    if not is_inside(declaration.agency, user.agency):
        raise _outside()
    if _locked(declaration).outcome != Outcome.REFUSED:
        raise Refused(
            "quarantine.declaration.inspected",
            _("The file of an accepted declaration is closed on the page of its inspection."),
            "Q9",
            409,
        )
    return move(user, declaration, Step.ARCHIVE)


@transaction.atomic
def withdraw_declaration(user: "User", declaration: Declaration, reason: str) -> Declaration:
    """Withdraw a declaration that nobody has begun to inspect."""
    declaration = _locked(declaration)
    _require_declarant(user, declaration.producer)
    declaration.state = after(declaration.state, Step.WITHDRAW)
    declaration.save(update_fields=["state"])
    record("quarantine.declaration.withdrawn", actor=user, subject=declaration, data={"reason": reason}, clause="Q5")
    _tell(declaration, "withdrawn", _("Declaration %(number)s was withdrawn"), "quiet")
    return declaration


@transaction.atomic
def move(actor: "User | None", declaration: Declaration, step: Step, reason: str = "") -> Declaration:
    """Take a step for an app above, inside its act, and tell the applicant.

    Gives the fresh row; raises `Refused` where the step is not possible (any more).
    """
    fresh = _locked(declaration)
    fresh.state = after(fresh.state, step)
    if step is Step.CERTIFY:
        fresh.outcome = Outcome.CERTIFIED
    if step is Step.TREAT:
        fresh.outcome = Outcome.TREATED
    if step is Step.REVOKE:
        fresh.outcome, fresh.archived_at = "", None
    if step is Step.CLOSE:
        fresh.outcome, fresh.closed_reason = Outcome.CLOSED, reason.strip()[:200]
    if step is Step.ARCHIVE:
        fresh.archived_at = clock.now()
    fresh.save(update_fields=["state", "outcome", "closed_reason", "archived_at"])
    data = {"step": step.value, "state": fresh.state, **({"reason": reason} if reason else {})}
    record(f"quarantine.step.{step.value}", actor=actor, subject=fresh, data=data, clause="Q5")
    text = _("Declaration %(number)s: %(state)s")
    _tell(fresh, "moved", text, "busy", state=State(fresh.state).label)
    declaration.state, declaration.outcome, declaration.archived_at = fresh.state, fresh.outcome, fresh.archived_at
    return fresh


def _locked(declaration: Declaration) -> Declaration:
    rows = Declaration.objects.select_for_update(of=("self",))
    return rows.select_related("producer__unit", "point", "agency", "species", "pond").get(pk=declaration.pk)


def _decided(user: "User", declaration: Declaration, step: Step) -> Declaration:
    """The locked declaration after a step of the point, with who took it."""
    user.require(DECIDE, "Q5")
    declaration = _locked(declaration)
    if not is_inside(declaration.agency, user.agency):
        raise _outside()
    declaration.state = after(declaration.state, step)
    if step is not Step.ASK_CORRECTION:
        declaration.decided_at, declaration.decided_by = clock.now(), user.name
        declaration.decided_phone = user.phone or declaration.point.phone
    return declaration


def _require_declarant(user: "User", producer: "Producer") -> None:
    """The producer itself, or an officer of the agency in charge."""
    user.require(DECLARE, "Q5")
    if producer.unit_id != user.agency_id and not is_inside(producer.agency, user.agency):
        raise _outside()


def _outside() -> Refused:
    return Refused("quarantine.declaration.outside", _("This declaration is not in your subtree."), "A4.1", 404)


def _next_number(at: datetime) -> str:
    """Prefix, the instant in milliseconds (Beijing), and a letter that makes it single."""
    local = at.astimezone(clock.BEIJING)
    stem = f"{setting('declaration.number_prefix')}{local:%y%m%d%H%M%S}{local.microsecond // 1000:03d}"
    taken = set(Declaration.objects.filter(number__startswith=stem).values_list("number", flat=True))
    for letter in "ABCDEFGHIJKLMNOPQRSTUVWXYZ":
        if stem + letter not in taken:
            return stem + letter
    raise Refused("quarantine.declaration.busy", _("Too many declarations at once. Submit again."), "Q5", 409)


def _tell(declaration: Declaration, what: str, text: Any, tone: str, **words: object) -> None:
    """Tell the producer and everybody above it; and the agency of the point, where that lies elsewhere."""
    said = str(text % {"number": declaration.number, **words})
    url = reverse("quarantine_declarations:declaration", args=[declaration.uid])
    owner = declaration.producer.unit or declaration.agency
    told = [owner] if is_inside(owner, declaration.agency) else [owner, declaration.agency]
    for agency in told:
        data = {"text": said, "tone": tone, "url": url}
        publish(f"quarantine.declaration.{what}", declaration, data, agency=agency)
