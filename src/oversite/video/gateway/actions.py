"""What the web asks of the services; the only writer of wanted streams and the only giver of tickets."""

import secrets
import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.db import transaction

from oversite.common import clock
from oversite.video.gateway import doors, queries, stages
from oversite.video.gateway.models import WantedStream

if TYPE_CHECKING:
    from oversite.video.cameras.models import Camera

TICKET_S = 15
TICKET_BYTES = 16
OWN_LEASE_S = 10
RECORD_REASON = "record"

Stage = stages.Stage
StageFailure = stages.StageFailure


@dataclass(frozen=True, slots=True)
class Ticket:
    """A ticket that media knows: what the browser opens, and which node will serve it."""

    token: str
    node: int
    live_url: str
    recordings_url: str

    def segment_url(self, segment_id: int) -> str:
        """Where one segment of a recording ticket is read by ranges."""
        return f"{self.recordings_url}/{segment_id}.mp4"

    @property
    def index_url(self) -> str:
        """Where the fragment index of a recording ticket is read."""
        return f"{self.recordings_url}/index.json"


def want_stream(
    camera: "Camera", stream: int, reason: str, *, until_at: datetime | None = None, record: bool = False
) -> None:
    """Have a stream run until `until_at` (for good where it is none); the same reason again replaces the wish."""
    WantedStream.objects.update_or_create(
        camera=camera, stream=stream, reason=reason, defaults={"until_at": until_at, "record": record}
    )
    transaction.on_commit(_hint_wanted)


def release_stream(camera: "Camera", reason: str) -> None:
    """Withdraw the wish of this reason, whichever stream it was for."""
    if WantedStream.objects.filter(camera=camera, reason=reason).delete()[0]:
        transaction.on_commit(_hint_wanted)


def want_recording(camera: "Camera") -> None:
    """Bring the wish to record in line with the register: round the clock, or not."""
    if camera.records and camera.is_active:
        want_stream(camera, 0, RECORD_REASON, record=True)
    else:
        release_stream(camera, RECORD_REASON)


def forget_past_wishes() -> int:
    """Delete wishes whose time is over; returns how many."""
    return WantedStream.objects.filter(until_at__lt=clock.now()).delete()[0]


def tell_register_changed() -> None:
    """Tell signalling, once the change is committed, that devices or cameras changed."""
    transaction.on_commit(_hint_register)


def issue_live_ticket(node: int, viewing_id: int, stream_key: str) -> Ticket:
    """A ticket for one live stream; raises `StageFailure` when media cannot be told."""
    return _issue(queries.node(node), viewing_id, {"kind": "live", "stream_key": stream_key})


def issue_recording_ticket(viewing_id: int, segments: list[tuple[int, str]]) -> Ticket:
    """A ticket for `(segment id, absolute path)` pairs at the node with the least to do.

    Raises `StageFailure` when media cannot be told.
    """
    listed = [{"segment_id": segment_id, "path": path} for segment_id, path in segments]
    return _issue(queries.recordings_node(), viewing_id, {"kind": "recording", "segments": listed})


def send_allowed(viewing_ids: dict[int, list[int]]) -> int:
    """Tell every node which viewings go on (node → ids); returns how many nodes could be told."""
    told = 0
    for node in queries.nodes():
        try:
            doors.put_allowed(node.door_url, viewing_ids.get(node.number, []))
        except StageFailure:
            continue
        told += 1
    return told


def close_viewing(node: int, viewing_id: int) -> None:
    """Close one viewing at its node now; a node that cannot be reached learns it from the allowed set."""
    try:
        doors.end_viewing(queries.node(node).door_url, viewing_id)
    except StageFailure:
        return


def start_live(camera_uid: str, stream: int) -> dict[str, Any]:
    """Start or find a live stream: `stream_key, node, codec, mime`; raises `StageFailure`."""
    return doors.play(camera_uid, stream)


def start_playback(camera_uid: str, start_at: datetime, end_at: datetime) -> dict[str, Any]:
    """Start playing what the device itself recorded: as `start_live`, and `session`; raises `StageFailure`."""
    return doors.playback(camera_uid, start_at, end_at)


