"""Taking footage out of the recordings into a package: whole files, or parts cut at fragment borders.

Nothing is coded anew: a part is the file's own beginning and its own fragments. So that it begins at 0 for every
player and lasts as long as its footage, the time before it is taken from the decode time (`tfdt`) of each fragment;
no other byte differs from the recording. The manifest says how much (`source.decode_shift_90k`): whoever adds
`decode_shift_90k * timescale // 90000` ticks to every decode time of a track has the recording's own bytes
(`source.ranges`) again. A whole file goes in as it is.
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
from oversite.protocol.fmp4.boxes import Octets
from oversite.protocol.fmp4.decode_time import decode_times
from oversite.protocol.fmp4.reader import BytePlan, FileScan, byte_plan, scan
from oversite.video.evidence import package
from oversite.video.evidence.archive import Member, layout, local_header
from oversite.video.evidence.package import Digester, Digests
from oversite.video.recording import queries as recordings


class NoFootage(Exception):
    """A recording holds nothing of the period, or cannot be read; the text says why."""


@dataclass(frozen=True, slots=True)
class Part:
    """What of a recording goes into a package: byte ranges of its file, and the instants (µs UTC) they cover.

    `start_90k` is where its first picture stands in the recording. `shift_90k` was taken from the decode times:
    `rewritten` has, in the order of the file, each offset at which other bytes go in, and these bytes.
    """

    piece: recordings.Piece
    path: Path
    ranges: tuple[tuple[int, int], ...]
    start_us: int
    end_us: int
    start_90k: int
    is_whole: bool
    shift_90k: int = 0
    rewritten: tuple[tuple[int, bytes], ...] = ()

    def chunks(self) -> Iterator[bytes]:
        """The bytes, one range after another; raises `OSError`."""
        with self.path.open("rb") as file:
            for offset, size in self.ranges:
                file.seek(offset)
                for at, other in self.rewritten:
                    if offset <= at < offset + size:
                        yield from package.chunks(file, at - file.tell())
                        yield other
                        file.seek(at + len(other))
                yield from package.chunks(file, offset + size - file.tell())


def part_of(piece: recordings.Piece, path: Path, from_us: int, until_us: int) -> Part:
    """What of a file covers [from, until): all of it where it lies inside; raises `NoFootage`."""
    try:
        with path.open("rb") as file:
            size = os.fstat(file.fileno()).st_size
            if size == 0:
                raise NoFootage("the file is empty")
            with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content:
                found = scan(content)
                is_inside = from_us <= piece.start_us and piece.end_us <= until_us
                if is_inside and piece.state == "closed" and found.good_bytes == size:
                    return Part(piece, path, ((0, size),), piece.start_us, piece.end_us, 0, is_whole=True)
                first_90k = recordings.media_of(piece, from_us)
                last_90k = max(recordings.media_of(piece, until_us), first_90k + 1)
                plan = byte_plan(found, first_90k, last_90k)
                if plan is None:
                    raise NoFootage("the file holds no whole picture of the period")
                shift_90k, rewritten = _begun_at_0(content, found, plan)
    except (OSError, PeerError, ValueError) as error:
        raise NoFootage(f"the file cannot be read: {error}") from error
    start_us = recordings.instant_of(piece, plan.start_90k)
    end_us = recordings.instant_of(piece, plan.start_90k + plan.duration_90k)
    begin, ranges = plan.start_90k, tuple(plan.ranges)
    return Part(piece, path, ranges, start_us, end_us, begin, is_whole=False, shift_90k=shift_90k, rewritten=rewritten)


def _begun_at_0(content: Octets, found: FileScan, plan: BytePlan) -> tuple[int, tuple[tuple[int, bytes], ...]]:
    """What is taken from the decode times of a part, its earliest one, and the bytes to write in their places."""
    end_90k = plan.start_90k + plan.duration_90k
    taken = [entry for entry in found.fragments if plan.start_90k <= entry.start_90k < end_90k]
    times = decode_times(content, found.init_range[1] if found.init_range else 0, taken)
    shift_90k = min((time.time_90k for time in times), default=0)
    return shift_90k, tuple((time.at, time.moved(-shift_90k)) for time in times) if shift_90k else ()


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
