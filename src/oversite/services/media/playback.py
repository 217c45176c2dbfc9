"""Recordings by byte range: a thread of its own reads the disk and sends, so that no seek ever delays a receiver."""

import mmap
import os
import queue
import select
import socket
import threading
import time
from collections import deque
from collections.abc import Callable
from pathlib import Path

import structlog

from oversite.protocol.fmp4.reader import byte_plan, scan
from oversite.services.media.index import IndexCache, RecordingIndex, UnplayableRecording
from oversite.services.media.loop import Loop
from oversite.services.media.slices import RecordedSlice
from oversite.video.recording.layout import RecordingIdentity

TURN_BYTES = 1 << 20
READ_BYTES = 262_144
STUCK_SECONDS = 30.0
CLIP_BYTES_MAX = 24 << 20

log = structlog.get_logger("media.playback")


class BadRange(Exception):
    """The range asked for lies outside the file."""


def parse_range(text: str, size: int) -> tuple[int, int]:
    """Offset and count of a `Range: bytes=a-b` header; raises `BadRange`. Several ranges are not served."""
    unit, _, span = text.partition("=")
    first, dash, last = span.strip().partition("-")
    if unit.strip() != "bytes" or not dash or not (first + last).isascii() or not (first + last).isdigit():
        raise BadRange(text)
    if not first:
        count = min(int(last), size)
        offset = size - count
    else:
        offset = int(first)
        count = min(int(last), size - 1) - offset + 1 if last else size - offset
    if offset >= size or count <= 0:
        raise BadRange(text)
    return offset, count


class _Sending:
    """One slice on its way."""

    def __init__(self, sock: socket.socket, piece: RecordedSlice, done: Callable[[int, bool], None]) -> None:
        self.sock = sock
        self.piece = piece
        self.done = done
        self.sent = 0
        self.progress_at = time.monotonic()

    def turn(self) -> bool | None:
        """Send what the kernel takes now: true when all is out, false when the peer has gone, none to go on later."""
        budget = TURN_BYTES
        try:
            while budget > 0:
                rest = self.piece.count - self.sent
                if not rest:
                    return True
                sent = self._send(min(rest, READ_BYTES))
                if not sent:
                    return False
                self.sent += sent
                budget -= sent
                self.progress_at = time.monotonic()
        except BlockingIOError:
            return None
        except OSError:
            return False
        return None

    def _send(self, count: int) -> int:
        piece, offset = self.piece, self.piece.offset + self.sent
        if piece.patches:
            return self.sock.send(piece.read(offset, count))
        return os.sendfile(self.sock.fileno(), piece.descriptor, offset, count)


