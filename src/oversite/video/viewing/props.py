"""What the islands `wall` and `playback` are given: addresses, the viewer's watermark, purposes, permissions."""

from typing import TYPE_CHECKING, Any

from django.urls import reverse

from oversite.common import clock
from oversite.video.viewing import queries

if TYPE_CHECKING:
    from oversite.base.accounts.models import User

ANY_UID = "00000000-0000-0000-0000-000000000000"
ANY_VIEWING = 0
STEER_PATH = "/ws/steer/{camera}"


def wall(user: "User", cameras: list[str]) -> dict[str, Any]:
    """The props of the wall, beginning with `cameras` (uids)."""
    return _common(user) | {
        "cameras": cameras,
        "live_url": _of_camera("viewing:live"),
        "snapshot_url": _of_camera("viewing:snapshot"),
        "favourite_url": _of_camera("cameras:favourite"),
        "steer_url": STEER_PATH,
        "playback_url": reverse("viewing:playback") if user.has_perm("video.playback") else "",
    }


def playback(user: "User", cameras: list[str], moment_ms: int | None = None) -> dict[str, Any]:
    """The props of playback, beginning with `cameras` (uids) at a moment."""
    return _common(user) | {
        "cameras": cameras,
        "moment_ms": moment_ms,
        "today": clock.now().astimezone(clock.BEIJING).date().isoformat(),
        "days_url": reverse("viewing:days"),
        "timeline_url": reverse("viewing:timeline"),
        "open_url": reverse("viewing:open"),
        "device_url": reverse("viewing:device"),
        "purposes": queries.purposes(),
        "keep_url": reverse("evidence:keep") if user.has_perm("video.hold") else "",
        "wall_url": reverse("viewing:wall") if user.has_perm("video.live") else "",
    }


def _common(user: "User") -> dict[str, Any]:
    return {
        "tree_url": reverse("cameras:tree"),
        "end_url": reverse("viewing:end", args=[ANY_VIEWING]).replace(f"/{ANY_VIEWING}/", "/{viewing}/"),
        "alive_url": reverse("session_alive"),
        "watermark": queries.watermark(user),
    }


def _of_camera(name: str) -> str:
    return reverse(name, args=[ANY_UID]).replace(ANY_UID, "{camera}")
