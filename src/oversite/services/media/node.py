"""One media node: its parts, put together."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import structlog

from oversite.common.clock import AnchoredClock
from oversite.common.config import Config
from oversite.services.media import metrics
from oversite.services.media.browser import Browser, Origins
from oversite.services.media.door import Door, file_of, located, taken_at_header
from oversite.services.media.http import Exchange, HttpServer, listen
from oversite.services.media.loop import Loop
from oversite.services.media.notices import Notices
from oversite.services.media.playback import RecordingServer
from oversite.services.media.ports import PortPool, affordable_tick_seconds
from oversite.services.media.receiver import Receiver
from oversite.services.media.snapshot import NEWEST, SnapshotTaker
from oversite.services.media.store import NodeFacts, Store, StoreEvents
from oversite.services.media.streams import Streams, Volumes
from oversite.services.media.tickets import TicketOffice
from oversite.services.media.viewings import ViewingLog
from oversite.services.media.volume import Volume, VolumeMissing
from oversite.services.media.writer import FULL_ERRORS, Writer

REPORT_SECONDS = 5.0
SWEEP_SECONDS = 5.0
RATE_SECONDS = 10.0
STALE_SECONDS = 5.0
"""A live picture older than this shows what was, not what is (quirk 36)."""

log = structlog.get_logger("media.node")


class MediaNode:
    """Everything that one media process does. `start`, then `run` until `stop`, then `close`."""

    def __init__(
        self,
        config: Config,
        number: int,
        secret: str,
        *,
        tick_seconds: float | None = None,
        make_store: Callable[[Config, NodeFacts, StoreEvents], Store] = Store,
    ) -> None:
        self.number = number
        self.loop = loop = Loop(tick_seconds if tick_seconds is not None else affordable_tick_seconds())
        listener = listen(config.host, config.media_port and config.media_port + number)
        self.port = listener.getsockname()[1]
        first, last = config.rtp_ports
        self.pool = PortPool(first, last, number, config.media_nodes)
        self.volumes = Volumes()
        self.writer = Writer(self._on_facts, self._on_trouble)
        self.streams = Streams(loop, AnchoredClock.start(), self.pool, self.writer, self.volumes, config.host)
        self.tickets = TicketOffice()
        self.notices = Notices(config.signalling_door_port, secret)
        facts = NodeFacts(
            number, f"http://{config.host}:{self.port}", replace(config, media_port=self.port).media_url()
        )
        events = StoreEvents(self._on_confirmed, self._on_volumes, self._on_space)
        self.store = make_store(config, facts, events)
        self.viewings = ViewingLog(self.store.put_report)
        self.recordings = RecordingServer(loop)
        self.snapshots = SnapshotTaker(loop)
        self.door = Door(loop, secret, self.streams, self.tickets, self.volumes, config.advertise_ip, number)
        self.browser = Browser(
            loop, Origins(config), self.streams, self.tickets, self.volumes, self.recordings, self.viewings
        )
        self.http = HttpServer(loop, listener, self._serve, self.recordings.send)
        self._written_before = 0
        self._connect_parts()
        self._open_volume("main", config.recordings_dir)

    def _connect_parts(self) -> None:
        self.streams.on_stage = self._on_stage
        self.door.on_right_ended = self.viewings.end
        self.door.snap = self._snap
        self.tickets.on_expired = self.viewings.expire
        self.loop.call_every(REPORT_SECONDS, self._report)
        self.loop.call_every(SWEEP_SECONDS, lambda: self.tickets.sweep(self.loop.now))
        self.loop.call_every(RATE_SECONDS, self._note_rate)

    def start(self) -> None:
        """Start every thread."""
        for part in (self.writer, self.store, self.recordings, self.snapshots, self.notices):
            part.start()

    def run(self) -> None:
        """Serve until `stop`."""
        log.info("media node is ready", node=self.number, port=self.port)
        self.loop.run()

    def stop(self) -> None:
        """Leave `run`; may be called from a signal handler."""
        self.loop.stop()

    def close(self) -> None:
        """Finish every recording, write what is known, and end."""
        self.streams.close_all("the service ends")
        self.viewings.end_all("service")
        self.http.close()
        self.recordings.stop()
        self.snapshots.stop()
        self.writer.stop()
        self.store.stop()
        self.writer.sync()  # what the store has just confirmed needs no marker any more
        self.notices.stop()
        for volume in self.volumes.all():
            volume.close()
        self.loop.close()

    # Requests

    def _serve(self, exchange: Exchange) -> None:
        path = exchange.request.path
        if path.startswith("/door/"):
            self.door.serve(exchange)
        elif path == "/healthz":
            found = metrics.health(self)
            exchange.answer_json(503 if found["status"] == "failing" else 200, found)
        elif path == "/metrics":
            exchange.answer(200, metrics.exposition(self), "text/plain; version=0.0.4; charset=utf-8")
        else:
            self.browser.serve(exchange)

    def _snap(self, exchange: Exchange, body: dict[str, Any]) -> None:
        if "stream_key" in body:
            self._snap_live(exchange, str(body["stream_key"]))
        else:
            volume, path = located(str(body["path"]), str(body.get("volume", "main")), self.volumes)
            self._snap_recording(exchange, volume, path, int(body["at_90k"]))

    def _snap_live(self, exchange: Exchange, stream_key: str) -> None:
        receiver = self.streams.receivers.get(stream_key)
        clip = receiver.live.newest_picture() if receiver is not None else None
        if receiver is None or clip is None:
            exchange.answer_json(404, {"stage": "no_key_frame", "reason": "there is no picture yet"})
            return
        age_seconds = self.loop.now - receiver.last_fragment_at
        if age_seconds > STALE_SECONDS:
            reason = f"the newest picture is {age_seconds:.0f} s old"
            exchange.answer_json(504, {"stage": "no_packet", "reason": reason})
            return
        self._decode(exchange, clip, receiver.newest_at_us, NEWEST)

    def _snap_recording(self, exchange: Exchange, volume: str, path: str, at_90k: int) -> None:
        file = file_of(self.volumes, volume, path)
        if file is None:
            exchange.refuse(404, "no such volume")
            return

        def done(clip: bytes, instant_us: int) -> None:
            if clip:
                self._decode(exchange, clip, instant_us, at_90k)
            else:
                exchange.refuse(404, "nothing was recorded there")

        self.recordings.cut(file, at_90k, done)

    def _decode(self, exchange: Exchange, clip: bytes, taken_at_us: int, until_90k: int) -> None:
        def done(jpeg: bytes) -> None:
            if jpeg:
                exchange.answer(200, jpeg, "image/jpeg", [taken_at_header(taken_at_us)])
            else:
                exchange.refuse(502, "the picture cannot be decoded")

        if not self.snapshots.take(clip, done, until_90k):
            exchange.refuse(503, "too many snapshots at once")

    # What the parts tell each other

    def _on_stage(self, receiver: Receiver, event: str) -> None:
        self.door.note_stage(receiver)
        self.store.streams = len(self.streams.receivers)
        self.notices.tell(event, receiver.spec.stream_key, reason=receiver.failure, node=self.number)

    def _on_facts(self, facts: list[Any]) -> None:
        self.store.put_facts(facts)

    def _on_confirmed(self, volume: str, paths: list[str]) -> None:
        found = self.volumes.named(volume)
        if found is not None:
            self.writer.confirm(found, paths)

    def _on_volumes(self, roots: list[tuple[str, Path]]) -> None:
        def open_new() -> None:
            for name, root in roots:
                if self.volumes.named(name) is None:
                    self._open_volume(name, root)

        self.loop.call_soon(open_new)

    def _on_space(self, volume: str, is_exhausted: bool) -> None:
        self.loop.call_soon(lambda: self.volumes.mark(volume, is_exhausted))

    def _on_trouble(self, volume: Volume, error: OSError) -> None:
        if error.errno in FULL_ERRORS:
            self.loop.call_soon(lambda: self.volumes.mark(volume.name, True))
        self.store.request_space()

    def _open_volume(self, name: str, root: Path) -> None:
        volume = Volume(name, root)
        try:
            volume.open()
        except (VolumeMissing, OSError) as error:
            log.error("a volume cannot be used", volume=name, error=str(error))
            return
        self.volumes.add(volume)

    def _report(self) -> None:
        for viewing_id in self.viewings.tick(self.loop.now):
            self.tickets.end(viewing_id)
            self.viewings.end(viewing_id, "closed")

    def _note_rate(self) -> None:
        written = self.writer.written_bytes
        hourly = round((written - self._written_before) * 3600 / RATE_SECONDS)
        self._written_before = written
        for volume in self.volumes.all():
            self.store.note_rate(volume.name, hourly)
