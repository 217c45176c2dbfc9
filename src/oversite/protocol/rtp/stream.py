"""One received stream: RTP packets in, access units with repaired times out. The hot path of the product.

`receive` handles the usual packet (no extension, known source, in order, program stream) inline, as it runs
some two hundred times per second and stream; everything else takes the slower ways below it.
"""

import struct
from dataclasses import dataclass

from oversite.protocol.media import AccessUnit, Codec
from oversite.protocol.mpegps.adts import SAMPLES_PER_FRAME, adts_frames, is_adts
from oversite.protocol.mpegps.demux import PsDemuxer
from oversite.protocol.mpegps.pictures import PICTURE_BYTES_MAX
from oversite.protocol.rtp.elementary import VideoPayloads, sniff_payload
from oversite.protocol.rtp.packet import HEADER_BYTES, RtpPacket, parse_packet
from oversite.protocol.rtp.rtcp import (
    Bye,
    ReportBlock,
    SenderReport,
    build_receiver_report,
    is_rtcp,
    parse_rtcp,
)
from oversite.protocol.rtp.sequence import SequenceWindow
from oversite.protocol.rtp.timeline import Timeline, signed32

_unpack_header = struct.Struct(">BBHII").unpack_from
_PACK_START = b"\x00\x00\x01\xba"
_PREFIX = b"\x00\x00\x01"
_STATIC_AUDIO = {0: Codec.G711U, 8: Codec.G711A}
_REPORT_SECONDS = 5.0
_RIVAL_PACKETS = 3
"""So many packets of another source, and none of the one followed, make it the one followed."""


@dataclass(frozen=True, slots=True)
class StreamStats:
    """Counts since the stream was opened. `first_packet_at` and `last_packet_at` are seconds of `now`."""

    ssrc: int | None
    codec: Codec | None
    audio_codec: Codec | None
    packets: int
    bytes: int
    """Payload bytes of packets in order."""
    lost: int
    reordered: int
    late: int
    duplicates: int
    malformed: int
    foreign: int
    """Packets of other sources or of payload types nobody knows."""
    jitter_90k: int
    bad_units: int
    """Pictures dropped because they were damaged or of unknown codec."""
    repaired_times: int
    skipped_bytes: int
    source_changes: int
    first_packet_at: float | None
    last_packet_at: float | None
    has_left: bool
    """The source has sent RTCP BYE."""
    is_codec_unknown: bool
    """The stream says that its video is of a coding which nobody here knows."""