def start_download(camera_uid: str, start_at: datetime, end_at: datetime) -> dict[str, Any]:
    """Have a device hand over what it recorded, into our recordings: as `start_playback`; raises `StageFailure`."""
    return doors.download(camera_uid, start_at, end_at)


def stream_progress(node: int, stream_key: str) -> dict[str, Any] | None:
    """What media says of a stream (`recorded_ms` …), nothing once it has ended; raises `StageFailure`."""
    return doors.receiver(queries.node(node).door_url, stream_key)


def control_playback(session: str, action: str, value: float | None) -> str:
    """Pause, resume, seek, scale or stop: acknowledged, unsupported or no_answer, and "" where the session has ended.

    Raises `StageFailure`.
    """
    told = doors.control_session(session, action, value)
    return "" if told is None else str(told.get("state") or "acknowledged")


def stop_playback(session: str) -> None:
    """Close a playback session; a service that is down closes it by itself."""
    try:
        doors.end_session(session)
    except StageFailure:
        return


def share_lease(lease_uid: str, camera_uid: str, expires_at: datetime) -> None:
    """Give signalling its copy of a lease; raises `StageFailure`."""
    doors.put_lease(lease_uid, camera_uid, expires_at)


def withdraw_lease(lease_uid: str) -> None:
    """Take the copy back, which stops the camera; a service that is down lets the lease run out by itself."""
    try:
        doors.drop_lease(lease_uid)
    except StageFailure:
        return


def steer(camera_uid: str, lease_uid: str, command: dict[str, Any]) -> str:
    """Send one command under a lease: `sent` or `acknowledged`; raises `StageFailure`."""
    return str(doors.steer(camera_uid, lease_uid, command).get("state", "sent"))


def call_preset(camera_uid: str, number: int) -> str:
    """Turn a camera to a preset on the platform's own account, under a lease of a few seconds.

    Gives the state as `steer` does; raises `StageFailure`.
    """
    lease_uid = str(uuid.uuid4())
    doors.put_lease(lease_uid, camera_uid, clock.now() + timedelta(seconds=OWN_LEASE_S))
    try:
        return steer(camera_uid, lease_uid, {"action": "preset", "verb": "call", "number": number})
    finally:
        withdraw_lease(lease_uid)


def take_snapshot(node: int, stream_key: str) -> tuple[bytes, str]:
    """The newest picture of a running stream as JPEG and when it was taken (ISO, UTC); raises `StageFailure`."""
    return doors.snapshot(queries.node(node).door_url, {"stream_key": stream_key})


def take_recorded_snapshot(volume: str, path: str, at_90k: int) -> tuple[bytes, str]:
    """The picture at a media time of a recorded file, as `take_snapshot` gives it; raises `StageFailure`."""
    return doors.snapshot(queries.recordings_node().door_url, {"volume": volume, "path": path, "at_90k": at_90k})


def ask_device(device_gb_id: str, kind: str, **about: object) -> dict[str, Any]:
    """Ask a device for `catalog`, `info`, `status`, `records`, `presets` or `screen`; raises `StageFailure`."""
    return doors.query(device_gb_id, kind, **about)


def put_screen(device_gb_id: str, camera_gb_id: str, screen: dict[str, Any]) -> bool:
    """Have a device write a text into its picture; whether it says that it did. Raises `StageFailure`."""
    return doors.put_screen(device_gb_id, camera_gb_id, screen).get("is_ok") is True


def _issue(node: queries.Node, viewing_id: int, about: dict[str, Any]) -> Ticket:
    token = secrets.token_hex(TICKET_BYTES)
    valid_until = clock.now() + timedelta(seconds=TICKET_S)
    doors.push_ticket(
        node.door_url,
        {"ticket": token, "viewing_id": viewing_id, "valid_until": valid_until.isoformat(), **about},
    )
    base = node.public_url.rstrip("/")
    socket_base = "ws" + base.removeprefix("http")
    return Ticket(token, node.number, f"{socket_base}/live/{token}", f"{base}/recordings/{token}")


def _hint_wanted() -> None:
    doors.hint("wanted")


def _hint_register() -> None:
    doors.hint("register-changed")
