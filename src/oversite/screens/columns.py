"""Columns of a list: what is shown, how, and by what it can be sorted."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from oversite.screens.formats import TEXT, Align, Cell, Format
from oversite.screens.slots import Words


@dataclass(frozen=True, slots=True)
class Column:
    """One column; `key` is permanent, because query strings and saved views hold it.

    `value` is a path of attributes (`site.name`) or a function of the row; `sort` the ORM field to sort by ("" = none);
    `is_hidden` columns are shown on request and always exported.
    """

    key: str
    label: Words
    value: str | Callable[[Any], object]
    format: Format = TEXT
    sort: str = ""
    link: Callable[[Any], str] | None = None
    is_hidden: bool = False

    def of(self, row: Any) -> object:
        """The raw value in a row; a missing link of the path gives none."""
        if callable(self.value):
            return self.value(row)
        value = row
        for name in self.value.split("."):
            if value is None:
                return None
            value = value[name] if isinstance(value, dict) else getattr(value, name)
        return value() if callable(value) else value

    def html(self, row: Any) -> str:
        """The value in a row as a page shows it."""
        return self.format.html(self.of(row))

    def cell(self, row: Any) -> Cell:
        """The value in a row as Excel holds it."""
        return self.format.cell(self.of(row))

    def href(self, row: Any) -> str:
        """Where the value leads, or nothing."""
        return self.link(row) if self.link else ""

    @property
    def align(self) -> Align:
        """To which side the column is set."""
        return self.format.align
