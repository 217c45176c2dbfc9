"""Taking footage out of the recordings into a package: whole files, or parts cut at fragment borders.

Nothing is coded anew: a part is the file's own beginning and its own fragments, so every byte can be found again in
the recording. Its beginning gets an edit list, so that ordinary players begin at 0.
"""

import io
import mmap
import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import IO

from oversite.common.clock import BEIJING, from_us
from oversite.protocol.errors import PeerError
from oversite.protocol.fmp4.edit_list import with_edit_list
from oversite.protocol.fmp4.reader import byte_plan, scan
from oversite.video.evidence import package
from oversite.video.evidence.archive import Member, layout, local_header
from oversite.video.evidence.package import Digester, Digests
from oversite.video.recording import queries as recordings


class NoFootage(Exception):
    """A recording holds nothing of the period, or cannot be read; the text says why."""


@dataclass(frozen=True, slots=True)
class Part:
    """What of a recording goes into a package: byte ranges of its file, and the instants (µs UTC) they cover.

    `head` stands in the place of the first `head_bytes` of the first range: the file's init segment with an edit list.
    """

    piece: recordings.Piece
    path: Path
    ranges: tuple[tuple[int, int], ...]
    start_us: int
    end_us: int
    start_90k: int
    is_whole: bool
    head: bytes = b""
    head_bytes: int = 0

    def chunks(self) -> Iterator[bytes]:
        """The bytes, one range after another; raises `OSError`."""
        yield self.head
        replaced_bytes = self.head_bytes
        with self.path.open("rb") as file:
            for offset, size in self.ranges:
                file.seek(offset + replaced_bytes)
                yield from package.chunks(file, size - replaced_bytes)
                replaced_bytes = 0


def part_of(piece: recordings.Piece, path: Path, from_us: int, until_us: int) -> Part:
    """What of a file covers [from, until): all of it where it lies inside; raises `NoFootage`."""
    try:
        with path.open("rb") as file:
            size = os.fstat(file.fileno()).st_size
            if size == 0:
                raise NoFootage("the file is empty")
            with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content:
                found = scan(content)
                init = b"" if found.init_range is None else content[: found.init_range[1]]
    except (OSError, PeerError, ValueError) as error:
        raise NoFootage(f"the file cannot be read: {error}") from error
    is_inside = from_us <= piece.start_us and piece.end_us <= until_us
    if is_inside and piece.state == "closed" and found.good_bytes == size:
        return Part(piece, path, ((0, size),), piece.start_us, piece.end_us, 0, is_whole=True)
    first_90k = recordings.media_of(piece, from_us)
    last_90k = max(recordings.media_of(piece, until_us), first_90k + 1)
    plan = byte_plan(found, first_90k, last_90k)
    if plan is None:
        raise NoFootage("the file holds no whole picture of the period")
    start_us = recordings.instant_of(piece, plan.start_90k)
    end_us = recordings.instant_of(piece, plan.start_90k + plan.duration_90k)
    head = with_edit_list(init, plan.start_90k) if plan.start_90k else init
    begin, ranges = plan.start_90k, tuple(plan.ranges)
    return Part(piece, path, ranges, start_us, end_us, begin, is_whole=False, head=head, head_bytes=len(init))


def file_name(site_code: str, camera_code: str, started_us: int) -> str:
    """`segments/<site>_<camera>_<Beijing time>.mp4`: time and place code of a video file (req: A19.1)."""
    started: datetime = from_us(started_us).astimezone(BEIJING)
    instant = f"{started:%Y%m%dT%H%M%S}{started.microsecond // 1000:03d}"
    return f"segments/{_plain(site_code)}_{_plain(camera_code)}_{instant}.mp4"


def _plain(code: str) -> str:
    return "".join(character if character.isalnum() or character in "-." else "-" for character in code)[:60] or "x"


class PackageWriter:
    """Writes the ZIP of a package in one pass: every member as it comes, its header when its digests are known."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self._members: list[Member] = []

    def add(self, name: str, chunks: Iterator[bytes]) -> Digests:
        """Write one file and give its digests; raises `ValueError` for 4 GiB and more, `OSError`."""
        head_at = self._file.tell()
        self._file.write(local_header(Member(name, 0, 0)))
        digester = Digester()
        for chunk in chunks:
            digester.update(chunk)
            self._file.write(chunk)
        digests = digester.digests()
        member = Member(name, digests.size_bytes, digests.crc32)
        self._file.seek(head_at)
        self._file.write(local_header(member))
        self._file.seek(0, io.SEEK_END)
        self._members.append(member)
        return digests

    def finish(self) -> None:
        """Write the directory of the ZIP and make everything durable."""
        for part in layout(self._members):
            last = part
        assert isinstance(last, bytes)
        self._file.write(last)
        self._file.flush()
        os.fsync(self._file.fileno())
