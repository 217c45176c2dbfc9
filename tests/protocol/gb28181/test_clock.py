"""Times on the wire are Beijing times (9.10)."""

from contextlib import suppress
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oversite.protocol.errors import PeerError
from oversite.protocol.gb28181.clock import ClockOffset, format_date, format_time, parse_time

AT = datetime(2026, 11, 21, 16, 30, 5, 123_456, tzinfo=UTC)


@pytest.mark.req("V5.1")
def test_the_date_header_is_beijing_time_with_milliseconds() -> None:
    assert format_date(AT) == "2026-11-22T00:30:05.123"
    assert format_date(AT.replace(microsecond=0)) == "2026-11-22T00:30:05.000"
    assert format_time(AT) == "2026-11-22T00:30:05"


@pytest.mark.parametrize(
    ("text", "at"),
    [
        ("2026-11-22T00:30:05.123", AT.replace(microsecond=123_000)),
        ("2026-11-22 00:30:05", AT.replace(microsecond=0)),
        (" 2026-11-22T0:30:5 ", AT.replace(microsecond=0)),
        ("2026-11-21T16:30:05Z", AT.replace(microsecond=0)),
        ("2026-11-22T00:30:05+08:00", AT.replace(microsecond=0)),
        ("2026-11-21T11:30:05.5-0500", AT.replace(microsecond=500_000)),
    ],
)
def test_what_devices_write_is_read(text: str, at: datetime) -> None:
    assert parse_time(text) == at


@pytest.mark.parametrize(
    "text",
    ["", "2026-13-01T00:00:00", "2026-02-30T00:00:00", "today", "0001-01-01T00:00:00", "2026-01-01T00:00:00+99:99"],
)
def test_what_is_no_time_is_refused(text: str) -> None:
    with pytest.raises(PeerError):
        parse_time(text)


@given(st.text(max_size=40) | st.from_regex(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\+\d{2}:\d{2})?", fullmatch=True))
def test_any_text_is_read_or_refused(text: str) -> None:
    with suppress(PeerError):
        assert parse_time(text).tzinfo is UTC


@given(st.datetimes(datetime(1990, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC)))
def test_times_survive(at: datetime) -> None:
    assert parse_time(format_date(at)) == at.replace(microsecond=at.microsecond // 1000 * 1000)


def test_the_offset_is_the_sample_least_delayed() -> None:
    offset = ClockOffset()
    assert offset.offset_ms is None
    device = timedelta(seconds=30)
    assert offset.add(AT + device - timedelta(milliseconds=900), AT) == 29_100
    assert offset.add(AT + device, AT) == 30_000
    assert offset.add(AT + device - timedelta(seconds=4), AT) == 30_000
    offset.reset()
    assert offset.offset_ms is None


def test_whole_seconds_are_seen_through() -> None:
    """A right clock that writes whole seconds looks up to a second slow in each single sample."""
    offset = ClockOffset()
    first = AT.replace(microsecond=900_000)
    assert offset.add(first.replace(microsecond=0), first) == -400
    for tenth in range(10):
        at = AT.replace(microsecond=tenth * 100_000) + timedelta(minutes=tenth)
        offset.add(at.replace(microsecond=0), at)
    assert abs(offset.offset_ms or 0) <= 100


def test_a_clock_set_right_is_believed_after_some_samples() -> None:
    offset = ClockOffset()
    offset.add(AT + timedelta(hours=1), AT)
    for _ in range(16):
        offset.add(AT, AT)
    assert offset.offset_ms == 0


def test_any_zone_may_be_given() -> None:
    assert format_time(AT.astimezone(timezone(timedelta(hours=-3)))) == "2026-11-22T00:30:05"
