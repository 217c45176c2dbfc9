"""Cuts a video byte stream into pictures where the sender's packets do not begin and end with them.

GB/T 28181 devices send one picture per RTP frame; file muxers cut anywhere, and a time then belongs to the
first picture that begins in its packet (ISO/IEC 13818-1 §2.4.3.7).
"""

from collections import deque
from dataclasses import dataclass

from oversite.protocol.media import Codec

PICTURE_BYTES_MAX = 4 * 1024 * 1024
"""A picture longer than this is given up."""

_PREFIX = b"\x00\x00\x01"


@dataclass(frozen=True, slots=True)
class Times:
    """What is known about when a picture is due; `clock_90k` is the RTP time of the packet it began in."""

    pts_90k: int | None
    dts_90k: int | None
    clock_90k: int


class PictureSplitter:
    """Takes chunks of a byte stream, returns whole pictures with the times of the packets they began in."""

    def __init__(self, codec: Codec) -> None:
        self.codec = codec
        self.dropped_pictures = 0
        self._data = bytearray()
        self._scanned = 0
        self._has_slice = False
        self._marks: deque[tuple[int, Times]] = deque()

    def feed(self, chunk: bytes, times: Times) -> list[tuple[bytes, Times]]:
        """Add the payload of one PES packet; `times` are those in its header."""
        self._marks.append((len(self._data), times))
        self._data += chunk
        pictures = []
        while (boundary := self._next_boundary()) is not None:
            pictures.append(self._take(boundary))
        if len(self._data) > PICTURE_BYTES_MAX:
            self.dropped_pictures += 1
            self.clear()
        return pictures

    def flush(self) -> list[tuple[bytes, Times]]:
        """The picture under way, at the end of the stream."""
        return [self._take(len(self._data))] if self._has_slice else []

    def clear(self) -> None:
        """Forget the picture under way, for example after a loss."""
        self._data.clear()
        self._marks.clear()
        self._scanned = 0
        self._has_slice = False

    def _take(self, boundary: int) -> tuple[bytes, Times]:
        picture = bytes(memoryview(self._data)[:boundary])
        times = self._marks[0][1]
        del self._data[:boundary]
        moved: deque[tuple[int, Times]] = deque()
        for offset, mark in self._marks:
            if offset >= boundary:
                moved.append((offset - boundary, mark))
            else:
                inside = mark if offset > 0 else Times(None, None, mark.clock_90k)
        # The packet in which the next picture begins gives its time to the first picture only.
        self._marks = moved if moved and moved[0][0] == 0 else deque([(0, inside), *moved])
        self._scanned = 0
        self._has_slice = False
        return picture, times

    def _next_boundary(self) -> int | None:
        data = self._data
        mark = data.find(_PREFIX, self._scanned)
        while mark >= 0 and mark + 6 <= len(data):
            starts_unit, is_slice = _role(self.codec, data, mark + 3)
            if self._has_slice and starts_unit:
                return mark - 1 if mark > 0 and data[mark - 1] == 0 else mark
            self._has_slice |= is_slice
            self._scanned = mark + 3
            mark = data.find(_PREFIX, mark + 3)
        self._scanned = max(self._scanned, mark if mark >= 0 else len(data) - 2)
        return None


def _role(codec: Codec, data: bytearray, at: int) -> tuple[bool, bool]:
    """Whether the NAL unit (or start code) at `at` begins a new picture once one is there, and is a slice."""
    if codec is Codec.H265:
        kind = data[at] >> 1 & 0x3F
        is_slice = kind < 32
        return (data[at + 2] >= 0x80 if is_slice else kind in _H265_LEADERS), is_slice
    if codec is Codec.MPEG4:
        is_slice = data[at] == 0xB6
        return is_slice or data[at] in (0xB0, 0xB3), is_slice
    kind = data[at] & 0x1F
    is_slice = 1 <= kind <= 5
    return (data[at + 1] >= 0x80 if is_slice else kind in _H264_LEADERS), is_slice


_H264_LEADERS = frozenset({6, 7, 8, 9, 14, 15, 16, 17, 18})
_H265_LEADERS = frozenset({32, 33, 34, 35, 39, *range(41, 45), *range(48, 56)})
