"""Opening and ending viewings: the row and its audit row first, then the ticket (req: A3.1, A9, V14.log)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.core.cache import cache
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from oversite.base.audit.actions import record
from oversite.common import clock, config
from oversite.common.errors import Refused
from oversite.video.cameras import queries as register
from oversite.video.gateway import actions as gateway
from oversite.video.gateway import queries as services
from oversite.video.recording import queries as recordings
from oversite.video.viewing.fetching import submit_fetch
from oversite.video.viewing.models import Viewing
from oversite.video.viewing.slots import PURPOSES
from oversite.video.viewing.tasks import fetch_footage

if TYPE_CHECKING:
    from oversite.base.accounts.models import User
    from oversite.base.jobs.models import Job
    from oversite.video.cameras.models import Camera

PERMISSIONS = {
    Viewing.Kind.LIVE: "video.live",
    Viewing.Kind.SNAPSHOT: "video.live",
    Viewing.Kind.RECORDING: "video.playback",
    Viewing.Kind.DEVICE: "video.playback",
}
CLAUSES = {
    Viewing.Kind.LIVE: "A3.1",
    Viewing.Kind.SNAPSHOT: "A3.1",
    Viewing.Kind.RECORDING: "V14.log",
    Viewing.Kind.DEVICE: "V14.log",
}
PANES_MAX = 4
LONGEST = timedelta(hours=24)
WISH = timedelta(minutes=3)
"""A viewing's stream is wanted this long without the minute's renewal."""
NEVER_STARTED = timedelta(minutes=1)
FAILING_KEPT_S = 3600
PROGRESS = ("started_at", "ended_at", "end_cause", "bytes", "seen_from_at", "seen_until_at")


@dataclass(frozen=True, slots=True)
class OpenedLive:
    """A live (or device-side) viewing that may begin: its ticket and what the services told of the stream."""

    viewing: Viewing
    ticket: gateway.Ticket
    stream: dict[str, Any]


@dataclass(frozen=True, slots=True)
class OpenedRecording:
    """A viewing of recorded footage: its ticket and the files it covers."""

    viewing: Viewing
    ticket: gateway.Ticket
    pieces: list[recordings.Piece]


@dataclass(frozen=True, slots=True)
class Why:
    """The purpose for which recorded footage is opened: a key of the slot, and particulars where it needs them."""

    purpose: str
    text: str = ""


@dataclass(frozen=True, slots=True)
class ViewingProgress:
    """What media reports of one viewing; `ended_at` none while it goes on, `seen_us` the recorded pictures sent."""

    viewing_id: int
    started_at: datetime | None
    ended_at: datetime | None
    bytes: int
    end_cause: str = ""
    seen_us: tuple[int, int] | None = None


def open_live(user: "User", camera: "Camera", stream: int = 0) -> OpenedLive:
    """Start watching a camera; the caller got it from `cameras.queries.camera(user, uid, "video.live")`.

    Raises `StageFailure` that names where the start ended and since when.
    """
    viewing = _begin(user, camera, Viewing.Kind.LIVE, stream=stream if camera.has_sub_stream else 0)
    try:
        told = gateway.start_live(str(camera.uid), viewing.stream)
        return _give_ticket(viewing, told)
    except gateway.StageFailure as failure:
        _give_up(viewing)
        raise _since(camera, failure) from failure


def open_recordings(
    user: "User", cameras: "Sequence[Camera]", start: datetime, end: datetime, why: Why
) -> list[OpenedRecording]:
    """Open recorded footage of up to four cameras of the same period, each a viewing of its own.

    Raises `Refused` without a purpose, for too many cameras or too long a period, and `StageFailure`.
    """
    _check_period(cameras, start, end)
    _check_why(why)
    opened = []
    for camera in cameras:
        viewing = _begin(user, camera, Viewing.Kind.RECORDING, why=why, period=(start, end))
        pieces = recordings.pieces(camera.pk, clock.to_us(start), clock.to_us(end))
        try:
            ticket = gateway.issue_recording_ticket(viewing.pk, _paths(pieces))
        except gateway.StageFailure:
            _give_up(viewing)
            raise
        viewing.node = ticket.node
        viewing.save(update_fields=["node"])
        opened.append(OpenedRecording(viewing, ticket, pieces))
    return opened


def open_device_recording(user: "User", camera: "Camera", start: datetime, end: datetime, why: Why) -> OpenedLive:
    """Play what the device itself recorded; raises as `open_recordings` does."""
    _check_period([camera], start, end)
    _check_why(why)
    viewing = _begin(user, camera, Viewing.Kind.DEVICE, why=why, period=(start, end))
    try:
        told = gateway.start_playback(str(camera.uid), start, end)
        viewing.session = str(told.get("session", ""))[:80]
        return _give_ticket(viewing, told)
    except gateway.StageFailure as failure:
        _give_up(viewing)
        raise _since(camera, failure) from failure


@transaction.atomic
def order_fetch(user: "User", camera: "Camera", start: datetime, end: datetime, why: Why) -> "Job":
    """Have what the device recorded, and we did not, fetched into our recordings; the job tells how far it is.

    Raises as `open_recordings` does.
    """
    _check_period([camera], start, end)
    _check_why(why)
    viewing = _begin(user, camera, Viewing.Kind.DEVICE, why=why, period=(start, end))
    data = {"viewing": str(viewing.uid), "from": start, "until": end}
    record("video.footage.ordered", actor=user, subject=camera, data=data, clause="V5.1")
    return submit_fetch(viewing, fetch_footage)


def control_device_recording(user: "User", viewing: Viewing, action: str, value: float | None) -> str:
    """Pause, resume, seek, scale or stop what the device plays; only its viewer does.

    Gives what the device made of it: acknowledged, unsupported or no_answer. Stopping twice is no fault.
    """
    if action not in {"pause", "resume", "seek", "scale", "stop"}:
        raise Refused("video.playback.unknown", _("This playback does not know that."), status=422)
    is_open = viewing.user_id == user.pk and viewing.session and viewing.ended_at is None
    if action == "stop" and not is_open:
        return "acknowledged"
    state = gateway.control_playback(viewing.session, action, value) if is_open else ""
    if not state:
        raise Refused("video.playback.ended", _("This playback has ended. Open it again."), status=409)
    return state


def take_snapshot(user: "User", camera: "Camera") -> tuple[bytes, datetime]:
    """The picture that a camera shows now, as JPEG, and when it was taken; a row of the usage log like any viewing.

    Raises `StageFailure`.
    """
    viewing = _begin(user, camera, Viewing.Kind.SNAPSHOT)
    running = services.running_stream(camera.pk)
    try:
        if running is None:
            told = gateway.start_live(str(camera.uid), 0)
            node, stream_key = int(told.get("node") or 0), str(told.get("stream_key", ""))
        else:
            node, stream_key = running.node, running.stream_key
        jpeg, taken = gateway.take_snapshot(node, stream_key)
    except gateway.StageFailure as failure:
        _give_up(viewing)
        raise _since(camera, failure) from failure
    now = clock.now()
    Viewing.objects.filter(pk=viewing.pk).update(
        started_at=now, ended_at=now, end_cause=Viewing.EndCause.CLOSED, bytes=len(jpeg)
    )
    gateway.release_stream(camera, _wish(viewing))
    return jpeg, _instant(taken) or now


def end_viewing(user: "User", viewing: Viewing) -> None:
    """The viewer closed the pane; somebody else's viewing is left alone."""
    if viewing.user_id == user.pk:
        _end(viewing, Viewing.EndCause.CLOSED)


