"""Reading back what the recorder wrote, however it was cut off."""

import struct
from dataclasses import dataclass

from oversite.protocol.fmp4.boxes import Octets, box_at, boxes, child
from oversite.protocol.fmp4.index import FragmentEntry, read_index
from oversite.protocol.fmp4.init_segment import ORIGIN_UUID
from oversite.protocol.fmp4.tracks import VIDEO_TRACK

_HEAD_KINDS = frozenset({b"ftyp", b"uuid", b"moov", b"free", b"styp", b"sidx"})
_NON_SYNC = 0x00010000
_FRAGMENT_BYTES_MAX = 64 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class FileScan:
    """What a recording holds; without a whole `moov` there is no `init_range` and no good byte."""

    init_range: tuple[int, int] | None
    """Offset and size of the init segment."""
    fragments: list[FragmentEntry]
    good_bytes: int
    """Cut here, the file is whole: behind the last complete fragment, or the index of a closed file."""
    torn_bytes: int
    """What lies behind that and cannot be used."""
    is_closed: bool
    """The index is there, so the recorder closed the file."""
    uuid_payload: bytes | None
    """What the recorder wrote about the file's origin."""

    @property
    def duration_90k(self) -> int:
        """From the file's time 0 to the end of its last fragment."""
        return self.fragments[-1].start_90k + self.fragments[-1].duration_90k if self.fragments else 0


@dataclass(frozen=True, slots=True)
class BytePlan:
    """The byte ranges that, one after another, are a playable file of a part of a recording, without remuxing.

    `start_90k` is the decoding time in its first fragment: a player subtracts it to begin at 0.
    """

    ranges: list[tuple[int, int]]
    start_90k: int
    duration_90k: int

    @property
    def size_bytes(self) -> int:
        """All of it together."""
        return sum(size for _, size in self.ranges)


def scan(data: Octets) -> FileScan:
    """Find the fragments of a file, by its index if it has one, else box by box; never raises on damage."""
    size = len(data)
    init_end, payload = _head(data)
    if not init_end:
        return FileScan(None, [], 0, size, is_closed=False, uuid_payload=payload)
    index = read_index(data)
    if index is not None and (not index[1] or index[1][0].offset == init_end):
        return FileScan((0, init_end), index[1], size, 0, is_closed=True, uuid_payload=payload)
    fragments = []
    position = init_end
    while (entry := _fragment(data, position, size)) is not None:
        fragments.append(entry)
        position += entry.size
    return FileScan((0, init_end), fragments, position, size - position, is_closed=False, uuid_payload=payload)


def byte_plan(file: FileScan, start_90k: int, end_90k: int) -> BytePlan | None:
    """What to send for [start, end) of a file's own time, from the key frame at or before the start on.

    None when the file holds nothing of that time.
    """
    if file.init_range is None:
        return None
    first = None
    for number, entry in enumerate(file.fragments):
        if entry.start_90k >= end_90k:
            break
        if entry.is_key and (entry.start_90k <= start_90k or first is None):
            first = number
    if first is None:
        return None
    chosen = [entry for entry in file.fragments[first:] if entry.start_90k < end_90k]
    last = chosen[-1]
    until_90k = last.start_90k + last.duration_90k
    if until_90k <= start_90k:
        return None
    ranges = [file.init_range]
    for entry in chosen:
        offset, size = ranges[-1]
        if offset + size == entry.offset:
            ranges[-1] = (offset, size + entry.size)
        else:
            ranges.append((entry.offset, entry.size))
    return BytePlan(ranges, chosen[0].start_90k, until_90k - chosen[0].start_90k)


def _head(data: Octets) -> tuple[int, bytes | None]:
    """Where the init segment ends (0 when it is not whole), and the origin payload."""
    end, payload = 0, None
    for kind, _, body, after in boxes(data, 0, len(data)):
        if kind not in _HEAD_KINDS:
            break
        if kind == b"uuid" and data[body : body + 16] == ORIGIN_UUID:
            payload = bytes(data[body + 16 : after])
        end = after if kind == b"moov" else end
    return end, payload


def _fragment(data: Octets, position: int, size: int) -> FragmentEntry | None:
    """The whole fragment at `position`; None when there is none or it is cut or blank."""
    moof = box_at(data, position, size)
    if moof is None or moof[0] != b"moof":
        return None
    mdat = box_at(data, moof[2], size)
    if mdat is None or mdat[0] != b"mdat" or mdat[2] - position > _FRAGMENT_BYTES_MAX:
        return None
    if mdat[2] - mdat[1] < 4 or not any(data[mdat[1] : mdat[1] + 4]):
        return None
    try:
        times = _times(data, moof[1], moof[2])
    except struct.error:
        return None
    return FragmentEntry(position, mdat[2] - position, *times) if times else None


def _times(data: Octets, body: int, end: int) -> tuple[int, int, bool] | None:
    """Start, duration and whether the first sample is a key frame, from the video `traf` of a `moof`."""
    for kind, _, traf, after in boxes(data, body, end):
        if kind != b"traf":
            continue
        header = child(data, traf, after, b"tfhd")
        decode_time = child(data, traf, after, b"tfdt")
        run = child(data, traf, after, b"trun")
        if header is None or decode_time is None or run is None:
            return None
        if struct.unpack_from(">I", data, header[0] + 4)[0] != VIDEO_TRACK:
            continue
        duration, flags = _defaults(data, header[0])
        start_90k = struct.unpack_from(">Q" if data[decode_time[0]] else ">I", data, decode_time[0] + 4)[0]
        total, first_flags = _run(data, *run, duration, flags)
        return start_90k, total, not first_flags & _NON_SYNC
    return None


def _defaults(data: Octets, at: int) -> tuple[int, int]:
    """Sample duration and flags that hold unless the run says otherwise."""
    present = int.from_bytes(data[at + 1 : at + 4], "big")
    at += 8
    at += 8 if present & 0x1 else 0
    at += 4 if present & 0x2 else 0
    duration = flags = 0
    if present & 0x8:
        duration = struct.unpack_from(">I", data, at)[0]
        at += 4
    at += 4 if present & 0x10 else 0
    if present & 0x20:
        flags = struct.unpack_from(">I", data, at)[0]
    return duration, flags


def _run(data: Octets, at: int, end: int, duration: int, flags: int) -> tuple[int, int]:
    """Total duration, and flags of the first sample."""
    present, count = struct.unpack_from(">II", data, at)
    present &= 0xFFFFFF
    at += 8
    at += 4 if present & 0x1 else 0
    if present & 0x4:
        flags = struct.unpack_from(">I", data, at)[0]
        at += 4
    columns = [mask for mask in (0x100, 0x200, 0x400, 0x800) if present & mask]
    count = min(count, (end - at) // (4 * len(columns))) if columns else count
    if not present & 0x4 and present & 0x400 and count:
        flags = struct.unpack_from(">I", data, at + 4 * columns.index(0x400))[0]
    if not present & 0x100:
        return count * duration, flags
    values = struct.unpack_from(f">{count * len(columns)}I", data, at)
    return sum(values[:: len(columns)]), flags
