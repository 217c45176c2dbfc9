"""Codecs and access units: what passes between the RTP, program stream and MP4 parts."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

CLOCK_90K = 90_000
"""Ticks per second of every `_90k` value."""


class Codec(StrEnum):
    """A coding of video or audio that GB/T 28181 peers send."""

    H264 = "h264"
    H265 = "h265"
    SVAC = "svac"
    MPEG4 = "mpeg4"
    G711A = "g711a"
    G711U = "g711u"
    G722 = "g722"
    G723 = "g723"
    G729 = "g729"
    SVAC_AUDIO = "svac-audio"
    AAC = "aac"
    UNKNOWN = "unknown"


STREAM_TYPES: dict[int, Codec] = {
    0x10: Codec.MPEG4,
    0x1B: Codec.H264,
    0x24: Codec.H265,
    0x80: Codec.SVAC,
    0x90: Codec.G711A,
    0x91: Codec.G711U,
    0x92: Codec.G722,
    0x93: Codec.G723,
    0x99: Codec.G729,
    0x9B: Codec.SVAC_AUDIO,
    0x0F: Codec.AAC,
}
"""`stream_type` of the program stream map -> codec (GB/T 28181-2022 annex C)."""

VIDEO_CODECS = frozenset({Codec.H264, Codec.H265, Codec.SVAC, Codec.MPEG4})


@dataclass(slots=True)
class AccessUnit:
    """One picture, or the audio frames of one packet.

    Video `data` is an Annex B byte stream (start codes kept) and holds a whole picture with what precedes it;
    SVAC and MPEG-4 are carried as they came. Audio `data` is raw: G.711 samples, or AAC
    frames with ADTS headers.
    """

    kind: Literal["video", "audio"]
    codec: Codec
    pts_90k: int
    dts_90k: int
    is_key: bool
    data: bytes