def note_progress(reports: Iterable[ViewingProgress]) -> int:
    """Keep what media reports, in one batch; a viewing that ended frees its stream. Gives how many were known."""
    told = {report.viewing_id: report for report in reports}
    with transaction.atomic():
        rows = list(Viewing.objects.select_related("camera").filter(pk__in=told))
        for row in rows:
            report = told[row.pk]
            row.started_at = row.started_at or report.started_at
            row.bytes = max(row.bytes, report.bytes)
            _note_seen(row, report.seen_us)
            if report.ended_at is not None and row.ended_at is None:
                row.ended_at = report.ended_at
                known = report.end_cause in Viewing.EndCause.values
                row.end_cause = report.end_cause if known else Viewing.EndCause.CLOSED
        Viewing.objects.bulk_update(rows, PROGRESS, batch_size=500)
        for row in rows:
            if told[row.pk].ended_at is not None:
                _free(row)
    return len(rows)


def _note_seen(row: Viewing, seen_us: tuple[int, int] | None) -> None:
    """The recorded pictures that went out lie between these instants, and within what was opened: how far a device has
    played is reckoned from what it was told."""
    if seen_us is None:
        return
    first, last = clock.from_us(seen_us[0]), clock.from_us(seen_us[1])
    if row.kind == Viewing.Kind.DEVICE and row.from_at and row.until_at:
        first, last = (min(max(each, row.from_at), row.until_at) for each in (first, last))
    row.seen_from_at = min(row.seen_from_at or first, first)
    row.seen_until_at = max(row.seen_until_at or last, last)


