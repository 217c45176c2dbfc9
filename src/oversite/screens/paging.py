"""Keyset paging: a page begins after a row, not after a number of rows, so that depth costs nothing."""

import base64
import binascii
import json
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal

from django.core.exceptions import FieldDoesNotExist, ValidationError
from django.db.models import F, Q, QuerySet

COUNT_CAP = 10_000
SORT_VALUE = "ov_sort_value"
"""The annotation that carries the value sorted by."""


class CursorError(ValueError):
    """The place in the list, given in the address, cannot be read."""


@dataclass(frozen=True, slots=True)
class Cursor:
    """A row's place in the order: the text of its sorted value (none where it is null) and of its primary key."""

    value: str | None
    pk: str
    direction: Literal["after", "before"] = "after"

    def token(self) -> str:
        """The cursor for an address."""
        raw = json.dumps([self.direction[0], self.value, self.pk], separators=(",", ":"), ensure_ascii=False)
        return base64.urlsafe_b64encode(raw.encode()).decode().rstrip("=")

    @classmethod
    def parse(cls, token: str) -> "Cursor":
        """Read a cursor; raises `CursorError`."""
        try:
            raw = json.loads(base64.urlsafe_b64decode(token + "=" * (-len(token) % 4)))
            mark, value, pk = raw
        except (binascii.Error, UnicodeError, ValueError, TypeError) as error:
            raise CursorError(token) from error
        if mark not in {"a", "b"} or not isinstance(pk, str) or not (value is None or isinstance(value, str)):
            raise CursorError(token)
        return cls(value, pk, "after" if mark == "a" else "before")


@dataclass(frozen=True, slots=True)
class Page:
    """One page of rows and the cursors of its neighbours ("" = there is none)."""

    rows: list[Any]
    next: str
    previous: str


def page_of(
    queryset: QuerySet[Any], *, sort: str, is_descending: bool, size: int, cursor: Cursor | None = None
) -> Page:
    """The page that begins at `cursor`; nulls come last, ties are ordered by the primary key.

    Raises `CursorError` when the cursor does not fit the field sorted by.
    """
    ordered = _ordered(queryset, sort or "pk", is_descending, is_backward=_is_backward(cursor))
    if cursor:
        ordered = ordered.filter(_beyond(ordered, cursor, is_descending))
    rows = list(ordered[: size + 1])
    has_more = len(rows) > size
    rows = rows[:size]
    if _is_backward(cursor):
        rows.reverse()
        has_previous, has_next = has_more, True
    else:
        has_previous, has_next = cursor is not None, has_more
    if not rows:
        return Page([], "", "")
    return Page(
        rows,
        _cursor_at(rows[-1], "after").token() if has_next else "",
        _cursor_at(rows[0], "before").token() if has_previous else "",
    )


def capped_count(queryset: QuerySet[Any], cap: int = COUNT_CAP) -> int:
    """The number of rows, counted no further than one above the cap."""
    return queryset.order_by()[: cap + 1].count()


def ordered_all(queryset: QuerySet[Any], *, sort: str, is_descending: bool) -> QuerySet[Any]:
    """The whole queryset in the order in which its pages come."""
    return _ordered(queryset, sort or "pk", is_descending, is_backward=False)


def _is_backward(cursor: Cursor | None) -> bool:
    return cursor is not None and cursor.direction == "before"


def _ordered(queryset: QuerySet[Any], sort: str, is_descending: bool, *, is_backward: bool) -> QuerySet[Any]:
    field = F(SORT_VALUE)
    places = {"nulls_first" if is_backward else "nulls_last": True} if _can_be_null(queryset, sort) else {}
    by = field.asc(**places) if is_descending == is_backward else field.desc(**places)
    pk = "-pk" if is_descending != is_backward else "pk"
    ordered: QuerySet[Any] = queryset.annotate(**{SORT_VALUE: F(sort)}).order_by(by, pk)
    return ordered


def _can_be_null(queryset: QuerySet[Any], sort: str) -> bool:
    """Whether the order must say where nulls stand; an index serves only an order that does not."""
    if sort == "pk":
        return False
    try:
        return bool(queryset.model._meta.get_field(sort).null)
    except FieldDoesNotExist:  # an annotation, or a field of what the row points to
        return True


def _beyond(queryset: QuerySet[Any], cursor: Cursor, is_descending: bool) -> Q:
    field = queryset.query.annotations[SORT_VALUE].output_field
    pk_field = queryset.model._meta.pk
    assert pk_field is not None
    try:
        pk = pk_field.to_python(cursor.pk)
        value = None if cursor.value is None else field.to_python(cursor.value)
    except (ValidationError, ValueError, TypeError) as error:
        raise CursorError(cursor.value) from error
    backward = cursor.direction == "before"
    comparison = "lt" if is_descending != backward else "gt"
    tie = Q(**{f"pk__{comparison}": pk})
    is_null = Q(**{f"{SORT_VALUE}__isnull": True})
    if value is None:
        return ~is_null | (is_null & tie) if backward else is_null & tie
    further = Q(**{f"{SORT_VALUE}__{comparison}": value}) | (Q(**{SORT_VALUE: value}) & tie)
    return further if backward else further | is_null


def _cursor_at(row: Any, direction: Literal["after", "before"]) -> Cursor:
    value = getattr(row, SORT_VALUE)
    if isinstance(value, date | datetime):
        value = value.isoformat()
    return Cursor(None if value is None else str(value), str(row.pk), direction)
