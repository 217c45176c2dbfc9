"""The loopback door of signalling: what the web and media ask of it, JSON over HTTP behind a shared secret."""

from __future__ import annotations

import asyncio
import hmac
import uuid
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import unquote

from oversite.protocol.gb28181.config_download import ConfigDownloadResponse
from oversite.services.signalling.control import NotAllowed
from oversite.services.signalling.directory import Device
from oversite.services.signalling.http import SECRET_HEADER, HttpRequest, HttpResponse
from oversite.services.signalling.invite import StreamFailed
from oversite.services.signalling.queries import DeviceRefused, QueryFailed, records_as_json
from oversite.services.signalling.records import CameraRecord
from oversite.services.signalling.screen import screen_as_json, screen_from_json
from oversite.services.signalling.session import Session

if TYPE_CHECKING:
    from oversite.services.signalling.service import Service

_TIMEOUTS: Final = frozenset({"no_answer", "no_packet", "no_key_frame"})
CATALOG_S: Final = 10.0
MAX_PERIOD_S: Final = 31 * 86_400

Route = Callable[[HttpRequest, str], Awaitable[HttpResponse]]


class Door:
    """Routes requests to the parts of the service."""

    def __init__(self, service: Service, secret: str) -> None:
        self._service = service
        self._secret = secret.encode()
        self._routes: dict[tuple[str, str], Route] = {
            ("GET", "devices"): self._devices,
            ("GET", "sessions"): self._sessions,
            ("GET", "complaints"): self._complaints,
            ("GET", "complaints/*"): self._complaints,
            ("POST", "play"): self._play,
            ("POST", "playback"): self._playback,
            ("POST", "sessions/*/control"): self._control_session,
            ("DELETE", "sessions/*"): self._end_session,
            ("POST", "ptz"): self._steer,
            ("PUT", "leases/*"): self._put_lease,
            ("DELETE", "leases/*"): self._drop_lease,
            ("POST", "query"): self._query,
            ("POST", "screen"): self._set_screen,
            ("POST", "wanted"): self._hint_wanted,
            ("POST", "register-changed"): self._hint_register,
            ("POST", "notices"): self._notice,
        }

    async def handle(self, request: HttpRequest) -> HttpResponse:
        """Answer one request; without the secret only /metrics and /healthz are served."""
        if request.method == "GET" and request.path == "/healthz":
            return HttpResponse.of(200, {"status": "ok"})
        if request.method == "GET" and request.path == "/metrics":
            return HttpResponse(200, self._service.metrics_text(), "text/plain; version=0.0.4")
        given = request.headers.get(SECRET_HEADER, "").encode("latin-1", "replace")
        if not hmac.compare_digest(given, self._secret):
            return HttpResponse.of(403, {"reason": "the door secret is missing or wrong"})
        name, subject = _split(request.path)
        route = self._routes.get((request.method, name))
        if route is None:
            return HttpResponse.of(404, {"reason": f"no such door: {request.method} {request.path}"})
        return await route(request, subject)

    # Streams

    async def _play(self, request: HttpRequest, _: str) -> HttpResponse:
        told = request.json()
        camera = await self._camera(told)
        if camera is None:
            return _unknown_camera()
        try:
            session = await self._service.sessions.play(camera, _stream(told))
        except StreamFailed as failure:
            return failed(failure)
        return HttpResponse.of(200, playing(session))

    async def _playback(self, request: HttpRequest, _: str) -> HttpResponse:
        told = request.json()
        camera = await self._camera(told)
        start_at, end_at = _instant(told, "start_at"), _instant(told, "end_at")
        kind = told.get("kind", "playback")
        if kind not in {"playback", "download"}:
            raise ValueError("kind is playback or download")
        record = told.get("record", False)
        if not isinstance(record, bool) or (record and kind != "download"):
            raise ValueError("record is true or false, and only a download is recorded")
        if not 0 < (end_at - start_at).total_seconds() <= MAX_PERIOD_S:
            raise ValueError("the period must be longer than nothing and at most 31 days")
        if camera is None:
            return _unknown_camera()
        try:
            session = await self._service.sessions.play_recorded(camera, start_at, end_at, kind, record=record)
        except StreamFailed as failure:
            return failed(failure)
        scale = told.get("scale")
        answer = {**playing(session), "session": session.stream_key}
        if isinstance(scale, int | float) and scale != 1:
            controlled = await self._service.playback.control(session, "scale", float(scale))
            answer["scale_state"] = controlled.state
        return HttpResponse.of(200, answer)

    async def _control_session(self, request: HttpRequest, key: str) -> HttpResponse:
        session = self._service.sessions.running.get(key)
        if session is None or session.kind == "live":
            return HttpResponse.of(404, {"reason": "no such session"})
        told = request.json()
        value = told.get("value")
        number = float(value) if isinstance(value, int | float) else None
        action = str(told.get("action"))
        controlled = await self._service.playback.control(session, action, number)
        if action == "stop":
            await self._service.sessions.close(key, "stopped")
        return HttpResponse.of(
            200,
            {
                "state": controlled.state,
                "sip_status": controlled.sip_status,
                "reason": controlled.reason,
                "rtp_time": controlled.rtp_time,
            },
        )

    async def _end_session(self, _: HttpRequest, key: str) -> HttpResponse:
        if not await self._service.sessions.close(key, "asked to"):
            return HttpResponse.of(404, {"reason": "no such session"})
        return HttpResponse.of(200, {})

    async def _sessions(self, _: HttpRequest, __: str) -> HttpResponse:
        running = self._service.sessions.running.values()
        return HttpResponse.of(200, {"sessions": [{**playing(one), "kind": one.kind} for one in running]})

    # Steering

    async def _steer(self, request: HttpRequest, _: str) -> HttpResponse:
        told = request.json()
        command = told.get("command")
        if not isinstance(command, dict):
            raise ValueError("command is missing")
        try:
            steered = await self._service.control.steer(str(told.get("lease")), str(told.get("camera_uid")), command)
        except NotAllowed as error:
            return HttpResponse.of(409, {"code": "no_lease", "reason": str(error)})
        except LookupError as error:
            return HttpResponse.of(409, {"stage": "device_offline", "reason": str(error)})
        return HttpResponse.of(200, {"state": steered.state, "sip_status": steered.sip_status})

    async def _put_lease(self, request: HttpRequest, uid: str) -> HttpResponse:
        told = request.json()
        camera = await self._camera(told)
        if camera is None:
            return _unknown_camera()
        self._service.control.put_lease(uid, camera, _instant(told, "expires_at"))
        return HttpResponse.of(200, {})

    async def _drop_lease(self, _: HttpRequest, uid: str) -> HttpResponse:
        if not self._service.control.drop_lease(uid):
            return HttpResponse.of(404, {"reason": "no such lease"})
        return HttpResponse.of(200, {})

    # Questions and hints

    async def _query(self, request: HttpRequest, _: str) -> HttpResponse:
        told = request.json()
        device = self._service.directory.devices.get(str(told.get("device_gb_id")))
        if device is None or not device.is_online:
            return HttpResponse.of(409, {"stage": "device_offline", "reason": "the device is not registered"})
        try:
            return HttpResponse.of(200, await self._ask(told, str(told.get("kind"))))
        except QueryFailed as error:
            return not_answered(error)
        except LookupError as error:
            return HttpResponse.of(409, {"stage": "device_offline", "reason": str(error)})

    async def _set_screen(self, request: HttpRequest, _: str) -> HttpResponse:
        told = request.json()
        settings = screen_from_json(told.get("screen"))
        device = self._service.directory.devices.get(str(told.get("device_gb_id")))
        if device is None or not device.is_online:
            return HttpResponse.of(409, {"stage": "device_offline", "reason": "the device is not registered"})
        channel = str(told.get("camera_gb_id") or device.gb_id)
        try:
            answer = await self._service.queries.set_screen(device, channel, settings)
        except QueryFailed as error:
            return not_answered(error)
        except LookupError as error:
            return HttpResponse.of(409, {"stage": "device_offline", "reason": str(error)})
        return HttpResponse.of(200, {"result": answer.result, "is_ok": answer.is_ok})

    async def _ask(self, told: dict[str, Any], kind: str) -> dict[str, Any]:
        queries = self._service.queries
        device = self._service.directory.devices[str(told["device_gb_id"])]
        channel = str(told.get("camera_gb_id") or device.gb_id)
        if kind == "catalog":
            return await self._catalog(device)
        if kind == "info":
            info = await queries.info(device)
            return {"manufacturer": info.manufacturer, "model": info.model, "firmware": info.firmware}
        if kind == "status":
            status = await queries.status(device)
            return {
                "online": status.is_online,
                "recording": status.is_recording,
                "device_time": status.device_time.isoformat() if status.device_time else None,
                "clock_offset_ms": device.clock.offset_ms,
            }
        if kind == "configuration":
            return configuration_as_json(await queries.configuration(device))
        if kind == "screen":
            return screen_as_json(await queries.screen(device, channel))
        if kind == "home-position":
            home = await queries.home_position(device, channel)
            return {"enabled": home.is_enabled, "after_s": home.reset_s, "preset": home.preset_number}
        if kind == "presets":
            presets = await queries.presets(device, channel)
            return {"presets": [{"number": one.number, "name": one.name} for one in presets.presets]}
        if kind == "records":
            records = await queries.records(device, channel, _instant(told, "start_at"), _instant(told, "end_at"))
            return records_as_json(records)
        raise ValueError(f"no such query: {kind!r}")

    async def _catalog(self, device: Device) -> dict[str, Any]:
        """The outcome, or after a while how far it has come: the rest goes on without the asker."""
        task = asyncio.ensure_future(self._service.queries.catalog(device))
        done, _ = await asyncio.wait({task}, timeout=CATALOG_S)
        if not done:
            task.add_done_callback(lambda late: late.cancelled() or late.exception())
            return {"complete": False, "received": device.channels_seen, "total": None, "pending": True}
        found = task.result()
        return {"complete": found.is_complete, "received": found.received, "total": found.total, "pending": False}

    async def _devices(self, _: HttpRequest, __: str) -> HttpResponse:
        devices = self._service.directory.devices.values()
        rows = [
            {
                "gb_id": one.gb_id,
                "online": one.is_online,
                "source": str(one.source) if one.source else "",
                "seen_at": one.seen_at.isoformat() if one.seen_at else None,
                "channels": [one.channels_seen, one.channels_total],
                "clock_offset_ms": one.clock.offset_ms,
            }
            for one in devices
        ]
        return HttpResponse.of(200, {"devices": rows})

    async def _complaints(self, _: HttpRequest, device: str) -> HttpResponse:
        found = self._service.complaints.newest(device)
        return HttpResponse.of(200, {"complaints": [one.as_json() for one in found]})

    async def _hint_wanted(self, _: HttpRequest, __: str) -> HttpResponse:
        self._service.wanted.hint()
        return HttpResponse.of(202, {})

    async def _hint_register(self, _: HttpRequest, __: str) -> HttpResponse:
        self._service.hint_register()
        return HttpResponse.of(202, {})

    async def _notice(self, request: HttpRequest, _: str) -> HttpResponse:
        told = request.json()
        self._service.media_notice(str(told.get("event")), str(told.get("stream_key")))
        return HttpResponse.of(202, {})

    async def _camera(self, told: dict[str, Any]) -> CameraRecord | None:
        uid = str(uuid.UUID(str(told.get("camera_uid"))))
        return await self._service.camera(uid)


