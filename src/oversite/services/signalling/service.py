"""The parts of signalling put together: what a datagram, a door request and the clock set in motion."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final, Protocol

import structlog

from oversite.protocol.errors import PeerError
from oversite.protocol.gb28181.ssrc import SsrcPool, domain_digits
from oversite.protocol.sip.endpoint import Endpoint
from oversite.protocol.sip.events import (
    CancelReceived,
    Event,
    Malformed,
    RequestReceived,
    ResponseReceived,
    StrayAnswer,
    TransactionTimedOut,
)
from oversite.protocol.sip.message import Response
from oversite.services.signalling.agent import Agent, fresh
from oversite.services.signalling.catalog import Catalog
from oversite.services.signalling.complaints import Complaints
from oversite.services.signalling.control import Control
from oversite.services.signalling.directory import Directory
from oversite.services.signalling.door import Door
from oversite.services.signalling.http import HttpServer
from oversite.services.signalling.media_door import MediaDoor
from oversite.services.signalling.media_watch import MediaWatch
from oversite.services.signalling.messages import MAX_ALARMS, Messages
from oversite.services.signalling.metrics import Metrics
from oversite.services.signalling.playback import PlaybackControl
from oversite.services.signalling.presence import KEEPALIVE_S, MISSES, Presence
from oversite.services.signalling.queries import JITTER_S, Queries
from oversite.services.signalling.records import (
    Batch,
    CameraRecord,
    DialogRecord,
    NodeRecord,
    Register,
    WantedRecord,
)
from oversite.services.signalling.registrar import Registrar
from oversite.services.signalling.sessions import Sessions
from oversite.services.signalling.shell import Shell
from oversite.services.signalling.wanted import Wanted

log = structlog.get_logger("oversite.signalling")

FLUSH_EVERY_S: Final = 1.0
REGISTER_EVERY_S: Final = 300.0
"""Changes are hinted at; this is for hints that were lost."""
BATCH_ROWS: Final = 2_000
SWEEP_EVERY_S: Final = 1.0
METHODS: Final = ("INVITE", "ACK", "BYE", "CANCEL", "INFO", "MESSAGE", "NOTIFY", "OPTIONS", "REGISTER")
ALLOW: Final = ", ".join(METHODS)


class Storage(Protocol):
    """What the service needs of its store; each call may block and runs in a thread of its own."""

    def register(self) -> Register: ...
    def wanted(self, now_at: datetime) -> list[WantedRecord]: ...
    def nodes(self, now_at: datetime) -> list[NodeRecord]: ...
    def dialogs(self) -> list[DialogRecord]: ...
    def write(self, batch: Batch) -> None: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What the service must be told. `silent_after_s` and `jitter_s` differ from the standard's in tests only."""

    host: str
    advertise_ip: str
    sip_port: int
    door_port: int
    sip_id: str
    domain: str
    door_secret: str
    registration_password: str
    nonce_key: bytes = field(repr=False)
    nodes: tuple[NodeRecord, ...] = ()
    silent_after_s: float = KEEPALIVE_S * MISSES
    jitter_s: float = JITTER_S


