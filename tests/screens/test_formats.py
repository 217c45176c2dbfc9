"""Values as people read them and as Excel holds them."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.utils import translation

from oversite.screens.columns import Column
from oversite.screens.formats import (
    BYTES,
    DATE,
    DURATION_MS,
    INSTANT,
    NUMBER,
    PERCENT,
    TEXT,
    State,
    StateFormat,
    duration_text,
)


@pytest.mark.parametrize(
    ("duration_ms", "words"),
    [
        (0, "0 seconds"),
        (999, "0 seconds"),
        (61_000, "1 minute 1 second"),
        (11_520_000, "3 hours 12 minutes"),
        (3_600_000, "1 hour"),
        (90_000_000, "1 day 1 hour"),
        (-61_000, "−1 minute 1 second"),
    ],
)
def test_durations_in_their_two_largest_units(duration_ms: int, words: str) -> None:
    with translation.override("en"):
        assert duration_text(duration_ms) == words


def test_instants_are_beijing_time_on_the_page_and_in_excel() -> None:
    at = datetime(2026, 11, 21, 6, 5, 9, tzinfo=UTC)
    assert INSTANT.html(at) == '<time datetime="2026-11-21T06:05:09+00:00">2026-11-21 14:05:09</time>'
    assert INSTANT.cell(at) == datetime(2026, 11, 21, 14, 5, 9)


def test_nothing_is_a_dash_on_the_page_and_empty_in_excel() -> None:
    for form in (TEXT, NUMBER, INSTANT, DATE, DURATION_MS, BYTES, PERCENT):
        assert form.html(None) == "—"
        assert form.cell(None) is None


def test_numbers_bytes_and_shares() -> None:
    assert NUMBER.html(1234567) == "1,234,567"
    assert NUMBER.cell(Decimal("1.5")) == 1.5
    assert BYTES.html(1536) == "1.5 KiB"
    assert BYTES.html(900) == "900 B"
    assert PERCENT.html(0.9871) == "98.7%"
    assert DATE.html(date(2026, 5, 1)) == "2026-05-01"


def test_a_state_is_a_word_with_a_tone_and_never_a_colour_alone() -> None:
    form = StateFormat({"off": State("offline", "now")})
    assert form.html("off") == '<span class="ov-state is-now">offline</span>'
    assert form.cell("off") == "offline"
    assert form.html("unheard of") == "unheard of"


def test_a_column_follows_a_path_and_stops_at_nothing() -> None:
    class Row:
        site = None
        code = 7

    assert Column("a", "A", "site.name").of(Row()) is None
    assert Column("a", "A", "code").of(Row()) == 7
    assert Column("a", "A", lambda row: row.code + 1).of(Row()) == 8
