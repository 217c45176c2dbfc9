"""Where the decode times of a file's fragments stand, and what to write there to move them (ISO/IEC 14496-12 §8.8.12).

A part cut from the middle of a recording begins at 0 once the time before it is taken from every `tfdt`; adding the
same again gives the recording's own bytes back.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from oversite.protocol.fmp4.boxes import Octets, boxes, child
from oversite.protocol.fmp4.index import FragmentEntry
from oversite.protocol.media import CLOCK_90K


@dataclass(frozen=True, slots=True)
class DecodeTime:
    """The `baseMediaDecodeTime` of one track in one fragment: `size` bytes at offset `at` of the file."""

    at: int
    size: int
    ticks: int
    timescale: int

    @property
    def time_90k(self) -> int:
        """The time on the 90 kHz clock, rounded down."""
        return self.ticks * CLOCK_90K // self.timescale

    def moved(self, by_90k: int) -> bytes:
        """The bytes of the time that is `by_90k` later, or earlier if negative; raises `OverflowError` below 0.

        A move and its opposite cancel to the byte: the move in ticks is rounded towards 0.
        """
        ticks = abs(by_90k) * self.timescale // CLOCK_90K
        return (self.ticks + (ticks if by_90k > 0 else -ticks)).to_bytes(self.size, "big")


def decode_times(data: Octets, init_bytes: int, fragments: Iterable[FragmentEntry]) -> list[DecodeTime]:
    """The decode times in these fragments, of every track that the init segment describes; never raises on damage."""
    timescales = dict(_timescales(data, init_bytes))
    return [
        time
        for entry in fragments
        for time in _of_fragment(data, entry.offset, min(entry.offset + entry.size, len(data)), timescales)
    ]


def _timescales(data: Octets, init_bytes: int) -> Iterator[tuple[int, int]]:
    """Track number and ticks a second."""
    moov = child(data, 0, min(init_bytes, len(data)), b"moov")
    for kind, _, body, after in boxes(data, *moov) if moov else ():
        track = child(data, body, after, b"tkhd") if kind == b"trak" else None
        media = child(data, body, after, b"mdia", b"mdhd") if kind == b"trak" else None
        if track is None or media is None or track[1] - track[0] < 24 or media[1] - media[0] < 24:
            continue
        timescale = _number(data, media[0] + (20 if data[media[0]] else 12), 4)
        if timescale:
            yield _number(data, track[0] + (20 if data[track[0]] else 12), 4), timescale


def _of_fragment(data: Octets, position: int, end: int, timescales: dict[int, int]) -> Iterator[DecodeTime]:
    moof = child(data, position, end, b"moof")
    for kind, _, body, after in boxes(data, *moof) if moof else ():
        header = child(data, body, after, b"tfhd") if kind == b"traf" else None
        decode_time = child(data, body, after, b"tfdt") if kind == b"traf" else None
        if header is None or decode_time is None or header[1] - header[0] < 8 or decode_time[1] - decode_time[0] < 8:
            continue
        at, size = decode_time[0] + 4, 8 if data[decode_time[0]] else 4
        timescale = timescales.get(_number(data, header[0] + 4, 4))
        if timescale and at + size <= decode_time[1]:
            yield DecodeTime(at, size, _number(data, at, size), timescale)


def _number(data: Octets, at: int, size: int) -> int:
    return int.from_bytes(data[at : at + size], "big")
