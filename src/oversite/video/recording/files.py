"""The recordings as files: what is in one, how a broken one is mended, which ones there are. Knows no database."""

import fcntl
import hashlib
import mmap
import os
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from oversite.protocol.fmp4.index import FragmentEntry, build_index
from oversite.protocol.fmp4.reader import FileScan, scan
from oversite.video.recording.layout import (
    MARKERS,
    QUARANTINE,
    RecordingIdentity,
    SegmentFact,
    is_recording_path,
    marked_path,
    marker_name,
)

HASH_CHUNK_BYTES = 1 << 20


class UnreadableRecording(Exception):
    """The file is not one of ours, or not even its beginning was saved; the text says why."""


@dataclass(frozen=True, slots=True)
class Examined:
    """One file as it lies on the disk; `torn_bytes` follow the last whole fragment."""

    fact: SegmentFact
    torn_bytes: int
    is_closed: bool
    fragments: list[FragmentEntry]


def examine(root: Path, volume: str, path: str) -> Examined:
    """Read the identity and the fragments of a file.

    Raises `UnreadableRecording`; `OSError` where the file cannot be opened.
    """
    with (root / path).open("rb") as file:
        size = os.fstat(file.fileno()).st_size
        if size == 0:
            raise UnreadableRecording("the file is empty")
        with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content:
            found, identity = _read(content)
    media_90k = found.duration_90k
    fact = SegmentFact(
        volume=volume,
        path=path,
        camera_uid=identity.camera_uid,
        gb_id=identity.gb_id,
        stream=identity.stream,
        started_at_us=identity.started_at_us,
        media_90k=media_90k,
        wall_ms=media_90k // 90,
        bytes=found.good_bytes,
        durable_bytes=found.good_bytes,
        state="damaged" if found.torn_bytes else "closed",
        codec=identity.codec,
        clock_offset_ms=identity.clock_offset_ms,
    )
    return Examined(fact, found.torn_bytes, found.is_closed, found.fragments)


def _read(content: mmap.mmap) -> tuple[FileScan, RecordingIdentity]:
    try:
        found = scan(content)
        if found.uuid_payload is None:
            raise UnreadableRecording("the file does not say which camera it is of")
        identity = RecordingIdentity.from_payload(bytes(found.uuid_payload))
    except ValueError as error:
        raise UnreadableRecording(str(error)) from error
    if not found.fragments:
        raise UnreadableRecording("the file holds no whole fragment")
    return found, identity


def mend(root: Path, volume: str, path: str) -> SegmentFact:
    """Cut a file to its last whole fragment, give it the index it lacks, make that durable, and hash it.

    Raises `UnreadableRecording`, `OSError`; `BlockingIOError` where somebody records or mends it now.
    """
    with (root / path).open("r+b") as file:
        fcntl.flock(file.fileno(), fcntl.LOCK_EX | fcntl.LOCK_NB)
        examined = examine(root, volume, path)
        size = examined.fact.bytes
        if examined.torn_bytes:
            file.truncate(size)
        if not examined.is_closed:
            file.seek(size)
            size += file.write(build_index(examined.fragments))
        file.flush()
        os.fsync(file.fileno())
        sync_folder((root / path).parent)
        return replace(examined.fact, bytes=size, durable_bytes=size, sha256=sha256_of(root / path))


def sha256_of(path: Path) -> str:
    """The SHA-256 of a file in hex."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(HASH_CHUNK_BYTES):
            digest.update(chunk)
    return digest.hexdigest()


def is_being_written(path: Path) -> bool:
    """Whether a living process holds the file open for recording."""
    try:
        with path.open("rb") as file:
            fcntl.flock(file.fileno(), fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    except OSError:
        return False
    return False


def marked_files(root: Path) -> list[str]:
    """The files whose closing row was never confirmed: first to look at after a crash."""
    try:
        names = sorted(entry.name for entry in (root / MARKERS).iterdir())
    except FileNotFoundError:
        return []
    return [path for name in names if (path := marked_path(name)) is not None]


def remove_marker(root: Path, path: str) -> None:
    """The row of this file is complete and durable."""
    (root / MARKERS / marker_name(path)).unlink(missing_ok=True)


def recorded_files(root: Path) -> Iterator[str]:
    """The relative path of every recording on a volume, oldest folder first within a camera."""
    for path, is_ours in all_files(root):
        if is_ours:
            yield path


def strange_files(root: Path) -> Iterator[str]:
    """Files in the folders of cameras that are not named as recordings are."""
    for path, is_ours in all_files(root):
        if not is_ours:
            yield path


def all_files(root: Path) -> Iterator[tuple[str, bool]]:
    """Every file two folders deep below the root, and whether it is named as a recording is."""
    for camera in _folders(root):
        if camera.name in {MARKERS, QUARANTINE}:
            continue
        for day in _folders(camera):
            for entry in sorted(os.scandir(day), key=lambda item: item.name):
                path = f"{camera.name}/{day.name}/{entry.name}"
                yield path, is_recording_path(path)


def _folders(parent: Path) -> list[Path]:
    try:
        with os.scandir(parent) as entries:
            return sorted(Path(entry.path) for entry in entries if entry.is_dir(follow_symlinks=False))
    except FileNotFoundError:
        return []


def quarantine(root: Path, path: str) -> str:
    """Move a file out of the recordings; it is kept under the same path below `quarantine/`."""
    target = root / QUARANTINE / path
    attempt = 0
    while target.exists():
        attempt += 1
        target = root / QUARANTINE / f"{path}.{attempt}"
    target.parent.mkdir(parents=True, exist_ok=True)
    (root / path).rename(target)
    sync_folder(target.parent)
    sync_folder((root / path).parent)
    return str(target.relative_to(root))


def unlink(root: Path, path: str) -> None:
    """Remove a file and make the removal durable; a file that is gone already is no fault."""
    folder = (root / path).parent
    (root / path).unlink(missing_ok=True)
    if folder.is_dir():
        sync_folder(folder)
        _drop_if_empty(folder)


def _drop_if_empty(folder: Path) -> None:
    try:
        folder.rmdir()
    except OSError:
        return
    sync_folder(folder.parent)


def sync_folder(folder: Path) -> None:
    """Make the names in a folder durable."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
