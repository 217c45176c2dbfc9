"""The sampling plan of an inspection: what must be looked for, and how many seed that takes (req: Q8, Q14)."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from oversite.domains.quarantine.rules.quantities import Quantity, Unit
from oversite.domains.quarantine.rules.queries import Requirement, number, requirements
from oversite.domains.quarantine.rules.sampling import SamplePlan, sample_plan

if TYPE_CHECKING:
    from oversite.domains.quarantine.inspections.models import Inspection


@dataclass(frozen=True, slots=True)
class InspectionPlan:
    """How many seed one sample holds, by which figures, and the diseases: those that must be tested come first."""

    size: SamplePlan
    prevalence_percent: int
    confidence_percent: int
    diseases: tuple[Requirement, ...]
    needed: frozenset[str]


def population_of(quantity: Quantity) -> int | None:
    """How many animals a quantity is, or none where it is weighed."""
    unit, amount = quantity.counted
    return None if unit == Unit.KILOGRAM or amount == 0 else amount


def plan_for(inspection: "Inspection") -> InspectionPlan:
    """The plan by the figures and the procedure in force today."""
    prevalence, confidence = number("sampling.prevalence_percent"), number("sampling.confidence_percent")
    declared = inspection.declaration
    size = sample_plan(prevalence / 100, confidence / 100, population_of(declared.quantity))
    found = requirements(declared.species)
    needed = frozenset(inspection.needed_tests) | {each.disease_key for each in found if each.needs_test}
    ordered = sorted(found, key=lambda each: each.disease_key not in needed)
    return InspectionPlan(size, prevalence, confidence, tuple(ordered), needed)
