"""Program stream bytes -> access units, lenient as real devices need (GB/T 28181-2022 annex C).

The usual way is short: a device sends one picture per RTP frame, so each `feed` is a pack header, perhaps
the map, and PES packets that end with the frame. Everything else is found out by looking: pictures that
packets cut anywhere go through a `PictureSplitter`; a lying or absent map is overruled by the parameter
sets in the stream; wrong PES lengths are set right by the next start code.
"""

import re
import struct

from oversite.protocol.media import AccessUnit, Codec
from oversite.protocol.mpegps.adts import AdtsJoiner, is_adts
from oversite.protocol.mpegps.pes import parse_pes_header
from oversite.protocol.mpegps.pictures import PICTURE_BYTES_MAX, PictureSplitter, Times
from oversite.protocol.mpegps.stream_map import parse_stream_map
from oversite.protocol.nal import picture_kind, sniff_codec

_PACK = 0x1BA
_SYSTEM_HEADER = 0x1BB
_STREAM_MAP = 0x1BC
_END = 0x1B9
_PACK_START = b"\x00\x00\x01\xba"
_START_AND_LENGTH = struct.Struct(">IH").unpack_from
_SYSTEM_START = re.compile(rb"\x00\x00\x01[\xb9-\xbf\xc0-\xef]")
_LEADING_BYTES_MAX = 65_536
"""Bytes without any picture that are kept to precede the next one."""
_PACKETS_MAX = 10_000
"""More packets than this in one frame are no picture but an attack on our time."""
_FALLBACK_INTERVAL_90K = 3_600
_START_CODES = (b"\x00\x00\x01", b"\x00\x00\x00\x01")

_PROBING, _ALIGNED, _SPLITTING = range(3)


