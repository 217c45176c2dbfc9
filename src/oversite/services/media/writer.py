"""Files are written by a thread of their own, and made durable by another, so that a slow disk never blocks the loop.

Order of things: bytes are written, the volume is synchronised, and only then does a fact about them leave for the
index. A file is closed in the same way, and its marker goes one synchronisation after its row was confirmed.
"""

import errno
import hashlib
import os
import queue
import threading
import time
from array import array
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import accumulate
from typing import Any

import structlog

from oversite.protocol.fmp4.index import FragmentEntry, build_index
from oversite.services.media.volume import Volume
from oversite.video.recording.layout import RecordingIdentity, SegmentFact

SYNC_SECONDS = 4.0
"""With half a second in the loop's hands, nothing received is more than five seconds from being durable."""
QUEUE_BYTES_MAX = 192 << 20
PARTS_MAX = 512
"""Parts of one `writev`; the kernel takes 1,024."""
FULL_ERRORS = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})

Part = bytes | memoryview
Entry = tuple[int, int, int, bool]
"""A fragment: size in bytes, start and duration in the file's 1/90000 s, whether it begins with a key frame."""

log = structlog.get_logger("media.writer")


@dataclass(slots=True, eq=False)
class OpenFile:
    """A recording that is being written; the loop makes it, the writer fills it in.

    `failed` is set by the writer and read by the loop: whoever records into it opens another.
    """

    identity: RecordingIdentity
    volume: Volume
    path: str = ""
    descriptor: int = -1
    written: int = 0
    media_90k: int = 0
    wall_ms: int = 0
    state: str = "open"
    sha256: str = ""
    failed: str = ""
    head_bytes: int = 0
    starts_90k: "array[int]" = field(default_factory=lambda: array("Q"))
    sizes: "array[int]" = field(default_factory=lambda: array("I"))
    durations_90k: "array[int]" = field(default_factory=lambda: array("I"))
    keys: bytearray = field(default_factory=bytearray)
    digest: Any = field(default_factory=hashlib.sha256)

    def note(self, entries: Sequence[Entry], size_bytes: int) -> None:
        """Remember where the fragments of a chunk lie; what is before the first is the init segment."""
        if not self.sizes:
            self.head_bytes = size_bytes - sum(entry[0] for entry in entries)
        for size, start_90k, duration_90k, is_key in entries:
            self.sizes.append(size)
            self.starts_90k.append(start_90k)
            self.durations_90k.append(duration_90k)
            self.keys.append(is_key)

    def index(self) -> bytes:
        """The boxes that end a whole file."""
        offsets = accumulate(self.sizes, initial=self.head_bytes)
        columns = zip(offsets, self.sizes, self.starts_90k, self.durations_90k, self.keys, strict=False)
        return build_index([FragmentEntry(*values[:4], bool(values[4])) for values in columns])

    def fact(self) -> SegmentFact:
        """What is written; true of the disk only after the next synchronisation."""
        identity = self.identity
        return SegmentFact(
            volume=self.volume.name,
            path=self.path,
            camera_uid=identity.camera_uid,
            gb_id=identity.gb_id,
            stream=identity.stream,
            started_at_us=identity.started_at_us,
            media_90k=self.media_90k,
            wall_ms=self.wall_ms,
            bytes=self.written,
            durable_bytes=self.written,
            state=self.state,
            codec=identity.codec,
            clock_offset_ms=identity.clock_offset_ms,
            sha256=self.sha256,
        )


@dataclass(frozen=True, slots=True)
class Chunk:
    """Whole fragments for one file, in order; `media_90k` and `wall_ms` are the file's after them."""

    file: OpenFile
    parts: Sequence[Part]
    size_bytes: int
    entries: Sequence[Entry]
    media_90k: int
    wall_ms: int
    is_last: bool = False


