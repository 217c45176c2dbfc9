"""Entering what was measured: by an accredited method, with raw values that carry the result."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from django.db import transaction

from oversite.base.audit.actions import record
from oversite.common import clock
from oversite.common.errors import Refused
from oversite.common.sentences import sentence as _
from oversite.domains.quarantine.laboratory import queries
from oversite.domains.quarantine.laboratory.actions.steps import locked, require_duty, step
from oversite.domains.quarantine.laboratory.flow import Step
from oversite.domains.quarantine.laboratory.judging import Measured, fault_of
from oversite.domains.quarantine.laboratory.models import Sample, Test

if TYPE_CHECKING:
    from oversite.base.accounts.models import User
    from oversite.domains.quarantine.registry.models import LaboratoryMethod

TESTER = "tester"


@dataclass(frozen=True, slots=True, kw_only=True)
class TestEntry:
    """What the tester enters for one disease."""

    __test__ = False

    method: "LaboratoryMethod"
    instrument: str
    measured: Measured
    result: str
    tested_on: date
    note: str = ""


@transaction.atomic
def enter_result(actor: "User", test: Test, entry: TestEntry, revision: int | None = None) -> Test:
    """Keep raw values and result of one test, until the tester hands them in.

    Raises `Refused` where the method is not one that the laboratory is accredited for, the controls failed, or the
    result is not what the raw values say.
    """
    actor.require(queries.WORK)
    sample = locked(test.sample, revision)
    require_duty(actor, sample, TESTER)
    if entry.method.pk not in {method.pk for method in queries.methods_for(test)}:
        raise Refused(
            "quarantine.test.method",
            _("The laboratory is not accredited for this method today. Choose another."),
            "Q7",
            409,
        )
    fault = fault_of(entry.measured, entry.result)
    if fault is not None:
        raise Refused(f"quarantine.test.{fault.field}", fault.message, "Q8", 422)
    before = _facts(test)
    test.method, test.standard, test.instrument = entry.method, entry.method.standard, entry.instrument
    test.kind, test.readings, test.result = entry.measured.kind, entry.measured.as_json(), entry.result
    test.tested_on, test.note = entry.tested_on, entry.note
    test.entered_at, test.entered_by = clock.now(), actor.name
    test.save()
    step(actor, sample, Step.TEST, "quarantine.test.begun", tester=actor)
    data: Mapping[str, object] = {"disease": str(test.disease), "before": before, "now": _facts(test)}
    record("quarantine.test.entered", actor=actor, subject=sample, data=data, clause="Q8")
    return test


def _facts(test: Test) -> dict[str, Any]:
    return {"standard": test.standard, "readings": test.readings, "result": test.result}


@transaction.atomic
def submit_results(actor: "User", sample: Sample, revision: int | None = None) -> Sample:
    """Hand the results in for review; whoever hands in answers as tester.

    Raises `Refused` while a test has no result or a doubtful one.
    """
    actor.require(queries.WORK)
    sample = locked(sample, revision)
    require_duty(actor, sample, TESTER)
    open_tests = [test for test in sample.tests.select_related("disease") if test.result not in FINAL]
    if open_tests:
        raise Refused(
            "quarantine.test.missing",
            _("There is no final result for %(diseases)s yet. A doubtful test is repeated first.")
            % {"diseases": "、".join(str(test.disease) for test in open_tests)},
            "Q8",
            409,
        )
    return step(
        actor,
        sample,
        Step.SUBMIT,
        "quarantine.sample.submitted",
        tester=actor,
        submitted_at=clock.now(),
        returned_note="",
    )


FINAL = frozenset({Test.Result.NEGATIVE, Test.Result.POSITIVE})
