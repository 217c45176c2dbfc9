"""The usage side of viewings: when each began and ended, and how many bytes went out; reported in batches."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from oversite.common import clock
from oversite.services.media.played import Played, Span, joined
from oversite.services.media.store import ViewingReport

IDLE_SECONDS = 1_800.0
"""A viewing of recordings that asks for nothing so long is over: its page has gone without a word."""


@dataclass(slots=True)
class RunningViewing:
    """One viewing under way."""

    viewing_id: str
    started_at: datetime
    active_at: float
    sent_bytes: int = 0
    reported_bytes: int = -1
    count: Callable[[], int] | None = None
    played: Played | None = None
    seen_us: Span | None = None


class ViewingLog:
    """Knows the viewings under way; `report` gets each beginning, progress and end."""

    def __init__(self, report: Callable[[ViewingReport], None]) -> None:
        self._report = report
        self._running: dict[str, RunningViewing] = {}

    def __len__(self) -> int:
        return len(self._running)

    def begin(
        self, viewing_id: str, now: float, count: Callable[[], int] | None = None, played: Played | None = None
    ) -> None:
        """Something is shown; `count` says how many bytes went out and `played` which pictures of a device's recording,
        or `add` does. Begun ones go on.
        """
        running = self._running.get(viewing_id)
        if running is None:
            running = self._running[viewing_id] = RunningViewing(viewing_id, clock.now(), now)
            self._tell(running, None, "")
        running.active_at = now
        running.count = count or running.count
        running.played = played or running.played

    def add(self, viewing_id: str, sent_bytes: int, now: float, seen_us: Span | None = None) -> None:
        """Bytes of a recording have gone out, with the pictures of `seen_us`."""
        running = self._running.get(viewing_id)
        if running is not None:
            running.sent_bytes += sent_bytes
            running.active_at = now
            running.seen_us = joined(running.seen_us, seen_us)

    def end(self, viewing_id: str, cause: str) -> None:
        """Nothing more is shown: closed, right-ended or service."""
        running = self._running.pop(viewing_id, None)
        if running is not None:
            self._tell(running, clock.now(), cause)

    def expire(self, viewing_id: str) -> None:
        """Its ticket was never used."""
        self._report(ViewingReport(viewing_id, None, clock.now(), 0, "expired"))

    def end_all(self, cause: str) -> None:
        """The process ends."""
        for viewing_id in list(self._running):
            self.end(viewing_id, cause)

    def tick(self, now: float) -> list[str]:
        """Report progress; gives the viewings of recordings that have been idle for too long."""
        idle = []
        for running in self._running.values():
            if self._bytes(running) != running.reported_bytes:
                self._tell(running, None, "")
            elif running.count is None and now - running.active_at > IDLE_SECONDS:
                idle.append(running.viewing_id)
        return idle

    def _bytes(self, running: RunningViewing) -> int:
        return running.sent_bytes + (running.count() if running.count else 0)

    def _tell(self, running: RunningViewing, ended_at: datetime | None, cause: str) -> None:
        running.reported_bytes = self._bytes(running)
        seen_us = running.seen_us if running.played is None else running.played.span_us
        told = (running.viewing_id, running.started_at, ended_at, running.reported_bytes, cause, seen_us)
        self._report(ViewingReport(*told))