class Writer:
    """Writes chunks, closes files, synchronises volumes; `on_facts` gets what is durable, from the second thread."""

    def __init__(
        self,
        on_facts: Callable[[list[SegmentFact]], None],
        on_trouble: Callable[[Volume, OSError], None],
        sync_seconds: float = SYNC_SECONDS,
    ) -> None:
        self.queued_bytes = 0
        self.written_bytes = 0
        self.durable_at = time.monotonic()
        self.longest_sync_ms = 0
        self.syncs = 0
        self.errors = 0
        self._on_facts = on_facts
        self._on_trouble = on_trouble
        self._sync_seconds = sync_seconds
        self._queue: queue.SimpleQueue[list[Chunk] | None] = queue.SimpleQueue()
        self._lock = threading.Lock()
        self._dirty: dict[OpenFile, None] = {}
        self._confirmed: list[tuple[Volume, str]] = []
        self._stopping = threading.Event()
        self._threads = [
            threading.Thread(target=self._write_all, name="media-writer", daemon=True),
            threading.Thread(target=self._sync_always, name="media-sync", daemon=True),
        ]

    def start(self) -> None:
        """Start both threads."""
        for thread in self._threads:
            thread.start()

    @property
    def has_room(self) -> bool:
        """Whether the disk keeps up; when not, recorders leave out to the next key frame."""
        return self.queued_bytes < QUEUE_BYTES_MAX

    def submit(self, chunks: list[Chunk]) -> None:
        """Queue whole fragments of any number of files; from the loop only."""
        with self._lock:
            self.queued_bytes += sum(chunk.size_bytes for chunk in chunks)
        self._queue.put(chunks)

    def confirm(self, volume: Volume, paths: Sequence[str]) -> None:
        """The closing rows of these files are committed; their markers go after the next synchronisation."""
        with self._lock:
            self._confirmed += [(volume, path) for path in paths]

    def stop(self) -> None:
        """Write what is queued, synchronise once more, and end."""
        self._queue.put(None)
        self._threads[0].join()
        self._stopping.set()
        self._threads[1].join()

    # The writing thread

    def _write_all(self) -> None:
        while (chunks := self._queue.get()) is not None:
            self.write(chunks)
            with self._lock:
                self.queued_bytes -= sum(chunk.size_bytes for chunk in chunks)

    def write(self, chunks: list[Chunk]) -> None:
        """Write these now; what the writing thread does with all that is submitted."""
        for chunk in chunks:
            if not chunk.file.failed:
                try:
                    self._write(chunk)
                except OSError as error:
                    self._fail(chunk.file, error)

    def _write(self, chunk: Chunk) -> None:
        file = chunk.file
        if file.descriptor < 0:
            file.path, file.descriptor = file.volume.create(file.identity)
        parts, size = chunk.parts, chunk.size_bytes
        if chunk.is_last:
            file.note(chunk.entries, size)
            index = file.index()
            parts, size = [*parts, index], size + len(index)
        for first in range(0, len(parts), PARTS_MAX):
            _write_whole(file.descriptor, parts[first : first + PARTS_MAX])
        update = file.digest.update
        for part in parts:
            update(part)
        if not chunk.is_last:
            file.note(chunk.entries, chunk.size_bytes)
        with self._lock:
            file.written += size
            file.media_90k = chunk.media_90k
            file.wall_ms = chunk.wall_ms
            self.written_bytes += size
            if chunk.is_last:
                file.sha256 = file.digest.hexdigest()
                file.state = "closed"
            self._dirty[file] = None

    def _fail(self, file: OpenFile, error: OSError) -> None:
        """Keep what was written whole, end the file, and say so."""
        self.errors += 1
        file.failed = str(error)
        log.error("a recording cannot be written", camera=file.identity.gb_id, path=file.path, error=str(error))
        if file.descriptor >= 0 and not file.written:
            self._discard(file)
        elif file.descriptor >= 0:
            try:
                os.ftruncate(file.descriptor, file.written)
            except OSError as second:
                log.error("a torn recording could not be cut", path=file.path, error=str(second))
            with self._lock:
                file.sha256 = file.digest.hexdigest()  # parts are hashed after they were written whole
                file.state = "closed"
                self._dirty[file] = None
        self._on_trouble(file.volume, error)

    def _discard(self, file: OpenFile) -> None:
        """Nothing of this file was written: its name would only be a riddle for whoever repairs."""
        os.close(file.descriptor)
        file.descriptor = -1
        (file.volume.root / file.path).unlink(missing_ok=True)
        file.volume.confirm(file.path)

    # The synchronising thread

    def _sync_always(self) -> None:
        due = time.monotonic() + self._sync_seconds
        while not self._stopping.wait(max(due - time.monotonic(), 0.0)):
            due = time.monotonic() + self._sync_seconds
            self.sync()
        self.sync()

    def sync(self) -> None:
        """Make what is written durable, then tell about it."""
        with self._lock:
            dirty = list(self._dirty)
            facts = {file: file.fact() for file in dirty}
            self._dirty.clear()
            confirmed, self._confirmed = self._confirmed, []
        durable: list[SegmentFact] = []
        for volume in {file.volume: None for file in dirty} | {volume: None for volume, _ in confirmed}:
            mine = [file for file in dirty if file.volume is volume]
            if self._sync_volume(volume):
                durable += [facts[file] for file in mine]
                _close_finished(mine, facts)
                for path in [path for owner, path in confirmed if owner is volume]:
                    volume.confirm(path)
            else:
                # what the kernel failed to write back it may have dropped: these files are not to be trusted
                for file in mine:
                    file.failed, file.state = "not synchronised", "damaged"
                with self._lock:
                    self._dirty.update(dict.fromkeys(mine))
                    self._confirmed += [item for item in confirmed if item[0] is volume]
        if durable:
            self._on_facts(durable)

    def _sync_volume(self, volume: Volume) -> bool:
        began = time.monotonic()
        try:
            volume.syncfs()
        except OSError as error:
            self.errors += 1
            log.error("a volume could not be synchronised", volume=volume.name, error=str(error))
            self._on_trouble(volume, error)
            return False
        self.durable_at = time.monotonic()
        self.syncs += 1
        self.longest_sync_ms = max(self.longest_sync_ms, round((self.durable_at - began) * 1000))
        return True


def _write_whole(descriptor: int, parts: Sequence[Part]) -> None:
    written = os.writev(descriptor, parts)
    rest = sum(len(part) for part in parts) - written
    if not rest:
        return
    view = memoryview(b"".join(parts))[written:]
    while view:
        view = view[os.write(descriptor, view) :]


def _close_finished(files: list[OpenFile], facts: dict[OpenFile, SegmentFact]) -> None:
    """Files whose end is durable: their descriptor, and with it their lock, is given back."""
    for file in files:
        if facts[file].state != "open" and file.descriptor >= 0:
            os.close(file.descriptor)
            file.descriptor = -1
