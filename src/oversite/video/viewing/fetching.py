"""Footage that only the device has is fetched into the recordings: in pieces, with progress, and it may be cancelled.

The usage log has a row for it as for any other look at recorded footage (req: V5.1, V14.log).
"""

import time
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from django.db.models import F
from django.utils.translation import get_language
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _
from django_tasks.base import Task

from oversite.base.jobs.actions import RunningJob, submit_job
from oversite.common import clock
from oversite.common.errors import Refused
from oversite.video.cameras import queries as register
from oversite.video.gateway import actions as gateway
from oversite.video.recording import queries as recordings
from oversite.video.viewing.models import Viewing
from oversite.video.viewing.queries import device_spans

if TYPE_CHECKING:
    from oversite.base.jobs.models import Job
    from oversite.video.cameras.models import Camera

PIECE_US: Final = 600_000_000
SHORTEST_US: Final = 1_000_000
"""Less than that is no gap but the seam of two files."""
LOOK_EVERY_S: Final = 1.0
PATIENCE: Final = 3.0
"""A piece may take so many times its own length, and half a minute to begin with."""
BEGIN_S: Final = 30.0

Span = tuple[int, int]
"""UTC microseconds."""


def submit_fetch(viewing: Viewing, task: Task[..., int]) -> "Job":
    """Queue the work for a viewing that was begun; the viewing counts as started, nobody watches it."""
    Viewing.objects.filter(pk=viewing.pk).update(started_at=clock.now())
    return submit_job(
        task,
        {"viewing": viewing.pk, "language": get_language() or "zh-hans"},
        title=_("Footage of %(camera)s from the device") % {"camera": register.title(viewing.camera)},
        owner=viewing.user,
        key=f"viewing.fetch:{viewing.pk}",
    )


def fetch(viewing: Viewing, job: RunningJob) -> int:
    """Fetch what the device has and the recordings lack of a viewing's period; gives how many milliseconds came.

    What came before a failure or a cancellation stays, and a second run fetches only what still lacks. Raises
    `Refused` where the device has nothing of it, `StageFailure` where it gave nothing.
    """
    assert viewing.from_at is not None
    assert viewing.until_at is not None
    camera, came_ms = viewing.camera, 0
    try:
        pieces = list(missing_pieces(camera, viewing.from_at, viewing.until_at))
        if not pieces:
            raise Refused("video.fetch.nothing", _("The device has no footage of this period that is missing here."))
        total_ms = sum(last - first for first, last in pieces) // 1000
        failure: gateway.StageFailure | None = None
        for piece in pieces:
            if not Viewing.objects.filter(pk=viewing.pk, ended_at=None).exists():
                raise Refused("video.fetch.right-ended", _("The right to this camera was withdrawn meanwhile."))
            try:
                came_ms += _fetch_piece(viewing, piece, job, came_ms, total_ms)
            except gateway.StageFailure as error:
                failure = error
        if failure is not None and not came_ms:
            raise failure
        return came_ms
    finally:
        Viewing.objects.filter(pk=viewing.pk).update(ended_at=clock.now(), end_cause=Viewing.EndCause.CLOSED)


def missing_pieces(camera: "Camera", start: datetime, end: datetime) -> Iterator[Span]:
    """What the device says it has within the gaps of our recordings, in pieces that a device can hand over."""
    gaps = [(gap.start_us, gap.end_us) for gap in recordings.gaps(camera.pk, clock.to_us(start), clock.to_us(end))]
    for first, last in _common(gaps, device_spans(camera, start, end)):
        while last - first >= SHORTEST_US:
            until = min(first + PIECE_US, last)
            yield first, until
            first = until


def _common(gaps: Iterable[Span], device: Iterable[Span]) -> Iterator[Span]:
    """Where a gap and a stretch of the device overlap; stretches that overlap each other count once."""
    stretches = sorted(device)
    for gap_first, gap_last in gaps:
        reached = gap_first
        for first, last in stretches:
            begin, until = max(first, reached), min(last, gap_last)
            if begin < until:
                yield begin, until
                reached = until


def _fetch_piece(viewing: Viewing, piece: Span, job: RunningJob, came_ms: int, total_ms: int) -> int:
    """Have one piece sent and recorded; gives how many milliseconds of it came."""
    first, last = (clock.from_us(instant_us) for instant_us in piece)
    length_ms = (piece[1] - piece[0]) // 1000
    told = gateway.start_download(str(viewing.camera.uid), first, last)
    session, node, key = str(told["session"]), int(told.get("node") or 0), str(told["stream_key"])
    recorded_ms = size_bytes = 0
    deadline_s = time.monotonic() + BEGIN_S + length_ms / 1000 * PATIENCE
    try:
        while time.monotonic() < deadline_s and recorded_ms < length_ms:
            state = gateway.stream_progress(node, key)
            if state is None:
                break
            recorded_ms = min(int(state.get("recorded_ms") or 0), length_ms)
            size_bytes = int(state.get("bytes") or 0)
            job.progress((came_ms + recorded_ms) // 1000, total_ms // 1000, _t("seconds of footage"))
            time.sleep(LOOK_EVERY_S)
    finally:
        gateway.stop_playback(session)
        Viewing.objects.filter(pk=viewing.pk).update(bytes=F("bytes") + size_bytes)
        if recorded_ms:
            _note_come(viewing, first, first + timedelta(milliseconds=recorded_ms))
    return recorded_ms


def _note_come(viewing: Viewing, first: datetime, last: datetime) -> None:
    """The usage log names what came, not what was ordered."""
    viewing.seen_from_at = min(viewing.seen_from_at or first, first)
    viewing.seen_until_at = max(viewing.seen_until_at or last, last)
    viewing.save(update_fields=["seen_from_at", "seen_until_at"])
