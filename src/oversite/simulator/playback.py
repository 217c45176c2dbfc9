"""Playback and download of what a channel has recorded, steered by MANSRTSP.

Time stamps run on evenly, one picture's length per picture, whatever the speed: devices send faster and do not
scale them (quirk 26). Over a gap in the recording they jump by its length.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from concurrent.futures import Executor
from typing import Final

from oversite.protocol.gb28181.mansrtsp import Method, PlaybackRequest
from oversite.simulator.channel import Channel, PictureSequence
from oversite.simulator.encoder import FRAMES_PER_S
from oversite.simulator.frames import Frame, FrameMaker, Sink

_TICK_90K: Final = 90_000 // FRAMES_PER_S
_TICK_S: Final = 1 / FRAMES_PER_S
_REVERSE_STEP_S: Final = 1.0
_BATCH: Final = 15
SPEED_MAX: Final = 32.0
DOWNLOAD_MAX_S: Final = 30.0


class Playback:
    """One playback. Times are seconds since 1970; `ended` is called once, when all has been sent."""

    def __init__(
        self,
        channel: Channel,
        stream_number: int,
        *,
        begin: float,
        end: float,
        sink: Sink,
        ended: Callable[[], Awaitable[None]],
        pool: Executor,
        speed: float = 1.0,
    ) -> None:
        self._channel = channel
        self._stream_number = stream_number
        self._begin, self._end = begin, end
        self._sink = sink
        self._ended = ended
        self._pool = pool
        self._position_s = 0.0
        self._timestamp_90k = 90_000
        self._jumped = True
        self._going = asyncio.Event()
        self._going.set()
        self._task: asyncio.Task[None] | None = None
        self.scale = speed

    @property
    def position_s(self) -> float:
        """Seconds from the start of what was asked for to the next picture."""
        return self._position_s

    @property
    def next_timestamp_90k(self) -> int:
        """The time stamp of the next picture."""
        return self._timestamp_90k

    @property
    def is_paused(self) -> bool:
        return not self._going.is_set()

    def start(self) -> None:
        """Begin to send."""
        self._task = asyncio.create_task(self._run())

    def stop(self) -> None:
        """Send nothing more."""
        if self._task is not None:
            self._task.cancel()
            self._task = None

    def control(self, request: PlaybackRequest, *, is_deaf_to_speed: bool = False) -> None:
        """Carry out one request."""
        if request.method is Method.PAUSE:
            self._going.clear()
        elif request.method is Method.TEARDOWN:
            self.stop()
        else:
            if request.position_s is not None:
                self._position_s = min(request.position_s, self._end - self._begin)
                self._jumped = True
            if request.scale is not None and not is_deaf_to_speed:
                self._jumped |= (request.scale < 0) != (self.scale < 0)
                self.scale = max(-SPEED_MAX, min(SPEED_MAX, request.scale))
            self._going.set()

    async def _run(self) -> None:
        loop = asyncio.get_running_loop()
        sequence = await loop.run_in_executor(self._pool, self._open)
        kind = self._channel.kind
        maker = FrameMaker(kind.codec, has_audio=kind.has_audio, faults=self._channel.faults)
        due = loop.time()
        while True:
            if not self._going.is_set():
                await self._going.wait()
                due = loop.time()
            at = self._next_instant()
            if at is None:
                break
            for frame in await loop.run_in_executor(self._pool, self._make, sequence, maker, at):
                self._sink(frame)
            step_s = self._advance()
            due = max(due + step_s, loop.time() - 1.0)
            await asyncio.sleep(max(due - loop.time(), 0))
        self._task = None
        await self._ended()

    def _open(self) -> PictureSequence:
        return self._channel.sequence(self._stream_number, from_archive=True)

    def _next_instant(self) -> float | None:
        at = self._begin + self._position_s
        recorded = self._channel.archive.next_recorded(at, self._channel.clock.seconds())
        if recorded is None or recorded >= self._end or self._position_s < 0:
            return None
        if recorded > at:
            self._timestamp_90k += round((recorded - at) * 90_000)
            self._position_s = recorded - self._begin
            self._jumped = True
        return recorded

    def _make(self, sequence: PictureSequence, maker: FrameMaker, at: float) -> list[Frame]:
        is_key, self._jumped = self._jumped or self.scale < 0, False
        units = sequence.units(at, self._timestamp_90k, is_key=is_key, is_silent=self.scale != 1)
        return [frame for unit in units for frame in maker.frames(unit)]

    def _advance(self) -> float:
        """Go on by one picture; returns how long that takes in real seconds."""
        if self.scale < 0:
            self._position_s -= _REVERSE_STEP_S
            self._timestamp_90k += round(_REVERSE_STEP_S * 90_000)
            return _REVERSE_STEP_S / -self.scale
        self._position_s += _TICK_S
        self._timestamp_90k += _TICK_90K
        return _TICK_S / self.scale


class Download(Playback):
    """A download: everything is made first, so that its size can be told, then sent at a multiple of the speed."""

    def __init__(self, *arguments: object, **named: object) -> None:
        super().__init__(*arguments, **named)  # type: ignore[arg-type]
        self._frames: list[list[Frame]] = []

    async def prepare(self) -> int | None:
        """Make it; returns its size in bytes, None when it is too long to be told beforehand."""
        if self._end - self._begin > DOWNLOAD_MAX_S:
            return None
        loop = asyncio.get_running_loop()
        sequence = await loop.run_in_executor(self._pool, self._open)
        kind = self._channel.kind
        maker = FrameMaker(kind.codec, has_audio=kind.has_audio, faults=self._channel.faults)
        while await loop.run_in_executor(self._pool, self._make_some, sequence, maker):
            pass
        self._position_s, self._timestamp_90k = 0.0, 90_000
        return sum(len(frame.data) for frames in self._frames for frame in frames)

    def _make_some(self, sequence: PictureSequence, maker: FrameMaker) -> bool:
        for _ in range(_BATCH):
            at = self._next_instant()
            if at is None:
                return False
            self._frames.append(self._make(sequence, maker, at))
            self._position_s += _TICK_S
            self._timestamp_90k += _TICK_90K
        return True

    async def _run(self) -> None:
        if not self._frames:
            await super()._run()
            return
        loop = asyncio.get_running_loop()
        due = loop.time()
        for frames in self._frames:
            await self._going.wait()
            for frame in frames:
                self._sink(frame)
            due = max(due + self._advance(), loop.time() - 1.0)
            await asyncio.sleep(max(due - loop.time(), 0))
        self._task = None
        await self._ended()