def configuration_as_json(told: ConfigDownloadResponse) -> dict[str, Any]:
    """The basic parameters of a device; nothing but its result where it gave none."""
    found: dict[str, Any] = {"result": told.result}
    if told.basic is not None:
        basic = told.basic
        found |= {"name": basic.name, "expires_s": basic.expires_s}
        found |= {"keepalive_s": basic.keepalive_s, "keepalive_misses": basic.keepalive_misses}
    return found


def not_answered(error: QueryFailed) -> HttpResponse:
    """A question or setting that the device refused or did not answer."""
    told: dict[str, Any] = {"stage": "no_answer", "reason": str(error)}
    if isinstance(error, DeviceRefused):
        told["sip_status"] = error.sip_status
    return HttpResponse.of(504, told)


def playing(session: Session) -> dict[str, Any]:
    """A stream that runs, as the door tells it."""
    return {
        "stream_key": session.stream_key,
        "node": session.node,
        "codec": session.codec,
        "mime": session.mime,
        "stage": "playing" if session.is_playing else "starting",
    }


def failed(failure: StreamFailed) -> HttpResponse:
    """A start that failed, with its stage."""
    told: dict[str, Any] = {"stage": failure.stage, "reason": failure.reason}
    if failure.sip_status is not None:
        told["sip_status"] = failure.sip_status
    return HttpResponse.of(504 if failure.stage in _TIMEOUTS else 409, told)


def _unknown_camera() -> HttpResponse:
    return HttpResponse.of(404, {"stage": "device_offline", "reason": "the register has no such camera"})


def _split(path: str) -> tuple[str, str]:
    """`/door/sessions/k/control` as ("sessions/*/control", "k")."""
    parts = path.removeprefix("/door/").split("/") if path.startswith("/door/") else [""]
    if len(parts) == 1:
        return parts[0], ""
    return "/".join([parts[0], "*", *parts[2:]]), unquote(parts[1])


def _stream(told: dict[str, Any]) -> int:
    stream = told.get("stream", 0)
    if stream not in (0, 1) or isinstance(stream, bool):
        raise ValueError("stream is 0 or 1")
    return int(stream)


def _instant(told: dict[str, Any], name: str) -> datetime:
    instant = datetime.fromisoformat(str(told.get(name)))
    if instant.tzinfo is None:
        raise ValueError(f"{name} needs a time zone")
    return instant.astimezone(UTC)
