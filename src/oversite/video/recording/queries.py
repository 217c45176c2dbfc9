"""Reading the index of recordings: spans, gaps, the segments of an instant, days with footage."""

import os
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from pathlib import Path
from typing import Any
from uuid import UUID

from django.core.cache import cache
from django.db.models import F, Min, OuterRef, Q, QuerySet, Subquery, Sum

from oversite.common import clock
from oversite.common.config import Config
from oversite.video.recording.layout import SegmentFact, reserve_bytes
from oversite.video.recording.models import Segment, Volume

SEGMENT_US_MAX = 30 * 60 * 1_000_000
"""No file is longer than this, so nothing that starts earlier reaches into a period."""
JOIN_US = 1_000_000
"""Files that follow each other this closely are one span: a cut between files is no gap (one picture at 1 fps)."""
OPEN_LAG_US = 15_000_000
"""A running file is in the index up to some seconds ago: those until it is durable, and those until the next batch."""

DAY_US = 86_400_000_000
BEIJING_OFFSET_US = 8 * 3_600_000_000
"""Beijing keeps no summer time, so a calendar of thousands of files is plain arithmetic."""
LEAST_US = DAY_US // 24
"""From less than an hour of recording no rate is reckoned."""
UNHELD_KEPT_S = 600
EPOCH_ORDINAL = date(1970, 1, 1).toordinal()


@dataclass(frozen=True, slots=True)
class Span:
    """Footage without a gap, in UTC microseconds."""

    start_us: int
    end_us: int
    is_held: bool = False
    is_damaged: bool = False
    is_open: bool = False


@dataclass(frozen=True, slots=True)
class Gap:
    """No footage, in UTC microseconds."""

    start_us: int
    end_us: int


@dataclass(frozen=True, slots=True)
class Piece:
    """One file and the instants that it covers, ready to be put on a ticket."""

    segment_id: int
    camera_id: int
    stream: int
    volume: str
    path: str
    start_us: int
    end_us: int
    media_90k: int
    bytes: int
    state: str
    codec: str
    clock_offset_ms: int | None
    sha256: str
    is_held: bool


def volume_root(config: Config, volume: Volume) -> Path:
    """Where a volume lies; a relative root is below the data folder and moves with it."""
    return config.data_dir / volume.root


def piece_file(config: Config, item: Piece) -> Path:
    """The file of a piece; its first `bytes` bytes are durable."""
    return volume_root(config, Volume.objects.get(name=item.volume)) / item.path


def volumes() -> QuerySet[Volume]:
    """Every volume, the active ones first."""
    return Volume.objects.order_by("-is_active", "name")


def cameras_of(facts: Iterable[SegmentFact]) -> dict[str, int]:
    """Camera keys by uid and by GB/T 28181 identity, for those of `facts` that the register knows.

    The identity serves a rebuilt register, in which the uid of a camera is a new one.
    """
    known = list(facts)
    model: Any = Segment.camera.field.related_model
    uids = {UUID(fact.camera_uid) for fact in known}
    gb_ids = {fact.gb_id for fact in known if fact.gb_id}
    found: dict[str, int] = {}
    for pk, uid, gb_id in model.objects.filter(Q(uid__in=uids) | Q(gb_id__in=gb_ids)).values_list("pk", "uid", "gb_id"):
        found[str(uid)] = pk
        found[gb_id] = pk
    return found


def pieces(camera_id: int, start_us: int, end_us: int, stream: int = 0) -> list[Piece]:
    """The files that reach into a period, in order of time; never more than their durable footage."""
    rows = (
        _reaching(camera_id, stream, start_us, end_us)
        .filter(durable_bytes__gt=0)
        .values_list(
            "pk", "volume__name", "path", "started_at_us", "wall_ms", "media_90k", "durable_bytes", "state", "codec",
            "clock_offset_ms", "sha256", "holds",
        )
    )  # fmt: skip
    return [
        Piece(pk, camera_id, stream, volume, path, start, end, media, size, state, codec, offset, sha256, holds > 0)
        for pk, volume, path, start, wall_ms, media, size, state, codec, offset, sha256, holds in rows
        if (end := start + wall_ms * 1000) > start_us
    ]


def piece(segment_id: int) -> Piece | None:
    """One file by its key."""
    row = Segment.objects.filter(pk=segment_id).values_list("camera_id", "started_at_us", "stream").first()
    if row is None:
        return None
    camera_id, start, stream = row
    return next((item for item in pieces(camera_id, start, start + 1, stream) if item.segment_id == segment_id), None)


