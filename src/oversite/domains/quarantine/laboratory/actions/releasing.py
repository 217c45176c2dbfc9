"""From review to the released report, and what follows when a report turns out wrong."""

from datetime import timedelta
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _t

from oversite.base.audit.actions import record
from oversite.common import clock
from oversite.common.errors import Refused
from oversite.common.sentences import sentence as _
from oversite.domains.quarantine.declarations import flow as declaring
from oversite.domains.quarantine.declarations.actions import move
from oversite.domains.quarantine.inspections.queries import unreleased_tests
from oversite.domains.quarantine.laboratory import printing, queries
from oversite.domains.quarantine.laboratory.actions.steps import (
    announce,
    link,
    locked,
    next_number,
    numbers,
    require_duty,
    step,
)
from oversite.domains.quarantine.laboratory.flow import State, Step
from oversite.domains.quarantine.laboratory.models import Custody, Sample, Test
from oversite.domains.quarantine.rules.queries import number, today

if TYPE_CHECKING:
    from oversite.base.accounts.models import User

COPIED = (
    "inspection",
    "agency",
    "producer",
    "laboratory",
    "species",
    "pond",
    "stage",
    "base_amount",
    "base_unit",
    "count",
    "planned_count",
    "prevalence_percent",
    "confidence_percent",
    "seal_number",
    "storage",
    "latitude",
    "longitude",
    "note",
    "taken_at",
    "taker",
    "second",
    "second_signed_at",
    "witness_name",
    "form_uid",
    "receipt_number",
    "received_at",
)
"""What a retest has in common with the sample that it copies."""


def _require_others(actor: "User", *before: "User | None") -> None:
    if actor.pk in {person.pk for person in before if person is not None}:
        raise Refused(
            "quarantine.laboratory.three",
            _("Testing, reviewing and approving are done by three different people."),
            "Q8",
        )


@transaction.atomic
def pass_review(actor: "User", sample: Sample, revision: int | None = None) -> Sample:
    """Pass the results on for approval; raises `Refused` for the tester."""
    actor.require(queries.WORK)
    sample = locked(sample, revision)
    require_duty(actor, sample, "reviewer")
    _require_others(actor, sample.tester)
    return step(actor, sample, Step.PASS, "quarantine.sample.reviewed", reviewer=actor, reviewed_at=clock.now())


@transaction.atomic
def return_sample(actor: "User", sample: Sample, reason: str, revision: int | None = None) -> Sample:
    """Give the results back to the tester with what is wrong; the reviewer starts anew afterwards."""
    actor.require(queries.WORK)
    sample = locked(sample, revision)
    require_duty(actor, sample, "reviewer" if sample.state == State.REVIEW else "approver")
    if not reason.strip():
        raise Refused("quarantine.sample.reason", _("Say what the tester has to do."), "Q8", 422)
    changes = {"reviewer": None, "reviewed_at": None, "submitted_at": None, "returned_note": reason[:300]}
    return step(actor, sample, Step.RETURN, "quarantine.sample.returned", **changes)


@transaction.atomic
def release_report(actor: "User", sample: Sample, revision: int | None = None) -> Sample:
    """Approve: the report gets its number, is printed, signed and kept, and counts from now on.

    Raises `Refused` for the tester and the reviewer. The declaration goes back to its inspection once every test that
    is needed has a released report.
    """
    actor.require(queries.WORK)
    sample = locked(sample, revision)
    require_duty(actor, sample, "approver")
    _require_others(actor, sample.tester, sample.reviewer)
    now = clock.now()
    year, own = now.astimezone(clock.BEIJING).year, sample.laboratory_id
    is_negative = all(test.result == Test.Result.NEGATIVE for test in sample.tests.all())
    days = number(f"laboratory.retention_{'' if is_negative else 'positive_'}days")
    step(
        actor,
        sample,
        Step.RELEASE,
        "quarantine.report.released",
        approver=actor,
        released_at=now,
        is_negative=is_negative,
        report_number=next_number(f"report.{own}.{year}", f"{year}年检测报告编号", f"JC{own:02d}-{year}-", sample),
        retained_until_on=today() + timedelta(days=days),
    )
    link(sample, Custody.Event.RETAINED, taker=sample.laboratory.name, at=now)
    sample.report_uid = printing.print_report(actor, sample).uid
    sample.save(update_fields=["report_uid"])
    _take_report(actor, sample)
    text = _t("Report %(report)s on sample %(sample)s has been released.") % numbers(sample)
    announce(sample, "released", text, "good" if is_negative else "now", sample.agency, sample.producer.unit)
    return sample


