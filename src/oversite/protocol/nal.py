"""NAL units of H.264 (ITU-T H.264) and H.265 (ITU-T H.265): splitting, kinds, parameter sets."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from oversite.protocol.media import Codec

START_CODE = b"\x00\x00\x00\x01"
_PREFIX = b"\x00\x00\x01"
next_start_code = re.compile(_PREFIX).search
"""Finds the next start code; over long stretches without one twice as fast as `bytes.find`."""

H264_SLICE, H264_IDR, H264_SEI, H264_SPS, H264_PPS, H264_AUD = 1, 5, 6, 7, 8, 9
H265_VPS, H265_SPS, H265_PPS, H265_AUD = 32, 33, 34, 35

_I_SLICE_TYPES = frozenset({2, 7})
_HIGH_PROFILES = frozenset({100, 110, 122, 244, 44, 83, 86, 118, 128, 138, 139, 134, 135})
_DIMENSION_MAX = 16_384
_LEADING_NALS_MAX = 64
"""A picture's first slice stands behind fewer NAL units than this."""


def nal_spans(data: bytes) -> list[tuple[int, int]]:
    """Begin and end of each NAL unit in an Annex B byte stream, start codes and trailing zeros left out."""
    spans = []
    mark = next_start_code(data)
    while mark is not None:
        start = mark.end()
        mark = next_start_code(data, start)
        end = mark.start() if mark else len(data)
        if data[end - 1] == 0:
            end = start + len(data[start:end].rstrip(b"\x00"))
        if end > start:
            spans.append((start, end))
    return spans


def nal_type(codec: Codec, first_byte: int) -> int:
    """`nal_unit_type` from the first header byte of an H.264 or H.265 NAL unit."""
    return first_byte >> 1 & 0x3F if codec is Codec.H265 else first_byte & 0x1F


PictureKind = Literal["none", "delta", "key"]


def picture_kind(codec: Codec, data: bytes) -> PictureKind:
    """What picture a byte stream begins with: looks at the NAL units up to the first slice and no further.

    An H.264 unit whose parameter sets stand before an I slice counts as key: some encoders never send IDR.
    """
    has_parameters = False
    mark = data.find(_PREFIX)
    for _ in range(_LEADING_NALS_MAX):
        if mark < 0 or mark + 4 >= len(data):
            break
        kind = data[mark + 3]
        if codec is Codec.H265:
            kind = kind >> 1 & 0x3F
            if kind < 32:
                return "key" if 16 <= kind <= 23 else "delta"
        else:
            kind &= 0x1F
            if kind == H264_IDR:
                return "key"
            if 1 <= kind < H264_IDR:
                is_intra = has_parameters and _h264_slice_type(data[mark + 4 : mark + 16]) in _I_SLICE_TYPES
                return "key" if is_intra else "delta"
            has_parameters |= kind == H264_SPS
        mark = data.find(_PREFIX, mark + 3)
    return "none"


def is_first_slice(codec: Codec, data: bytes, start: int) -> bool:
    """True when the slice NAL unit at `start` is the first of its picture."""
    offset = start + (2 if codec is Codec.H265 else 1)
    return offset < len(data) and data[offset] >= 0x80


def sniff_codec(data: bytes) -> Codec | None:
    """H.264 or H.265 by the parameter sets that a byte stream begins with; None when it shows neither."""
    mark = data.find(_PREFIX)
    for _ in range(4):
        if mark < 0 or mark + 5 > len(data):
            return None
        first, second = data[mark + 3], data[mark + 4]
        if first in (0x40, 0x42) and second == 0x01:
            return Codec.H265
        if first & 0x9F == H264_SPS and first & 0x60:
            following = data.find(_PREFIX, mark + 3)
            sps = parse_h264_sps(data[mark + 3 : following if following >= 0 else mark + 128])
            return Codec.H264 if sps is not None else None
        mark = data.find(_PREFIX, mark + 3)
    return None


@dataclass(frozen=True, slots=True)
class SequenceParameters:
    """What a sequence parameter set says: pixels as shown, and what the MP4 sample entries need."""

    width: int
    height: int
    codec_string: str
    """RFC 6381, without the sample entry name: `42C01E`, or `1.6.L93.B0` for H.265."""
    chroma_format: int = 1
    luma_bits: int = 8
    chroma_bits: int = 8
    profile_tier_level: bytes = b""
    """H.265 only: the 12 bytes of general_profile_space … general_level_idc."""
    temporal_layers: int = 1
    is_temporal_id_nested: bool = False


class BitReader:
    """Reads bits of an RBSP; raises EOFError behind its end."""

    def __init__(self, data: bytes) -> None:
        self._value = int.from_bytes(data, "big")
        self._left = len(data) * 8

    def bits(self, count: int) -> int:
        if count > self._left:
            raise EOFError("parameter set is too short")
        self._left -= count
        return self._value >> self._left & ((1 << count) - 1)

    def ue(self) -> int:
        zeros = 0
        while not self.bits(1):
            zeros += 1
            if zeros > 31:
                raise EOFError("exponential Golomb code is too long")
        return (1 << zeros) - 1 + self.bits(zeros)

    def se(self) -> int:
        code = self.ue()
        return (code + 1) // 2 if code & 1 else -(code // 2)


