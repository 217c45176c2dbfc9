"""One incoming stream: its packets become units, fragments, live pictures and files; its stage tells who waits why."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, Literal, Protocol

import structlog

from oversite.common.clock import AnchoredClock, from_us
from oversite.protocol.fmp4.fragment import Fragment
from oversite.protocol.fmp4.fragmenter import Fragmenter
from oversite.protocol.fmp4.init_segment import InitSegment
from oversite.protocol.media import AccessUnit
from oversite.protocol.rtp.stream import RtpStream
from oversite.services.media.live import LiveChannel
from oversite.services.media.pace import Pace
from oversite.services.media.played import Played
from oversite.services.media.recorder import Recorder
from oversite.services.media.writer import Chunk

SILENT_SECONDS = 10.0
KEY_SECONDS = 10.0
UNKNOWN_SECONDS = 3.0
"""A coding that the stream itself names and nobody knows is told while signalling still waits."""
COMPLAIN_SECONDS = 60.0
WATCHED_90K = 18_000
"""Pictures reach viewers in pieces of 200 ms."""
UNWATCHED_90K = 90_000
"""Without viewers pieces of a second do: with half a second until the next flush, less than two can be lost. Only the
first piece is short, because somebody may be waiting for it."""

Stage = Literal["waiting_packet", "waiting_key", "playing", "failed"]
STAGES: tuple[Stage, ...] = ("waiting_packet", "waiting_key", "playing", "failed")

log = structlog.get_logger("media.receiver")


@dataclass(frozen=True, slots=True)
class ReceiverSpec:
    """What signalling asks for; `ssrc` is the ten digits of `y=` or none."""

    stream_key: str
    camera_uid: str
    gb_id: str
    site_code: str
    stream: int
    kind: Literal["live", "playback", "download"]
    transport: Literal["udp", "tcp-passive", "tcp-active"]
    ssrc: str | None
    record: bool
    clock_offset_ms: int | None
    port: int | None
    from_us: int | None = None
    """When the first picture of a playback or download was taken (UTC microseconds): what is recorded of a download
    bears its own time."""

    @property
    def announced_ssrc(self) -> int | None:
        """The SSRC as RTP carries it."""
        return int(self.ssrc) & 0xFFFFFFFF if self.ssrc else None


class Transport(Protocol):
    """What brings the packets; knows sockets."""

    port: int
    foreign_packets: int

    def close(self) -> None:
        """Give sockets and port back."""

    def send_report(self, report: bytes) -> None:
        """Send a receiver report to where the stream comes from, if that is known and of use."""


class Receiver:
    """The state of one stream on this node. `take` is its hot path: once per picture."""

    def __init__(self, spec: ReceiverSpec, clock: AnchoredClock, opened_at: float) -> None:
        self.spec = spec
        self.opened_at = opened_at
        self.heard_at = opened_at
        """When the transport last had something; set once per wake-up, not per packet."""
        self.failure = ""
        self.transport: Transport | None = None
        self.recorder: Recorder | None = None
        self.on_stage: Callable[[Receiver, str], None] = _ignore
        self.chunks: list[Chunk] = []
        """Where the recorder's work gathers until the next flush; one list for all streams."""
        window = 32 if spec.transport == "udp" else 0
        self.rtp = RtpStream(ssrc=spec.announced_ssrc, reorder_window=window)
        self.live = LiveChannel(self._started_at_text)
        self.init: InitSegment | None = None
        self.is_silent = False
        self.last_fragment_at = 0.0
        self._clock = clock
        self._fragmenter = Fragmenter(fragment_90k=WATCHED_90K)
        self.live.on_watched = self._on_watched
        self._pace = None if spec.kind == "live" else Pace()
        self.played = None if spec.kind == "live" or spec.from_us is None else Played(spec.from_us)
        """Which pictures of a device's recording the viewers got; nothing of what is live."""
        self._origin_us: int | None = None
        self._fragment_began_at = opened_at
        self._is_playing = False
        self._faults_told = 0
        self._complained_at = -COMPLAIN_SECONDS

    def take(self, units: list[AccessUnit], now: float) -> None:
        """Units are complete."""
        pace = self._pace
        for unit in units:
            if pace is not None and not pace.restamp(unit, now):
                continue
            made = self._fragmenter.add(unit)
            if made:
                self._take_made(made, now)
                self._fragment_began_at = now
            elif unit.is_key and unit.kind == "video":
                self._fragment_began_at = now

    def _on_watched(self, is_watched: bool) -> None:
        self._fragmenter.fragment_90k = WATCHED_90K if is_watched else UNWATCHED_90K

    def _take_made(self, made: list[InitSegment | Fragment], now: float) -> None:
        for item in made:
            if isinstance(item, Fragment):
                self._take_fragment(item, now)
            else:
                self._take_init(item)

    def settle(self, now: float) -> None:
        """Complete what is under way: nothing came for a while, or the stream ends."""
        self.take(self.rtp.flush(now), now)
        self._take_made(self._fragmenter.flush(), now)

    def _take_fragment(self, fragment: Fragment, now: float) -> None:
        self.last_fragment_at = now
        if self.played is not None and self._pace is not None:
            self.played.note(self._pace.position_90k, self.live, is_key=fragment.is_key)
        if self._origin_us is None:
            self._origin_us = self._clock.at(self._fragment_began_at) - fragment.start_90k * 100 // 9
        self.live.on_fragment(fragment, now)
        if self.recorder is not None:
            self.recorder.on_fragment(fragment, self._fragment_began_at, now, self.chunks)
        if not self._is_playing and fragment.is_key:
            self._is_playing = True
            self._faults_told = self.rtp.stats.bad_units  # pictures before the first key frame are no fault
            self._on_watched(bool(self.live.viewers))
            self.on_stage(self, "playing")

    def _take_init(self, init: InitSegment) -> None:
        self.init = init
        self.live.on_init(init)
        if self.recorder is not None:
            self.recorder.on_init(init, self.chunks)

    def record(self, recorder: Recorder | None) -> None:
        """Begin recording with `recorder`, or stop; a running recorder is told to finish its file."""
        if self.recorder is not None and recorder is None:
            self.recorder.finish(self.chunks)
        self.recorder = recorder
        if recorder is not None and self.init is not None:
            recorder.on_init(self.init, self.chunks)
        self.spec = replace(self.spec, record=recorder is not None)

    def announce(self, ssrc: str) -> None:
        """The device answered with another SSRC (quirk 6)."""
        self.spec = replace(self.spec, ssrc=ssrc)
        self.rtp.announced_ssrc = self.spec.announced_ssrc

    def follow(self, scale: float) -> None:
        """The device was told to play at another speed; raises `ValueError` for a live stream."""
        if self._pace is None:
            raise ValueError("a live stream has no speed")
        self._pace.follow(scale)

    def go_to(self, position_s: float) -> None:
        """The device was told to go on there, counted from the start of what was asked for; raises `ValueError` for a
        live stream."""
        if self._pace is None:
            raise ValueError("a live stream has no position")
        position_90k = int(position_s * 90_000)
        self._pace.go_to(position_90k)
        if self.played is not None:
            self.played.go_to(position_90k)

    def fail(self, reason: str) -> None:
        """The stream cannot come; the reason goes to whoever waits."""
        self.failure = reason
        self.on_stage(self, "failed")

    def close(self, reason: str, now: float) -> None:
        """End the stream: sockets, viewers, file."""
        if self.transport is not None:
            self.transport.close()
        self.settle(now)
        if self.recorder is not None:
            self.recorder.finish(self.chunks)
        self.live.close(reason)

    @property
    def stage(self) -> Stage:
        """How far the stream has come."""
        if self._is_playing:
            return "playing"
        if self.failure:
            return "failed"
        return "waiting_packet" if self.rtp.stats.first_packet_at is None else "waiting_key"

    def check(self, now: float) -> None:
        """Once a second: has it gone silent, can it be played at all?"""
        is_silent = now - self.heard_at > SILENT_SECONDS
        if is_silent != self.is_silent:
            self.is_silent = is_silent
            if is_silent:
                self.settle(now)
            log.info("silent" if is_silent else "heard again", stream=self.spec.stream_key)
            self.on_stage(self, "silent" if is_silent else "heard")
        stats = self.rtp.stats
        self._complain(stats.malformed, stats.bad_units if self._is_playing else 0, now)
        if self._is_playing or self.failure:
            return
        patience = UNKNOWN_SECONDS if stats.is_codec_unknown else KEY_SECONDS
        if stats.first_packet_at is not None and now - stats.first_packet_at > patience and stats.codec is None:
            self.fail("codec_unknown")

    def _complain(self, malformed: int, bad_units: int, now: float) -> None:
        """What this device sent and nobody can read, in the log at most once a minute."""
        if malformed + bad_units > self._faults_told and now - self._complained_at >= COMPLAIN_SECONDS:
            self._complained_at, self._faults_told = now, malformed + bad_units
            spec = self.spec
            log.warning("malformed", device=spec.gb_id, stream=spec.stream_key, packets=malformed, bad_units=bad_units)

    def _started_at_text(self) -> str:
        return "" if self._origin_us is None else from_us(self._origin_us).isoformat()

    @property
    def newest_at_us(self) -> int:
        """When the newest picture arrived, UTC microseconds."""
        return self._clock.at(self.last_fragment_at)

    def status(self) -> dict[str, Any]:
        """What the door says of this stream."""
        stats, init, recorder = self.rtp.stats, self.init, self.recorder
        first = stats.first_packet_at
        return {
            "stream_key": self.spec.stream_key,
            "camera_uid": self.spec.camera_uid,
            "kind": self.spec.kind,
            "stage": self.stage,
            "reason": self.failure or self._waiting_reason(first is not None),
            "codec": str(init.codec) if init else str(stats.codec or ""),
            "audio_codec": str(stats.audio_codec or ""),
            "mime": init.mime if init else "",
            "width": init.width if init else 0,
            "height": init.height if init else 0,
            "packets": stats.packets,
            "lost": stats.lost,
            "late": stats.late,
            "reordered": stats.reordered,
            "malformed": stats.malformed,
            "bad_units": stats.bad_units,
            "foreign": stats.foreign + (self.transport.foreign_packets if self.transport else 0),
            "bytes": stats.bytes,
            "jitter_90k": stats.jitter_90k,
            "ssrc": f"{stats.ssrc:010d}" if stats.ssrc is not None else self.spec.ssrc,
            "first_packet_ms": None if first is None else round((first - self.opened_at) * 1000),
            "silent": self.is_silent,
            "recording": recorder is not None and recorder.is_recording,
            "recorded_ms": recorder.recorded_ms if recorder is not None else 0,
            "recording_trouble": recorder.trouble if recorder else "",
            "viewers": len(self.live.viewers),
            "port": self.transport.port if self.transport else None,
        }

    def _waiting_reason(self, has_packet: bool) -> str:
        if self._is_playing:
            return ""
        return "no_key_frame" if has_packet else "no_packet"


def _ignore(_receiver: Receiver, _event: str) -> None:
    """Nobody wants to know."""
