"""The tables of annex 3, read once from the data of the package and checked as they are read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

import yaml

from oversite.domains.customs.words import Words


@dataclass(frozen=True, slots=True)
class Entry:
    """One code of a table: its digits, a key for data and programs, and what it is called."""

    digits: str
    key: str
    label: Words
    group: str = ""
    needs_reason: bool = False
    business: str = ""


@dataclass(frozen=True, slots=True)
class CircumstanceEntry:
    """A special case: the site class that it settles, and the clause that says so."""

    site_class: str
    clause: str
    label: Words


@dataclass(frozen=True, slots=True)
class Tables:
    """Every table by the name of its part of the code; `clauses` names the provision behind each part."""

    entries: Mapping[str, Mapping[str, Entry]]
    clauses: Mapping[str, str]
    circumstances: Mapping[str, CircumstanceEntry]
    reason_clause: str

    def find(self, part: str, word: str) -> Entry | None:
        """The entry of a table by its digits or by its key."""
        table = self.entries[part]
        return table.get(word) or next((entry for entry in table.values() if entry.key == word), None)


TABLED = ("control", "industry", "device", "site_class", "position")


@cache
def tables() -> Tables:
    """The tables in force. Raises `ValueError` where the data is not what it must be."""
    text = files(__package__).joinpath("tables.yaml").read_text(encoding="utf-8")
    told: Mapping[str, Any] = yaml.safe_load(text)
    entries = {part: _table(part, told[part]) for part in TABLED}
    circumstances = {
        key: CircumstanceEntry(row["class"], row["clause"], Words(row["zh"], row["en"]))
        for key, row in told["circumstances"].items()
    }
    for key, circumstance in circumstances.items():
        if circumstance.site_class not in entries["site_class"]:
            raise ValueError(f"circumstance {key}: no site class {circumstance.site_class}")
    return Tables(entries, told["clauses"], circumstances, told["reason_clause"])


def _table(part: str, rows: Mapping[Any, Mapping[str, Any]]) -> Mapping[str, Entry]:
    found: dict[str, Entry] = {}
    for digits, row in rows.items():
        if not (isinstance(digits, str) and digits.isdecimal()):
            raise ValueError(f"{part}: {digits!r} is no text of digits")
        known = {"key", "zh", "en", "group", "needs_reason", "business"}
        if unknown := row.keys() - known:
            raise ValueError(f"{part} {digits}: unknown words {sorted(unknown)}; known are {sorted(known)}")
        found[digits] = Entry(
            digits,
            row["key"],
            Words(row["zh"], row["en"]),
            row.get("group", ""),
            bool(row.get("needs_reason", False)),
            row.get("business", ""),
        )
    if len({entry.key for entry in found.values()}) != len(found):
        raise ValueError(f"{part}: a key stands twice")
    if len({len(digits) for digits in found}) != 1:
        raise ValueError(f"{part}: codes of different lengths")
    return found
