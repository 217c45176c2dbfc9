"""What the web asks of the services; the only writer of wanted streams and the only giver of tickets."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.db import transaction

from oversite.common import clock
from oversite.video.gateway import doors, queries
from oversite.video.gateway.models import WantedStream

if TYPE_CHECKING:
    from oversite.video.cameras.models import Camera

TICKET_S = 15
TICKET_BYTES = 16
RECORD_REASON = "record"


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
    return _issue(node, viewing_id, {"kind": "live", "stream_key": stream_key})


def issue_recording_ticket(node: int, viewing_id: int, segments: list[tuple[int, str]]) -> Ticket:
    """A ticket for `(segment id, absolute path)` pairs; raises `StageFailure` when media cannot be told."""
    listed = [{"segment_id": segment_id, "path": path} for segment_id, path in segments]
    return _issue(node, viewing_id, {"kind": "recording", "segments": listed})


def send_allowed(viewing_ids: dict[int, list[int]]) -> int:
    """Tell every node which viewings go on (node → ids); returns how many nodes could be told."""
    told = 0
    for node in queries.nodes():
        try:
            doors.put_allowed(node.door_url, viewing_ids.get(node.number, []))
        except doors.StageFailure:
            continue
        told += 1
    return told


def close_viewing(node: int, viewing_id: int) -> None:
    """Close one viewing at its node now; a node that cannot be reached learns it from the allowed set."""
    try:
        doors.end_viewing(queries.node(node).door_url, viewing_id)
    except doors.StageFailure:
        return


def _issue(number: int, viewing_id: int, about: dict[str, Any]) -> Ticket:
    node = queries.node(number)
    token = secrets.token_hex(TICKET_BYTES)
    valid_until = clock.now() + timedelta(seconds=TICKET_S)
    doors.push_ticket(
        node.door_url,
        {"ticket": token, "viewing_id": viewing_id, "valid_until": valid_until.isoformat(), **about},
    )
    base = node.public_url.rstrip("/")
    socket_base = "ws" + base.removeprefix("http")
    return Ticket(token, number, f"{socket_base}/live/{token}", f"{base}/recordings/{token}")


def _hint_wanted() -> None:
    doors.hint("wanted")


def _hint_register() -> None:
    doors.hint("register-changed")
