"""PES packet headers (ISO/IEC 13818-1 §2.4.3.6; ISO/IEC 11172-1 for peers that still send MPEG-1)."""

from typing import TypeAlias

Octets: TypeAlias = bytes | bytearray | memoryview
"""Whatever can be indexed to bytes."""

PesHeader: TypeAlias = tuple[int, int | None, int | None]
"""Where the payload starts, PTS and DTS (33 bits, 90 kHz); DTS equals PTS when only that is given."""


def parse_pes_header(data: Octets, position: int, end: int) -> PesHeader | None:
    """Read the header of the PES packet `data[position:end]`; None when it does not fit into the packet."""
    if end - position < 9:
        return parse_mpeg1_header(data, position, end) if end - position >= 7 else None
    if data[position + 6] & 0xC0 != 0x80:
        return parse_mpeg1_header(data, position, end)
    start = position + 9 + data[position + 8]
    if start > end:
        return None
    flags = data[position + 7] >> 6
    if flags < 2 or start < position + 14:
        return start, None, None
    pts_90k = timestamp_at(data, position + 9)
    if flags == 3 and start >= position + 19:
        return start, pts_90k, timestamp_at(data, position + 14)
    return start, pts_90k, pts_90k


def parse_mpeg1_header(data: Octets, position: int, end: int) -> PesHeader | None:
    """The header of an MPEG-1 packet: stuffing, buffer size, then times marked by their first four bits."""
    at = position + 6
    while at < end and data[at] == 0xFF:
        at += 1
    if at + 2 <= end and data[at] >> 6 == 1:
        at += 2
    if at >= end:
        return None
    mark = data[at] >> 4
    if mark == 2 and at + 5 <= end:
        pts_90k = timestamp_at(data, at)
        return at + 5, pts_90k, pts_90k
    if mark == 3 and at + 10 <= end:
        return at + 10, timestamp_at(data, at), timestamp_at(data, at + 5)
    return at + (1 if data[at] == 0x0F else 0), None, None


def timestamp_at(data: Octets, position: int) -> int:
    """The 33-bit time in the five bytes at `position`; marker bits are not insisted on."""
    return (
        (data[position] >> 1 & 7) << 30
        | data[position + 1] << 22
        | (data[position + 2] >> 1) << 15
        | data[position + 3] << 7
        | data[position + 4] >> 1
    )
