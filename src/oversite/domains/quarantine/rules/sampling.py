"""How many seed a sample must hold to find a disease of some prevalence with some confidence (SC/T 7103's question)."""

import math
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class SamplePlan:
    """`least` is the exact number; `planned` the full tens that plans print: 150 for 95 % at 2 %."""

    least: int
    planned: int
    prevalence: float
    confidence: float
    population: int | None


def sample_plan(prevalence: float, confidence: float, population: int | None = None) -> SamplePlan:
    """The plan for a prevalence and a confidence, both between 0 and 1, both excluded.

    In a population of known size the number is smaller (draws without replacement), and never above the population.
    Raises `ValueError` for figures outside these bounds.
    """
    if not 0 < prevalence < 1 or not 0 < confidence < 1:
        raise ValueError("prevalence and confidence lie between 0 and 1")
    if population is not None and population < 1:
        raise ValueError("a population has at least one member")
    least = math.ceil(math.log(1 - confidence) / math.log(1 - prevalence))
    if population is not None:
        sick = max(1, round(population * prevalence))
        share = 1 - (1 - confidence) ** (1 / sick)
        least = min(least, population, math.ceil(share * (population - (sick - 1) / 2)))
    planned = math.ceil(least / 10) * 10
    return SamplePlan(
        least, planned if population is None else min(planned, population), prevalence, confidence, population
    )
