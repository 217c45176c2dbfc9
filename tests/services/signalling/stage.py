"""The whole service on free ports, with a store in memory and a scripted media node."""

from __future__ import annotations

import asyncio
import functools
import inspect
import json
import warnings
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Any

import uvloop

from oversite.protocol.sip.transport import Transport
from oversite.services.signalling.http import HttpRequest, HttpResponse, HttpServer, call
from oversite.services.signalling.records import (
    Batch,
    CameraRecord,
    ChannelRecord,
    DeviceRecord,
    DialogRecord,
    NodeRecord,
    Register,
    WantedRecord,
)
from oversite.services.signalling.service import Service, Settings
from services.signalling.device import DOMAIN, SERVER_ID, ScriptedDevice

DEVICE_ID = "34020000001320000001"
CAMERA_UID = "6f1c7b0e-5b0e-4c63-9b6e-0d6a4a1f5a01"
PASSWORD = "device-12345"
DOMAIN_PASSWORD = "domain-12345"
SECRET = "ab" * 32
NOW_AT = datetime(2026, 11, 21, 6, 5, 9, 123_000, tzinfo=UTC)


LIMIT_S = 90.0


def in_loop(test: Callable[..., Awaitable[None]]) -> Callable[..., None]:
    """Run an asynchronous test in a loop of its own, for at most 90 seconds: pytest's own limit cannot end uvloop.

    What the test leaves open is told at the end and only there: uvloop warns of it in a callback of C, and where
    warnings are errors that callback would leave it open for good, with the loop waiting for it for ever.
    """

    @functools.wraps(test)
    def run(*arguments: Any, **named: Any) -> None:
        async def limited() -> None:
            async with asyncio.timeout(LIMIT_S):
                await test(*arguments, **named)

        runner = asyncio.Runner(loop_factory=uvloop.new_event_loop)
        try:
            runner.run(limited())
        finally:
            with warnings.catch_warnings(record=True, action="always") as left:
                runner.close()
        assert [str(warning.message) for warning in left] == []

    del run.__wrapped__  # type: ignore[attr-defined]
    run.__signature__ = inspect.signature(test)  # type: ignore[attr-defined]
    return run


def known_device(**about: Any) -> DeviceRecord:
    values: dict[str, Any] = {
        "gb_id": DEVICE_ID,
        "password": PASSWORD,
        "media_transport": "udp",
        "charset": "",
        "is_active": True,
        "is_online": False,
        "registered_at": None,
        "seen_at": None,
        "source": "",
        "transport": "",
        "dialect": "",
    }
    return DeviceRecord(**(values | about))


CAMERA = CameraRecord(CAMERA_UID, DEVICE_ID, DEVICE_ID, "site-1", has_sub_stream=True)


class MemoryStore:
    """What the real store would hold."""

    def __init__(self, *devices: DeviceRecord, cameras: tuple[CameraRecord, ...] = (CAMERA,)) -> None:
        self.known = Register(devices or (known_device(),), cameras)
        self.wanted_now: list[WantedRecord] = []
        self.stored: dict[str, DialogRecord] = {}
        self.batches: list[Batch] = []
        self.is_broken = False

    def register(self) -> Register:
        return self.known

    def wanted(self, now_at: datetime) -> list[WantedRecord]:
        return self.wanted_now

    def nodes(self, now_at: datetime) -> list[NodeRecord]:
        return []

    def dialogs(self) -> list[DialogRecord]:
        return list(self.stored.values())

    def write(self, batch: Batch) -> None:
        if self.is_broken:
            raise OSError("the database is away")
        self.batches.append(batch)
        for key, record in batch.dialogs.items():
            self.stored.pop(key, None)
            if record is not None:
                self.stored[key] = record

    @property
    def channels(self) -> dict[str, ChannelRecord]:
        return {record.gb_id: record for batch in self.batches for record in batch.channels}


