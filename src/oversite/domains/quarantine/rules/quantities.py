"""Amounts of seed: whole numbers with a unit, never fractions, comparable where their units count the same thing."""

from dataclasses import dataclass
from typing import Final

from django.db import models
from django.utils.translation import gettext_lazy as _

LARGEST: Final = 10**14
"""Amounts above this are a slip of the hand."""


class Unit(models.TextChoices):
    """The units of the forms; how forms print them is in `UNIT_ZH`."""

    TAIL = "tail", _("tails")
    PIECE = "piece", _("pieces")
    GRAIN = "grain", _("grains")
    KILOGRAM = "kilogram", _("kilograms")
    TEN_THOUSAND_TAIL = "10k-tail", _("ten thousand tails")
    TEN_THOUSAND_PIECE = "10k-piece", _("ten thousand pieces")
    TEN_THOUSAND_GRAIN = "10k-grain", _("ten thousand grains")


UNIT_ZH: Final[dict[str, str]] = {
    Unit.TAIL: "尾",
    Unit.PIECE: "只",
    Unit.GRAIN: "粒",
    Unit.KILOGRAM: "千克",
    Unit.TEN_THOUSAND_TAIL: "万尾",
    Unit.TEN_THOUSAND_PIECE: "万只",
    Unit.TEN_THOUSAND_GRAIN: "万粒",
}
"""The statutory word of each unit."""

_COUNTED: Final[dict[str, tuple[str, int]]] = {
    Unit.TEN_THOUSAND_TAIL: (Unit.TAIL, 10_000),
    Unit.TEN_THOUSAND_PIECE: (Unit.PIECE, 10_000),
    Unit.TEN_THOUSAND_GRAIN: (Unit.GRAIN, 10_000),
}


@dataclass(frozen=True, slots=True)
class Quantity:
    """So many of a unit; raises `ValueError` for an amount that is no whole number from 0 to `LARGEST`."""

    amount: int
    unit: str

    def __post_init__(self) -> None:
        if type(self.amount) is not int or not 0 <= self.amount <= LARGEST:
            raise ValueError(f"not an amount: {self.amount!r}")
        Unit(self.unit)

    @property
    def counted(self) -> tuple[str, int]:
        """The same amount as (single unit, how many): 3 万尾 is 30,000 尾."""
        single, factor = _COUNTED.get(self.unit, (self.unit, 1))
        return str(single), self.amount * factor

    def in_unit(self, unit: str) -> "Quantity":
        """The same amount in another unit, where that gives a whole number; else in single ones."""
        single, count = self.counted
        other, factor = _COUNTED.get(unit, (unit, 1))
        return Quantity(count // factor, unit) if other == single and count % factor == 0 else Quantity(count, single)

    def is_comparable(self, other: "Quantity") -> bool:
        """Whether both count the same thing."""
        return self.counted[0] == other.counted[0]

    def exceeds(self, other: "Quantity") -> bool:
        """Whether this is more than `other`; raises `ValueError` where they do not count the same thing."""
        if not self.is_comparable(other):
            raise ValueError(f"{self.unit} and {other.unit} count different things")
        return self.counted[1] > other.counted[1]

    @property
    def text_zh(self) -> str:
        """As the forms print it: 30000 尾."""
        return f"{self.amount} {UNIT_ZH[self.unit]}"

    def __str__(self) -> str:
        return f"{self.amount:,} {Unit(self.unit).label}"
