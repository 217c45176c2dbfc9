"""Pictures of a sitting: what its page shows, and the picture of the moment that an anomaly is marked at."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from oversite.common import clock
from oversite.oversight.supervision.models import Point, Session
from oversite.video.cameras.queries import cameras, in_tree_order
from oversite.video.evidence import queries as evidence
from oversite.video.gateway import actions as gateway
from oversite.video.recording import queries as recordings
from oversite.video.viewing import actions as viewing
from oversite.video.viewing import props
from oversite.video.viewing.queries import day_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from oversite.base.accounts.models import User
    from oversite.video.cameras.models import Camera

RECORDED_AFTER = timedelta(seconds=12)
"""A moment this long ago is surely recorded; a later one is still what the live picture shows."""
PANES = {Session.Mode.LIVE: 16, Session.Mode.PLAYBACK: 4}


def island_props(user: "User", session: Session) -> dict[str, Any]:
    """The props of the sitting's island: every camera of the site, as many as there are panes.

    Playback begins with today, so cameras that recorded today have their panes first; on another day those of that.
    """
    is_live = session.mode == Session.Mode.LIVE
    permission = "video.live" if is_live else "video.playback"
    seen = list(in_tree_order(cameras(user, permission).filter(site=session.site)))
    first = seen if is_live else sorted(seen, key=_without_footage(seen))
    uids = [str(camera.uid) for camera in first[: PANES[Session.Mode(session.mode)]]]
    return props.wall(user, uids) if is_live else props.playback(user, seen, uids) | {"prefers_recorded": True}


def _without_footage(seen: "Sequence[Camera]") -> "Callable[[Camera], bool]":
    """The key that puts cameras recorded today first and keeps their order otherwise."""
    start, end = day_of(clock.now().astimezone(clock.BEIJING).date())
    recorded = recordings.recorded_cameras((camera.pk for camera in seen), clock.to_us(start), clock.to_us(end))
    return lambda camera: camera.pk not in recorded


def at(user: "User", session: Session, camera: "Camera", moment: datetime) -> bytes | None:
    """The picture that the officer saw: of now, or of the recorded moment; none where it cannot be had."""
    try:
        if session.mode == Session.Mode.PLAYBACK or clock.now() - moment > RECORDED_AFTER:
            return _recorded(camera, moment)
        return viewing.take_snapshot(user, camera)[0]
    except gateway.StageFailure:
        return None


def _recorded(camera: "Camera", moment: datetime) -> bytes | None:
    moment_us = clock.to_us(moment)
    piece = next(iter(recordings.pieces(camera.pk, moment_us, moment_us + 1)), None)
    if piece is None:
        return None
    at_90k = max(0, moment_us - piece.start_us) * 9 // 100
    return gateway.take_recorded_snapshot(piece.volume, piece.path, at_90k)[0]


def kept(point: Point) -> bytes:
    """The picture kept for a mark; empty where its file has gone, which `oversite fsck` says."""
    assert point.snapshot_uid is not None
    return evidence.snapshot_jpeg(point.snapshot_uid) or b""
