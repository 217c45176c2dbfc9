"""The doors of signalling and media: small HTTP on loopback or a private address, with the door secret.

Blocking, with a time limit on every call; asynchronous callers go through `asyncio.to_thread`. What the services
answer is their word on what happened: a failure becomes a `StageFailure` that a person can read.
"""

import http.client
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeAlias
from urllib.parse import quote, urlsplit

from oversite.common import config
from oversite.common.keys import read_key
from oversite.video.gateway.stages import Stage, StageFailure

Json: TypeAlias = dict[str, Any]

SECRET_HEADER = "X-Oversite-Door"  # noqa: S105 - the name of the header
CALL_S = 5.0
START_S = 16.0
"""Signalling answers a start within 15 s."""
MAX_ANSWER_BYTES = 8 << 20


@dataclass(frozen=True, slots=True)
class DoorAnswer:
    """Status, headers in lower case and body of one answer."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def json(self) -> Json:
        """The body as a JSON object; anything else reads as an empty one."""
        try:
            value = json.loads(self.body or b"{}")
        except ValueError:
            return {}
        return value if isinstance(value, dict) else {}


@dataclass(frozen=True, slots=True)
class Door:
    """One door: `service` names it in messages, `base_url` is `http://host:port`."""

    service: str
    base_url: str

    def call(self, method: str, path: str, body: object = None, *, timeout_s: float = CALL_S) -> DoorAnswer:
        """One request; raises `StageFailure(service_down)` when nobody answers in time."""
        parts = urlsplit(self.base_url)
        headers = {SECRET_HEADER: secret(), "Connection": "close"}
        data = None
        if body is not None:
            data = json.dumps(body).encode()
            headers["Content-Type"] = "application/json"
        connection = http.client.HTTPConnection(parts.hostname or "127.0.0.1", parts.port or 80, timeout=timeout_s)
        try:
            connection.request(method, path, data, headers)
            response = connection.getresponse()
            content = response.read(MAX_ANSWER_BYTES)
        except (OSError, http.client.HTTPException) as error:
            raise StageFailure(
                Stage.SERVICE_DOWN, reason=f"{self.service}: {str(error) or type(error).__name__}"
            ) from error
        finally:
            connection.close()
        return DoorAnswer(response.status, {key.lower(): value for key, value in response.getheaders()}, content)

    def ask(self, method: str, path: str, body: object = None, *, timeout_s: float = CALL_S) -> Json:
        """One request whose answer is JSON; raises `StageFailure` for every status of 400 and above."""
        answer = self.call(method, path, body, timeout_s=timeout_s)
        if answer.status >= 400:
            raise failure(answer)
        return answer.json


def secret() -> str:
    """The door secret as the header carries it."""
    return read_key(config.current().keys_dir, "door").hex()


def failure(answer: DoorAnswer) -> StageFailure:
    """The stage that a service named, or `service_down` where it named none that we know."""
    told = answer.json
    reason = str(told.get("reason") or told.get("error") or "")[:300]
    try:
        stage = Stage(str(told.get("stage", "")))
    except ValueError:
        return StageFailure(Stage.SERVICE_DOWN, reason=reason or f"HTTP {answer.status}")
    sip_status = told.get("sip_status")
    return StageFailure(stage, reason=reason, sip_status=sip_status if isinstance(sip_status, int) else None)


def signalling() -> Door:
    """The door of the signalling service."""
    return Door("signalling", f"http://127.0.0.1:{config.current().signalling_door_port}")


def media(door_url: str) -> Door:
    """The door of the media node at `door_url`."""
    return Door("media", door_url)


# Signalling


def play(camera_uid: str, stream: int) -> Json:
    """Start or find the live stream: `stream_key, node, codec, mime`."""
    return signalling().ask("POST", "/door/play", {"camera_uid": camera_uid, "stream": stream}, timeout_s=START_S)


def playback(camera_uid: str, start_at: datetime, end_at: datetime) -> Json:
    """Start playing what the device itself recorded: as `play`, and `session`."""
    return _recorded("playback", camera_uid, start_at, end_at, record=False)


def download(camera_uid: str, start_at: datetime, end_at: datetime) -> Json:
    """Have the device send what it recorded as fast as it may, and record it here: as `playback`."""
    return _recorded("download", camera_uid, start_at, end_at, record=True)


def _recorded(kind: str, camera_uid: str, start_at: datetime, end_at: datetime, *, record: bool) -> Json:
    body = {
        "camera_uid": camera_uid,
        "start_at": start_at.isoformat(),
        "end_at": end_at.isoformat(),
        "kind": kind,
        "record": record,
    }
    return signalling().ask("POST", "/door/playback", body, timeout_s=START_S)


def control_session(session: str, action: str, value: float | None = None) -> Json | None:
    """Pause, resume, seek (seconds), scale or stop a playback session; nothing where it has ended already.

    `state` says what the device made of it: acknowledged, unsupported (quirk 27) or no_answer.
    """
    path = f"/door/sessions/{quote(session, safe='')}/control"
    answer = signalling().call("POST", path, {"action": action, "value": value})
    if answer.status >= 400 and answer.status != 404:
        raise failure(answer)
    return answer.json if answer.status < 400 else None


def end_session(session: str) -> None:
    """Close a playback session; one that is gone already is fine."""
    signalling().call("DELETE", f"/door/sessions/{quote(session, safe='')}")


def steer(camera_uid: str, lease_uid: str, command: Json) -> Json:
    """Send one steering command under a lease: `state` (sent or acknowledged), `sip_status`."""
    return signalling().ask("POST", "/door/ptz", {"camera_uid": camera_uid, "lease": lease_uid, "command": command})


def put_lease(lease_uid: str, camera_uid: str, expires_at: datetime) -> None:
    """Give signalling its copy of a lease."""
    body = {"camera_uid": camera_uid, "expires_at": expires_at.isoformat()}
    signalling().ask("PUT", f"/door/leases/{lease_uid}", body)


def drop_lease(lease_uid: str) -> None:
    """Take the copy of a lease back; signalling sends stop if it moves."""
    signalling().call("DELETE", f"/door/leases/{lease_uid}")


def query(device_gb_id: str, kind: str, **about: object) -> Json:
    """Ask a device: `catalog`, `info`, `status`, `records`, `presets` or `screen`."""
    return signalling().ask(
        "POST", "/door/query", {"device_gb_id": device_gb_id, "kind": kind, **about}, timeout_s=12.0
    )


def complaints(device_gb_id: str = "") -> list[Json]:
    """What devices (or one device) sent that could not be read, since signalling started; the newest first."""
    path = "/door/complaints" + (f"/{quote(device_gb_id, safe='')}" if device_gb_id else "")
    told = signalling().ask("GET", path, timeout_s=1.0).get("complaints")
    return [row for row in told if isinstance(row, dict)] if isinstance(told, list) else []


def put_screen(device_gb_id: str, camera_gb_id: str, screen: Json) -> Json:
    """Have a device write a text into the picture of a channel: `result, is_ok`."""
    body = {"device_gb_id": device_gb_id, "camera_gb_id": camera_gb_id, "screen": screen}
    return signalling().ask("POST", "/door/screen", body, timeout_s=12.0)


def hint(what: str) -> bool:
    """Tell signalling that something changed (`wanted` or `register-changed`); it also looks by itself every minute."""
    try:
        return signalling().call("POST", f"/door/{what}", {}, timeout_s=1.0).status < 400
    except StageFailure:
        return False


# Media


def receiver(door_url: str, stream_key: str) -> Json | None:
    """How far a stream has come (`stage`, `recorded_ms`, `bytes`, `recording_trouble`); nothing where it has ended."""
    answer = media(door_url).call("GET", f"/door/receivers/{quote(stream_key, safe='')}")
    if answer.status >= 400 and answer.status != 404:
        raise failure(answer)
    return answer.json if answer.status < 400 else None


def push_ticket(door_url: str, ticket: Json) -> None:
    """Hand a ticket to the node that will be shown it."""
    media(door_url).ask("POST", "/door/tickets", ticket)


def put_allowed(door_url: str, viewing_ids: list[int]) -> None:
    """Tell a node which viewings go on; it closes all others."""
    media(door_url).ask("PUT", "/door/allowed", {"viewings": viewing_ids})


def end_viewing(door_url: str, viewing_id: int) -> None:
    """Close one viewing at its node."""
    media(door_url).call("DELETE", f"/door/viewings/{viewing_id}")


def receivers(door_url: str) -> list[Json]:
    """The streams that a node receives, with their counters."""
    told = media(door_url).ask("GET", "/door/receivers").get("receivers")
    return [row for row in told if isinstance(row, dict)] if isinstance(told, list) else []


def snapshot(door_url: str, of: Json) -> tuple[bytes, str]:
    """A picture as JPEG and when it was taken (ISO, UTC).

    `of` is `{"stream_key"}` for the newest of a running stream, `{"volume", "path", "at_90k"}` for a recorded one.
    """
    answer = media(door_url).call("POST", "/door/snapshots", of, timeout_s=8.0)
    if answer.status >= 400:
        raise failure(answer)
    return answer.body, answer.headers.get("x-taken-at", "")
