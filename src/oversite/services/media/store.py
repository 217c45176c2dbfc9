"""The database, in a thread of its own: the only file of the media process that knows it.

Nothing waits for it. What is to be written gathers here, the newest fact about a file in place of older ones; when the
database is away for long, the oldest facts are dropped, because the files themselves and their markers bring them back.
"""

import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import structlog
from django.apps import apps
from django.db import Error as DatabaseFault
from django.db import connection

from oversite.common import clock
from oversite.common.config import Config
from oversite.video.recording import actions, queries
from oversite.video.recording.layout import SegmentFact, reserve_bytes

FLUSH_SECONDS = 1.0
BEAT_SECONDS = 10.0
SPACE_SECONDS = 10.0
RETRY_SECONDS_MAX = 15.0
UNKNOWN_RETRY_SECONDS = 60.0
BATCH_ROWS = 2_000
FACTS_MAX = 100_000
SPACE_BYTES_MIN = 256 << 20

log = structlog.get_logger("media.store")


@dataclass(frozen=True, slots=True)
class ViewingReport:
    """How a viewing goes on; a later one about the same viewing takes the place of an earlier one.

    `end_cause` is closed, right-ended, service or expired, and empty while it runs. `seen_us` is from when until when
    (µs UTC) the recorded pictures are that went out.
    """

    viewing_id: str
    started_at: datetime | None
    ended_at: datetime | None
    sent_bytes: int
    end_cause: str
    seen_us: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True)
class NodeFacts:
    """What the heartbeat row says of this node."""

    number: int
    door_url: str
    public_url: str


@dataclass(slots=True)
class SpaceState:
    """How one volume stands; `is_exhausted` means that nothing more may be deleted and hardly anything is free."""

    name: str
    root: Path
    is_exhausted: bool = False
    hourly_bytes: int = 0


@dataclass(frozen=True, slots=True)
class StoreEvents:
    """What the store tells the process; called in the store's thread."""

    confirmed: Callable[[str, list[str]], None]
    """Volume and paths whose closing row is committed."""
    volumes: Callable[[list[tuple[str, Path]]], None]
    """The active volumes, once the database could be asked."""
    space: Callable[[str, bool], None]
    """Volume, and whether it is exhausted."""


