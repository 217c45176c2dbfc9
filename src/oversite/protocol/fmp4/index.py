"""The fragment index at the end of a closed file: `mfra` (ISO/IEC 14496-12 §8.8.9-11).

`tfra` lists the key frames for any player; our own `uuid` box beside it lists every fragment.
"""

import struct
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from oversite.protocol.fmp4.boxes import Octets, box, box_at, boxes, full_box
from oversite.protocol.fmp4.tracks import VIDEO_TRACK

FRAGMENTS_UUID = bytes.fromhex("6f76657273697465b3c1667261676d74")
"""Type of the `uuid` box that lists all fragments."""

_ENTRY = struct.Struct(">QQII")
_KEY_BIT = 0x80000000
_MFRO_BYTES = 16
_SEEK = struct.Struct(">QQBBB")


@dataclass(frozen=True, slots=True)
class FragmentEntry:
    """Where a fragment (`moof` and `mdat`) lies in a file, and when: times count from the file's own 0."""

    offset: int
    size: int
    start_90k: int
    duration_90k: int
    is_key: bool


def build_index(entries: Sequence[FragmentEntry]) -> bytes:
    """The boxes to append to a file whose fragments these are."""
    seeks = b"".join(_SEEK.pack(entry.start_90k, entry.offset, 1, 1, 1) for entry in entries if entry.is_key)
    count = len(seeks) // _SEEK.size
    tfra = full_box(b"tfra", 1, 0, struct.pack(">III", VIDEO_TRACK, 0, count), seeks)
    table = b"".join(
        _ENTRY.pack(
            entry.offset,
            entry.start_90k,
            entry.size,
            entry.duration_90k | (_KEY_BIT if entry.is_key else 0),
        )
        for entry in entries
    )
    fragments = box(b"uuid", FRAGMENTS_UUID, table)
    size = 8 + len(tfra) + len(fragments) + _MFRO_BYTES
    return box(b"mfra", tfra, fragments, full_box(b"mfro", 0, 0, struct.pack(">I", size)))


def read_index(data: Octets) -> tuple[int, list[FragmentEntry]] | None:
    """Where the index of a closed file begins, and its entries; None without one that is consistent."""
    size = len(data)
    if size < _MFRO_BYTES or data[size - 12 : size - 8] != b"mfro":
        return None
    start = size - int.from_bytes(data[size - 4 : size], "big")
    if start < 0 or (found := box_at(data, start, size)) is None or found[0] != b"mfra" or found[2] != size:
        return None
    for kind, _, body, end in boxes(data, found[1], size):
        if kind == b"uuid" and data[body : body + 16] == FRAGMENTS_UUID:
            entries = _entries(data, body + 16, end)
            return None if entries is None or not _is_consistent(entries, start) else (start, entries)
    return None


def _entries(data: Octets, start: int, end: int) -> list[FragmentEntry] | None:
    if (end - start) % _ENTRY.size:
        return None
    return [
        FragmentEntry(offset, size, start_90k, duration & ~_KEY_BIT, bool(duration & _KEY_BIT))
        for offset, start_90k, size, duration in _ENTRY.iter_unpack(bytes(data[start:end]))
    ]


def _is_consistent(entries: list[FragmentEntry], end: int) -> bool:
    """The fragments follow each other without a hole and end where the index begins."""
    return not entries or (
        entries[-1].offset + entries[-1].size == end
        and all(before.offset + before.size == after.offset for before, after in pairwise(entries))
    )