class Service:
    """Signalling. `in_thread` runs what blocks; `now_at` is the wall clock."""

    def __init__(
        self,
        settings: Settings,
        storage: Storage,
        *,
        in_thread: Callable[..., Awaitable[object]],
        now_at: Callable[[], datetime],
    ) -> None:
        self._settings = settings
        self._storage = storage
        self._in_thread = in_thread
        self._now_at = now_at
        self._loop = asyncio.get_running_loop()
        self._batch = Batch()
        self._register_hint = asyncio.Event()
        self._tasks: set[asyncio.Task[None]] = set()
        self._failure: asyncio.Future[None] = self._loop.create_future()
        self.metrics = Metrics()
        self.directory = Directory()
        self.endpoint = Endpoint(user_agent="Oversite", fresh=fresh)
        self.shell = Shell(
            self.endpoint,
            advertise_ip=settings.advertise_ip,
            on_event=self._event,
            on_flow_closed=self._flow_closed,
        )
        self._build(settings)

    def _build(self, settings: Settings) -> None:
        self.agent = Agent(
            self.endpoint,
            sip_id=settings.sip_id,
            domain=settings.domain,
            local=self.shell.local,
            wake=self.shell.wake,
        )
        self.media = MediaDoor(secret=settings.door_secret, nodes=settings.nodes)
        self.presence = Presence(
            self.directory, self.metrics, on_offline=lambda _: None, silent_after_s=settings.silent_after_s
        )
        self.registrar = Registrar(
            self.directory,
            self.metrics,
            domain=settings.domain,
            default_password=settings.registration_password,
            nonce_key=settings.nonce_key,
        )
        self.catalog = Catalog(self.metrics)
        self.complaints = Complaints(self.directory, self.metrics)
        self.queries = Queries(
            self.agent,
            self.directory,
            self.catalog,
            self.metrics,
            jitter_s=settings.jitter_s,
            is_behind=lambda: self.shell.is_behind,
        )
        self.sessions = Sessions(
            self.agent,
            self.directory,
            self.media,
            SsrcPool(domain_digits(settings.domain)),
            self.metrics,
            self.complaints,
            now_at=self._now_at,
            on_begun=self._batch_begun,
            on_ended=self._batch_ended,
        )
        self.wanted = Wanted(self.sessions, self.directory, self.media, self.metrics, read=self._read_wanted)
        self.sessions.on_lost = self.wanted.hint
        self.sessions.on_absent = self.catalog.lose
        self.media_watch = MediaWatch(on_back=self.wanted.media_back)
        self.control = Control(self.agent, self.directory, self.metrics, now_at=self._now_at)
        self.playback = PlaybackControl(self.agent, self.directory, self.media, self.metrics)
        self.messages = Messages(
            self.directory,
            self.presence,
            self.queries,
            self.catalog,
            self.agent,
            self.metrics,
            self.complaints,
            on_media_end=self.sessions.media_ended,
        )
        self.door = HttpServer(Door(self, settings.door_secret).handle)

    # Life

    async def start(self) -> None:
        """Load the register, adopt what runs, open the ports. Raises OSError when a port is taken; then all is shut."""
        try:
            await self._start()
        except BaseException:
            await self._release()
            raise

    async def _start(self) -> None:
        await self._load_register()
        dialogs = await self._in_thread(self._storage.dialogs)
        for stranger in await self.wanted.adopt(dialogs):  # type: ignore[arg-type]
            self._batch.dialogs[stranger] = None
        await self.shell.start(self._settings.host, self._settings.sip_port)
        await self.door.start("127.0.0.1", self._settings.door_port)
        loops = (self.wanted.run, self._keep_register, self._keep_stored, self._keep_sweeping)
        for loop in loops:
            self._spawn(loop()).add_done_callback(self._note_end)
        self.media_watch.update(self.media.nodes)
        log.info("signalling_started", port=self.shell.port, door=self.door.port)

    async def failure(self) -> None:
        """Wait for ever, unless one of the loops fails: then raises what it failed with."""
        await asyncio.shield(self._failure)

    def _note_end(self, loop: asyncio.Task[None]) -> None:
        if not loop.cancelled() and (error := loop.exception()) is not None and not self._failure.done():
            self._failure.set_exception(error)

    async def stop(self) -> None:
        """Stop movements, let streams run on, store what waits."""
        await self._release()
        await self._store()

    async def _release(self) -> None:
        await self.door.stop()
        await self.control.stop()
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self.media_watch.stop()
        await self.queries.stop()
        await self.wanted.stop()
        await self.sessions.stop()
        await self.shell.stop()

    def hint_register(self) -> None:
        """Devices or cameras changed in the register."""
        self._register_hint.set()

    def media_notice(self, event: str, stream_key: str) -> None:
        """A media node says that a stream is silent or has ended: look at once."""
        session = self.sessions.running.get(stream_key)
        if event in {"silent", "ended"} and session is not None and session.is_playing and not session.is_paused:
            self._spawn(self._end_silent(stream_key))

    async def camera(self, uid: str) -> CameraRecord | None:
        """A camera by uid; the register is read again once for one that nobody here knows."""
        if uid not in self.directory.cameras:
            await self._load_register()
        return self.directory.cameras.get(uid)

    def metrics_text(self) -> bytes:
        for what, count in self.endpoint.counts.items():
            self.metrics.endpoint.labels(what).set(count)
        for what, count in self.shell.intake.counts.items():
            self.metrics.endpoint.labels(what).set(count)
        self.metrics.endpoint.labels("open_transactions").set(self.endpoint.open_transactions)
        self.metrics.endpoint.labels("waiting").set(len(self.shell.intake))
        return self.metrics.text()

    # What arrives

    def _event(self, event: Event) -> None:
        """One event of the endpoint; a fault of ours is logged and the next event is served."""
        try:
            self._dispatch(event)
        except Exception:
            log.exception("event_failed", kind=type(event).__name__)
            self.metrics.count("event_failed")

    def _dispatch(self, event: Event) -> None:
        if isinstance(event, RequestReceived):
            self._request(event)
        elif isinstance(event, ResponseReceived | TransactionTimedOut):
            self.agent.receive(event)
        elif isinstance(event, StrayAnswer):
            self.agent.receive_stray(event)
        elif isinstance(event, Malformed):
            self.complaints.note("malformed", event.source, event.reason, event.data, self._loop.time())
        elif isinstance(event, CancelReceived):
            self.metrics.count("cancelled")

    def _request(self, event: RequestReceived) -> None:
        now_s = self._loop.time()
        if event.request.has_wrong_length:
            why = "Content-Length is not the length of the body"
            self.complaints.note("wrong_length", event.source, why, event.request.body, now_s)
        try:
            response = self._answer(event)
        except PeerError as error:
            self.complaints.note("malformed", event.source, error.reason, event.request.body, now_s)
            response = event.request.reply(error.status_hint)
        self.endpoint.respond(event.transaction, response, now_s)

    def _answer(self, event: RequestReceived) -> Response:
        request = event.request
        self.metrics.count(request.method if request.method in METHODS else "other_method")
        if request.method == "REGISTER":
            response = self._register(event)
        elif request.method in {"MESSAGE", "NOTIFY"}:
            status = self.messages.receive(request, event.source, self._loop.time(), self._now_at())
            response = request.reply(status)
        elif request.method == "BYE":
            response = request.reply(self.sessions.receive_bye(request))
        elif request.method == "INFO":
            response = request.reply(200 if self.sessions.session_of_call(request) else 481)
        elif request.method == "OPTIONS":
            response = request.reply(200)
            response.headers.add("Allow", ALLOW)
        else:
            response = request.reply(488 if request.method == "INVITE" else 405)
            response.headers.add("Allow", ALLOW)
        return response

    def _register(self, event: RequestReceived) -> Response:
        verdict = self.registrar.register(event.request, event.source, self._loop.time(), self._now_at())
        self.metrics.count(f"register_{verdict.outcome}")
        device = verdict.device
        if device is None:
            return verdict.response
        if verdict.outcome == "unregistered":
            self.presence.go(device, "unregistered")
            return verdict.response
        self.presence.came(device)
        self.queries.came_anew(device)
        if verdict.outcome == "registered":
            log.info("device_registered", device=device.gb_id, source=str(event.source))
            self.queries.greet(device)
            self.wanted.device_came(device)
        return verdict.response

    def _flow_closed(self, flow: int) -> None:
        self.presence.flow_closed(flow)

    async def _end_silent(self, stream_key: str) -> None:
        await self.sessions.close(stream_key, "media says it is silent")
        self.wanted.hint()

    # What the clock does

    async def _keep_sweeping(self) -> None:
        while True:
            await asyncio.sleep(SWEEP_EVERY_S)
            self.presence.sweep(self._loop.time())
            self.queries.renew_subscriptions()
            self.media_watch.update(self.media.nodes)

    async def _keep_register(self) -> None:
        while True:
            try:
                async with asyncio.timeout(REGISTER_EVERY_S):
                    await self._register_hint.wait()
            except TimeoutError:
                pass
            self._register_hint.clear()
            try:
                await self._load_register()
            except Exception:
                log.exception("register_not_read")

    async def _load_register(self) -> None:
        register = await self._in_thread(self._storage.register)
        assert isinstance(register, Register)
        for device in self.directory.load(register, self._loop.time()):
            self.presence.came(device)
        for device in list(self.directory.devices.values()):
            if device.is_online and not device.is_active:
                self.presence.go(device, "switched_off")

    async def _read_wanted(self) -> tuple[list[WantedRecord], list[NodeRecord]]:
        def read() -> tuple[list[WantedRecord], list[NodeRecord]]:
            now_at = self._now_at()
            return self._storage.wanted(now_at), self._storage.nodes(now_at)

        return await self._in_thread(read)  # type: ignore[return-value]

    async def _keep_stored(self) -> None:
        while True:
            await asyncio.sleep(FLUSH_EVERY_S)
            await self._store()

    async def _store(self) -> None:
        """Write what waits in batches; what cannot be written now waits on."""
        while True:
            batch = self._take_batch()
            if batch.is_empty:
                return
            try:
                await self._in_thread(self._storage.write, batch)
            except Exception:
                log.exception("store_failed")
                self.metrics.count("store_failed")
                self._put_back(batch)
                return

    def _take_batch(self) -> Batch:
        batch, self._batch = self._batch, Batch()
        batch.presence = batch.presence or self.directory.take_changed(BATCH_ROWS)
        batch.channels = batch.channels or self.catalog.take(BATCH_ROWS)
        batch.alarms = [*batch.alarms, *self.messages.take_alarms()][-MAX_ALARMS:]
        batch.refusals += self.registrar.take_refusals(self._loop.time())
        return batch

    def _put_back(self, batch: Batch) -> None:
        batch.dialogs |= self._batch.dialogs
        self._batch = batch

    def _batch_begun(self, record: DialogRecord) -> None:
        self._batch.dialogs[record.stream_key] = record

    def _batch_ended(self, stream_key: str) -> None:
        self._batch.dialogs[stream_key] = None

    def _spawn(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        task = self._loop.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task