def refresh_allowed() -> int:
    """Every minute: close viewings whose right has ended or that never began, renew the wishes of the others, and
    tell every node which go on. Gives how many were closed."""
    now = clock.now()
    closed = 0
    going_on: dict[int, list[int]] = {}
    rights: dict[tuple[int, str], set[int]] = {}
    for viewing in Viewing.objects.filter(ended_at=None).select_related("user__agency", "camera").order_by("pk"):
        if not _is_allowed(viewing, rights):
            _end(viewing, Viewing.EndCause.RIGHT_ENDED)
            closed += 1
        elif viewing.started_at is None and now - viewing.opened_at > NEVER_STARTED:
            _end(viewing, Viewing.EndCause.EXPIRED)
            closed += 1
        else:
            going_on.setdefault(viewing.node, []).append(viewing.pk)
            if viewing.kind == Viewing.Kind.LIVE:
                gateway.want_stream(viewing.camera, viewing.stream, _wish(viewing), until_at=now + WISH)
    gateway.forget_past_wishes()
    gateway.send_allowed(going_on)
    return closed


def _is_allowed(viewing: Viewing, rights: dict[tuple[int, str], set[int]]) -> bool:
    permission = PERMISSIONS[Viewing.Kind(viewing.kind)]
    key = (viewing.user_id, permission)
    if key not in rights:
        rights[key] = set(register.cameras(viewing.user, permission).values_list("pk", flat=True))
    return viewing.camera_id in rights[key]


@transaction.atomic
def _begin(
    user: "User",
    camera: "Camera",
    kind: Viewing.Kind,
    *,
    stream: int = 0,
    why: Why | None = None,
    period: tuple[datetime, datetime] | None = None,
) -> Viewing:
    """Write the row and its audit row before anything flows."""
    if register.camera(user, camera.uid, PERMISSIONS[kind]) is None:
        user.require(PERMISSIONS[kind], CLAUSES[kind])
        raise Refused("video.camera.outside", _("This camera is not one of yours."), "A4.1", 404)
    viewing = Viewing.objects.create(
        user=user,
        viewer_name=user.name,
        agency_name=user.agency.name,
        camera=camera,
        kind=kind,
        stream=stream,
        purpose="" if why is None else why.purpose,
        purpose_text="" if why is None else why.text.strip()[:300],
        from_at=None if period is None else period[0],
        until_at=None if period is None else period[1],
        opened_at=clock.now(),
    )
    data: dict[str, object] = {"viewing": str(viewing.uid), "kind": str(kind), "site": camera.site.code}
    if why is not None and period is not None:
        data |= {"purpose": why.purpose, "from": period[0], "until": period[1]}
        data |= {"purpose_text": viewing.purpose_text} if viewing.purpose_text else {}
    record("video.viewing.opened", actor=user, subject=camera, data=data, clause=CLAUSES[kind])
    if kind is Viewing.Kind.LIVE:
        gateway.want_stream(camera, stream, _wish(viewing), until_at=clock.now() + WISH)
    return viewing


