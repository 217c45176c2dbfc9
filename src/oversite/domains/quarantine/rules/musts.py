"""When quarantine is a must: conditions over the facts of a declaration, judged without any database (req: Q14)."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol


class Rule(Protocol):
    """A must in force."""

    condition: str
    label: str
    years: int


@dataclass(frozen=True, slots=True)
class MustFacts:
    """What is known: the species' standing, the purpose, where the seed goes, years since the last positive result."""

    is_catalogued: bool
    is_on_licence: bool
    is_for_release: bool
    leaves_city: bool
    years_since_positive: float | None = None


def musts_met(rules: Iterable[Rule], facts: MustFacts) -> list[str]:
    """The wordings of the musts that a declaration meets, in the order of the rules."""
    return [rule.label for rule in rules if _is_met(rule, facts)]


def _is_met(rule: Rule, facts: MustFacts) -> bool:
    if rule.condition == "catalogued":
        return facts.is_catalogued and facts.is_on_licence
    if rule.condition == "release":
        return facts.is_for_release
    if rule.condition == "outside-city":
        return facts.leaves_city
    if rule.condition == "disease-recent":
        return facts.years_since_positive is not None and facts.years_since_positive <= rule.years
    raise ValueError(rule.condition)
