"""Whether a camera really turned: two pictures compared (a device's 200 OK says received, not done)."""

import io
from typing import Any

import av
import numpy as np

WIDTH, HEIGHT = 64, 36
BLOCK = 4
NOTICEABLE = 10.0
"""Mean difference of a block (of 255) from which it counts as changed; noise and coding stay below."""
MOVED_SHARE = 0.35
STILL_SHARE = 0.08


def has_turned(before: bytes, after: bytes) -> bool | None:
    """True where most of the picture changed, false where next to nothing did, none where it cannot be told.

    Both are JPEGs; something that cannot be decoded cannot be told.
    """
    first, second = _grey(before), _grey(after)
    if first is None or second is None:
        return None
    difference = np.abs(first - second)
    blocks = difference.reshape(HEIGHT // BLOCK, BLOCK, WIDTH // BLOCK, BLOCK).mean(axis=(1, 3))
    share = float((blocks > NOTICEABLE).mean())
    if share >= MOVED_SHARE:
        return True
    return False if share <= STILL_SHARE else None


def _grey(jpeg: bytes) -> Any:
    try:
        with av.open(io.BytesIO(jpeg), mode="r", format="mjpeg") as container:
            frame = next(container.decode(video=0))
            grey = frame.reformat(width=WIDTH, height=HEIGHT, format="gray").to_ndarray()
    except (av.FFmpegError, StopIteration, ValueError):
        return None
    return grey.astype(np.float32)
