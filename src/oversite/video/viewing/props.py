"""What the islands `wall` and `playback` are given: addresses, the viewer's watermark, purposes, permissions."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from django.urls import reverse

from oversite.common import clock
from oversite.video.cameras import queries as register
from oversite.video.viewing import queries
from oversite.video.viewing.slots import WALL_ACTS

if TYPE_CHECKING:
    from oversite.base.accounts.models import User
    from oversite.video.cameras.models import Camera

ANY_UID = "00000000-0000-0000-0000-000000000000"
ANY_VIEWING = 0
STEER_PATH = "/ws/steer/{camera}"
KEEP_PATH = "/evidence/keep/"
"""Evidence stands beside viewing, so only its address is known here."""


def wall(user: "User", cameras: list[str] | None = None) -> dict[str, Any]:
    """The props of the wall, beginning with `cameras` (uids); with none it begins as it was left."""
    found = _common(user) | {
        "live_url": _of_camera("viewing:live"),
        "snapshot_url": _of_camera("viewing:snapshot"),
        "favourite_url": _of_camera("cameras:favourite"),
        "steer_url": STEER_PATH,
    }
    if cameras:
        found["cameras"] = cameras
    if user.has_perm("video.playback"):
        found["playback_page"] = reverse("viewing:playback") + "?camera={camera}"
    return found


def site_acts(user: "User") -> dict[str, Any]:
    """The props of the acts on the site shown, which only the page of the wall offers; the tree names a site by key."""
    acts = [{"label": str(act.label), "icon": act.icon, "urls": act.urls(user)} for act in WALL_ACTS]
    return {"site_acts": [act for act in acts if act["urls"]]}


def playback(
    user: "User", cameras: "Iterable[Camera]", chosen: list[str] | None = None, moment_ms: int | None = None
) -> dict[str, Any]:
    """The props of playback: the cameras to choose from, those chosen already (uids), and the moment to begin at."""
    found = _common(user) | {
        "cameras": [{"uid": str(camera.uid), "title": register.title(camera)} for camera in cameras],
        "chosen": chosen or [],
        "day": clock.now().astimezone(clock.BEIJING).date().isoformat(),
        "days_url": reverse("viewing:days"),
        "timeline_url": reverse("viewing:timeline"),
        "recorded_url": reverse("viewing:recorded"),
        "open_url": reverse("viewing:open"),
        "device_url": reverse("viewing:device"),
        "fetch_url": reverse("viewing:fetch"),
        "purposes": queries.purposes(),
    }
    if moment_ms is not None:
        found["at_ms"] = moment_ms
    if user.has_perm("video.hold"):
        found["selection_page"] = KEEP_PATH + "?camera={camera}&start_ms={start_ms}&end_ms={end_ms}"
    return found


def _common(user: "User") -> dict[str, Any]:
    return {
        "tree_url": reverse("cameras:tree"),
        "end_url": reverse("viewing:end", args=[ANY_VIEWING]).replace(f"/{ANY_VIEWING}/", "/{viewing}/"),
        "alive_url": reverse("session_alive"),
        "watermark": queries.watermark(user),
    }


def _of_camera(name: str) -> str:
    return reverse(name, args=[ANY_UID]).replace(ANY_UID, "{camera}")
