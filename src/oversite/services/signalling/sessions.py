"""All streams that run: started once however many ask, ended by either side, adopted after a restart."""

from __future__ import annotations

import asyncio
import ipaddress
import secrets
from collections.abc import Callable, Coroutine
from datetime import datetime
from typing import Any, Final

import structlog

from oversite.protocol.errors import PeerError, UsageError
from oversite.protocol.gb28181.control import DeviceControl, KeyFrame
from oversite.protocol.gb28181.ssrc import SsrcPool
from oversite.protocol.sip.message import Request
from oversite.protocol.sip.transport import Address
from oversite.services.signalling.agent import Agent, NoAnswer
from oversite.services.signalling.complaints import Complaints
from oversite.services.signalling.directory import Device, Directory
from oversite.services.signalling.invite import Call, StreamFailed, StreamOrder, invite
from oversite.services.signalling.media_door import MediaDoor, MediaFailed, Progress, Receiver
from oversite.services.signalling.metrics import Metrics
from oversite.services.signalling.records import CameraRecord, DialogRecord
from oversite.services.signalling.session import Session, Start, live_key, receiver_order

log = structlog.get_logger("oversite.signalling")

ANSWER_S: Final = 7.0
MEDIA_S: Final = 7.0
"""Together below the 15 s that the web waits."""
HOLD_S: Final = 30.0
BYE_S: Final = 2.5
DRAIN_S: Final = 3.0
ALIVE_S: Final = 3.0
KEY_FRAME_TRIES: Final = 3
KEY_FRAME_S: Final = 1.0
NOT_FOUND: Final = 404