class PsDemuxer:
    """Demultiplexes one program: the first video stream seen, and audio.

    Units carry the sender's own times (33 bits, unrepaired), or the RTP time where the PES packet has none.
    """

    def __init__(self) -> None:
        self.codec: Codec | None = None
        """Video codec, once known."""
        self.bad_units = 0
        """Pictures dropped because they were cut, too long or of no known codec."""
        self.skipped_bytes = 0
        """Bytes that belonged to nothing."""
        self.bad_maps = 0
        """Program stream maps with a wrong length or CRC."""
        self._rest = b""
        self._map = b""
        self._codecs: dict[int, Codec] = {}
        self._video_id = 0
        self._mode = _PROBING
        self._splitter: PictureSplitter | None = None
        self._joiner = AdtsJoiner()
        self._clock_90k = 0
        self._last_dts_90k = 0
        self._last_clock_90k = 0
        self._interval_90k = _FALLBACK_INTERVAL_90K
        self._units: list[AccessUnit] = []
        self._parts: list[bytes] = []
        self._times: Times | None = None
        self._has_map = False
        self._is_frame_over = False
        self._is_after_loss = False

    def feed(self, data: bytes | bytearray, clock_90k: int) -> list[AccessUnit]:
        """Take the payload of one RTP frame (or any chunk) and its RTP time; return what is complete."""
        self._clock_90k = clock_90k
        if self._rest:
            if data[:4] == _PACK_START:
                self._end_short_packet()
            else:
                data = self._rest + data
            self._rest = b""
        self._parse(data)
        self._is_frame_over = True
        if self._mode == _ALIGNED:
            if self._parts:
                self._end_picture()
        elif sum(map(len, self._parts)) > PICTURE_BYTES_MAX:
            self.bad_units += 1
            self._parts.clear()
        units, self._units = self._units, []
        return units

    def discard(self) -> None:
        """Forget all that is incomplete, because bytes were lost."""
        self._rest = b""
        if not self._is_frame_over:
            self._parts.clear()
        self._is_after_loss = True
        if self._splitter is not None:
            self._splitter.clear()

    def flush(self) -> list[AccessUnit]:
        """Return the picture that waits for its end, at the end of the stream; a cut one is dropped."""
        if self._rest:
            self.bad_units += 1
            self._rest = b""
            self._parts.clear()
        if self._parts:
            self._end_picture()
        if self._splitter is not None:
            for data, times in self._splitter.flush():
                self._picture(data, times)
        units, self._units = self._units, []
        return units

    def _parse(self, data: bytes | bytearray) -> None:
        position, size = 0, len(data)
        for _ in range(_PACKETS_MAX):
            if position + 6 > size:
                break
            code, length = _START_AND_LENGTH(data, position)
            end = position + 6 + length
            if 0x1E0 <= code <= 0x1EF:
                if not length:
                    end = self._open_end(data, position + 6)
                if end > size:
                    break
                self._video_packet(data, position, end, code & 0xFF)
            elif code == _PACK:
                if position + 14 > size:
                    break
                end = position + (12 if data[position + 4] >> 4 == 2 else 14 + (data[position + 13] & 7))
            elif not _END <= code <= 0x1FF:
                end = self._stray(data, position)
            elif code == _END:
                end = position + 4
            elif end > size:
                break
            else:
                end = self._other_packet(data, position, end, code)
            position = end
        else:
            self.skipped_bytes += size - position
            return
        if position < size:
            self._rest = bytes(data[position:])

    def _other_packet(self, data: bytes | bytearray, position: int, end: int, code: int) -> int:
        """Audio, the map, and what is passed over; return where it really ends."""
        if 0x1C0 <= code <= 0x1DF:
            self._audio_packet(data, position, end, code & 0xFF)
        elif code in (_STREAM_MAP, _SYSTEM_HEADER):
            if data[end : end + 3] != b"\x00\x00\x01":
                end = self._open_end(data, position + 6)
            if code == _STREAM_MAP:
                self._stream_map(bytes(data[position:end]))
        return end

    def _open_end(self, data: bytes | bytearray, start: int) -> int:
        found = _SYSTEM_START.search(data, start)
        return found.start() if found else len(data)

    def _stray(self, data: bytes | bytearray, position: int) -> int:
        """Bytes where a start code should be: what a PES length left out belongs to the picture before it."""
        end = self._open_end(data, position)
        if end == len(data) and self._is_frame_over and not self._parts and self._mode != _SPLITTING:
            self.skipped_bytes += end - position
            return end
        stray = bytes(data[position:end])
        if self._parts and stray.strip(b"\x00"):
            self._parts.append(stray)
        elif self._splitter is not None and stray.strip(b"\x00"):
            self._split(stray, Times(None, None, self._clock_90k))
        else:
            self.skipped_bytes += end - position
        return end

    def _end_short_packet(self) -> None:
        """A new pack begins although the PES packet before it promised more bytes: its length was wrong."""
        rest = self._rest
        if len(rest) > 9 and 0xE0 <= rest[3] <= 0xEF:
            self._video_packet(rest, 0, len(rest), rest[3])
            if self._mode == _ALIGNED and self._parts:
                self._end_picture()
        else:
            self.skipped_bytes += len(rest)

    def _stream_map(self, data: bytes) -> None:
        self._has_map = True
        if data == self._map:
            return
        self._map = data
        parsed = parse_stream_map(data)
        if parsed is None or not parsed.has_right_crc:
            self.bad_maps += 1
        if parsed is not None:
            self._codecs = dict(parsed.codecs)

    @property
    def is_codec_unknown(self) -> bool:
        """The map names a coding of the video that nobody here knows, and the pictures betray no other."""
        return self.codec is None and self._codecs.get(self._video_id) is Codec.UNKNOWN

    # Audio

    def _audio_packet(self, data: bytes | bytearray, position: int, end: int, stream_id: int) -> None:
        header = parse_pes_header(data, position, end)
        if header is None or header[0] >= end:
            self.skipped_bytes += end - position
            return
        start, pts_90k, _ = header
        payload = bytes(data[start:end])
        codec = self._codecs.get(stream_id, Codec.UNKNOWN)
        if codec is Codec.UNKNOWN:
            codec = Codec.AAC if is_adts(payload) else Codec.G711A
            self._codecs[stream_id] = codec
        if codec is Codec.AAC:
            payload = self._joiner.feed(payload)
        if payload:
            time_90k = self._clock_90k if pts_90k is None else pts_90k
            self._units.append(AccessUnit("audio", codec, time_90k, time_90k, True, payload))

    # Video

    def _video_packet(self, data: bytes | bytearray, position: int, end: int, stream_id: int) -> None:
        header = parse_pes_header(data, position, end)
        if header is None or stream_id != (self._video_id or stream_id):
            self.skipped_bytes += end - position
            return
        self._video_id = stream_id
        start, pts_90k, dts_90k = header
        with memoryview(data) as view:
            payload = bytes(view[start:end])
        if self._mode == _SPLITTING:
            self._split(payload, Times(pts_90k, dts_90k, self._clock_90k))
            return
        parts, times = self._parts, self._times
        if not parts or self._is_frame_over or (times and pts_90k is not None and pts_90k != times.pts_90k):
            times = Times(pts_90k, dts_90k, self._clock_90k)
            if not payload.startswith(_START_CODES) and self._is_continued(payload, times):
                return
            if parts:
                self._end_picture()
                if not parts:
                    self._mode = _ALIGNED
            self._times = times
        self._is_frame_over = self._is_after_loss = False
        parts.append(payload)

    def _is_continued(self, payload: bytes, times: Times) -> bool:
        """A packet that should begin a picture does not: drop it after a loss, else split from now on."""
        if self._is_after_loss:
            self._parts.clear()
            self.bad_units += 1
            return True
        if self.codec not in _SPLITTABLE and self._decided_codec(b"".join(self._parts)) not in _SPLITTABLE:
            return False
        self._start_splitting()
        self._split(payload, times)
        return True

    def _end_picture(self) -> None:
        """Make a unit of the collected parts, or keep them when no picture is among them yet."""
        data = self._parts[0] if len(self._parts) == 1 else b"".join(self._parts)
        self._parts.clear()
        assert self._times is not None
        if len(data) > PICTURE_BYTES_MAX:
            self.bad_units += 1
        elif not self._picture(data, self._times):
            if len(data) <= _LEADING_BYTES_MAX:
                self._parts.append(data)
            else:
                self.bad_units += 1

    def _picture(self, data: bytes, times: Times) -> bool:
        """Append the unit; False when the bytes hold no picture yet."""
        codec = self.codec
        if self._has_map or codec is None:
            codec = self._decided_codec(data)
        is_key = self._has_map
        if codec is Codec.H264 or codec is Codec.H265:
            kind = picture_kind(codec, data)
            if kind == "none":
                if (sniffed := sniff_codec(data)) not in (None, codec):
                    self.codec = sniffed
                    return self._picture(data, times)
                return False
            is_key = kind == "key"
        elif codec is Codec.MPEG4:
            mark = data.find(b"\x00\x00\x01\xb6")
            if 0 <= mark < len(data) - 4:
                is_key = data[mark + 4] >> 6 == 0
        elif codec is None:
            self.bad_units += 1
            return True
        self._has_map = False
        dts_90k, pts_90k = self._resolved(times)
        self._units.append(AccessUnit("video", codec, pts_90k, dts_90k, is_key, data))
        return True

    def _decided_codec(self, data: bytes) -> Codec | None:
        declared = self._codecs.get(self._video_id)
        if declared is Codec.UNKNOWN:
            declared = None
        codec = sniff_codec(data) or (self.codec if self.codec in _SNIFFED and declared in _SNIFFED else declared)
        self.codec = codec or self.codec
        return self.codec

    def _resolved(self, times: Times) -> tuple[int, int]:
        """Decoding and presentation time; a picture without either comes one interval after the last."""
        if times.dts_90k is not None:
            dts_90k = times.dts_90k
            step = dts_90k - self._last_dts_90k
            if 0 < step < 90_000:
                self._interval_90k = step
            pts_90k = dts_90k if times.pts_90k is None else times.pts_90k
        elif self._mode == _SPLITTING:
            dts_90k = pts_90k = self._last_dts_90k + self._interval_90k
        else:
            step = (times.clock_90k - self._last_clock_90k + 0x80000000 & 0xFFFFFFFF) - 0x80000000
            dts_90k = pts_90k = self._last_dts_90k + step & 0x1FFFFFFFF
        self._last_dts_90k = dts_90k
        self._last_clock_90k = times.clock_90k
        return dts_90k, pts_90k

    # Pictures that packets cut anywhere

    def _start_splitting(self) -> None:
        codec = self.codec
        assert codec is not None
        self._mode = _SPLITTING
        self._splitter = PictureSplitter(codec)
        times = self._times or Times(None, None, self._clock_90k)
        for part in self._parts:
            self._split(part, times)
            times = Times(None, None, self._clock_90k)
        self._parts.clear()

    def _split(self, chunk: bytes, times: Times) -> None:
        assert self._splitter is not None
        for data, picture_times in self._splitter.feed(chunk, times):
            self._picture(data, picture_times)
            if self.codec is not None:
                self._splitter.codec = self.codec
        self.bad_units += self._splitter.dropped_pictures
        self._splitter.dropped_pictures = 0


_SNIFFED = (Codec.H264, Codec.H265)
_SPLITTABLE = (Codec.H264, Codec.H265, Codec.MPEG4)
