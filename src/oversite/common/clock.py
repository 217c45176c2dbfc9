"""Time: stored in UTC, shown in Beijing time, and never read anywhere else."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

BEIJING = ZoneInfo("Asia/Shanghai")
_SET_BACK: ContextVar[timedelta] = ContextVar("clock_set_back", default=timedelta(0))
STEP_US = 1_000_000
"""A difference between the two clocks above this is a step of the wall clock, not drift."""


def now() -> datetime:
    """The present instant, aware, UTC."""
    return datetime.now(UTC) - _SET_BACK.get()


@contextmanager
def set_back(by: timedelta) -> Iterator[None]:
    """Within it `now` is earlier, for this thread or task alone: what is brought in afterwards bears its own time."""
    token = _SET_BACK.set(_SET_BACK.get() + by)
    try:
        yield
    finally:
        _SET_BACK.reset(token)


def now_us() -> int:
    """The present instant in microseconds since 1970 UTC."""
    return time.time_ns() // 1000


def to_us(instant: datetime) -> int:
    """Microseconds since 1970 UTC of an aware instant."""
    return (instant - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(microseconds=1)


def from_us(instant_us: int) -> datetime:
    """The aware UTC instant of microseconds since 1970."""
    return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=instant_us)


def beijing_text(instant: datetime) -> str:
    """`2026-11-21 14:05:09`, Beijing time (GB/T 7408)."""
    return instant.astimezone(BEIJING).strftime("%Y-%m-%d %H:%M:%S")


@dataclass(slots=True)
class AnchoredClock:
    """UTC tied to the monotonic clock, so that a corrected wall clock never bends a recording.

    `check` says by how many microseconds the wall clock has stepped since the anchor; the caller closes what it
    records and calls `anchor` again when that is more than `STEP_US`.
    """

    wall_us: int
    monotonic: float

    @classmethod
    def start(cls) -> "AnchoredClock":
        """Anchor to this moment."""
        return cls(now_us(), time.monotonic())

    def at(self, monotonic: float) -> int:
        """Microseconds since 1970 UTC of a monotonic reading in seconds."""
        return self.wall_us + round((monotonic - self.monotonic) * 1_000_000)

    def check(self) -> int:
        """Microseconds by which the wall clock is ahead of this clock now."""
        return now_us() - self.at(time.monotonic())

    def anchor(self) -> None:
        """Tie to the present wall clock again."""
        self.wall_us, self.monotonic = now_us(), time.monotonic()