class ScriptedMedia:
    """A media node that says what it is told to say."""

    def __init__(self) -> None:
        self.server = HttpServer(self._handle)
        self.receivers: dict[str, dict[str, Any]] = {}
        self.calls: list[tuple[str, str, Any]] = []
        self.progress: dict[str, Any] = {"stage": "playing", "codec": "h264", "mime": 'video/mp4; codecs="avc1.42c01e"'}
        self.open_status = 201
        self.delays_s: list[float] = []
        """How long the next questions for progress wait for their answers."""
        self.next_port = 30_000

    async def _handle(self, request: HttpRequest) -> HttpResponse:
        body = json.loads(request.body or b"null")
        self.calls.append((request.method, request.path, body))
        if request.headers.get("x-oversite-door") != SECRET:
            return HttpResponse.of(403, {})
        key = request.path.removeprefix("/door/receivers").strip("/").partition("/")[0]
        if request.method == "POST" and not key:
            return self._open(body)
        if request.method == "GET" and not key:
            return HttpResponse.of(200, {"receivers": [{"stream_key": one, "packets": 1} for one in self.receivers]})
        if request.method == "DELETE":
            self.receivers.pop(key, None)
        if request.method == "GET":
            await asyncio.sleep(self.delays_s.pop(0) if self.delays_s else 0.0)
            return HttpResponse.of(200, self.progress)
        return HttpResponse.of(200, {})

    def _open(self, body: dict[str, Any]) -> HttpResponse:
        if self.open_status >= 400:
            return HttpResponse.of(self.open_status, {"reason": "no port left"})
        if body["port"] is None:
            self.next_port += 2
        self.receivers[body["stream_key"]] = body
        told = {"receiver_id": body["stream_key"], "ip": "127.0.0.1", "port": body["port"] or self.next_port, "node": 0}
        return HttpResponse.of(201, told)

    def made(self, method: str, ending: str = "") -> list[Any]:
        """Bodies of the calls of that method whose path ends so."""
        return [body for verb, path, body in self.calls if verb == method and path.endswith(ending)]


class Stage:
    """`async with Stage() as stage`: service, media node, store; devices on demand."""

    secret = SECRET

    def __init__(
        self,
        store: MemoryStore | None = None,
        *,
        silent_after_s: float = 180.0,
        now_at: Callable[[], datetime] = lambda: NOW_AT,
    ) -> None:
        self.now_at = now_at
        self.store = store or MemoryStore()
        self.media = ScriptedMedia()
        self.silent_after_s = silent_after_s

    @property
    def media_port(self) -> int:
        """Where the door of the media node is."""
        return self.media.server.port

    async def __aenter__(self) -> Stage:
        await self.media.server.start("127.0.0.1", 0)
        try:
            await self.start()
        except BaseException:
            await self.media.server.stop()
            raise
        return self

    async def start(self, door_port: int = 0) -> None:
        """Start the service, or start it again after `service.stop()`."""
        settings = Settings(
            host="127.0.0.1",
            advertise_ip="127.0.0.1",
            sip_port=0,
            door_port=door_port,
            sip_id=SERVER_ID,
            domain=DOMAIN,
            door_secret=self.secret,
            registration_password=DOMAIN_PASSWORD,
            nonce_key=b"n" * 32,
            nodes=(NodeRecord(0, f"http://127.0.0.1:{self.media_port}", 0),),
            silent_after_s=self.silent_after_s,
            jitter_s=0.0,
        )

        async def in_thread(call: Callable[..., object], *arguments: object) -> object:
            return call(*arguments)

        self.service = Service(settings, self.store, in_thread=in_thread, now_at=self.now_at)
        await self.service.start()

    async def __aexit__(self, *_: object) -> None:
        try:
            await self.service.stop()
        finally:
            await self.media.server.stop()

    def device(self, gb_id: str = DEVICE_ID, password: str = PASSWORD, transport: Transport = "UDP") -> ScriptedDevice:
        return ScriptedDevice(("127.0.0.1", self.service.shell.port), gb_id, password, transport)

    async def ask(self, method: str, path: str, body: Any = None, secret: str | None = None) -> HttpResponse:
        """One request to the door."""
        port, given = self.service.door.port, self.secret if secret is None else secret
        return await call(method, "127.0.0.1", port, path, secret=given, body=body, within_s=20)

    def counted(self, what: str) -> float:
        """How often the service has counted it."""
        found = self.service.metrics.registry.get_sample_value("oversite_signalling_events_total", {"what": what})
        return found or 0.0

    async def until(self, condition: Callable[[], bool]) -> None:
        """Let the loop run until something is true; the test's own limit ends a wait for nothing."""
        while not condition():  # noqa: ASYNC110 - what is waited for has no event of its own
            await asyncio.sleep(0.01)
