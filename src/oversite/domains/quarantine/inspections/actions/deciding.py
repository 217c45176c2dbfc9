"""Deciding: qualified, or not and then treated; supervised disposal, recovery, archive."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from django.db import transaction
from django.urls import reverse

from oversite.base.agencies.queries import is_inside
from oversite.base.audit.actions import record
from oversite.base.events.actions import publish
from oversite.base.numbers.actions import draw, open_pool
from oversite.common import clock
from oversite.common.errors import Refused
from oversite.common.sentences import sentence as _
from oversite.domains.quarantine.declarations.actions import move
from oversite.domains.quarantine.declarations.flow import Step
from oversite.domains.quarantine.inspections import checklist, papers, queries
from oversite.domains.quarantine.inspections.actions.conducting import mine
from oversite.domains.quarantine.inspections.measures import MEASURES
from oversite.domains.quarantine.inspections.measures import ordered as order
from oversite.domains.quarantine.inspections.models import Inspection, TreatmentNotice
from oversite.domains.quarantine.inspections.slots import ARCHIVE_NEEDS
from oversite.domains.quarantine.rules.quantities import Quantity
from oversite.domains.quarantine.rules.queries import disease_names, is_on, today

if TYPE_CHECKING:
    from oversite.base.accounts.models import User
    from oversite.base.agencies.models import Agency

Verdict = Inspection.Verdict
DIGITS = 6
MEASURES_AT_MOST = 4
DECLARED = ("declaration__producer", "declaration__species", "declaration__point")


@dataclass(frozen=True, slots=True, kw_only=True)
class Treatment:
    """What a treatment notice orders: basis to article, paragraph and item; measures as (kind, text), at most four."""

    basis: str
    amount: int
    unit: str
    measures: Sequence[tuple[str, str]]
    party_name: str
    party_phone: str = ""


@transaction.atomic
def find_qualified(user: "User", inspection: Inspection) -> Inspection:
    """Decide that the seed is qualified; prints the work record. The certificate is issued afterwards.

    Raises `Refused` while anything is unanswered or negative, while a needed test has no released report, where one is
    positive, and where more was found than declared.
    """
    inspection = mine(user, inspection)
    _require_answers(inspection)
    if bad := checklist.failed(inspection.findings):
        raise Refused(
            "quarantine.decision.failed",
            _("It cannot be qualified: %(items)s.") % {"items": "；".join(item.label_zh for item in bad)},
            "Q14",
            409,
        )
    if left := queries.unreleased_tests(inspection):
        raise Refused(
            "quarantine.decision.unreleased",
            _("No released report yet for: %(tests)s. Send samples to a laboratory and wait for the report.")
            % {"tests": disease_names(left)},
            "Q8",
            409,
            {"tests": left},
        )
    if positive := queries.failed_tests(inspection):
        raise Refused(
            "quarantine.decision.positive",
            _("The report %(number)s is not negative.") % {"number": positive[0].number},
            "Q8",
            409,
        )
    declared = inspection.declaration.quantity
    if not inspection.counted_amount or Quantity(inspection.counted_amount, declared.unit).exceeds(declared):
        raise Refused(
            "quarantine.decision.amount",
            _("Enter the quantity found; it cannot exceed the %(declared)s declared.") % {"declared": declared},
            "Q5",
            422,
        )
    return _decided(user, inspection, Verdict.QUALIFIED, Step.QUALIFY, "")


@transaction.atomic
def find_unqualified(user: "User", inspection: Inspection, grounds: str) -> Inspection:
    """Decide that the seed is not qualified, with the grounds that the treatment notice will name.

    Qualified seed may fall to it until its certificate is issued: a retest turns out positive, fry die before they
    leave. The work record is printed anew then.
    """
    inspection = mine(user, inspection)
    _require_answers(inspection)
    if not grounds.strip():
        raise Refused("quarantine.decision.grounds", _("Say why it is not qualified."), "Q5", 422)
    return _decided(user, inspection, Verdict.UNQUALIFIED, Step.DISQUALIFY, grounds[:300])


@transaction.atomic
def note_certified(actor: "User", inspection: Inspection, number: str) -> Inspection:
    """Close a qualified inspection with its certificate; part of the act that issues it.

    Raises `Refused` where the declaration does not wait for a certificate (any more): two issuers meet here.
    """
    move(actor, inspection.declaration, Step.CERTIFY)
    return _note(inspection, number)


@transaction.atomic
def note_replaced(inspection: Inspection, number: str) -> Inspection:
    """The certificate of an inspection has another number now; part of the act that replaces it."""
    return _note(inspection, number, "replaced")


@transaction.atomic
def note_revoked(actor: "User", inspection: Inspection) -> Inspection:
    """The certificate is void and nothing took its place: the seed waits for a certificate again, archived or not."""
    move(actor, inspection.declaration, Step.REVOKE)
    return _note(inspection, "", "void")


@transaction.atomic
def note_closed(actor: "User", inspection: Inspection, reason: str) -> Inspection:
    """No certificate is wanted any more: the declaration is closed with the reason; raises `Refused` after one."""
    move(actor, inspection.declaration, Step.CLOSE, reason)
    return inspection


@transaction.atomic
def complete_record(inspection: Inspection) -> Inspection:
    """Print the work record anew where a certificate was issued or ended since; a second call changes nothing.

    The print before stays, superseded: what the record says of the inspection is the same in both (req: Q9).
    """
    rows = Inspection.objects.select_for_update(of=("self",))
    row = rows.select_related("agency", "veterinarian__user", "second__user", *DECLARED).get(pk=inspection.pk)
    if row.is_record_due:
        _print_record(row.veterinarian.user, row)
    return row


@transaction.atomic
def issue_treatment(user: "User", inspection: Inspection, ordered: Treatment) -> TreatmentNotice:
    """Issue the treatment notice for seed that is not qualified; number by county and year."""
    inspection = mine(user, inspection)
    is_known = {kind for kind, _text in ordered.measures} <= {*MEASURES}
    if not is_known or not 1 <= len(ordered.measures) <= MEASURES_AT_MOST:
        raise Refused("quarantine.treatment.measures", _("Name one to four measures."), "Q5", 422)
    measures = [order(kind, text).as_json() for kind, text in ordered.measures]
    declared = inspection.declaration.quantity
    if not ordered.amount or Quantity(ordered.amount, ordered.unit).exceeds(declared):
        raise Refused(
            "quarantine.treatment.amount",
            _("The quantity to be treated cannot exceed the %(declared)s declared.") % {"declared": declared},
            "Q5",
            422,
        )
    notice = TreatmentNotice(
        inspection=inspection,
        number=_next_number("quarantine.treatment", inspection.agency, _("treatment notices")),
        agency=inspection.agency,
        basis=ordered.basis,
        grounds=inspection.grounds,
        amount=ordered.amount,
        unit=ordered.unit,
        measures=measures,
        party_name=ordered.party_name,
        party_phone=ordered.party_phone,
        issued_at=clock.now(),
        issued_by=user.name,
    )
    move(user, inspection.declaration, Step.TREAT)
    notice.save()
    notice.document_uid = papers.print_notice(user, notice)
    notice.save(update_fields=["document_uid"])
    _print_record(user, inspection)
    data = {"number": notice.number, "measures": measures, "quantity": f"{ordered.amount} {ordered.unit}"}
    record("quarantine.treatment.issued", actor=user, subject=inspection, data=data, clause="Q5")
    owner = inspection.declaration.producer.unit or inspection.agency
    text = str(_("Treatment notice %(number)s was issued") % {"number": notice.number})
    url = reverse("quarantine_inspections:treatment", args=[notice.uid])
    publish("quarantine.treatment.issued", notice, {"text": text, "tone": "now", "url": url}, agency=owner)
    return notice


@transaction.atomic
def note_disposal(
    user: "User", notice: TreatmentNotice, *, done_on: date, how: str, amount: int, supervised_by: str
) -> TreatmentNotice:
    """Say how the notice was carried out under supervision."""
    notice = _open_notice(user, notice, done_on)
    if amount > notice.amount:
        raise Refused("quarantine.treatment.more", _("More than the notice names cannot be disposed of."), "Q5", 422)
    notice.state, notice.done_on, notice.done_how = TreatmentNotice.State.DISPOSED, done_on, how[:300]
    notice.done_amount, notice.supervised_by = amount, supervised_by[:120]
    notice.save()
    data = {"number": notice.number, "how": how, "amount": amount, "supervised": supervised_by}
    record("quarantine.treatment.disposed", actor=user, subject=notice.inspection, data=data, clause="Q5")
    return notice


@transaction.atomic
def note_recovery(user: "User", notice: TreatmentNotice, *, done_on: date, how: str) -> TreatmentNotice:
    """The seed has recovered after treatment; it may be declared again."""
    notice = _open_notice(user, notice, done_on)
    notice.state, notice.done_on, notice.done_how = TreatmentNotice.State.RECOVERED, done_on, how[:300]
    notice.supervised_by = user.name
    notice.save()
    data = {"number": notice.number, "how": how}
    record("quarantine.treatment.recovered", actor=user, subject=notice.inspection, data=data, clause="Q5")
    return notice


@transaction.atomic
def archive(user: "User", inspection: Inspection) -> Inspection:
    """Close the file of a declaration; raises `Refused` naming what is still missing (req: Q9)."""
    inspection = mine(user, inspection)
    if missing := missing_in_file(inspection):
        raise Refused(
            "quarantine.file.incomplete",
            _("The file is not complete: %(missing)s")
            % {"missing": "；".join(str(each).rstrip("。.") for each in missing)},
            "Q9",
            409,
        )
    move(user, inspection.declaration, Step.ARCHIVE)
    record("quarantine.file.archived", actor=user, subject=inspection, data={}, clause="Q9")
    return inspection


def missing_in_file(inspection: Inspection) -> list[object]:
    """What the file of a declaration still lacks, by this app and those above."""
    missing: list[object] = []
    if inspection.record_uid is None:
        missing.append(_("The work record is missing."))
    elif inspection.is_record_due:
        missing.append(_("The work record does not bear the number of the certificate yet; it is printed by itself."))
    notice = TreatmentNotice.objects.filter(inspection=inspection).first()
    if notice is not None and notice.state == TreatmentNotice.State.ISSUED:
        missing.append(_("It is not said how the treatment notice was carried out."))
    return missing + [need for source in ARCHIVE_NEEDS for need in source(inspection)]


def _decided(user: "User", inspection: Inspection, verdict: str, step: Step, grounds: str) -> Inspection:
    inspection.record_number = _next_number("quarantine.record", inspection.agency, _("work records"))
    move(user, inspection.declaration, step)
    inspection.verdict, inspection.grounds, inspection.decided_at = verdict, grounds, clock.now()
    inspection.revision += 1
    inspection.save()
    _print_record(user, inspection)
    data = {"verdict": verdict, "grounds": grounds, "record": inspection.record_number}
    record("quarantine.inspection.decided", actor=user, subject=inspection, data=data, clause="Q5")
    return inspection


def _note(inspection: Inspection, number: str, fate: str = "") -> Inspection:
    """The certificate in force is `number`, or none; what became of the one before is its `fate`."""
    inspection.refresh_from_db(fields=["certificates", "record_uid"])
    certificates = [list(each) for each in inspection.certificates]
    if fate and certificates:
        certificates[-1][1] = fate
    inspection.certificates = certificates + ([[number, ""]] if number else [])
    inspection.certificate_number = number
    inspection.is_record_due = inspection.record_uid is not None
    inspection.save(update_fields=["certificates", "certificate_number", "is_record_due"])
    return inspection


def _print_record(user: "User", inspection: Inspection) -> None:
    inspection.record_uid, inspection.is_record_due = papers.print_record(user, inspection), False
    inspection.save(update_fields=["record_uid", "is_record_due"])


def _require_answers(inspection: Inspection) -> None:
    """Raise `Refused` while an item has no answer, and where the rule asks for signatures, while one is missing."""
    if left := checklist.unanswered(inspection.findings):
        raise Refused(
            "quarantine.decision.unanswered",
            _("Not checked yet: %(items)s.") % {"items": "；".join(item.label_zh for item in left)},
            "Q12",
            409,
        )
    if is_on("inspection.signatures") and (unsigned := queries.unsigned(inspection)):
        raise Refused(
            "quarantine.decision.unsigned",
            _("Not signed yet: %(roles)s. Open the inspection on the device and sign.")
            % {"roles": "、".join(str(role.label) for role in unsigned)},
            "Q12",
            409,
        )


def _open_notice(user: "User", notice: TreatmentNotice, done_on: date) -> TreatmentNotice:
    """The locked notice, which nothing was entered for yet; `done_on` lies between its issue and today."""
    user.require(queries.CONDUCT, "Q5")
    rows = TreatmentNotice.objects.select_for_update(of=("self",)).select_related("inspection__agency", "agency")
    fresh = rows.get(pk=notice.pk)
    if not is_inside(fresh.agency, user.agency):
        raise Refused("quarantine.inspection.outside", _("This declaration is not in your subtree."), "A4.1", 404)
    if fresh.state != TreatmentNotice.State.ISSUED:
        raise Refused("quarantine.treatment.done", _("This is entered already and stays."), "Q5", 409)
    if not fresh.issued_at.astimezone(clock.BEIJING).date() <= done_on <= today():
        raise Refused("quarantine.treatment.day", _("The day lies between the notice and today."), "Q5", 422)
    return fresh


def _next_number(kind: str, agency: "Agency", title: object) -> str:
    """Agency, year and a serial from the agency's own pool of the year: none is lost, none used twice."""
    year = today().year
    key = f"{kind}.{agency.code}.{year}"
    open_pool(key, title=f"{agency} {year} {title}", width=DIGITS, prefix=f"{agency.code}{year}")
    return draw(key).text
