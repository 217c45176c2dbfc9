"""Where the fragments of recordings lie, for players that fetch by byte ranges (`index.json`)."""

import mmap
import os
from collections import OrderedDict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from oversite.protocol.fmp4.boxes import boxes, child
from oversite.protocol.fmp4.index import FragmentEntry
from oversite.protocol.fmp4.reader import FileScan, scan
from oversite.protocol.fmp4.tracks import AUDIO_TRACK
from oversite.video.recording.layout import RecordingIdentity

CACHE_FILES = 256
JOINED_90K_MAX = 2 * 90_000
Range = tuple[int, int, int, int, bool]
"""Offset, size, start and duration in the file's 1/90000 s, and whether it begins with a key frame."""


class UnplayableRecording(Exception):
    """The file is gone, or holds nothing that can be played; the text says which."""


@dataclass(frozen=True, slots=True)
class RecordingIndex:
    """What a player must know of one file."""

    identity: RecordingIdentity
    init: tuple[int, int]
    ranges: tuple[Range, ...]
    media_90k: int
    patches: tuple[int, ...]
    """Where the bytes that name a box `free` go, so that a browser passes over audio it cannot play (G.711)."""

    def instants_of(self, offset: int, count: int) -> tuple[int, int] | None:
        """From when until when (µs UTC) the pictures in these bytes are; none where they hold none."""
        inside = [item for item in self.ranges if item[0] < offset + count and offset < item[0] + item[1]]
        if not inside:
            return None
        begin_us = self.identity.started_at_us
        return begin_us + inside[0][2] * 100 // 9, begin_us + (inside[-1][2] + inside[-1][3]) * 100 // 9

    def as_json(self, segment_id: int) -> dict[str, Any]:
        """One item of `index.json`."""
        return {
            "id": segment_id,
            "url": f"{segment_id}.mp4",
            "start_ms": self.identity.started_at_us // 1000,
            "wall_ms": self.media_90k // 90,
            "media_90k": self.media_90k,
            "mime": self.identity.mime,
            "codec": self.identity.codec,
            "width": self.identity.width,
            "height": self.identity.height,
            "init": list(self.init),
            "fragments": [list(item) for item in self.ranges],
        }


def joined(fragments: list[FragmentEntry]) -> tuple[Range, ...]:
    """Fragments that follow each other, joined up to the next key frame or two seconds: a player fetches no less."""
    found: list[Range] = []
    for entry in fragments:
        last = found[-1] if found else None
        if last is not None and not entry.is_key and entry.start_90k - last[2] < JOINED_90K_MAX:
            duration_90k = entry.start_90k + entry.duration_90k - last[2]
            found[-1] = (last[0], last[1] + entry.size, last[2], duration_90k, last[4])
        else:
            found.append((entry.offset, entry.size, entry.start_90k, entry.duration_90k, entry.is_key))
    return tuple(found)


class IndexCache:
    """Reads indexes and keeps those of files that no longer change."""

    def __init__(self) -> None:
        self._kept: OrderedDict[Path, tuple[int, RecordingIndex]] = OrderedDict()

    def read(self, path: Path, end: int | None = None) -> RecordingIndex:
        """The index of a file as it is now, or at least of its first `end` bytes; raises `UnplayableRecording`."""
        try:
            with path.open("rb") as file:
                size = os.fstat(file.fileno()).st_size
                kept = self._kept.get(path)
                if kept is not None and kept[0] >= (size if end is None else end):
                    self._kept.move_to_end(path)
                    return kept[1]
                if not size:
                    raise UnplayableRecording("the file is empty")
                with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content:
                    index = _index_of(content)
        except OSError as error:
            raise UnplayableRecording(f"the file cannot be read: {error.strerror}") from error
        self._kept[path] = size, index
        if len(self._kept) > CACHE_FILES:
            self._kept.popitem(last=False)
        return index


def _index_of(content: mmap.mmap) -> RecordingIndex:
    found = scan(content)
    if found.init_range is None or found.uuid_payload is None or not found.fragments:
        raise UnplayableRecording("the file holds nothing that can be played")
    try:
        identity = RecordingIdentity.from_payload(found.uuid_payload)
    except ValueError as error:
        raise UnplayableRecording(str(error)) from error
    return RecordingIndex(
        identity=identity,
        init=found.init_range,
        ranges=joined(found.fragments),
        media_90k=found.duration_90k,
        patches=tuple(_silenced(content, found)),
    )


def _silenced(content: mmap.mmap, found: FileScan) -> Iterator[int]:
    """The type fields of what describes audio that no browser plays: its `trak` and `trex`, and its `traf`s."""
    moov = child(content, 0, len(content), b"moov")
    if moov is None:
        return
    silent = [
        (body, after)
        for kind, _, body, after in boxes(content, *moov)
        if kind == b"trak" and _is_raw(content, body, after)
    ]
    if not silent:
        return
    for body, _ in silent:
        yield body - 4
    mvex = child(content, *moov, b"mvex")
    if mvex is not None:
        yield from (
            body - 4
            for kind, _, body, _ in boxes(content, *mvex)
            if kind == b"trex" and _track(content, body) == AUDIO_TRACK
        )
    for entry in found.fragments:
        moof = child(content, entry.offset, entry.offset + entry.size, b"moof")
        if moof is None:
            continue
        for kind, _, body, after in boxes(content, *moof):
            header = child(content, body, after, b"tfhd") if kind == b"traf" else None
            if header is not None and _track(content, header[0]) == AUDIO_TRACK:
                yield body - 4


def _is_raw(content: mmap.mmap, body: int, after: int) -> bool:
    table = child(content, body, after, b"mdia", b"minf", b"stbl", b"stsd")
    return table is not None and content[table[0] + 12 : table[0] + 16] in {b"alaw", b"ulaw"}


def _track(content: mmap.mmap, full_box_body: int) -> int:
    return int.from_bytes(content[full_box_body + 4 : full_box_body + 8], "big")