class Store:
    """Takes facts from any thread and writes them in batches."""

    def __init__(self, config: Config, node: NodeFacts, events: StoreEvents) -> None:
        self.is_reachable = False
        self.pending = 0
        self.dropped = 0
        self.unknown = 0
        self.repaired: list[str] = []
        self.streams = 0
        self._config = config
        self._node = node
        self._events = events
        self._lock = threading.Lock()
        self._facts: dict[tuple[str, str], SegmentFact] = {}
        self._refused: dict[tuple[str, str], SegmentFact] = {}
        self._reports: dict[str, ViewingReport] = {}
        self._space: dict[str, SpaceState] = {}
        self._is_space_urgent = False
        self._wake = threading.Event()
        self._is_stopping = False
        self._is_prepared = False
        self._beat_due = self._space_due = self._retry_due = 0.0
        self._thread = threading.Thread(target=self._run, name="media-store", daemon=True)

    def start(self) -> None:
        """Start the thread: it first repairs what a crash left, then writes."""
        self._thread.start()

    def stop(self) -> None:
        """Write what is left, if the database can be reached, and end."""
        self._is_stopping = True
        self._wake.set()
        self._thread.join()

    def put_facts(self, facts: Iterable[SegmentFact]) -> None:
        """Facts about files that are durable."""
        with self._lock:
            for fact in facts:
                self._facts[fact.volume, fact.path] = fact
            self._drop_oldest()
        self._wake.set()

    def put_report(self, report: ViewingReport) -> None:
        """How a viewing goes on."""
        with self._lock:
            self._reports[report.viewing_id] = report
        if report.ended_at is not None:
            self._wake.set()

    def request_space(self) -> None:
        """A volume is full: free some now."""
        self._is_space_urgent = True
        self._wake.set()

    def note_rate(self, volume: str, hourly_bytes: int) -> None:
        """How much an hour of recording takes on a volume."""
        if volume in self._space:
            self._space[volume].hourly_bytes = hourly_bytes

    def _drop_oldest(self) -> None:
        while len(self._facts) > FACTS_MAX:
            self._facts.pop(next(iter(self._facts)))
            self.dropped += 1

    # The thread

    def _run(self) -> None:
        delay = FLUSH_SECONDS
        while True:
            self._wake.wait(0.0 if self._is_stopping else delay)
            self._wake.clear()
            is_last = self._is_stopping
            try:
                self._turn()
                delay = FLUSH_SECONDS
                if not self.is_reachable:
                    log.info("the database can be reached")
                self.is_reachable = True
            except DatabaseFault as error:
                if self.is_reachable or not self._is_prepared:
                    log.error("the database cannot be used; recording goes on without it", error=str(error))
                self.is_reachable = False
                connection.close()
                delay = min(delay * 2, RETRY_SECONDS_MAX)
                if not is_last:
                    time.sleep(min(delay, FLUSH_SECONDS))
            except Exception:  # the thread outlives every fault; it is logged, and what was not written waits
                log.exception("the store failed")
            if is_last:
                break
        connection.close()

    def _turn(self) -> None:
        now = time.monotonic()
        if not self._is_prepared:
            self._prepare()
            self._is_prepared = True
        self._write_facts()
        self._write_reports()
        if now >= self._beat_due:
            self._beat()
            self._beat_due = now + BEAT_SECONDS
        if self._is_space_urgent or now >= self._space_due:
            self._is_space_urgent = False
            for state in self._space.values():
                self._look_after_space(state)
            self._space_due = now + SPACE_SECONDS
        if now >= self._retry_due:
            self._retry_unknown()
            self._retry_due = now + UNKNOWN_RETRY_SECONDS

    def _prepare(self) -> None:
        """After the start: know the volumes, finish deletions, mend what was open, rebuild a lost index."""
        actions.ensure_volume(self._config)
        volumes = [volume for volume in queries.volumes() if volume.is_active]
        roots = [(volume.name, queries.volume_root(self._config, volume)) for volume in volumes]
        self._space = {name: SpaceState(name, root) for name, root in roots}
        self._events.volumes(roots)
        actions.finish_deletions(self._config)
        for volume in volumes:
            for item in actions.repair_open_files(self._config, volume):
                self.repaired.append(item.path)
                log.warning("a recording was left open and is mended", path=item.path, note=item.note)
            if actions.is_index_lost(self._config, volume):
                found = actions.rebuild_index(self._config, volume)
                if found.known or found.refused:
                    log.warning("the index was lost and is rebuilt", files=len(found.known), refused=len(found.refused))

    def _write_facts(self) -> None:
        with self._lock:
            batch = [self._facts.pop(key) for key in list(self._facts)[:BATCH_ROWS]]
            self.pending = len(self._facts)
        if not batch:
            return
        try:
            registered = actions.register_segments(batch)
        except Exception:
            with self._lock:
                for fact in batch:
                    self._facts.setdefault((fact.volume, fact.path), fact)
                self._drop_oldest()
            raise
        refused = dict(registered.refused)
        for fact in batch:
            key = (fact.volume, fact.path)
            if fact.path in refused:
                if key not in self._refused:
                    log.error("a recording has no row", path=fact.path, reason=refused[fact.path])
                self._refused[key] = fact
            else:
                self._refused.pop(key, None)
        self.unknown = len(self._refused)
        self._confirm(fact for fact in batch if fact.path not in refused)
        if self.pending:
            self._wake.set()

    def _confirm(self, facts: Iterable[SegmentFact]) -> None:
        closed: dict[str, list[str]] = {}
        for fact in facts:
            if fact.state != "open":
                closed.setdefault(fact.volume, []).append(fact.path)
        for volume, paths in closed.items():
            self._events.confirmed(volume, paths)

    def _retry_unknown(self) -> None:
        """Files of cameras that were not in the register: they may be by now."""
        with self._lock:
            for key, fact in self._refused.items():
                self._facts.setdefault(key, fact)
            if self._refused:
                self._drop_oldest()

    def _write_reports(self) -> None:
        with self._lock:
            batch = [self._reports.pop(key) for key in list(self._reports)[:BATCH_ROWS]]
        if not batch:
            return
        try:
            _report_viewings(batch)
        except DatabaseFault:
            with self._lock:
                for report in batch:
                    self._reports.setdefault(report.viewing_id, report)
            raise

    def _beat(self) -> None:
        node: Any = apps.get_model("gateway", "MediaNode")
        node.objects.update_or_create(
            number=self._node.number,
            defaults={
                "door_url": self._node.door_url,
                "public_url": self._node.public_url,
                "streams": self.streams,
                "beat_at": clock.now(),
            },
        )

    def _look_after_space(self, state: SpaceState) -> None:
        """Keep room for the next hour by deleting the oldest unheld recordings."""
        try:
            total_bytes, free_bytes = actions.disk_space(state.root)
        except OSError as error:
            log.error("a volume cannot be looked at", volume=state.name, error=str(error))
            return
        hourly_bytes = min(state.hourly_bytes, total_bytes // 10)
        wanted_bytes = max(hourly_bytes, reserve_bytes(total_bytes))
        if free_bytes < wanted_bytes:
            freed = actions.free_space_on(self._config, state.name, wanted_bytes - free_bytes, clock.now())
            free_bytes += freed.bytes
            log.warning(
                "space was made by deleting the oldest recordings",
                volume=state.name,
                files=freed.files,
                freed_bytes=freed.bytes,
                only_held_left=freed.only_held,
            )
        is_exhausted = free_bytes < min(SPACE_BYTES_MIN, total_bytes // 100)
        if is_exhausted != state.is_exhausted:
            state.is_exhausted = is_exhausted
            log.error(
                "recording stops: the volume is full" if is_exhausted else "there is room again", volume=state.name
            )
            actions.note_space(state.name, is_exhausted=is_exhausted)
        self._events.space(state.name, is_exhausted)


def _report_viewings(reports: list[ViewingReport]) -> None:
    from oversite.video.viewing.actions import ViewingProgress, note_progress

    note_progress(
        [
            ViewingProgress(
                viewing_id=int(report.viewing_id),
                started_at=report.started_at,
                ended_at=report.ended_at,
                bytes=report.sent_bytes,
                end_cause=report.end_cause,
                seen_us=report.seen_us,
            )
            for report in reports
            if report.viewing_id.isdigit()
        ]
    )
