"""Live streams: one encoder per channel and stream, shared by all who watch it, idle while nobody does."""

from __future__ import annotations

import asyncio
import time
from concurrent.futures import Executor

from oversite.simulator.channel import Channel, PictureSequence
from oversite.simulator.encoder import FRAMES_PER_S
from oversite.simulator.frames import Frame, FrameMaker, Sink

_TICK_90K = 90_000 // FRAMES_PER_S


class LiveStream:
    """Pushes frames to its sinks, 15 pictures a second."""

    def __init__(self, channel: Channel, stream_number: int, pool: Executor) -> None:
        self._channel = channel
        self._stream_number = stream_number
        self._pool = pool
        self._sinks: list[Sink] = []
        self._wants_key = False
        self._task: asyncio.Task[None] | None = None
        self.pictures = 0

    @property
    def is_running(self) -> bool:
        return self._task is not None

    def attach(self, sink: Sink, *, with_key: bool = True) -> None:
        """Begin to push frames to a sink, with a key frame first unless that is not wanted."""
        self._sinks.append(sink)
        self._wants_key |= with_key
        if self._task is None:
            self._task = asyncio.create_task(self._run())

    def detach(self, sink: Sink) -> None:
        """No more frames for this sink. The encoder stops with its last one."""
        if sink in self._sinks:
            self._sinks.remove(sink)
        if not self._sinks:
            self.stop()

    def request_key(self) -> None:
        """Make the next picture a key frame."""
        self._wants_key = True

    def stop(self) -> None:
        """Stop for everybody."""
        self._sinks.clear()
        if self._task is not None:
            self._task.cancel()
            self._task = None

    async def _run(self) -> None:
        loop = asyncio.get_running_loop()
        sequence = await loop.run_in_executor(self._pool, self._channel.sequence, self._stream_number)
        kind = self._channel.kind
        maker = FrameMaker(kind.codec, has_audio=kind.has_audio, faults=self._channel.faults)
        started, tick = time.monotonic(), 0
        while True:
            is_key, self._wants_key = self._wants_key, False
            frames = await loop.run_in_executor(self._pool, self._make, sequence, maker, tick, is_key)
            self.pictures += 1
            for frame in frames:
                for sink in tuple(self._sinks):
                    sink(frame)
            # Pictures that could not be made in time are left out.
            tick = max(tick + 1, int((time.monotonic() - started) * FRAMES_PER_S))
            await asyncio.sleep(max(started + tick / FRAMES_PER_S - time.monotonic(), 0))

    def _make(self, sequence: PictureSequence, maker: FrameMaker, tick: int, is_key: bool) -> list[Frame]:
        units = sequence.units(self._channel.clock.seconds(), tick * _TICK_90K + 90_000, is_key=is_key)
        return [frame for unit in units for frame in maker.frames(unit)]