class RtpStream:
    """Receives one stream as UDP datagrams or as the packets an `RtpFramer` has cut.

    `ssrc` is the one announced; any other is accepted too and then kept to, but the announced one is
    preferred as soon as it shows (quirks 5-7). `reorder_window` is in packets; 0 for TCP, which keeps order.
    """

    def __init__(self, *, ssrc: int | None, reorder_window: int = 32, reporter_ssrc: int = 1) -> None:
        self.announced_ssrc = ssrc
        """May be changed while the stream runs."""
        self._reporter_ssrc = reporter_ssrc
        self._window = SequenceWindow(reorder_window)
        self._demuxer = PsDemuxer()
        self._timeline = Timeline()
        self._video: VideoPayloads | None = None
        self._ssrc = -1
        self._next_sequence = -1
        self._ps_type = -1
        self._video_type = -1
        self._audio_codec: Codec | None = None
        self._frame = bytearray()
        self._timestamp = -1
        self._last_timestamp = -1
        self._is_damaged = False
        """Packets of the frame under way are missing."""
        self._is_start_doubtful = False
        """Packets were lost, so the next frame may lack its beginning."""
        self._is_marker_trusted = True
        self._bad_frames = 0
        self._bytes = 0
        self._malformed = 0
        self._foreign = 0
        self._packets_before = 0
        self._source_changes = 0
        self._rival_ssrc = -1
        self._rival_packets = 0
        self._rival_index = -1
        self._first_packet_at: float | None = None
        self._last_packet_at = 0.0
        self._jitter = 0.0
        self._transit: float | None = None
        self._sender_report: SenderReport | None = None
        self._sender_report_at = 0.0
        self._report_due_at = 0.0
        self._reported = (0, 0)
        self._has_left = False

    def receive(self, packet: memoryview, now: float) -> list[AccessUnit]:
        """Take one packet, RTP or RTCP, with the time of its arrival; return the units it completes.

        The bytes behind `packet` may be reused afterwards. Nothing that a peer sends raises.
        """
        if len(packet) > HEADER_BYTES:
            first, second, sequence, timestamp, ssrc = _unpack_header(packet)
            if (
                sequence == self._next_sequence
                and first == 0x80
                and ssrc == self._ssrc
                and second & 0x7F == self._ps_type
                and not self._window.held
            ):
                self._window.next_index += 1
                self._next_sequence = sequence + 1 & 0xFFFF
                if timestamp == self._timestamp and len(self._frame) < PICTURE_BYTES_MAX:
                    self._frame += packet[HEADER_BYTES:]
                    if second < 0x80 or not self._is_marker_trusted:
                        return []
                    return self._end_frame(now)
                return self._begin_frame(packet[HEADER_BYTES:], timestamp, second > 0x7F, now)
        return self._receive_unusual(packet, now)

    # Frames of a program stream

    def _begin_frame(self, payload: memoryview, timestamp: int, is_marked: bool, now: float) -> list[AccessUnit]:
        units = self._end_frame(now) if self._frame else []
        if timestamp == self._last_timestamp:
            if self._is_marker_trusted and payload[:3] != _PREFIX:
                self._is_marker_trusted = False
        else:
            self._measure_jitter(timestamp, now)
        self._timestamp = self._last_timestamp = timestamp
        self._last_packet_at = now
        if self._is_start_doubtful:
            self._is_start_doubtful = False
            self._is_damaged = payload[:3] != _PREFIX
        self._frame = bytearray(payload)
        if is_marked and self._is_marker_trusted:
            units += self._end_frame(now)
        return units

    def _end_frame(self, now: float) -> list[AccessUnit]:
        frame, timestamp = self._frame, self._timestamp
        self._frame = bytearray()
        self._timestamp = -1
        self._bytes += len(frame)
        self._last_packet_at = now
        if self._is_damaged:
            self._is_damaged = False
            self._bad_frames += 1
            self._demuxer.discard()
            return []
        units = self._demuxer.feed(frame, timestamp)
        for unit in units:
            if unit.kind == "video":
                self._timeline.stamp_video(unit, timestamp, now)
            else:
                self._audio_codec = unit.codec
                self._timeline.stamp_audio(unit, audio_duration_90k(unit), is_clock_shared=True)
        return units

    def _measure_jitter(self, timestamp: int, now: float) -> None:
        """RFC 3550 §6.4.1, once per frame: its packets share a timestamp, not the time of sending."""
        transit = now * 90_000 - timestamp
        difference = 0.0 if self._transit is None else abs(transit - self._transit)
        self._transit = transit
        if difference < 0x40000000:
            self._jitter += (difference - self._jitter) / 16

    # All other packets

    def _receive_unusual(self, packet: memoryview, now: float) -> list[AccessUnit]:
        if is_rtcp(packet):
            self.receive_rtcp(packet, now)
            return []
        parsed = parse_packet(packet)
        if parsed is None:
            self._malformed += 1
            return []
        if parsed.ssrc != self._ssrc and not self._is_followed(parsed):
            self._foreign += 1
            return []
        window = self._window
        if self._first_packet_at is None:
            self._first_packet_at = now
        distance = window.distance(parsed.sequence)
        if distance and window.is_restart(parsed.sequence, distance):
            self._restart(parsed.sequence)
            distance = 0
        units: list[AccessUnit] = []
        if distance < 0 and window.window:
            window.count_behind(distance)
            return units
        if distance > 0 and window.window:
            if window.is_far(distance) or not window.hold(distance, bytes(packet), now):
                return units
            self._lose_until(min(window.held))
        elif distance:
            self._step_over(distance, parsed, units, now)
        else:
            window.reordered += bool(window.held)
            self._take(parsed, units, now)
        self._take_held(units, now)
        return units

    def _step_over(self, distance: int, parsed: RtpPacket, units: list[AccessUnit], now: float) -> None:
        """An ordered transport: what is missing was never sent, and a repeated number means nothing."""
        if distance > 0 and not self._window.is_far(distance):
            self._lose_until(self._window.next_index + distance)
        else:
            self._window.shift(distance)
        self._take(parsed, units, now)

    def _lose_until(self, index: int) -> None:
        self._window.give_up(index)
        self._next_sequence = index & 0xFFFF
        if self._video is not None:
            self._video.lose()
        self._is_damaged = bool(self._frame)
        self._is_start_doubtful = True
        if not self._frame:
            self._demuxer.discard()

    def _take_held(self, units: list[AccessUnit], now: float) -> None:
        while self._window.held and (packet := self._window.take_held()) is not None:
            parsed = parse_packet(memoryview(packet))
            if parsed is not None:
                self._take(parsed, units, now)

    def _is_followed(self, parsed: RtpPacket) -> bool:
        """Whether to follow this source from now on (quirks 5-7)."""
        is_bound = self._ps_type >= 0 or self._video_type >= 0 or self._audio_codec is not None
        if is_bound and parsed.ssrc != self.announced_ssrc:
            if parsed.ssrc != self._rival_ssrc or self._window.next_index != self._rival_index:
                self._rival_ssrc = parsed.ssrc
                self._rival_index = self._window.next_index
                self._rival_packets = 0
            self._rival_packets += 1
            if self._rival_packets < _RIVAL_PACKETS:
                return False
        if self._ssrc >= 0:
            self._source_changes += 1
            self._sender_report = None
        self._ssrc = parsed.ssrc
        self._has_left = False
        self._restart(parsed.sequence)
        return True

    def _restart(self, sequence: int) -> None:
        window = self._window
        self._packets_before += self._packets_since_start()
        window.start(sequence)
        self._reported = (0, 0)
        self._next_sequence = sequence
        self._frame = bytearray()
        self._timestamp = self._last_timestamp = -1
        self._is_damaged = self._is_start_doubtful = False
        self._demuxer.discard()

    def _take(self, parsed: RtpPacket, units: list[AccessUnit], now: float) -> None:
        """Process the packet that is due."""
        self._window.next_index += 1
        self._next_sequence = parsed.sequence + 1 & 0xFFFF
        if parsed.payload_type == self._ps_type:
            self._take_ps(parsed, units, now)
        elif parsed.payload_type == self._video_type and parsed.payload[:4] != _PACK_START:
            self._take_video(parsed, units, now)
        elif not self._bind(parsed, units, now):
            self._foreign += 1

    def _bind(self, parsed: RtpPacket, units: list[AccessUnit], now: float) -> bool:
        """Find out what a payload type carries, by looking at the payload."""
        payload = bytes(parsed.payload)
        if payload.startswith(_PACK_START):
            self._ps_type = parsed.payload_type
            self._video, self._video_type = None, -1
            self._take_ps(parsed, units, now)
            return True
        audio = _STATIC_AUDIO.get(parsed.payload_type)
        if audio is None and is_adts(payload):
            audio = Codec.AAC
        if audio is not None:
            if payload:
                self._take_audio(audio, payload, units)
            return True
        if self._ps_type < 0 and self._video_type < 0:
            codec = sniff_payload(payload)
            if codec is not None:
                self._video_type = parsed.payload_type
                self._video = VideoPayloads(codec)
                self._take_video(parsed, units, now)
                return True
        return False

    def _take_ps(self, parsed: RtpPacket, units: list[AccessUnit], now: float) -> None:
        if parsed.timestamp == self._timestamp and len(self._frame) < PICTURE_BYTES_MAX:
            self._frame += parsed.payload
            if parsed.is_marked and self._is_marker_trusted:
                units += self._end_frame(now)
        else:
            units += self._begin_frame(parsed.payload, parsed.timestamp, parsed.is_marked, now)

    def _take_audio(self, codec: Codec, payload: bytes, units: list[AccessUnit]) -> None:
        self._bytes += len(payload)
        self._audio_codec = codec
        unit = AccessUnit("audio", codec, 0, 0, True, payload)
        self._timeline.stamp_audio(unit, audio_duration_90k(unit), is_clock_shared=False)
        units.append(unit)

    def _take_video(self, parsed: RtpPacket, units: list[AccessUnit], now: float) -> None:
        video = self._video
        assert video is not None
        if parsed.timestamp != self._timestamp:
            self._end_video(units, now)
            self._timestamp = parsed.timestamp
            self._measure_jitter(parsed.timestamp, now)
        self._bytes += len(parsed.payload)
        self._last_packet_at = now
        video.add(parsed.payload)
        if parsed.is_marked:
            self._end_video(units, now)

    def _end_video(self, units: list[AccessUnit], now: float) -> None:
        assert self._video is not None
        unit = self._video.end(self._timestamp)
        if unit is not None:
            self._timeline.stamp_video(unit, self._timestamp, now)
            units.append(unit)

    # RTCP

    def receive_rtcp(self, packet: memoryview | bytes, now: float) -> None:
        """Take an RTCP packet, from the RTP port or from the one above it."""
        for report in parse_rtcp(packet):
            if isinstance(report, SenderReport):
                if report.ssrc == self._ssrc or self._ssrc < 0:
                    self._sender_report = report
                    self._sender_report_at = now
            elif isinstance(report, Bye) and self._ssrc in report.ssrcs:
                self._has_left = True

    def report_due(self, now: float) -> bytes | None:
        """A receiver report for the source, every five seconds once it is known."""
        if self._ssrc < 0:
            return None
        if now < self._report_due_at:
            return None
        self._report_due_at = now + _REPORT_SECONDS
        window = self._window
        expected, lost = window.expected, window.missing_since_start
        expected_before, lost_before = self._reported
        self._reported = (expected, lost)
        expected_since, lost_since = expected - expected_before, lost - lost_before
        fraction = max(min(lost_since * 256 // max(expected_since, 1), 255), 0)
        report = self._sender_report
        block = ReportBlock(
            ssrc=self._ssrc,
            fraction_lost=fraction,
            cumulative_lost=lost,
            highest_sequence=max([window.next_index - 1, *window.held]),
            jitter=int(self._jitter),
            last_sr=report.ntp >> 16 & 0xFFFFFFFF if report else 0,
            delay_since_last_sr=int((now - self._sender_report_at) * 65_536) if report else 0,
        )
        return build_receiver_report(self._reporter_ssrc, block)

    def sender_unix_us(self, dts_90k: int) -> int | None:
        """The sender's wall time (µs) of a decoding time near the newest picture's, by its sender report."""
        report, timeline = self._sender_report, self._timeline
        if report is None or timeline.last_90k < 0:
            return None
        rtp_90k = timeline.rtp_90k + dts_90k - timeline.last_90k
        return report.unix_us + signed32(rtp_90k - report.rtp_timestamp) * 100 // 9

    def flush(self, now: float) -> list[AccessUnit]:
        """The units that wait for their end, when the stream is over or has fallen silent."""
        units: list[AccessUnit] = []
        while self._window.held:
            self._lose_until(min(self._window.held))
            self._take_held(units, now)
        if self._video is not None:
            self._end_video(units, now)
        else:
            if self._frame:
                units += self._end_frame(now)
            for unit in self._demuxer.flush():
                self._timeline.stamp_video(unit, unit.dts_90k, now)
                units.append(unit)
            self._last_timestamp = -1
            self._is_start_doubtful = True
        return units

    def _packets_since_start(self) -> int:
        window = self._window
        if window.next_index < 0:
            return 0
        return window.next_index - window.base_index - window.lost_since_start + len(window.held)

    @property
    def stats(self) -> StreamStats:
        """The counts now."""
        window, video = self._window, self._video
        return StreamStats(
            ssrc=self._ssrc if self._ssrc >= 0 else None,
            codec=video.codec if video else self._demuxer.codec,
            audio_codec=self._audio_codec,
            packets=self._packets_before + self._packets_since_start() + window.late + window.duplicates,
            bytes=self._bytes + len(self._frame),
            lost=window.lost,
            reordered=window.reordered,
            late=window.late,
            duplicates=window.duplicates,
            malformed=self._malformed,
            foreign=self._foreign,
            jitter_90k=int(self._jitter),
            bad_units=self._bad_frames + self._demuxer.bad_units + (video.bad_units if video else 0),
            repaired_times=self._timeline.repairs,
            skipped_bytes=self._demuxer.skipped_bytes,
            source_changes=self._source_changes,
            first_packet_at=self._first_packet_at,
            last_packet_at=self._last_packet_at if self._first_packet_at is not None else None,
            has_left=self._has_left,
            is_codec_unknown=video is None and self._demuxer.is_codec_unknown,
        )


def audio_duration_90k(unit: AccessUnit) -> int:
    """How long the audio in a unit lasts; 0 when its codec does not say."""
    if unit.codec is Codec.AAC:
        frames = adts_frames(unit.data)
        return len(frames) * SAMPLES_PER_FRAME * 90_000 // frames[0].sample_rate if frames else 0
    if unit.codec is Codec.G711A or unit.codec is Codec.G711U:
        return len(unit.data) * 90_000 // 8_000
    return 0