def pieces_by_id(segment_ids: Sequence[int]) -> list[Piece]:
    """Files by their keys, in order of time; unknown keys are left out."""
    found = (piece(segment_id) for segment_id in segment_ids)
    return sorted((item for item in found if item is not None), key=lambda item: item.start_us)


def _reaching(camera_id: int, stream: int, start_us: int, end_us: int) -> QuerySet[Segment]:
    return Segment.objects.filter(
        camera_id=camera_id, stream=stream, started_at_us__gt=start_us - SEGMENT_US_MAX, started_at_us__lt=end_us
    ).order_by("started_at_us")


def timeline(camera_id: int, start_us: int, end_us: int, stream: int = 0) -> list[Span]:
    """Spans of footage within a period, clipped to it; held, damaged and running footage stands apart.

    A file that is damaged or held makes a span of its own, so that the bar can show it in its lane.
    """
    rows = _reaching(camera_id, stream, start_us, end_us).values_list("started_at_us", "wall_ms", "state", "holds")
    found: list[Span] = []
    for begin, wall_ms, state, holds in rows:
        first, last = max(begin, start_us), min(begin + wall_ms * 1000, end_us)
        if last <= first:
            continue
        span = Span(first, last, holds > 0, state == Segment.State.DAMAGED, state == Segment.State.OPEN)
        before = found[-1] if found else None
        if before and _continues(before, span):
            found[-1] = Span(
                before.start_us, max(before.end_us, last), span.is_held, span.is_damaged, before.is_open or span.is_open
            )
        else:
            found.append(span)
    return found


def _continues(before: Span, span: Span) -> bool:
    alike = (before.is_held, before.is_damaged) == (span.is_held, span.is_damaged)
    return alike and span.start_us - before.end_us <= JOIN_US


def recorded_cameras(camera_ids: Iterable[int], start_us: int, end_us: int) -> set[int]:
    """Those of the cameras of which a period has footage."""
    there = Segment.objects.filter(
        camera_id__in=list(camera_ids), stream=0, wall_ms__gt=0,
        started_at_us__gt=start_us - SEGMENT_US_MAX, started_at_us__lt=end_us,
    )  # fmt: skip
    reaching = there.filter(started_at_us__gt=start_us - F("wall_ms") * 1000)
    return set(reaching.order_by().values_list("camera_id", flat=True).distinct())


def is_recorded(camera_id: int, at_us: int) -> bool:
    """Whether an instant has footage; cuts of at most `JOIN_US` between files have."""
    return bool(recorded_cameras([camera_id], at_us - JOIN_US, at_us + JOIN_US))


def gaps(camera_id: int, start_us: int, end_us: int, stream: int = 0) -> list[Gap]:
    """Where a period has no footage; `end_us` should not be later than now."""
    return list(gaps_between(timeline(camera_id, start_us, end_us, stream), start_us, end_us))


def gaps_between(spans: Sequence[Span], start_us: int, end_us: int) -> Iterator[Gap]:
    """The holes that `spans` leave in a period; cuts of at most `JOIN_US` are none."""
    edges = [Span(start_us, start_us), *spans, Span(end_us, end_us)]
    reached = start_us
    for before, after in pairwise(edges):
        reached = max(reached, before.end_us)
        if after.start_us - reached > JOIN_US:
            yield Gap(reached, after.start_us)


def known_until_us(spans: Sequence[Span], now_us: int) -> int:
    """Up to when the index speaks: what a running file received in the last seconds is no gap, it is to come."""
    newest = spans[-1] if spans else None
    return newest.end_us if newest and newest.is_open and 0 <= now_us - newest.end_us <= OPEN_LAG_US else now_us


def covered_ms(camera_id: int, start_us: int, end_us: int, stream: int = 0) -> int:
    """How much of a period has footage, cuts between files included."""
    missing = sum(gap.end_us - gap.start_us for gap in gaps(camera_id, start_us, end_us, stream))
    return (end_us - start_us - missing) // 1000


def recorded_days(camera_id: int, start_us: int, end_us: int) -> list[str]:
    """The days (`2026-11-21`, Beijing) of a period that have footage of any stream: for the calendar."""
    rows = Segment.objects.filter(
        camera_id=camera_id, started_at_us__gt=start_us - SEGMENT_US_MAX, started_at_us__lt=end_us
    ).values_list("started_at_us", "wall_ms")
    days = {
        (instant_us + BEIJING_OFFSET_US) // DAY_US
        for begin, wall_ms in rows
        for instant_us in (begin, begin + wall_ms * 1000)
        if wall_ms and start_us <= instant_us < end_us
    }
    return [date.fromordinal(EPOCH_ORDINAL + day).isoformat() for day in sorted(days)]


