"""The datasets as they are told in `catalogue.yaml`."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final, Literal

import yaml

UNVERIFIED: Final = "未核实"
HERE = Path(__file__).parent
Kind = Literal["text", "date", "code", "money", "ratio", "year", "list"]


@dataclass(frozen=True, slots=True)
class CodeList:
    """The codes of a field with their words; `source` says where they come from, unverified ones say so."""

    key: str
    source: str
    entries: Mapping[str, str]

    @property
    def is_verified(self) -> bool:
        """Whether a text at hand shows the codes."""
        return self.source != UNVERIFIED


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


@cache
def datasets() -> dict[str, Dataset]:
    """Every dataset by its key, in the order of the catalogue."""
    told = yaml.safe_load((HERE / "catalogue.yaml").read_text(encoding="utf-8"))
    lists = {
        key: CodeList(key, row["source"], {str(code): word for code, word in row["codes"].items()})
        for key, row in told["codes"].items()
    }
    return {key: _dataset(key, row, told["blocks"], lists) for key, row in told["datasets"].items()}


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
