"""Keyset paging: every row once, in order, forwards and backwards, over ties and nulls."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from oversite.screens.paging import Cursor, CursorError, capped_count, ordered_all, page_of

pytestmark = pytest.mark.django_db


def fill(pumps: Any, sizes: list[int | None]) -> None:
    start = datetime(2026, 11, 21, 6, 5, 9, 123456, tzinfo=UTC)
    pumps.all().delete()
    for number, size in enumerate(sizes):
        opened_at = None if size is None else start + timedelta(microseconds=size)
        pumps.create(name=f"pump {number}", code=str(number), opened_at=opened_at)


def walk(pumps: Any, sort: str, *, is_descending: bool, size: int) -> list[list[Any]]:
    pages, token = [], ""
    while True:
        cursor = Cursor.parse(token) if token else None
        page = page_of(pumps.all(), sort=sort, is_descending=is_descending, size=size, cursor=cursor)
        pages.append(page.rows)
        token = page.next
        if not token:
            return pages


@pytest.mark.parametrize("is_descending", [False, True])
def test_every_row_comes_once_in_order_with_nulls_last(pumps: Any, is_descending: bool) -> None:
    fill(pumps, [5, 1, None, 5, 3, None, 1, 5, 2, None])
    pages = walk(pumps, "opened_at", is_descending=is_descending, size=3)
    rows = [row for page in pages for row in page]
    assert len({row.pk for row in rows}) == len(rows) == 10
    values = [row.opened_at for row in rows]
    known = [value for value in values if value]
    assert known == sorted(known, reverse=is_descending)
    assert values[-3:] == [None, None, None]


@pytest.mark.parametrize("is_descending", [False, True])
def test_going_back_shows_the_same_pages(pumps: Any, is_descending: bool) -> None:
    fill(pumps, [5, 1, None, 5, 3, None, 1, 5, 2, None])
    forward = walk(pumps, "opened_at", is_descending=is_descending, size=4)
    last = page_of(pumps.all(), sort="opened_at", is_descending=is_descending, size=4)
    while last.next:
        last = page_of(
            pumps.all(), sort="opened_at", is_descending=is_descending, size=4, cursor=Cursor.parse(last.next)
        )
    backward = [last.rows]
    while last.previous:
        last = page_of(
            pumps.all(), sort="opened_at", is_descending=is_descending, size=4, cursor=Cursor.parse(last.previous)
        )
        backward.insert(0, last.rows)
    assert backward == forward


def test_any_values_and_page_sizes_give_each_row_once(pumps: Any) -> None:
    @settings(max_examples=25, deadline=None)
    @given(st.lists(st.none() | st.integers(0, 3), max_size=12), st.integers(1, 5), st.booleans())
    def each_row_once(sizes: list[int | None], size: int, is_descending: bool) -> None:
        fill(pumps, sizes)
        rows = [r.pk for page in walk(pumps, "opened_at", is_descending=is_descending, size=size) for r in page]
        assert sorted(rows) == sorted(pumps.values_list("pk", flat=True))
        assert len(rows) == len(sizes)

    each_row_once()


def test_rows_that_are_added_meanwhile_do_not_shift_the_next_page(pumps: Any) -> None:
    fill(pumps, [1, 2, 3, 4])
    first = page_of(pumps.all(), sort="opened_at", is_descending=False, size=2)
    pumps.create(name="early", code="early", opened_at=datetime(2020, 1, 1, tzinfo=UTC))
    second = page_of(pumps.all(), sort="opened_at", is_descending=False, size=2, cursor=Cursor.parse(first.next))
    assert [row.code for row in first.rows + second.rows] == ["0", "1", "2", "3"]


def test_without_a_sort_field_the_primary_key_orders(pumps: Any) -> None:
    fill(pumps, [1, 1, 1])
    page = page_of(pumps.all(), sort="", is_descending=True, size=2)
    assert [row.code for row in page.rows] == ["2", "1"]


@pytest.mark.parametrize("token", ["x", "%%%", "WzFd", "W10", "bnVsbA", "WyJhIiwxLDJd", "é", "WyJ6IiwiMSIsIjIiXQ"])
def test_an_unreadable_cursor_is_refused(token: str) -> None:
    with pytest.raises(CursorError):
        Cursor.parse(token)


def test_a_cursor_of_another_field_is_refused(pumps: Any) -> None:
    fill(pumps, [1])
    with pytest.raises(CursorError):
        page_of(pumps.all(), sort="opened_at", is_descending=False, size=2, cursor=Cursor("no instant", "1"))
    with pytest.raises(CursorError):
        page_of(pumps.all(), sort="opened_at", is_descending=False, size=2, cursor=Cursor(None, "no key"))


def test_counting_stops_above_the_cap(pumps: Any) -> None:
    fill(pumps, [1] * 7)
    assert capped_count(pumps.all(), cap=5) == 6
    assert capped_count(pumps.all(), cap=10) == 7


@pytest.mark.parametrize(("sort", "says_where_nulls_stand"), [("opened_at", True), ("size_bytes", False)])
def test_only_an_order_with_nulls_says_where_they_stand(pumps: Any, sort: str, says_where_nulls_stand: bool) -> None:
    order = str(ordered_all(pumps.all(), sort=sort, is_descending=False).query)
    assert ("NULLS" in order) is says_where_nulls_stand  # an index cannot serve an order that does