def _take_report(actor: "User", sample: Sample) -> None:
    inspection = sample.inspection
    inspection.declaration.refresh_from_db(fields=["state"])
    if inspection.declaration.state == declaring.State.TESTING and not unreleased_tests(inspection):
        move(actor, inspection.declaration, declaring.Step.REPORT)


@transaction.atomic
def invalidate_report(actor: "User", sample: Sample, reason: str, revision: int | None = None) -> Sample:
    """Declare a released report void, copy its sample for a retest, and tell the client; gives the copy.

    Nothing of the old report is changed but that it is invalid. A decision that waits goes back to waiting for the
    laboratory; where a certificate was issued already, the agency is numbers so.
    """
    actor.require(queries.WORK)
    sample = locked(sample, revision)
    require_duty(actor, sample, "approver")
    if not reason.strip():
        raise Refused("quarantine.sample.reason", _("Say why the report is not valid."), "Q8", 422)
    now = clock.now()
    changes = {"invalidated_at": now, "invalidated_by": actor.name, "invalid_reason": reason[:500]}
    step(actor, sample, Step.INVALIDATE, "quarantine.report.invalidated", **changes)
    copy = _copy_of(actor, sample)
    declaration = sample.inspection.declaration
    declaration.refresh_from_db(fields=["state"])
    if declaring.can(declaration.state, declaring.Step.SAMPLE):
        move(actor, declaration, declaring.Step.SAMPLE)
    text = _t("Report %(report)s is no longer valid; sample %(sample)s is tested again.") % numbers(sample)
    announce(sample, "invalidated", text, "now", sample.agency, sample.producer.unit)
    return copy


def _copy_of(actor: "User", sample: Sample) -> Sample:
    root, generation = sample, 1
    while root.retest_of is not None:
        root, generation = root.retest_of, generation + 1
    copy = Sample(retest_of=sample, number=f"{root.number}-R{generation}", state=State.RECEIVED)
    for name in COPIED:
        setattr(copy, name, getattr(sample, name))
    copy.save()
    Test.objects.bulk_create([Test(sample=copy, disease=test.disease) for test in sample.tests.all()])
    now = clock.now()
    link(copy, Custody.Event.RECEIVED, giver=sample.laboratory.name, taker=actor.name, at=now, is_seal_intact=None)
    facts = {"retest_of": sample.number, "report": sample.report_number}
    record("quarantine.sample.copied", actor=actor, subject=copy, data=facts, clause="Q8")
    return copy


@transaction.atomic
def dispose_rest(actor: "User", sample: Sample, how: str, witness: str, revision: int | None = None) -> Sample:
    """Record that what was left of a sample was disposed of; raises `Refused` before its day, or a second time."""
    actor.require(queries.WORK)
    sample = locked(sample, revision)
    if sample.retained_until_on is None or sample.disposed_at is not None:
        raise Refused("quarantine.sample.rest", _("Nothing of this sample is kept."), "Q8", 409)
    if today() <= sample.retained_until_on:
        raise Refused(
            "quarantine.sample.early",
            _("What is left of this sample is kept until %(day)s.") % {"day": sample.retained_until_on.isoformat()},
            "Q8",
            409,
        )
    now = clock.now()
    sample.disposed_at, sample.disposed_how, sample.disposed_by = now, how[:120], f"{actor.name}、{witness}"[:80]
    sample.revision += 1
    sample.save()
    link(sample, Custody.Event.DISPOSED, giver=actor.name, taker=witness, at=now, note=how)
    facts = {"how": how, "witness": witness}
    record("quarantine.sample.disposed", actor=actor, subject=sample, data=facts, clause="Q8")
    return sample
