"""Holding a record against the rules of its dataset, field by field; knows no database."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Final

from oversite.domains.quarantine.reporting.standard.datasets import Dataset, FieldRule

USCC: Final = r"[0-9A-HJ-NPQRTUWXY]{2}[0-9]{6}[0-9A-HJ-NPQRTUWXY]{10}"
PATTERNS: Final = {
    "item": re.compile(r"[0-9]{14}"),
    "check-item": re.compile(rf"{USCC}[1-5].*"),
    "uscc": re.compile(USCC),
    "party": re.compile(rf"{USCC}|[1-9][0-9]{{16}}[0-9X]"),
    "division": re.compile(r"[1-9][0-9]{5}"),
    "identity": re.compile(r"[1-9][0-9]{16}[0-9X]"),
}
SEPARATORS: Final = re.compile(r"[,，、;；]\s*")
FIRST_YEAR, LAST_YEAR = 2000, 2100


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with one column; `reason` is a key of the texts that the pages show, `facts` fill them."""

    column: str
    reason: str
    facts: Mapping[str, object]


def written(values: Mapping[str, str], rule: FieldRule) -> list[str]:
    """The single values of a column that holds a list."""
    return [word for word in SEPARATORS.split(values.get(rule.column, "").strip()) if word]


def faults_of(dataset: Dataset, values: Mapping[str, str], is_known: Callable[[str, str], bool]) -> list[Fault]:
    """Everything that is wrong, at most one fault per column; `is_known(dataset, code)` says whether a link leads
    somewhere."""
    found: list[Fault] = []
    for rule in dataset.fields:
        value = values.get(rule.column, "").strip()
        if not value:
            found += [Fault(rule.column, "required", {})] if rule.is_required else []
            continue
        fault = _fault(rule, value, values) or _order(dataset, rule, value, values)
        if fault is None and rule.link and not is_known(rule.link, value):
            fault = Fault(rule.column, "link", {"value": value[:60]})
        found += [fault] if fault else []
    return found


def _fault(rule: FieldRule, value: str, values: Mapping[str, str]) -> Fault | None:
    if len(value) > rule.length:
        return Fault(rule.column, "length", {"most": rule.length, "length": len(value)})
    if rule.codes is not None and value not in rule.codes.entries:
        return Fault(rule.column, "code", {"value": value[:40]})
    if rule.pattern and not PATTERNS[rule.pattern].fullmatch(value):
        return Fault(rule.column, f"pattern-{rule.pattern}", {})
    if rule.kind == "list" and len(set(written(values, rule))) < rule.least:
        return Fault(rule.column, "least", {"least": rule.least})
    reason = KINDS[rule.kind](value) if rule.kind in KINDS else ""
    return Fault(rule.column, reason, {}) if reason else None


def _order(dataset: Dataset, rule: FieldRule, value: str, values: Mapping[str, str]) -> Fault | None:
    before = values.get(rule.not_before, "").strip() if rule.not_before else ""
    if not before or _day(before) is None or _day(value) is None or value >= before:
        return None
    return Fault(rule.column, "order", {"other": dataset.field(rule.not_before).label_zh})


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if len(text) == len("2026-11-22") else None
    except ValueError:
        return None


def _date_fault(value: str) -> str:
    return "" if _day(value) else "date"


def _money_fault(value: str) -> str:
    return "" if re.fullmatch(r"[0-9]{1,14}(\.[0-9]{1,2})?", value) else "money"


def _ratio_fault(value: str) -> str:
    try:
        ratio = Decimal(value)
    except InvalidOperation:
        return "ratio"
    return "" if ratio.is_finite() and 0 <= ratio <= 1 else "ratio"


def _year_fault(value: str) -> str:
    is_year = value.isascii() and value.isdigit() and FIRST_YEAR <= int(value) <= LAST_YEAR
    return "" if is_year else "year"


KINDS: Final[dict[str, Callable[[str], str]]] = {
    "date": _date_fault,
    "money": _money_fault,
    "ratio": _ratio_fault,
    "year": _year_fault,
}
