"""The streams of this node: opened and closed on signalling's word, looked after once a second, flushed twice."""

from collections.abc import Callable
from dataclasses import replace

import structlog

from oversite.common.clock import STEP_US, AnchoredClock
from oversite.services.media.loop import Loop
from oversite.services.media.ports import PortPool
from oversite.services.media.receiver import Receiver, ReceiverSpec, Transport
from oversite.services.media.recorder import Recorder, Subject
from oversite.services.media.tcp import TcpTransport
from oversite.services.media.udp import UdpTransport
from oversite.services.media.volume import Volume
from oversite.services.media.writer import Chunk, Writer

FLUSH_SECONDS = 0.5
CHECK_SECONDS = 1.0
READ_BUFFER_BYTES = 1 << 18
PORT_TRIES = 16

log = structlog.get_logger("media.streams")


class Volumes:
    """The volumes that can be recorded to."""

    def __init__(self) -> None:
        self._open: dict[str, Volume] = {}
        self._exhausted: set[str] = set()

    def add(self, volume: Volume) -> None:
        """This volume is open and can be written to."""
        self._open[volume.name] = volume

    def named(self, name: str) -> Volume | None:
        """A volume by its name."""
        return self._open.get(name)

    def all(self) -> list[Volume]:
        """Every open volume."""
        return list(self._open.values())

    def mark(self, name: str, is_exhausted: bool) -> None:
        """Whether nothing more can be written to a volume for now."""
        (self._exhausted.add if is_exhausted else self._exhausted.discard)(name)

    def choose(self) -> Volume | None:
        """Where the next file goes: the first volume with room."""
        return next((volume for name, volume in self._open.items() if name not in self._exhausted), None)


class Streams:
    """Every receiver of this node by its key."""

    def __init__(
        self, loop: Loop, clock: AnchoredClock, pool: PortPool, writer: Writer, volumes: Volumes, bind_host: str
    ) -> None:
        self.receivers: dict[str, Receiver] = {}
        self.on_stage: Callable[[Receiver, str], None] = _ignore
        self.clock_steps = 0
        self._loop = loop
        self._clock = clock
        self._pool = pool
        self._writer = writer
        self._volumes = volumes
        self._bind_host = bind_host
        self._buffer = bytearray(READ_BUFFER_BYTES)
        self._chunks: list[Chunk] = []
        loop.call_every(FLUSH_SECONDS, self.flush)
        loop.call_every(CHECK_SECONDS, self.check)

    def open(self, spec: ReceiverSpec) -> tuple[Receiver, bool]:
        """Open a receiver, or give the one with this key; says whether it is new.

        Raises `PortsExhausted`, `ValueError` where the port asked for cannot be had.
        """
        known = self.receivers.get(spec.stream_key)
        if known is not None:
            self.change(known, spec.ssrc, spec.record, spec.clock_offset_ms)
            return known, False
        receiver = Receiver(replace(spec, record=False), self._clock, self._loop.now)
        receiver.on_stage = self._on_stage
        receiver.chunks = self._chunks
        receiver.transport = self._transport(receiver, spec.port)
        self.receivers[spec.stream_key] = receiver
        if spec.record:
            receiver.record(self._recorder(receiver))
        log.info("open", stream=spec.stream_key, port=receiver.transport.port, transport=spec.transport)
        return receiver, True

    def change(self, receiver: Receiver, ssrc: str | None, record: bool | None, clock_offset_ms: int | None) -> None:
        """The device answered otherwise than expected, or recording is wanted, or no longer."""
        if ssrc and ssrc != receiver.spec.ssrc:
            receiver.announce(ssrc)
        if clock_offset_ms is not None:
            receiver.spec = replace(receiver.spec, clock_offset_ms=clock_offset_ms)
            if receiver.recorder is not None:
                receiver.recorder.subject.clock_offset_ms = clock_offset_ms
        if record is not None and record != (receiver.recorder is not None):
            receiver.record(self._recorder(receiver) if record else None)

    def close(self, stream_key: str, reason: str) -> bool:
        """End a stream; says whether there was one."""
        receiver = self.receivers.pop(stream_key, None)
        if receiver is None:
            return False
        receiver.close(reason, self._loop.now)
        self.flush()
        log.info("closed", stream=stream_key, reason=reason)
        self._on_stage(receiver, "ended")
        return True

    def close_all(self, reason: str) -> None:
        """The process ends."""
        for stream_key in list(self.receivers):
            self.close(stream_key, reason)

    def flush(self) -> None:
        """Hand what the recorders have gathered to the writer."""
        chunks = self._chunks
        for receiver in self.receivers.values():
            if receiver.recorder is not None:
                receiver.recorder.flush(chunks)
        if chunks:
            self._writer.submit(chunks.copy())
            chunks.clear()

    def check(self) -> None:
        """Receiver reports, silence, and the clock."""
        now = self._loop.now
        for receiver in list(self.receivers.values()):
            report = receiver.rtp.report_due(now)
            if report is not None and receiver.transport is not None:
                receiver.transport.send_report(report)
            receiver.check(now)
        step_us = self._clock.check()
        if abs(step_us) > STEP_US:
            self.clock_steps += 1
            log.warning("the clock was set: every recording goes on in a new file", step_ms=step_us // 1000)
            self._clock.anchor()
            for receiver in self.receivers.values():
                if receiver.recorder is not None:
                    receiver.recorder.cut()

    def _transport(self, receiver: Receiver, port: int | None) -> Transport:
        kind = UdpTransport if receiver.spec.transport == "udp" else TcpTransport
        for attempt in range(PORT_TRIES):
            taken = self._pool.take(port)
            try:
                return kind(self._loop, receiver, self._bind_host, taken, self._buffer, self._pool.give_back)
            except OSError as error:
                self._pool.give_back(taken)
                log.warning("a receive port cannot be used", port=taken, error=str(error))
                if port is not None or attempt == PORT_TRIES - 1:
                    raise ValueError(f"port {taken} cannot be opened: {error.strerror}") from error
        raise ValueError("no receive port can be opened")

    def _recorder(self, receiver: Receiver) -> Recorder:
        spec = receiver.spec
        subject = Subject(spec.camera_uid, spec.gb_id, spec.site_code, spec.stream, spec.clock_offset_ms)
        return Recorder(subject, self._writer, self._volumes.choose, self._clock, spec.from_us)

    def _on_stage(self, receiver: Receiver, event: str) -> None:
        self.on_stage(receiver, event)


def _ignore(_receiver: Receiver, _event: str) -> None:
    """Nobody wants to know."""
