"""An edit list (ISO/IEC 14496-12 §8.6.6): a player begins a part of a recording at 0, its fragments as they are."""

import struct

from oversite.protocol.errors import PeerError
from oversite.protocol.fmp4.boxes import box, boxes, child, full_box
from oversite.protocol.media import CLOCK_90K

_KEPT = struct.Struct(">QqI")
_UNITY_RATE = 0x00010000
_WHOLE = 0
"""Duration of an edit that lasts to the end of a file of fragments."""


def with_edit_list(init: bytes, start_90k: int) -> bytes:
    """The init segment with every track beginning at `start_90k` of the fragments' time; raises `PeerError`.

    Only `moov` grows. Fragments count their data from their own `moof`, so they stay as they are.
    """
    found = bytearray()
    moov_is_there = False
    for kind, begin, body, after in boxes(init, 0, len(init)):
        moov_is_there |= kind == b"moov"
        found += box(kind, _moov(init, body, after, start_90k)) if kind == b"moov" else init[begin:after]
    if not moov_is_there:
        raise PeerError("an init segment without moov")
    return bytes(found)


def _moov(init: bytes, body: int, end: int, start_90k: int) -> bytes:
    return b"".join(
        box(kind, _trak(init, inner, after, start_90k)) if kind == b"trak" else init[begin:after]
        for kind, begin, inner, after in boxes(init, body, end)
    )


def _trak(init: bytes, body: int, end: int, start_90k: int) -> bytes:
    header = child(init, body, end, b"mdia", b"mdhd")
    if header is None:
        raise PeerError("a track without mdhd")
    timescale_at = header[0] + (20 if init[header[0]] else 12)
    timescale = int.from_bytes(init[timescale_at : timescale_at + 4], "big")
    edit = _KEPT.pack(_WHOLE, start_90k * timescale // CLOCK_90K, _UNITY_RATE)
    edits = box(b"edts", full_box(b"elst", 1, 0, (1).to_bytes(4, "big"), edit))
    found = b""
    for kind, begin, _, after in boxes(init, body, end):
        found += init[begin:after] + (edits if kind == b"tkhd" else b"")
    return found
