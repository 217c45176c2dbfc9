"""Access units -> program stream bytes, one RTP frame's worth per unit (GB/T 28181-2022 annex C)."""

import struct

from oversite.protocol.media import AccessUnit, Codec
from oversite.protocol.mpegps.stream_map import build_stream_map

VIDEO_STREAM_ID = 0xE0
AUDIO_STREAM_ID = 0xC0

_PES_BYTES_MAX = 0xFFFF
_MUX_RATE_50 = 25_000
"""Declared rate in units of 50 bytes/s: 10 Mbit/s."""
_SCR_LEAD_90K = 3_600
"""The system clock runs this far behind the first decoding time, as buffers ask for."""


class PsMuxer:
    """Writes one program: a video stream 0xE0 and, if named, an audio stream 0xC0."""

    def __init__(self, *, video: Codec | None = Codec.H264, audio: Codec | None = None) -> None:
        codecs = {}
        if video is not None:
            codecs[VIDEO_STREAM_ID] = video
        if audio is not None:
            codecs[AUDIO_STREAM_ID] = audio
        self._preamble = _system_header(has_video=video is not None, has_audio=audio is not None)
        self._preamble += build_stream_map(codecs)

    def mux(self, unit: AccessUnit) -> bytes:
        """The unit as pack header, system header and map (before key frames only) and PES packets.

        Times are taken modulo 2**33. Long units are split over PES packets; only the first carries times.
        """
        parts: list[bytes | memoryview] = [_pack_header(max(unit.dts_90k - _SCR_LEAD_90K, 0))]
        if unit.kind == "audio":
            stream_id = AUDIO_STREAM_ID
        else:
            stream_id = VIDEO_STREAM_ID
            if unit.is_key:
                parts.append(self._preamble)
        times = _times(unit.pts_90k, unit.dts_90k)
        data = memoryview(unit.data)
        while True:
            room = _PES_BYTES_MAX - 3 - len(times)
            flags = (0x80 if len(times) == 5 else 0xC0) if times else 0
            chunk = data[:room]
            parts.append(struct.pack(">IHBBB", 0x100 | stream_id, 3 + len(times) + len(chunk), 0x88, flags, len(times)))
            parts += (times, chunk)
            data = data[room:]
            if not data:
                return b"".join(parts)
            times = b""


def _pack_header(scr_90k: int) -> bytes:
    scr = scr_90k & 0x1FFFFFFFF
    value = (0b01 << 46) | ((scr >> 30) << 43) | (1 << 42) | ((scr >> 15 & 0x7FFF) << 27) | (1 << 26)
    value |= ((scr & 0x7FFF) << 11) | (1 << 10) | 1
    rate = (_MUX_RATE_50 << 2 | 3).to_bytes(3, "big")
    return b"\x00\x00\x01\xba" + value.to_bytes(6, "big") + rate + b"\xf8"


def _system_header(*, has_video: bool, has_audio: bool) -> bytes:
    bounds = b""
    if has_video:
        bounds += struct.pack(">BH", VIDEO_STREAM_ID, 0b11 << 14 | 1 << 13 | 0x1FF)
    if has_audio:
        bounds += struct.pack(">BH", AUDIO_STREAM_ID, 0b11 << 14 | 0x20)
    rate = (1 << 23 | _MUX_RATE_50 << 1 | 1).to_bytes(3, "big")
    flags = bytes([int(has_audio) << 2, 0b11100000 | int(has_video), 0xFF])
    return b"\x00\x00\x01\xbb" + struct.pack(">H", 6 + len(bounds)) + rate + flags + bounds


def _times(pts_90k: int, dts_90k: int) -> bytes:
    if pts_90k == dts_90k:
        return _timestamp(0b0010, pts_90k)
    return _timestamp(0b0011, pts_90k) + _timestamp(0b0001, dts_90k)


def _timestamp(prefix: int, value_90k: int) -> bytes:
    value = value_90k & 0x1FFFFFFFF
    packed = (prefix << 36) | ((value >> 30) << 33) | (1 << 32) | ((value >> 15 & 0x7FFF) << 17) | (1 << 16)
    return (packed | ((value & 0x7FFF) << 1) | 1).to_bytes(5, "big")