class RecordingServer:
    """Reads indexes and sends slices away from the loop; results come back into it."""

    def __init__(self, loop: Loop) -> None:
        self._loop = loop
        self._cache = IndexCache()
        self._new: deque[_Sending] = deque()
        self._waker = os.eventfd(0, os.EFD_NONBLOCK | os.EFD_CLOEXEC)
        self._jobs: queue.SimpleQueue[Callable[[], None] | None] = queue.SimpleQueue()
        self._is_stopping = False
        self._threads = [
            threading.Thread(target=self._send_all, name="media-playback", daemon=True),
            threading.Thread(target=self._read_all, name="media-index", daemon=True),
        ]

    def start(self) -> None:
        """Start both threads."""
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """End both threads; what is on its way is cut off."""
        self._is_stopping = True
        self._jobs.put(None)
        os.eventfd_write(self._waker, 1)
        for thread in self._threads:
            thread.join()

    def send(self, sock: socket.socket, piece: RecordedSlice, done: Callable[[int, bool], None]) -> None:
        """Send a slice; `done(sent, is_whole)` is called in the loop."""
        self._new.append(_Sending(sock, piece, lambda sent, whole: self._loop.call_soon(lambda: done(sent, whole))))
        os.eventfd_write(self._waker, 1)

    def read_indexes(
        self, paths: list[Path], done: Callable[[list[RecordingIndex | UnplayableRecording]], None]
    ) -> None:
        """Read the indexes of files; `done` is called in the loop, a file that cannot be played gives its reason."""

        def job() -> None:
            found = [self._read(path) for path in paths]
            self._loop.call_soon(lambda: done(found))

        self._jobs.put(job)

    def open_slice(self, path: Path, range_text: str, done: Callable[[RecordedSlice | Exception, int], None]) -> None:
        """Open what a `Range` header asks for; `done(slice or error, file size)` is called in the loop."""

        def job() -> None:
            size = 0
            found: RecordedSlice | Exception
            try:
                size = path.stat().st_size
                offset, count = parse_range(range_text, size) if range_text else (0, size)
                index = self._cache.read(path, offset + count)
                instants_us = index.instants_of(offset, count)
                descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
                found = RecordedSlice(descriptor, offset, count, index.patches, instants_us)
            except (OSError, BadRange, UnplayableRecording) as error:
                found = error
            self._loop.call_soon(lambda: done(found, size))

        self._jobs.put(job)

    def cut(self, path: Path, at_90k: int, done: Callable[[bytes, int], None]) -> None:
        """The clip whose last pictures are those at `at_90k` of a file's time, and its instant (UTC, µs).

        `done` is called in the loop, with no bytes where nothing was recorded there.
        """

        def job() -> None:
            clip, instant_us = b"", 0
            try:
                with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content:
                    found = scan(content)
                    plan = byte_plan(found, at_90k, at_90k + 1)
                    if plan is not None and found.uuid_payload is not None and plan.size_bytes < CLIP_BYTES_MAX:
                        clip = b"".join(content[offset : offset + size] for offset, size in plan.ranges)
                        identity = RecordingIdentity.from_payload(found.uuid_payload)
                        instant_us = identity.started_at_us + at_90k * 100 // 9
            except (OSError, ValueError) as error:
                log.warning("a recording cannot be read", path=str(path), error=str(error))
            self._loop.call_soon(lambda: done(clip, instant_us))

        self._jobs.put(job)

    def _read(self, path: Path) -> RecordingIndex | UnplayableRecording:
        try:
            return self._cache.read(path)
        except UnplayableRecording as error:
            return error

    def _read_all(self) -> None:
        while (job := self._jobs.get()) is not None:
            try:
                job()
            except Exception:  # one odd file must not end the service; the fault stays loud in the log
                log.exception("a recording could not be read")

    def _send_all(self) -> None:
        poll = select.epoll()
        poll.register(self._waker, select.EPOLLIN)
        running: dict[int, _Sending] = {}
        while not self._is_stopping:
            for descriptor, _ in poll.poll(1.0):
                if descriptor != self._waker:
                    self._turn(poll, running, descriptor)
            self._take_new(poll, running)
            self._end_stuck(poll, running)
        poll.close()

    def _take_new(self, poll: select.epoll, running: dict[int, _Sending]) -> None:
        try:
            os.eventfd_read(self._waker)
        except BlockingIOError:
            return
        while self._new:
            sending = self._new.popleft()
            descriptor = sending.sock.fileno()
            running[descriptor] = sending
            poll.register(descriptor, select.EPOLLOUT)

    def _turn(self, poll: select.epoll, running: dict[int, _Sending], descriptor: int) -> None:
        sending = running[descriptor]
        result = sending.turn()
        if result is not None:
            del running[descriptor]
            poll.unregister(descriptor)
            sending.done(sending.sent, result)

    def _end_stuck(self, poll: select.epoll, running: dict[int, _Sending]) -> None:
        now = time.monotonic()
        for descriptor, sending in list(running.items()):
            if now - sending.progress_at > STUCK_SECONDS:
                del running[descriptor]
                poll.unregister(descriptor)
                sending.done(sending.sent, False)
