"""What a veterinarian goes through, as data, and what the answers amount to; no database."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

import yaml

FILE = Path(__file__).parent / "checklists/origin.yaml"
ANSWERS: Final = ("yes", "no", "na")
LONGEST_NOTE: Final = 300


@dataclass(frozen=True, slots=True)
class Item:
    """One thing to check; `may_na` may not apply."""

    key: str
    label_zh: str
    label_en: str
    may_na: bool = False


@dataclass(frozen=True, slots=True)
class Section:
    """Items that belong together: papers, situation, group, individuals."""

    key: str
    label_zh: str
    label_en: str
    items: tuple[Item, ...]


@cache
def sections() -> tuple[Section, ...]:
    """The checklist in its order."""
    told = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    return tuple(
        Section(each["key"], each["label_zh"], each["label_en"], tuple(Item(**item) for item in each["items"]))
        for each in told["sections"]
    )


def items() -> dict[str, Item]:
    """Every item by its key."""
    return {item.key: item for section in sections() for item in section.items}


def cleaned(findings: object) -> dict[str, dict[str, str]]:
    """Only known items with known answers, notes cut to `LONGEST_NOTE`: whatever a phone sends is safe to keep."""
    known = items()
    kept: dict[str, dict[str, str]] = {}
    for key, given in findings.items() if isinstance(findings, Mapping) else ():
        if key not in known or not isinstance(given, Mapping):
            continue
        answer, note = given.get("answer"), given.get("note")
        entry: dict[str, str] = {}
        if answer in ANSWERS and (answer != "na" or known[key].may_na):
            entry["answer"] = str(answer)
        if isinstance(note, str) and note.strip():
            entry["note"] = note.strip()[:LONGEST_NOTE]
        if entry:
            kept[key] = entry
    return kept


def unanswered(findings: Mapping[str, Any]) -> list[Item]:
    """The items that have no answer yet."""
    return [item for key, item in items().items() if not findings.get(key, {}).get("answer")]


def failed(findings: Mapping[str, Any]) -> list[Item]:
    """The items that were answered with no."""
    return [item for key, item in items().items() if findings.get(key, {}).get("answer") == "no"]
