"""Whether raw values are complete, their controls good, and the result theirs; one judgement for form and action."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from oversite.domains.quarantine.laboratory.models import Test
from oversite.domains.quarantine.laboratory.readings import Limits, Reading, are_controls_good, result_of
from oversite.domains.quarantine.rules.queries import number
from oversite.screens.slots import Words


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """Raw values: readings and controls of a PCR, or how many of the examined specimens were positive."""

    kind: str
    readings: Sequence[Reading] = ()
    positive_control: float | None = None
    negative_control: float | None = None
    examined: int = 0
    positives: int = 0

    def as_json(self) -> dict[str, Any]:
        """As the row keeps it."""
        if self.kind == Test.Kind.COUNT:
            return {"examined": self.examined, "positives": self.positives}
        return {
            "ct": [[reading.name, reading.ct] for reading in self.readings],
            "positive_control": self.positive_control,
            "negative_control": self.negative_control,
        }


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong, and beside which field it is told."""

    field: str
    message: Words


def limits() -> Limits:
    """The limits of today."""
    return Limits(
        positive=number("laboratory.ct_positive_at_most"),
        negative=number("laboratory.ct_negative_from"),
        control=number("laboratory.ct_control_at_most"),
    )


def result_of_measured(measured: Measured) -> str:
    """The result that raw values carry."""
    if measured.kind == Test.Kind.COUNT:
        return Test.Result.POSITIVE if measured.positives else Test.Result.NEGATIVE
    return result_of(measured.readings, limits())


def fault_of(measured: Measured, result: str) -> Fault | None:
    """The first thing that speaks against entering these values with this result."""
    if measured.kind == Test.Kind.COUNT:
        if not 0 <= measured.positives <= measured.examined or measured.examined < 1:
            return Fault("positives", _("Of the specimens examined, at least one, some or none are positive."))
    elif not measured.readings:
        return Fault("readings", _("Enter the Ct value of every well."))
    elif not are_controls_good(measured.positive_control, measured.negative_control, limits()):
        return Fault(
            "positive_control",
            _("The controls failed, so this run counts for nothing. Repeat the run."),
        )
    said = result_of_measured(measured)
    if result != said:
        return Fault(
            "result",
            _("The raw values say “%(said)s”. Check the values, or choose that result.")
            % {"said": Test.Result(said).label},
        )
    return None
