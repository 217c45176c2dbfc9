"""What a live stream or a recorded file really shows: frames, times, and how much the picture changed."""

import io
import json
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import av
import numpy as np
import numpy.typing as npt
from websockets.sync.client import connect
from websockets.typing import Origin

Grey = npt.NDArray[np.float32]


@dataclass(slots=True)
class Watched:
    """What arrived while watching: the announcement, decoded pictures (grey), their media times in seconds."""

    announcement: dict[str, Any] = field(default_factory=dict)
    pictures: list[Grey] = field(default_factory=list)
    times_s: list[float] = field(default_factory=list)
    first_picture_s: float | None = None
    bytes_received: int = 0

    @property
    def advanced_s(self) -> float:
        """By how much the media time advanced."""
        return self.times_s[-1] - self.times_s[0] if self.times_s else 0.0

    @property
    def changed(self) -> float:
        """Mean change of a pixel between the first and the last picture, in grey levels of 255."""
        return difference(self.pictures[0], self.pictures[-1]) if self.pictures else 0.0


def watch(url: str, origin: str, seconds: float, during: Callable[[], None] | None = None) -> Watched:
    """Watch a live stream for `seconds` from its first bytes; `during` runs once after the first third.

    Raises `OSError` or `TimeoutError` when nothing comes, `av.FFmpegError` when it cannot be decoded.
    """
    watched = Watched()
    asked_at = time.monotonic()
    chunks: list[bytes] = []
    with connect(url, origin=Origin(origin), max_size=None, open_timeout=10) as socket:
        began_at: float | None = None
        while began_at is None or time.monotonic() - began_at < seconds:
            message = socket.recv(timeout=15)
            if isinstance(message, str):
                watched.announcement = json.loads(message)
                continue
            chunks.append(message)
            watched.bytes_received += len(message)
            if len(chunks) > 1 and began_at is None:
                began_at = time.monotonic()
                watched.first_picture_s = began_at - asked_at
            if during and began_at and time.monotonic() - began_at > seconds / 3:
                during()
                during = None
    decode(b"".join(chunks), watched)
    return watched


def decode(data: bytes, watched: Watched | None = None) -> Watched:
    """Decode every picture of an fMP4 file or stream; raises `av.FFmpegError` when it is none."""
    watched = watched or Watched()
    with av.open(io.BytesIO(data), mode="r") as container:
        for frame in container.decode(video=0):
            watched.pictures.append(grey(frame))
            watched.times_s.append(float(frame.time or 0.0))
    return watched


def grey(frame: av.VideoFrame) -> Grey:
    """The picture in grey, 160×90, so that noise counts little."""
    small = frame.reformat(width=160, height=90, format="gray")
    return small.to_ndarray().astype(np.float32)


def difference(first: Grey, second: Grey) -> float:
    """Mean absolute difference of two pictures in grey levels."""
    return float(np.abs(first - second).mean())
