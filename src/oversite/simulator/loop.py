"""Prebuilt streams for load: one clip in memory, sent over and over to many receivers for next to nothing.

A clip holds program stream frames cut into payloads. Each receiver gets them with its own SSRC, sequence and time;
only the first payload of a frame, where the program stream keeps its own times, is copied and written anew.
"""

from __future__ import annotations

import asyncio
import struct
import time
from collections.abc import Sequence
from dataclasses import dataclass
from heapq import heappop, heappush
from itertools import count
from typing import Final

from oversite.simulator.frames import PAYLOAD_PS, Frame
from oversite.simulator.media_path import MediaPath, TcpPath, UdpPath

PAYLOAD_BYTES: Final = 1388
TICK_S: Final = 0.005
_HEADER = struct.Struct(">BBHII")
_FRAMED_HEADER = struct.Struct(">HBBHII")
_PACK_TIME_AT: Final = 4
_SCR_LEAD_90K: Final = 3600


@dataclass(frozen=True, slots=True)
class LoopFrame:
    """One frame of a clip: when it comes (90 kHz from the clip's start), its payloads, and where its PTS stands."""

    offset_90k: int
    payloads: tuple[bytes, ...]
    pts_at: int

    @classmethod
    def cut(cls, frame: Frame, base_90k: int) -> LoopFrame:
        """A frame of the program stream cut into payloads."""
        data = frame.data
        begin = max(data.find(b"\x00\x00\x01\xe0", 0, 400), data.find(b"\x00\x00\x01\xc0", 0, 400))
        payloads = tuple(data[at : at + PAYLOAD_BYTES] for at in range(0, len(data), PAYLOAD_BYTES))
        return cls(frame.timestamp_90k - base_90k, payloads, begin + 9)

    def first_payload(self, timestamp_90k: int) -> bytearray:
        """The first payload with the times of this round."""
        payload = bytearray(self.payloads[0])
        payload[_PACK_TIME_AT : _PACK_TIME_AT + 6] = _pack_time(timestamp_90k - _SCR_LEAD_90K)
        payload[self.pts_at : self.pts_at + 5] = _pes_time(timestamp_90k)
        return payload


@dataclass(frozen=True, slots=True)
class Clip:
    """Frames that begin with a key frame, and the length of one round."""

    frames: tuple[LoopFrame, ...]
    length_90k: int

    @classmethod
    def of(cls, frames: Sequence[Frame], length_90k: int) -> Clip:
        """Cut frames into a clip."""
        base_90k = frames[0].timestamp_90k
        return cls(tuple(LoopFrame.cut(frame, base_90k) for frame in frames), length_90k)


class LoopRun:
    """A clip on its way to one receiver."""

    def __init__(self, clip: Clip, path: MediaPath, ssrc: int, started: float, first_sequence: int) -> None:
        self._clip = clip
        self._path = path
        self._ssrc = ssrc
        self._started = started
        self._sequence = first_sequence
        self._next = 0
        self._round_90k = _SCR_LEAD_90K
        self._is_stopped = False

    def stop(self) -> None:
        """Send nothing more."""
        self._is_stopped = True

    @property
    def due(self) -> float | None:
        """When the next frame goes out on the monotonic clock; None when stopped."""
        if self._is_stopped:
            return None
        frame = self._clip.frames[self._next]
        return self._started + (self._round_90k - _SCR_LEAD_90K + frame.offset_90k) / 90_000

    def send_next(self) -> None:
        """Send the frame that is due."""
        frame = self._clip.frames[self._next]
        timestamp_90k = self._round_90k + frame.offset_90k
        if isinstance(self._path, UdpPath):
            self._send_datagrams(self._path, frame, timestamp_90k)
        elif isinstance(self._path, TcpPath):
            self._send_framed(self._path, frame, timestamp_90k)
        self._next += 1
        if self._next == len(self._clip.frames):
            self._next = 0
            self._round_90k += self._clip.length_90k

    def _send_datagrams(self, path: UdpPath, frame: LoopFrame, timestamp_90k: int) -> None:
        send = path.socket.sendmsg
        payloads = frame.payloads
        last = len(payloads) - 1
        payload: bytes | bytearray = frame.first_payload(timestamp_90k)
        for number in range(last + 1):
            kind = PAYLOAD_PS | 0x80 if number == last else PAYLOAD_PS
            head = _HEADER.pack(0x80, kind, self._sequence, timestamp_90k & 0xFFFFFFFF, self._ssrc)
            self._sequence = self._sequence + 1 & 0xFFFF
            try:
                send((head, payload if number == 0 else payloads[number]))
                path.sent += 1
            except OSError:
                path.dropped += 1

    def _send_framed(self, path: TcpPath, frame: LoopFrame, timestamp_90k: int) -> None:
        pieces: list[bytes | bytearray] = []
        last = len(frame.payloads) - 1
        for number, payload in enumerate(frame.payloads):
            kind = PAYLOAD_PS | 0x80 if number == last else PAYLOAD_PS
            stamp = timestamp_90k & 0xFFFFFFFF
            pieces.append(_FRAMED_HEADER.pack(12 + len(payload), 0x80, kind, self._sequence, stamp, self._ssrc))
            pieces.append(payload if number else frame.first_payload(timestamp_90k))
            self._sequence = self._sequence + 1 & 0xFFFF
        path.send_framed(b"".join(pieces))


class LoopPacer:
    """Sends all runs of a fleet from one task that wakes every five milliseconds while there is something to send."""

    def __init__(self) -> None:
        self._heap: list[tuple[float, int, LoopRun]] = []
        self._order = count()
        self._task: asyncio.Task[None] | None = None

    def start(self, clip: Clip, path: MediaPath, ssrc: int) -> LoopRun:
        """Begin to send a clip."""
        run = LoopRun(clip, path, ssrc, time.monotonic(), ssrc & 0x7FFF)
        heappush(self._heap, (time.monotonic(), next(self._order), run))
        if self._task is None:
            self._task = asyncio.create_task(self._run())
        return run

    def stop(self) -> None:
        """Stop all of them."""
        self._heap.clear()
        if self._task is not None:
            self._task.cancel()
            self._task = None

    async def _run(self) -> None:
        while self._heap:
            now = time.monotonic()
            while self._heap and self._heap[0][0] <= now:
                _, order, run = heappop(self._heap)
                due = run.due
                if due is None:
                    continue
                while due is not None and due <= now:
                    run.send_next()
                    due = run.due
                if due is not None:
                    heappush(self._heap, (due, order, run))
            await asyncio.sleep(TICK_S)
        self._task = None


def _pack_time(scr_90k: int) -> bytes:
    """SCR of a pack header (ISO/IEC 13818-1, 2.5.3.3), extension 0."""
    scr = scr_90k & 0x1FFFFFFFF
    value = 0b01 << 46 | scr >> 30 << 43 | 1 << 42 | (scr >> 15 & 0x7FFF) << 27 | 1 << 26 | (scr & 0x7FFF) << 11
    return (value | 1 << 10 | 1).to_bytes(6, "big")


def _pes_time(pts_90k: int) -> bytes:
    """PTS of a PES header without DTS (ISO/IEC 13818-1, 2.4.3.6)."""
    pts = pts_90k & 0x1FFFFFFFF
    value = 0b0010 << 36 | pts >> 30 << 33 | 1 << 32 | (pts >> 15 & 0x7FFF) << 17 | 1 << 16 | (pts & 0x7FFF) << 1 | 1
    return value.to_bytes(5, "big")
