"""Folding cells by a dimension; knows no database."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Cell:
    """What was declared alike: in one city, of one species, for one purpose, in one direction, in one month.

    `amount` and `certified_amount` count animals; what was weighed is in `kilograms` and
    `certified_kilograms`.
    """

    city: str
    species: int
    purpose: str
    direction: str
    month: str
    declared: int
    certified: int
    unqualified: int
    amount: int
    certified_amount: int
    kilograms: int
    certified_kilograms: int


@dataclass(slots=True)
class Row:
    """The sums of a dimension's value."""

    key: str
    label: str
    declared: int = 0
    certified: int = 0
    unqualified: int = 0
    amount: int = 0
    certified_amount: int = 0
    kilograms: int = 0
    certified_kilograms: int = 0
    obliged: int = 0
    declaring: int = 0

    @property
    def rate(self) -> float | None:
        """The declaration rate (req: Q18): of the producers that have to declare, the share that did."""
        return self.declaring / self.obliged if self.obliged else None


SUMS = ("declared", "certified", "unqualified", "amount", "certified_amount", "kilograms", "certified_kilograms")


@dataclass(frozen=True, slots=True)
class Figures:
    """Everything that the page shows: sums, and rows by dimension; `diseases` are (name, tests, positive ones)."""

    total: Row
    cities: list[Row]
    species: list[Row]
    purposes: list[Row]
    directions: list[Row]
    months: list[Row]
    diseases: list[tuple[str, int, int]] = field(default_factory=list)


def add(row: Row, cell: Cell) -> None:
    """Add a cell to a row."""
    for name in SUMS:
        setattr(row, name, getattr(row, name) + getattr(cell, name))


def fold(cells: Iterable[Cell], key: Callable[[Cell], str], labels: Mapping[str, str], other: str) -> list[Row]:
    """One row for each of `labels`, in their order, and for what is not among them one more, where there is any."""
    rows = {name: Row(name, label) for name, label in labels.items()}
    for cell in cells:
        name = key(cell)
        if name not in rows:
            rows.setdefault("", Row("", other))
            name = ""
        add(rows[name], cell)
    return list(rows.values())