def instant_of(item: Piece, media_90k: int) -> int:
    """UTC microseconds of a media time within a file: wall and media duration differ by the corrected drift."""
    if not item.media_90k:
        return item.start_us
    return item.start_us + (item.end_us - item.start_us) * media_90k // item.media_90k


def media_of(item: Piece, instant_us: int) -> int:
    """The media time (1/90000 s) of an instant within a file, clipped to the file."""
    span_us = item.end_us - item.start_us
    if span_us <= 0:
        return 0
    return min(max(instant_us - item.start_us, 0), span_us) * item.media_90k // span_us


def kept_days(config: Config, camera_ids: Iterable[int]) -> int | None:
    """The days for which these cameras' footage is kept, none where one of them has none, or too little to tell.

    Footage is deleted for room alone, the oldest of a volume first, whosever it is. So all cameras share a disk: it
    keeps what it has room for at the rate of all that is recorded on it, and never less than is there already.
    """
    wanted = set(camera_ids)
    own = Segment.objects.filter(camera_id=OuterRef("pk"), stream=0)
    oldest = Subquery(own.order_by("started_at_us").values("started_at_us")[:1])
    newest = Subquery(own.order_by("-started_at_us").values("volume")[:1])
    cameras: Any = Segment._meta.get_field("camera").related_model
    ends = list(cameras.objects.filter(pk__in=wanted).order_by().values_list(oldest, newest))
    if not wanted or len(ends) < len(wanted) or any(first is None for first, _volume in ends):
        return None
    now_us = clock.to_us(clock.now())
    reach = min((now_us - first) // DAY_US for first, _volume in ends)
    used = {volume for _first, volume in ends}
    disks = [disk for disk in _disks(config) if used & {volume.pk for volume in disk}]
    known = [days for disk in disks if (days := _room_days(config, disk, wanted, now_us)) is not None]
    return max(reach, min(known)) if known else reach or None


def _unheld_bytes(volume_ids: Sequence[int]) -> int:
    """What may be deleted on these volumes; summed over every file at most once in ten minutes.

    In ten minutes a disk gains or loses less than a hundredth of what it records in a day.
    """

    def summed() -> int:
        unheld = Segment.objects.filter(volume__in=volume_ids, holds=0)
        return unheld.aggregate(found=Sum("bytes"))["found"] or 0

    key = "-".join(map(str, sorted(volume_ids)))
    return cache.get_or_set(f"recording.unheld.{key}", summed, UNHELD_KEPT_S) or 0


def _disks(config: Config) -> list[list[Volume]]:
    """The volumes, those of one file system together: they share its room. One that is not there is left out."""
    found: dict[int, list[Volume]] = {}
    for volume in volumes():
        with suppress(OSError):
            found.setdefault(volume_root(config, volume).stat().st_dev, []).append(volume)
    return list(found.values())


def _room_days(config: Config, disk: Sequence[Volume], wanted: set[int], now_us: int) -> int | None:
    """How many days the volumes of one disk hold, what must be kept left out; none where that cannot be told.

    A camera of which the last day has nothing will be back: it counts as much as the others do on average.
    """
    there = Segment.objects.filter(volume__in=disk)
    last_day = there.filter(started_at_us__gt=now_us - DAY_US).order_by().values_list("camera_id")
    rows = list(last_day.annotate(first=Min("started_at_us"), written=Sum("bytes")))
    if not rows or now_us - min(first for _camera, first, _written in rows) < LEAST_US:
        return None
    a_day = sum(written * DAY_US // max(now_us - first, LEAST_US) for _camera, first, written in rows)
    silent = wanted - {camera for camera, _first, _written in rows}
    silent &= set(there.filter(camera_id__in=silent).order_by().values_list("camera_id", flat=True).distinct())
    a_day += a_day * len(silent) // len(rows)
    room = os.statvfs(volume_root(config, disk[0]))
    unheld = _unheld_bytes([volume.pk for volume in disk])
    free = room.f_bavail * room.f_frsize - reserve_bytes(room.f_blocks * room.f_frsize)
    return int(max(0, free + unheld) // max(1, a_day))
