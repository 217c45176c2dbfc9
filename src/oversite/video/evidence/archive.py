"""A ZIP file that can only be written in one way, so that no byte of it can change unnoticed. Pure.

Members are stored, not packed, in a given order, all dated 1980-01-01; ordinary tools open it. `layout` yields the
bytes around the members and says where each member stands; writer and verifier both follow it.
"""

import struct
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

_LIMIT = 0xFFFFFFFF
_DOS_DATE = 0x0021
_VERSION = 20
_VERSION_64 = 45
_UTF8 = 0x0800
_FILE_MODE = 0o100644 << 16


@dataclass(frozen=True, slots=True)
class Member:
    """One file of the archive: its name, size in bytes (below 4 GiB) and CRC-32."""

    name: str
    size_bytes: int
    crc32: int

    def __post_init__(self) -> None:
        if not 0 <= self.size_bytes < _LIMIT:
            raise ValueError(f"{self.name}: a member is smaller than 4 GiB")


def layout(members: Sequence[Member]) -> Iterator[bytes | Member]:
    """The archive from its first byte to its last: bytes of its own, and the members in their places."""
    offset = 0
    directory: list[bytes] = []
    for member in members:
        head = local_header(member)
        directory.append(_central_header(member, offset))
        yield head
        yield member
        offset += len(head) + member.size_bytes
    central = b"".join(directory)
    yield central + _end(len(members), len(central), offset)


def size_of(members: Sequence[Member]) -> int:
    """How many bytes the whole archive has."""
    return sum(part.size_bytes if isinstance(part, Member) else len(part) for part in layout(members))


def local_header(member: Member) -> bytes:
    """What stands before a member; its length depends on the name alone."""
    name = member.name.encode()
    return (
        struct.pack(
            "<4s5H3I2H",
            b"PK\x03\x04",
            _VERSION,
            _UTF8,
            0,
            0,
            _DOS_DATE,
            member.crc32,
            member.size_bytes,
            member.size_bytes,
            len(name),
            0,
        )
        + name
    )


def _central_header(member: Member, offset: int) -> bytes:
    name = member.name.encode()
    is_far = offset >= _LIMIT
    extra = struct.pack("<HHQ", 1, 8, offset) if is_far else b""
    return (
        struct.pack(
            "<4s6H3I5H2I",
            b"PK\x01\x02",
            (3 << 8) | _VERSION,
            _VERSION_64 if is_far else _VERSION,
            _UTF8,
            0,
            0,
            _DOS_DATE,
            member.crc32,
            member.size_bytes,
            member.size_bytes,
            len(name),
            len(extra),
            0,
            0,
            0,
            _FILE_MODE,
            _LIMIT if is_far else offset,
        )
        + name
        + extra
    )


def _end(count: int, directory_bytes: int, offset: int) -> bytes:
    tail = b""
    if offset >= _LIMIT or count >= 0xFFFF:
        at = offset + directory_bytes
        tail = struct.pack(
            "<4sQ2H2I4Q", b"PK\x06\x06", 44, (3 << 8) | _VERSION_64, _VERSION_64, 0, 0, count, count,
            directory_bytes, offset,
        )  # fmt: skip
        tail += struct.pack("<4sIQI", b"PK\x06\x07", 0, at, 1)
    short = min(count, 0xFFFF)
    return tail + struct.pack("<4s4H2IH", b"PK\x05\x06", 0, 0, short, short, directory_bytes, min(offset, _LIMIT), 0)
