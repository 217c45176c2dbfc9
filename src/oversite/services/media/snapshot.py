"""Snapshots: a thread feeds clips to the decoding process and brings JPEGs back into the loop."""

import os
import queue
import select
import struct
import subprocess
import sys
import threading
from collections.abc import Callable
from typing import IO

import structlog

from oversite.services.media.loop import Loop

QUESTION = struct.Struct(">IQ")
ANSWER = struct.Struct(">I")
"""As `decoder` has them; it is not imported, because this process shall hold no decoder."""
NEWEST = 0xFFFFFFFFFFFFFFFF
WAITING_MAX = 32
DECODE_SECONDS = 10.0
JPEG_BYTES_MAX = 64 << 20

log = structlog.get_logger("media.snapshot")

Done = Callable[[bytes], None]


class SnapshotTaker:
    """Turns the running GOP of a stream into a JPEG of its newest picture; starts the decoder at first use."""

    def __init__(self, loop: Loop) -> None:
        self.failures = 0
        self._loop = loop
        self._jobs: queue.Queue[tuple[bytes, int, Done] | None] = queue.Queue(WAITING_MAX)
        self._child: subprocess.Popen[bytes] | None = None
        self._thread = threading.Thread(target=self._work, name="media-snapshot", daemon=True)

    def start(self) -> None:
        """Start the thread."""
        self._thread.start()

    def stop(self) -> None:
        """End thread and decoder; snapshots that still wait are not taken."""
        self._jobs.put(None)
        self._thread.join()

    def take(self, clip: bytes, done: Done, until_90k: int = NEWEST) -> bool:
        """Decode the last picture of a clip that is not shown after `until_90k` of its time.

        `done(jpeg)` is called in the loop, with no bytes where it failed. False when busy.
        """
        try:
            self._jobs.put_nowait((clip, until_90k, done))
        except queue.Full:
            return False
        return True

    def _work(self) -> None:
        while (job := self._jobs.get()) is not None:
            clip, until_90k, done = job
            picture = self._picture(clip, until_90k)
            self._loop.call_soon(lambda done=done, picture=picture: done(picture))  # type: ignore[misc]
        self._end_child()

    def _picture(self, clip: bytes, until_90k: int) -> bytes:
        try:
            source, target = self._pipes()
            _write(source, QUESTION.pack(len(clip), until_90k) + clip)
            (size,) = ANSWER.unpack(_read(target, ANSWER.size))
            if size > JPEG_BYTES_MAX:
                raise OSError("the decoder answers nonsense")
            picture = _read(target, size)
        except OSError as error:
            log.warning("the decoder failed and is started anew", error=str(error))
            self.failures += 1
            self._end_child()
            return b""
        self.failures += not picture
        return picture

    def _pipes(self) -> tuple[IO[bytes], IO[bytes]]:
        if self._child is None or self._child.poll() is not None:
            self._end_child()
            command = [sys.executable, "-m", "oversite.services.media.decoder"]
            self._child = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, bufsize=0)
        if self._child.stdin is None or self._child.stdout is None:
            raise OSError("the decoder has no pipes")
        return self._child.stdin, self._child.stdout

    def _end_child(self) -> None:
        child, self._child = self._child, None
        if child is None:
            return
        child.kill()
        child.wait()
        for pipe in (child.stdin, child.stdout):
            if pipe is not None:
                pipe.close()


def _write(target: IO[bytes], data: bytes) -> None:
    """All of `data`; raises `OSError` when it is not taken in time."""
    os.set_blocking(target.fileno(), False)
    view = memoryview(data)
    while view:
        if not select.select([], [target], [], DECODE_SECONDS)[1]:
            raise TimeoutError("the decoder takes too long")
        view = view[os.write(target.fileno(), view) :]


def _read(source: IO[bytes], count: int) -> bytes:
    """Exactly `count` bytes; raises `OSError` when they do not come in time."""
    data = bytearray()
    while len(data) < count:
        if not select.select([source], [], [], DECODE_SECONDS)[0]:
            raise TimeoutError("the decoder takes too long")
        part = source.read(count - len(data))
        if not part:
            raise BrokenPipeError("the decoder has ended")
        data += part
    return bytes(data)