class Sessions:
    """The only starter and stopper of streams. `on_begun` and `on_ended` write dialogs for the store."""

    def __init__(
        self,
        agent: Agent,
        directory: Directory,
        media: MediaDoor,
        ssrcs: SsrcPool,
        metrics: Metrics,
        complaints: Complaints,
        *,
        now_at: Callable[[], datetime],
        on_begun: Callable[[DialogRecord], None],
        on_ended: Callable[[str], None],
    ) -> None:
        self._agent = agent
        self._directory = directory
        self._media = media
        self._ssrcs = ssrcs
        self._metrics = metrics
        self._complaints = complaints
        self._now_at = now_at
        self._on_begun = on_begun
        self._on_ended = on_ended
        self._loop = asyncio.get_running_loop()
        self._starting: dict[str, asyncio.Task[Session]] = {}
        self._by_call: dict[str, Session] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self.running: dict[str, Session] = {}
        self.on_lost: Callable[[], None] = lambda: None
        """Told when a stream was lost that may still be wanted."""
        self.on_absent: Callable[[str, str], None] = lambda _device, _channel: None
        """Told device and channel when a device says that it has no such channel."""

    # Starting

    async def play(self, camera: CameraRecord, stream: int, *, record: bool = False) -> Session:
        """The live stream of a camera, started unless it runs. Raises StreamFailed."""
        key = live_key(camera.uid, stream)
        session = self.running.get(key)
        if session is not None and session.is_playing:
            session.hold_until_s = self._loop.time() + HOLD_S
            if not session.mime:
                await self._learn_codec(session)
            return session
        start = Start(key, camera, stream, "live", self._transport_of(camera), record)
        return await self._join(start)

    async def play_recorded(
        self, camera: CameraRecord, start_at: datetime, end_at: datetime, kind: str, *, record: bool = False
    ) -> Session:
        """Play or download what the device recorded: a stream of its own for each who asks. Raises StreamFailed.

        A download may be recorded: its pictures then join our own recordings at the time at which they were taken.
        """
        key = f"{camera.uid}-p{secrets.token_hex(6)}"
        transport = self._transport_of(camera)
        return await self._join(Start(key, camera, 0, kind, transport, record, start_at, end_at))

    async def _join(self, start: Start) -> Session:
        """One start per stream: who comes while it is under way waits for the same."""
        task = self._starting.get(start.stream_key)
        if task is None:
            task = self._loop.create_task(self._start(start))
            self._starting[start.stream_key] = task
            task.add_done_callback(lambda done: self._started(start.stream_key, done))
        return await asyncio.shield(task)

    def _started(self, stream_key: str, task: asyncio.Task[Session]) -> None:
        self._starting.pop(stream_key, None)
        if not task.cancelled():
            task.exception()  # whoever waited has it; nobody may wait any more

    async def _start(self, start: Start) -> Session:
        began_s = self._loop.time()
        try:
            session = await self._open(start)
        except StreamFailed as failure:
            self._metrics.starts.labels(failure.stage).inc()
            log.warning(
                "start_failed",
                camera=start.camera.gb_id,
                device=start.camera.device_gb_id,
                stage=failure.stage,
                reason=failure.reason,
                sip_status=failure.sip_status,
            )
            if failure.sip_status == NOT_FOUND:
                self.on_absent(start.camera.device_gb_id, start.camera.gb_id)
            raise
        self._metrics.starts.labels("playing").inc()
        self._metrics.start_seconds.observe(self._loop.time() - began_s)
        log.info("playing", device=session.device_gb_id, call_id=session.dialog.call_id, stream=session.stream_key)
        return session

    async def _open(self, start: Start) -> Session:
        device = self._directory.device_of(start.camera)
        if device is None or not device.is_online:
            raise StreamFailed("device_offline", "the device is not registered")
        try:
            ssrc = self._ssrcs.reserve("live" if start.kind == "live" else "history", self._loop.time())
        except UsageError as error:
            raise StreamFailed("no_receiver", error.reason) from None
        offset_ms = device.clock.offset_ms or 0
        try:
            order = receiver_order(start.camera, start, offset_ms, port=None, ssrc=ssrc)
            receiver = await self._media.open(order)
        except MediaFailed as error:
            self._ssrcs.release(ssrc, self._loop.time())
            raise StreamFailed("no_receiver", str(error)) from None
        try:
            return await self._call(start, device, receiver, ssrc)
        except BaseException:
            self._ssrcs.release(ssrc, self._loop.time())
            await self._media.close(receiver.node, start.stream_key)
            raise

    async def _call(self, start: Start, device: Device, receiver: Receiver, ssrc: str) -> Session:
        order = StreamOrder(
            camera=start.camera,
            device=device,
            stream=start.stream,
            kind=start.kind,
            transport=start.transport,
            ssrc=ssrc,
            start_at=start.start_at,
            end_at=start.end_at,
        )
        call = await invite(self._agent, order, receiver, within_s=ANSWER_S)
        if call.fault:
            now_s = self._loop.time()
            self._complaints.note("malformed_sdp", call.source, call.fault, call.body, now_s, claimed=device.gb_id)
        session = Session(
            stream_key=start.stream_key,
            camera=start.camera,
            device_gb_id=device.gb_id,
            stream=start.stream,
            kind=start.kind,
            record=start.record,
            dialog=call.dialog,
            node=receiver.node,
            media_port=receiver.port,
            transport=start.transport,
            ssrc=ssrc,
            started_at=self._now_at(),
            hold_until_s=self._loop.time() + HOLD_S,
        )
        self._begin(session)
        try:
            await self._await_media(session, call, device)
        except BaseException:
            self._forget(session)
            self._spawn(self._bye(session))
            raise
        return session

    async def _await_media(self, session: Session, call: Call, device: Device) -> None:
        try:
            if call.ssrc != session.ssrc:
                await self._media.change(session.node, session.stream_key, ssrc=call.ssrc)
            if session.transport == "tcp-active":
                host, port = media_target(call, device)
                await self._media.connect(session.node, session.stream_key, host, port)
            if session.kind == "live":
                self.ask_for_key_frame(session)
            progress = await self._media.wait_playing(session.node, session.stream_key, within_s=MEDIA_S)
        except MediaFailed as error:
            raise StreamFailed("no_packet", str(error)) from None
        if progress.stage != "playing":
            raise failure_of(progress)
        if session.stream_key not in self.running:
            raise StreamFailed("refused", "the device hung up")
        session.codec, session.mime, session.is_playing = progress.codec, progress.mime, True
        self._ssrcs.activate(session.ssrc)

    async def _learn_codec(self, session: Session) -> None:
        """An adopted call: only the media node knows what it carries."""
        try:
            progress = await self._media.progress(session.node, session.stream_key)
        except MediaFailed:
            return
        session.codec, session.mime = progress.codec, progress.mime

    def ask_for_key_frame(self, session: Session) -> None:
        """Have a picture begin soon (quirk 21): a request may be lost, and a device may overlook one that comes
        right behind the ACK.
        """
        self._spawn(self._ask_until_playing(session))

    async def _ask_until_playing(self, session: Session) -> None:
        for _ in range(KEY_FRAME_TRIES):
            await self._request_key_frame(session)
            try:
                progress = await self._media.wait_playing(session.node, session.stream_key, within_s=KEY_FRAME_S)
            except MediaFailed:
                return
            if progress.stage != "waiting_key" or self.running.get(session.stream_key) is not session:
                return

    async def _request_key_frame(self, session: Session) -> None:
        device = self._directory.devices.get(session.device_gb_id)
        if device is None or not device.is_online:
            return
        control = DeviceControl(device_id=session.camera.gb_id, sn=self._agent.next_sn(), action=KeyFrame())
        try:
            await self._agent.tell(device, control, within_s=BYE_S)
        except (NoAnswer, LookupError):
            self._metrics.count("key_frame_unanswered")

    # Ending

    async def close(self, stream_key: str, why: str) -> bool:
        """Hang up, free the receiver and the SSRC. False when there is no such stream."""
        session = self.running.get(stream_key)
        if session is None:
            return False
        log.info("closing", device=session.device_gb_id, call_id=session.dialog.call_id, why=why)
        self._forget(session)
        await self._bye(session)
        await self._media.close(session.node, session.stream_key)
        return True

    def check_alive(self, session: Session) -> None:
        """The device was away: see whether it still sends, and hang up if it does not."""
        self._spawn(self._check_alive(session))

    async def _check_alive(self, session: Session) -> None:
        counts = []
        for _ in range(2):
            try:
                counts.append(await self._media.progress(session.node, session.stream_key))
            except MediaFailed:
                return
            await asyncio.sleep(ALIVE_S)
        if counts[0].packets == counts[1].packets and self.running.get(session.stream_key) is session:
            await self.close(session.stream_key, "dead since the device was away")
            self.on_lost()

    def receive_bye(self, request: Request) -> int:
        """The device hangs up; the status to answer with."""
        session = self._by_call.get(request.call_id)
        if session is None or not session.dialog.is_for(request):
            return 481
        try:
            session.dialog.receive_request(request)
        except PeerError as error:
            return error.status_hint
        log.info("device_hung_up", device=session.device_gb_id, call_id=request.call_id)
        self._metrics.count("device_hung_up")
        self._forget(session)
        self._spawn(self._media.close(session.node, session.stream_key))
        self.on_lost()
        return 200

    def session_of_call(self, request: Request) -> Session | None:
        return self._by_call.get(request.call_id)

    def media_ended(self, call_id: str, device_id: str, source: Address) -> None:
        """MediaStatus 121: by Call-ID (quirk 4); else, from the device's own host, the only recording played from
        that channel.
        """
        session = self._by_call.get(call_id)
        if session is None:
            of_channel = [one for one in self.running.values() if one.kind != "live" and one.camera.gb_id == device_id]
            device = self._directory.devices.get(of_channel[0].device_gb_id) if len(of_channel) == 1 else None
            if device is not None and device.source is not None and device.source.host == source.host:
                session = of_channel[0]
        if session is None:
            self._metrics.count("media_end_unknown")
            return
        session.has_ended = True
        self._spawn(self._drain(session.stream_key))

    async def _drain(self, stream_key: str) -> None:
        """The last pictures are still on their way to the viewer."""
        await asyncio.sleep(DRAIN_S)
        await self.close(stream_key, "end of the recording")

    async def _bye(self, session: Session) -> None:
        device = self._directory.devices.get(session.device_gb_id)
        if device is None or not device.is_online:
            return
        try:
            await self._agent.ask(session.dialog.request("BYE"), device.address, within_s=BYE_S)
        except (NoAnswer, LookupError, UsageError):
            self._metrics.count("bye_unanswered")

    # Book-keeping

    def _begin(self, session: Session) -> None:
        self.running[session.stream_key] = session
        self._by_call[session.dialog.call_id] = session
        self._metrics.sessions.set(len(self.running))
        self._on_begun(session.to_record())

    def _forget(self, session: Session) -> None:
        if self.running.get(session.stream_key) is not session:
            return
        del self.running[session.stream_key]
        self._by_call.pop(session.dialog.call_id, None)
        self._ssrcs.release(session.ssrc, self._loop.time())
        self._metrics.sessions.set(len(self.running))
        self._on_ended(session.stream_key)

    def rewrite(self, session: Session) -> None:
        """The store gets a changed session."""
        self._on_begun(session.to_record())

    def is_starting(self, stream_key: str) -> bool:
        return stream_key in self._starting

    def adopt(self, session: Session) -> None:
        """A call from before a restart goes on."""
        self._ssrcs.restore(session.ssrc)
        self.running[session.stream_key] = session
        self._by_call[session.dialog.call_id] = session
        self._metrics.sessions.set(len(self.running))

    async def stop(self) -> None:
        """Let go without hanging up: the next process adopts what runs."""
        tasks = [*self._starting.values(), *self._tasks]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def _spawn(self, work: Coroutine[Any, Any, None]) -> None:
        task = self._loop.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def _transport_of(self, camera: CameraRecord) -> str:
        device = self._directory.device_of(camera)
        return device.media_transport if device else "udp"


def failure_of(progress: Progress) -> StreamFailed:
    """The stage at which a stream is stuck."""
    if "codec" in progress.reason or progress.codec == "unknown":
        return StreamFailed("codec_unknown", progress.reason or progress.codec)
    if progress.stage == "waiting_key":
        return StreamFailed("no_key_frame", progress.reason)
    return StreamFailed("no_packet", progress.reason)


def media_target(call: Call, device: Device) -> tuple[str, int]:
    """Where to connect for TCP active; behind NAT the device's own address leads nowhere (quirk 13)."""
    if not call.media_port:
        raise StreamFailed("refused", "the answer names no media port")
    source = device.address.host
    try:
        named = ipaddress.ip_address(call.media_host)
    except ValueError:
        return source, call.media_port
    is_useless = named.is_unspecified or named.is_multicast or (named.is_loopback and str(named) != source)
    return (source if is_useless else call.media_host), call.media_port
