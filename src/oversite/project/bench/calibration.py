"""What one core of this machine does with plain Python and with memory: two figures that any reader can repeat."""

import time
from collections.abc import Callable


def calibration() -> dict[str, float]:
    """`python_ms`: a fixed loop of integer work; `copy_ms`: 256 MiB copied in pieces of 1 MiB. Best of three."""
    return {"python_ms": round(_best(_count) * 1000, 1), "copy_ms": round(_best(_copy) * 1000, 1)}


def _best(work: Callable[[], None]) -> float:
    taken = []
    for _ in range(3):
        began = time.perf_counter()
        work()
        taken.append(time.perf_counter() - began)
    return min(taken)


def _count() -> None:
    total = 0
    for number in range(2_000_000):
        total += number & 7


def _copy() -> None:
    piece = bytes(1 << 20)
    target = bytearray(1 << 20)
    for _ in range(256):
        target[:] = piece
