"""The templates of certificates by effective date, as data (req: Q1): title, validity, copies, printed lines."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from oversite.common import config
from oversite.common.errors import OversiteError
from oversite.domains.quarantine.certificates.validity import Mode, ValidityRule

SHIPPED = Path(__file__).parent / "shipped" / "templates.yaml"


class TemplateError(OversiteError):
    """The table of templates cannot be used; the text names the entry."""


@dataclass(frozen=True, slots=True)
class Template:
    """One template: from `effective_on` until a later one of its kind; `required` are fields that must be filled.

    Forms within the province name places from the city on; that for products in it has no telephone of the agency.
    """

    kind: str
    version: str
    title_zh: str
    title_en: str
    effective_on: date
    source: str
    validity: ValidityRule
    copies: tuple[str, ...]
    fields: tuple[str, ...]
    names_province: bool
    has_agency_phone: bool
    required: frozenset[str]


def templates() -> tuple[Template, ...]:
    """The table of this installation; raises `TemplateError`."""
    own = config.current().data_dir / "quarantine" / "templates.yaml"
    path = own if own.is_file() else SHIPPED
    return _read(path, path.stat().st_mtime_ns)


def template_for(kind: str, on: date) -> Template:
    """The template of a kind in force on a day; raises `TemplateError` where there is none."""
    in_force = [each for each in templates() if each.kind == kind and each.effective_on <= on]
    if not in_force:
        raise TemplateError(f"no template of {kind} is in force on {on}")
    return max(in_force, key=lambda each: each.effective_on)


def template_of(version: str) -> Template | None:
    """The template that a certificate was issued by, where it is still in the table."""
    return next((each for each in templates() if each.version == version), None)


@cache
def _read(path: Path, _changed_ns: int) -> tuple[Template, ...]:
    rows: Sequence[Mapping[str, Any]] = yaml.safe_load(path.read_text(encoding="utf-8"))
    found = tuple(_template(row, path) for row in rows)
    if len({each.version for each in found}) < len(found):
        raise TemplateError(f"{path}: a version stands there twice")
    return found


def _template(row: Mapping[str, Any], path: Path) -> Template:
    try:
        fields = [str(name) for name in row["fields"]]
        return Template(
            row["kind"],
            row["version"],
            row["title_zh"],
            row["title_en"],
            row["effective_on"],
            row["source"],
            ValidityRule(Mode(row["validity"]["mode"]), int(row["validity"].get("most_days", 1))),
            tuple(row["copies"]),
            tuple(name.rstrip("!") for name in fields),
            bool(row.get("names_province", True)),
            bool(row.get("has_agency_phone", True)),
            frozenset(name.rstrip("!") for name in fields if name.endswith("!")),
        )
    except (KeyError, TypeError, ValueError) as error:
        raise TemplateError(f"{path}: template {row.get('version', '?')}: {error}") from error
