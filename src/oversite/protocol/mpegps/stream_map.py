"""The program stream map: which codec each elementary stream id carries (ISO/IEC 13818-1 §2.5.4)."""

import struct
from collections.abc import Mapping
from dataclasses import dataclass

from oversite.protocol.media import STREAM_TYPES, Codec

_TYPE_OF_CODEC = {codec: stream_type for stream_type, codec in STREAM_TYPES.items()}
_HEADER_BYTES = 6
_CRC_BYTES = 4


def _crc_table() -> tuple[int, ...]:
    table = []
    for byte in range(256):
        value = byte << 24
        for _ in range(8):
            value = (value << 1) ^ (0x04C11DB7 if value & 0x80000000 else 0)
        table.append(value & 0xFFFFFFFF)
    return tuple(table)


_CRC_TABLE = _crc_table()


def crc32_mpeg(data: bytes) -> int:
    """CRC-32 of ISO/IEC 13818-1 annex A; 0 over data that ends with its own right CRC."""
    value = 0xFFFFFFFF
    for byte in data:
        value = ((value << 8) & 0xFFFFFFFF) ^ _CRC_TABLE[(value >> 24) ^ byte]
    return value


@dataclass(frozen=True, slots=True)
class StreamMap:
    """A parsed program stream map: elementary stream id -> codec, and whether its CRC was right."""

    codecs: Mapping[int, Codec]
    has_right_crc: bool


def parse_stream_map(data: bytes) -> StreamMap | None:
    """Read one whole map, from `00 00 01 BC` on; None when its lengths are wrong (a wrong CRC passes)."""
    if len(data) < _HEADER_BYTES + 10:
        return None
    end = min(_HEADER_BYTES + int.from_bytes(data[4:6], "big"), len(data)) - _CRC_BYTES
    position = 10 + int.from_bytes(data[8:10], "big")
    if position + 2 > end:
        return None
    stop = min(position + 2 + int.from_bytes(data[position : position + 2], "big"), end)
    position += 2
    codecs = {}
    while position + 4 <= stop:
        stream_type, stream_id, info_bytes = struct.unpack_from(">BBH", data, position)
        codecs[stream_id] = STREAM_TYPES.get(stream_type, Codec.UNKNOWN)
        position += 4 + info_bytes
    return StreamMap(codecs, has_right_crc=crc32_mpeg(data) == 0) if codecs else None


def build_stream_map(codecs: Mapping[int, Codec]) -> bytes:
    """A program stream map, version 1, without descriptors."""
    entries = b"".join(struct.pack(">BBH", _TYPE_OF_CODEC[codec], stream_id, 0) for stream_id, codec in codecs.items())
    body = struct.pack(">BBHH", 0xE1, 0xFF, 0, len(entries)) + entries
    whole = b"\x00\x00\x01\xbc" + struct.pack(">H", len(body) + _CRC_BYTES) + body
    return whole + crc32_mpeg(whole).to_bytes(_CRC_BYTES, "big")
