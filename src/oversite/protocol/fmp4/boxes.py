"""ISO base media boxes (ISO/IEC 14496-12): made from parts, walked over bytes."""

import struct
from collections.abc import Iterator
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from mmap import mmap

Octets: TypeAlias = "bytes | bytearray | memoryview | mmap"

_HEADER = struct.Struct(">I4s")
_LARGE = struct.Struct(">Q")

UNITY_MATRIX = struct.pack(">9i", 0x10000, 0, 0, 0, 0x10000, 0, 0, 0, 0x40000000)


def box(kind: bytes, *parts: bytes) -> bytes:
    """A box of this type around the parts."""
    body = b"".join(parts)
    return _HEADER.pack(8 + len(body), kind) + body


def full_box(kind: bytes, version: int, flags: int, *parts: bytes) -> bytes:
    """A box with version and flags before the parts."""
    return box(kind, (version << 24 | flags).to_bytes(4, "big"), *parts)


def box_at(data: Octets, position: int, end: int) -> tuple[bytes, int, int] | None:
    """Type, begin of the body and end of the box at `position`; None unless all of it lies before `end`."""
    if position + 8 > end:
        return None
    size, kind = _HEADER.unpack_from(data, position)
    body = position + 8
    if size == 1:
        if position + 16 > end:
            return None
        size = _LARGE.unpack_from(data, body)[0]
        body += 8
    if size < body - position or position + size > end:
        return None
    return kind, body, position + size


def boxes(data: Octets, position: int, end: int) -> Iterator[tuple[bytes, int, int, int]]:
    """Type, begin, begin of the body and end of each box; stops at the first that does not fit."""
    while (found := box_at(data, position, end)) is not None:
        kind, body, after = found
        yield kind, position, body, after
        position = after


def child(data: Octets, position: int, end: int, *path: bytes) -> tuple[int, int] | None:
    """Body and end of the first box on this path of types."""
    for kind in path:
        for found, _, body, after in boxes(data, position, end):
            if found == kind:
                position, end = body, after
                break
        else:
            return None
    return position, end
