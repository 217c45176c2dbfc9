"""The canonical bytes of a row and its hash."""

import hashlib
import json
from collections.abc import Mapping
from datetime import date, datetime
from typing import TYPE_CHECKING
from uuid import UUID

from oversite.common.clock import to_us

if TYPE_CHECKING:
    from oversite.base.audit.models import Entry

HASHED_TEXTS = (
    "act",
    "outcome",
    "actor",
    "actor_name",
    "agency_code",
    "agency_name",
    "origin",
    "subject_kind",
    "subject_id",
    "subject_text",
    "clause",
    "data_text",
    "previous_hash",
)
"""The text columns that the hash covers, in this order, after position and time."""


def entry_hash(entry: "Entry") -> str:
    """SHA-256 (hex) over the JSON list [position, time in µs, texts…] in UTF-8 without spaces."""
    row: list[object] = [entry.position, to_us(entry.at)]
    row += [getattr(entry, name) for name in HASHED_TEXTS]
    return hashlib.sha256(_json(row).encode()).hexdigest()


def canonical_json(data: Mapping[str, object]) -> str:
    """`data` as JSON with sorted keys; dates, UUIDs and translated texts become text.

    Raises `TypeError` for anything else that JSON does not know.
    """
    return _json(data)


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=_plain)


def _plain(value: object) -> object:
    from django.db.models import Model
    from django.utils.functional import Promise

    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, UUID | Promise | Model):
        return str(value)
    if isinstance(value, set | frozenset):
        return sorted(str(item) for item in value)
    raise TypeError(f"{type(value).__name__} cannot be kept in the audit")
