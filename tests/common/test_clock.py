"""Instants are UTC, shown in Beijing time; a stepped wall clock is noticed."""

from datetime import UTC, datetime

from oversite.common import clock


def test_beijing_text() -> None:
    assert clock.beijing_text(datetime(2026, 11, 21, 16, 5, 9, tzinfo=UTC)) == "2026-11-22 00:05:09"


def test_microseconds_and_back() -> None:
    instant = datetime(2026, 11, 21, 6, 5, 9, 123456, tzinfo=UTC)
    assert clock.from_us(clock.to_us(instant)) == instant


def test_a_step_of_the_wall_clock_is_noticed() -> None:
    anchored = clock.AnchoredClock.start()
    assert abs(anchored.check()) < clock.STEP_US
    anchored.wall_us -= 5_000_000
    assert anchored.check() > clock.STEP_US
    anchored.anchor()
    assert abs(anchored.check()) < clock.STEP_US
