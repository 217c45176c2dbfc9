"""The dated figures that the apps of the domain live by: each says what it is and what was shipped."""

from dataclasses import dataclass
from datetime import date
from typing import Literal

from oversite.common.sentences import Sentence
from oversite.common.slots import Slot
from oversite.screens.slots import Words


@dataclass(frozen=True, slots=True)
class ShippedValue:
    """A value with the day from which it counts and where it comes from."""

    value: str
    effective_on: date
    source: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class SettingKind:
    """A dated figure: its name, what it holds, its unit, and the values that every installation begins with.

    The value of `codes` is a code list: one code per line, then a space and its word.
    """

    label: Words | Sentence
    kind: Literal["number", "text", "yes-no", "codes"]
    unit: Words = ""
    shipped: tuple[ShippedValue, ...] = ()


SETTINGS: Slot[SettingKind] = Slot("quarantine settings")
"""Key (`declaration.lead_days`) → the figure."""
