"""Bytes of a recording on their way to a browser."""

import os
from bisect import bisect_left
from dataclasses import dataclass

PATCH = b"free"


@dataclass(slots=True)
class RecordedSlice:
    """Bytes of an open recording; `patches` are offsets in the file where four bytes become `free`.

    `instants_us` is from when until when (UTC) its pictures are; none where there are none in it.
    """

    descriptor: int
    offset: int
    count: int
    patches: tuple[int, ...] = ()
    instants_us: tuple[int, int] | None = None

    def close(self) -> None:
        """Give the descriptor back."""
        if self.descriptor >= 0:
            os.close(self.descriptor)
            self.descriptor = -1

    def read(self, offset: int, count: int) -> bytes:
        """Bytes with the patches in them."""
        data = os.pread(self.descriptor, count, offset)
        first = bisect_left(self.patches, offset - len(PATCH) + 1)
        if first >= len(self.patches) or self.patches[first] >= offset + len(data):
            return data
        patched = bytearray(data)
        for position in self.patches[first:]:
            if position >= offset + len(data):
                break
            for number, byte in enumerate(PATCH, position - offset):
                if 0 <= number < len(patched):
                    patched[number] = byte
        return bytes(patched)
