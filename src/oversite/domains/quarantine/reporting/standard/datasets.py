"""The datasets as they are told in `catalogue.yaml`."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any, Final, Literal

import yaml

UNVERIFIED: Final = "未核实"
HERE = Path(__file__).parent
Kind = Literal["text", "date", "code", "money", "ratio", "year", "list"]


@dataclass(frozen=True, slots=True)
class CodeList:
    """The codes of a field with their words, from a day on; unverified ones say so in their `source`."""

    key: str
    label_zh: str
    label_en: str
    source: str
    entries: Mapping[str, str]
    effective_on: date

    @property
    def is_verified(self) -> bool:
        """Whether somebody named a text that shows the codes."""
        return not self.source.startswith(UNVERIFIED)


@dataclass(frozen=True, slots=True)
class FieldRule:
    """One field: its column, label, whether it is required, length, form, and what it must agree with."""

    column: str
    label_zh: str
    label_en: str
    is_required: bool
    length: int
    kind: Kind
    codes: CodeList | None
    pattern: str
    least: int
    link: str
    not_before: str
    is_long: bool


@dataclass(frozen=True, slots=True)
class Dataset:
    """A family of records; `key_column` names a record for ever, `title_column` is what lists show."""

    key: str
    label_zh: str
    label_en: str
    key_column: str
    title_column: str
    source: str
    fields: tuple[FieldRule, ...]

    def field(self, column: str) -> FieldRule:
        """The rule of a column; raises `KeyError`."""
        for each in self.fields:
            if each.column == column:
                return each
        raise KeyError(column)

    def with_codes(self, lists: Mapping[str, CodeList]) -> "Dataset":
        """The same dataset with other code lists under the keys of those that it has."""
        return replace(self, fields=tuple(_recoded(rule, lists) for rule in self.fields))


def _recoded(rule: FieldRule, lists: Mapping[str, CodeList]) -> FieldRule:
    codes = lists.get(rule.codes.key) if rule.codes is not None else None
    if codes is None:
        return rule
    return replace(rule, codes=codes, length=max(rule.length, *(len(code) for code in codes.entries)))


@cache
def code_lists() -> dict[str, CodeList]:
    """The code lists as they are shipped, by their keys."""
    told = yaml.safe_load((HERE / "catalogue.yaml").read_text(encoding="utf-8"))
    day = told["shipped_on"]
    return {key: _code_list(key, row, day) for key, row in told["codes"].items()}


def _code_list(key: str, row: Any, day: date) -> CodeList:
    zh, en = row["label"]
    return CodeList(key, zh, en, row["source"], {str(code): word for code, word in row["codes"].items()}, day)


@cache
def datasets() -> dict[str, Dataset]:
    """Every dataset by its key, in the order of the catalogue, with the code lists as they are shipped."""
    told = yaml.safe_load((HERE / "catalogue.yaml").read_text(encoding="utf-8"))
    return {key: _dataset(key, row, told["blocks"], code_lists()) for key, row in told["datasets"].items()}


def dataset(key: str) -> Dataset:
    """The dataset called `key`; raises `KeyError`."""
    return datasets()[key]


def _dataset(key: str, row: Any, blocks: Any, lists: dict[str, CodeList]) -> Dataset:
    fields: list[FieldRule] = []
    for line in row["fields"]:
        rows = blocks[line["block"]] if "block" in line else [line]
        fields += [_field(each, lists) for each in rows]
    zh, en = row["label"]
    return Dataset(key, zh, en, row["key"], row["title"], row["source"], tuple(fields))


def _field(row: Any, lists: dict[str, CodeList]) -> FieldRule:
    codes = lists[row["codes"]] if "codes" in row else None
    length = row.get("length", max((len(code) for code in codes.entries), default=0) if codes else 200)
    return FieldRule(
        column=row["column"],
        label_zh=row["zh"],
        label_en=row["en"],
        is_required=row.get("required", False),
        length=length,
        kind=row.get("kind", "code" if codes else "text"),
        codes=codes,
        pattern=row.get("pattern", ""),
        least=row.get("least", 0),
        link=row.get("link", ""),
        not_before=row.get("not_before", ""),
        is_long=length > 200,
    )