def _give_ticket(viewing: Viewing, told: dict[str, Any]) -> OpenedLive:
    viewing.node = int(told.get("node") or 0)
    viewing.stream_key = str(told.get("stream_key", ""))[:80]
    viewing.save(update_fields=["node", "stream_key", "session"])
    ticket = gateway.issue_live_ticket(viewing.node, viewing.pk, viewing.stream_key)
    cache.delete_many([_failing_key(viewing.camera_id, stage) for stage in gateway.Stage])
    return OpenedLive(viewing, ticket, told)


def _since(camera: "Camera", failure: gateway.StageFailure) -> gateway.StageFailure:
    """Since when this camera fails so: for an offline device its last sign, else the first failure in a row."""
    if failure.stage is gateway.Stage.DEVICE_OFFLINE and camera.device is not None:
        failure.since_at = camera.device.seen_at
        return failure
    key = _failing_key(camera.pk, failure.stage)
    cache.add(key, clock.now(), FAILING_KEPT_S)
    failure.since_at = cache.get(key)
    return failure


def _failing_key(camera_id: int, stage: str) -> str:
    return f"video:failing:{camera_id}:{stage}"


def _give_up(viewing: Viewing) -> None:
    """The start failed: the viewing never was."""
    Viewing.objects.filter(pk=viewing.pk).update(ended_at=clock.now(), end_cause=Viewing.EndCause.EXPIRED)
    with transaction.atomic():
        _free(viewing)


def _end(viewing: Viewing, cause: Viewing.EndCause) -> None:
    with transaction.atomic():
        changed = Viewing.objects.filter(pk=viewing.pk, ended_at=None).update(ended_at=clock.now(), end_cause=cause)
        if not changed:
            return
        _free(viewing)
        transaction.on_commit(lambda: gateway.close_viewing(viewing.node, viewing.pk))


def _free(viewing: Viewing) -> None:
    """Withdraw the wish of a viewing and close what the device plays for it."""
    gateway.release_stream(viewing.camera, _wish(viewing))
    if viewing.session:
        transaction.on_commit(lambda: gateway.stop_playback(viewing.session))


def _wish(viewing: Viewing) -> str:
    return f"view:{viewing.pk}"


def _paths(pieces: list[recordings.Piece]) -> list[tuple[int, str]]:
    roots = {volume.name: recordings.volume_root(config.current(), volume) for volume in recordings.volumes()}
    return [(piece.segment_id, str(roots[piece.volume] / piece.path)) for piece in pieces]


def _check_period(cameras: "Sequence[Camera]", start: datetime, end: datetime) -> None:
    if not 1 <= len(cameras) <= PANES_MAX:
        raise Refused("video.playback.panes", _("Play back one to four cameras at a time."), status=422)
    if not start < end or end - start > LONGEST:
        raise Refused(
            "video.playback.period", _("Choose a period of at most 24 hours with its start first."), status=422
        )


def _check_why(why: Why) -> None:
    purpose = PURPOSES.get(why.purpose)
    if purpose is None:
        raise Refused(
            "video.playback.purpose",
            _("Say what the footage is opened for; every viewing is kept in the usage log."),
            "V14.log",
            422,
        )
    if purpose.needs_text and not why.text.strip():
        raise Refused("video.playback.purpose-text", _("This purpose needs particulars."), "V14.log", 422)


def _instant(text: str) -> datetime | None:
    try:
        instant = datetime.fromisoformat(text)
    except ValueError:
        return None
    return instant if instant.tzinfo is not None else None
