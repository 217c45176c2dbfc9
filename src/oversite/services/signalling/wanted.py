"""Bringing what runs in line with what is wanted: every minute, at once on hints and when a device comes back."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from typing import Final

import structlog

from oversite.services.signalling.directory import Device, Directory
from oversite.services.signalling.invite import StreamFailed
from oversite.services.signalling.media_door import MediaDoor, MediaFailed, Progress
from oversite.services.signalling.metrics import Metrics
from oversite.services.signalling.records import DialogRecord, NodeRecord, WantedRecord
from oversite.services.signalling.session import Session, live_key, receiver_order
from oversite.services.signalling.sessions import Sessions

log = structlog.get_logger("oversite.signalling")

EVERY_S: Final = 60.0
AT_ONCE: Final = 16
BACKOFF_S: Final = (2.0, 5.0, 15.0, 30.0, 60.0)
STILL_S: Final = 45.0
"""A live stream without a packet for so long is hung up and, if wanted, called again."""
HINT_PAUSE_S: Final = 0.2


class Wanted:
    """The reconciliation loop. `read` gives what is wanted now and the media nodes that live."""

    def __init__(
        self,
        sessions: Sessions,
        directory: Directory,
        media: MediaDoor,
        metrics: Metrics,
        *,
        read: Callable[[], Awaitable[tuple[list[WantedRecord], list[NodeRecord]]]],
    ) -> None:
        self._sessions = sessions
        self._directory = directory
        self._media = media
        self._metrics = metrics
        self._read = read
        self._loop = asyncio.get_running_loop()
        self._hint = asyncio.Event()
        self._gate = asyncio.Semaphore(AT_ONCE)
        self._wanted: dict[str, WantedRecord] = {}
        self._failures: dict[str, tuple[int, float]] = {}
        self._starting: dict[str, asyncio.Task[None]] = {}

    def hint(self) -> None:
        """Something changed: look now."""
        self._hint.set()

    def media_back(self) -> None:
        """A media node answers again: what failed for want of one is tried now."""
        self._failures.clear()
        self.hint()

    def device_came(self, device: Device) -> None:
        """Call again what a returning device should send, without waiting for the minute; a call from before its
        absence may be dead, which shows in its packets.
        """
        for session in self._sessions.running.values():
            if session.device_gb_id == device.gb_id and session.kind == "live" and session.is_playing:
                self._sessions.check_alive(session)
        for key, wanted in self._wanted.items():
            camera = self._directory.cameras.get(wanted.camera_uid)
            if camera is not None and (camera.device_gb_id or camera.gb_id) == device.gb_id:
                self._failures.pop(key, None)
                self._begin(key, wanted)

    async def run(self) -> None:
        """Reconcile for ever; a failure of one round is logged and the next one tries again."""
        while True:
            try:
                await self.reconcile()
            except Exception:
                log.exception("reconcile_failed")
                self._metrics.count("reconcile_failed")
            try:
                async with asyncio.timeout(EVERY_S):
                    await self._hint.wait()
                    await asyncio.sleep(HINT_PAUSE_S)
            except TimeoutError:
                continue
            self._hint.clear()

    async def stop(self) -> None:
        for task in list(self._starting.values()):
            task.cancel()
        await asyncio.gather(*self._starting.values(), return_exceptions=True)

    async def reconcile(self) -> None:
        """One round."""
        wanted, nodes = await self._read()
        self._media.use(nodes)
        self._wanted = {live_key(one.camera_uid, one.stream): one for one in wanted}
        await self._check_receivers()
        for key, one in self._wanted.items():
            session = self._sessions.running.get(key)
            if session is None:
                self._begin(key, one)
            elif session.record != one.record:
                await self._set_record(session, one.record)
        await self._close_unwanted()

    async def adopt(self, records: Iterable[DialogRecord]) -> list[str]:
        """Take over calls from before a restart; returns the keys of rows that mean nothing any more."""
        strangers = []
        for record in records:
            camera = self._directory.cameras.get(record.camera_uid)
            try:
                if camera is None:
                    raise KeyError("camera is gone")
                self._sessions.adopt(Session.from_record(record, camera))
            except (KeyError, TypeError, ValueError) as error:
                log.warning("dialog_not_adopted", stream=record.stream_key, why=str(error))
                strangers.append(record.stream_key)
        if self._sessions.running:
            log.info("dialogs_adopted", count=len(self._sessions.running))
        return strangers

    # Inside

    def _begin(self, key: str, wanted: WantedRecord) -> None:
        if key in self._sessions.running or key in self._starting:
            return
        _, not_before_s = self._failures.get(key, (0, 0.0))
        camera = self._directory.cameras.get(wanted.camera_uid)
        device = self._directory.device_of(camera) if camera else None
        if camera is None or device is None or not device.is_online or self._loop.time() < not_before_s:
            return
        task = self._loop.create_task(self._start(key, wanted))
        self._starting[key] = task
        task.add_done_callback(lambda _: self._starting.pop(key, None))

    async def _start(self, key: str, wanted: WantedRecord) -> None:
        async with self._gate:
            camera = self._directory.cameras.get(wanted.camera_uid)
            if camera is None:
                return
            try:
                await self._sessions.play(camera, wanted.stream, record=wanted.record)
            except StreamFailed:
                times, _ = self._failures.get(key, (0, 0.0))
                pause_s = BACKOFF_S[min(times, len(BACKOFF_S) - 1)]
                self._failures[key] = (times + 1, self._loop.time() + pause_s)
                self._loop.call_later(pause_s, self.hint)
            else:
                self._failures.pop(key, None)

    async def _set_record(self, session: Session, record: bool) -> None:
        try:
            await self._media.change(session.node, session.stream_key, record=record)
        except MediaFailed as error:
            log.warning("record_not_changed", stream=session.stream_key, why=str(error))
            return
        session.record = record
        self._sessions.rewrite(session)

    async def _close_unwanted(self) -> None:
        now_s = self._loop.time()
        keys = [
            key
            for key, session in self._sessions.running.items()
            if session.kind == "live" and key not in self._wanted and session.hold_until_s <= now_s
        ]
        await asyncio.gather(*(self._sessions.close(key, "nobody wants it") for key in keys))

    async def _check_receivers(self) -> None:
        """Compare with the media nodes: a receiver that is gone is opened again, a still stream is hung up."""
        found = await self._media.receivers()
        work: list[Awaitable[object]] = []
        for key, session in self._sessions.running.items():
            if session.node not in found:
                continue
            progress = found[session.node].get(key)
            if progress is None:
                work.append(self._reopen(session))
            elif session.kind == "live" and self._is_still(session, progress):
                work.append(self._sessions.close(key, "no packets"))
        work += [
            self._media.close(node, key)
            for node, receivers in found.items()
            for key in receivers
            if key not in self._sessions.running and not self._sessions.is_starting(key)
        ]
        await asyncio.gather(*work)

    def _is_still(self, session: Session, progress: Progress) -> bool:
        now_s = self._loop.time()
        if progress.packets != session.packets:
            session.packets, session.still_since_s = progress.packets, now_s
            return False
        return now_s - session.still_since_s >= STILL_S

    async def _reopen(self, session: Session) -> None:
        """The node has started anew. UDP goes on at the same port; a TCP stream must be called again."""
        key = session.stream_key
        if session.transport != "udp":
            await self._sessions.close(key, "media node lost the connection")
            return
        device = self._directory.devices.get(session.device_gb_id)
        offset_ms = (device.clock.offset_ms if device else None) or 0
        order = receiver_order(session.camera, session, offset_ms, port=session.media_port, ssrc=session.ssrc)
        try:
            receiver = await self._media.open(order, node=session.node)
        except MediaFailed as error:
            log.warning("receiver_not_reopened", stream=key, why=str(error))
            await self._sessions.close(key, "receiver cannot be opened again")
            return
        if receiver.port != session.media_port:
            await self._sessions.close(key, "media port is taken")
            return
        self._sessions.ask_for_key_frame(session)
