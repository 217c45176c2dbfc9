"""The timeline of a camera: spans, gaps, marks for what is held or damaged; instants found in files."""

from dataclasses import replace
from typing import Any

import pytest

from oversite.common.config import Config
from oversite.video.recording import actions, queries
from oversite.video.recording.layout import SegmentFact
from oversite.video.recording.models import Segment, Volume
from oversite.video.recording.queries import Gap, Span

pytestmark = pytest.mark.django_db

MIDNIGHT_US = 1_795_276_800_000_000
MINUTE_US = 60_000_000


@pytest.fixture
def day(settings: Config, camera: Any, volume: Volume) -> int:
    """Ten-minute files from 00:00 to 03:00, one missing at 01:00, one damaged and short at 02:00, one open."""
    facts = []
    for number in range(18):
        if number == 6:
            continue
        fact = SegmentFact(
            "main", f"{camera.uid}/d/{number}", str(camera.uid), camera.gb_id, 0,
            MIDNIGHT_US + number * 10 * MINUTE_US, 600 * 90_000, 600_000, 10, 10, "closed", "h264", 0,
        )  # fmt: skip
        if number == 12:
            fact = replace(fact, state="damaged", media_90k=540 * 90_000, wall_ms=540_000)
        if number == 17:
            fact = replace(fact, state="open", wall_ms=300_000, media_90k=300 * 90_000)
        facts.append(fact)
    actions.register_segments(facts)
    return int(camera.pk)


def minutes(first: float, last: float, **marks: bool) -> Span:
    return Span(MIDNIGHT_US + round(first * MINUTE_US), MIDNIGHT_US + round(last * MINUTE_US), **marks)


def test_spans_join_and_stand_apart_where_they_must(day: int) -> None:
    actions.hold_segments([Segment.objects.get(path__endswith="/d/14").pk])
    assert queries.timeline(day, MIDNIGHT_US, MIDNIGHT_US + 180 * MINUTE_US) == [
        minutes(0, 60),
        minutes(70, 120),
        minutes(120, 129, is_damaged=True),
        minutes(130, 140),
        minutes(140, 150, is_held=True),
        minutes(150, 175, is_open=True),
    ]


@pytest.mark.req("A16.2")
def test_the_newest_seconds_of_a_running_file_are_no_gap_and_minutes_are(day: int) -> None:
    spans = queries.timeline(day, MIDNIGHT_US, MIDNIGHT_US + 180 * MINUTE_US)
    end_us = MIDNIGHT_US + 175 * MINUTE_US
    assert queries.known_until_us(spans, end_us + 9_000_000) == end_us
    assert queries.known_until_us(spans, end_us + MINUTE_US) == end_us + MINUTE_US
    assert queries.known_until_us(spans[:-1], end_us) == end_us
    assert queries.known_until_us([], end_us) == end_us


def test_a_period_that_begins_within_a_file_is_clipped(day: int) -> None:
    first, last = MIDNIGHT_US + 5 * MINUTE_US, MIDNIGHT_US + 25 * MINUTE_US
    assert queries.timeline(day, first, last) == [Span(first, last)]
    assert queries.gaps(day, first, last) == []


def test_gaps_and_coverage_balance(day: int) -> None:
    end_us = MIDNIGHT_US + 180 * MINUTE_US
    assert queries.gaps(day, MIDNIGHT_US, end_us) == [
        Gap(MIDNIGHT_US + 60 * MINUTE_US, MIDNIGHT_US + 70 * MINUTE_US),
        Gap(MIDNIGHT_US + 129 * MINUTE_US, MIDNIGHT_US + 130 * MINUTE_US),
        Gap(MIDNIGHT_US + 175 * MINUTE_US, end_us),
    ]
    assert queries.covered_ms(day, MIDNIGHT_US, end_us) == (180 - 10 - 1 - 5) * 60_000
    empty = queries.gaps(day + 1, MIDNIGHT_US, end_us)
    assert empty == [Gap(MIDNIGHT_US, end_us)]


def test_overlapping_files_are_covered_once(day: int, camera: Any) -> None:
    twin = SegmentFact(
        "main", f"{camera.uid}/d/twin", str(camera.uid), camera.gb_id, 0, MIDNIGHT_US + 3 * MINUTE_US,
        60 * 90_000, 60_000, 10, 10, "closed", "h264", 0,
    )  # fmt: skip
    actions.register_segments([twin])
    assert queries.covered_ms(day, MIDNIGHT_US, MIDNIGHT_US + 20 * MINUTE_US) == 20 * 60_000
    assert queries.gaps(day, MIDNIGHT_US, MIDNIGHT_US + 20 * MINUTE_US) == []


def test_pieces_of_a_period_and_instants_in_them(day: int) -> None:
    found = queries.pieces(day, MIDNIGHT_US + 15 * MINUTE_US, MIDNIGHT_US + 20 * MINUTE_US)
    assert [item.path.rpartition("/")[2] for item in found] == ["1"]
    (item,) = found
    assert queries.media_of(item, MIDNIGHT_US + 15 * MINUTE_US) == 300 * 90_000
    assert queries.instant_of(item, 300 * 90_000) == MIDNIGHT_US + 15 * MINUTE_US
    assert queries.pieces_by_id([item.segment_id, 10**9]) == [item]


def test_drift_is_spread_over_the_file(day: int) -> None:
    item = replace(queries.pieces(day, MIDNIGHT_US, MIDNIGHT_US + 1)[0], end_us=MIDNIGHT_US + 600_300_000)
    assert queries.instant_of(item, 600 * 90_000) == item.end_us
    assert queries.media_of(item, item.end_us) == 600 * 90_000


def test_days_with_footage_are_beijing_days(day: int) -> None:
    before = MIDNIGHT_US - 86_400_000_000
    assert queries.recorded_days(day, before, MIDNIGHT_US + 86_400_000_000) == ["2026-11-22"]


def test_a_day_takes_a_fixed_number_of_queries(day: int, django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(1):
        queries.gaps(day, MIDNIGHT_US, MIDNIGHT_US + 86_400_000_000)
    with django_assert_num_queries(1):
        queries.pieces(day, MIDNIGHT_US, MIDNIGHT_US + 86_400_000_000)


def test_an_instant_is_recorded_where_a_file_covers_it_or_two_files_meet(day: int) -> None:
    def recorded(minute: float) -> bool:
        return queries.is_recorded(day, MIDNIGHT_US + round(minute * MINUTE_US))

    assert [recorded(minute) for minute in (0, 10, 59.9, 65, 129.5, 174.9, 176)] == [
        True, True, True, False, False, True, False,
    ]  # fmt: skip
    period = (MIDNIGHT_US + 61 * MINUTE_US, MIDNIGHT_US + 69 * MINUTE_US)
    assert queries.recorded_cameras([day], *period) == set()
    assert queries.recorded_cameras([day, day + 1], period[0], period[1] + 2 * MINUTE_US) == {day}