def unescaped(nal: bytes) -> bytes:
    """The RBSP: emulation prevention bytes taken out."""
    return nal.replace(b"\x00\x00\x03", b"\x00\x00")


def _h264_slice_type(slice_start: bytes) -> int:
    reader = BitReader(unescaped(slice_start))
    try:
        reader.ue()
        return reader.ue()
    except EOFError:
        return -1


def parse_h264_sps(nal: bytes) -> SequenceParameters | None:
    """Parse a whole SPS NAL unit; None when it makes no sense."""
    try:
        return _h264_sps(nal[1:4], BitReader(unescaped(nal[4:1024])))
    except EOFError:
        return None


def _h264_sps(profile: bytes, reader: BitReader) -> SequenceParameters | None:
    reader.ue()
    chroma, luma_bits, chroma_bits = 1, 8, 8
    if profile[:1] and profile[0] in _HIGH_PROFILES:
        chroma = reader.ue()
        if chroma == 3:
            reader.bits(1)
        luma_bits, chroma_bits = 8 + reader.ue(), 8 + reader.ue()
        reader.bits(1)
        if reader.bits(1):
            for index in range(8 if chroma != 3 else 12):
                if reader.bits(1):
                    _skip_scaling_list(reader, 16 if index < 6 else 64)
    reader.ue()
    order = reader.ue()
    if order == 0:
        reader.ue()
    elif order == 1:
        reader.bits(1)
        reader.se()
        reader.se()
        for _ in range(reader.ue()):
            reader.se()
    reader.ue()
    reader.bits(1)
    width = (reader.ue() + 1) * 16
    map_height = reader.ue() + 1
    is_frame_only = reader.bits(1)
    height = map_height * 16 * (2 - is_frame_only)
    if not is_frame_only:
        reader.bits(1)
    reader.bits(1)
    if reader.bits(1):
        unit_x = 2 if chroma in (1, 2) else 1
        unit_y = (2 if chroma == 1 else 1) * (2 - is_frame_only)
        width -= unit_x * (reader.ue() + reader.ue())
        height -= unit_y * (reader.ue() + reader.ue())
    if not _is_sane(width, height) or chroma > 3 or max(luma_bits, chroma_bits) > 14:
        return None
    return SequenceParameters(width, height, profile.hex(), chroma, luma_bits, chroma_bits)


def _skip_scaling_list(reader: BitReader, size: int) -> None:
    last, following = 8, 8
    for _ in range(size):
        if following:
            following = (last + reader.se()) % 256
        last = following or last


def parse_h265_sps(nal: bytes) -> SequenceParameters | None:
    """Parse a whole SPS NAL unit; None when it makes no sense."""
    try:
        return _h265_sps(BitReader(unescaped(nal[2:1024])))
    except EOFError:
        return None


def _h265_sps(reader: BitReader) -> SequenceParameters | None:
    reader.bits(4)
    sub_layers = reader.bits(3)
    is_nested = bool(reader.bits(1))
    tier_level = reader.bits(96).to_bytes(12, "big")
    present = [(reader.bits(1), reader.bits(1)) for _ in range(sub_layers)]
    if sub_layers:
        reader.bits(2 * (8 - sub_layers))
    for has_profile, has_level in present:
        reader.bits(88 * has_profile + 8 * has_level)
    reader.ue()
    chroma = reader.ue()
    if chroma == 3:
        reader.bits(1)
    width, height = reader.ue(), reader.ue()
    if reader.bits(1):
        unit_x, unit_y = (2 if chroma in (1, 2) else 1), (2 if chroma == 1 else 1)
        width -= unit_x * (reader.ue() + reader.ue())
        height -= unit_y * (reader.ue() + reader.ue())
    luma_bits, chroma_bits = 8 + reader.ue(), 8 + reader.ue()
    if not _is_sane(width, height) or chroma > 3 or max(luma_bits, chroma_bits) > 16:
        return None
    return SequenceParameters(
        width,
        height,
        _h265_codec_string(tier_level),
        chroma,
        luma_bits,
        chroma_bits,
        tier_level,
        sub_layers + 1,
        is_nested,
    )


def _h265_codec_string(tier_level: bytes) -> str:
    """ISO/IEC 14496-15 annex E.3: profile, reversed compatibility flags, tier and level, constraint bytes."""
    space, tier, profile = tier_level[0] >> 6, tier_level[0] >> 5 & 1, tier_level[0] & 0x1F
    compatibility = int(f"{int.from_bytes(tier_level[1:5], 'big'):032b}"[::-1], 2)
    constraints = [f"{byte:X}" for byte in tier_level[5:11].rstrip(b"\x00")]
    parts = [f"{'ABC'[space - 1] if space else ''}{profile}", f"{compatibility:X}"]
    return ".".join([*parts, f"{'H' if tier else 'L'}{tier_level[11]}", *constraints])


def _is_sane(width: int, height: int) -> bool:
    return 16 <= width <= _DIMENSION_MAX and 16 <= height <= _DIMENSION_MAX


def joined_annex_b(nals: Iterable[bytes]) -> bytes:
    """NAL units as an Annex B byte stream with four-byte start codes."""
    return b"".join(part for nal in nals for part in (START_CODE, nal))
