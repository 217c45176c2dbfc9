"""How soon a live picture is there, how old it is, and whether a wall of them runs without a stall (part 7)."""

import io
import json
import statistics
import threading
import time
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import av
import numpy as np
from websockets.sync.client import connect
from websockets.typing import Origin

from oversite.common import clock
from oversite.project.bench.calibration import calibration
from oversite.project.selftest.installation import installation
from oversite.project.selftest.officer import Officer
from oversite.protocol.fmp4.reader import scan
from oversite.simulator.picture import read_stamp

OFFICER = "customs"
LEAST_CAMERAS = 16
SAMPLES = 6
AGE_SECONDS = 10.0
STALL_SECONDS = 1.0
"""Pictures come every 200 ms; a pause of so long is one that the eye sees."""
SETTLED_SECONDS = 0.5
"""What comes sooner was kept for new viewers: it is older than what they see from then on."""
MAIN, SUB = 0, 1


@dataclass(slots=True)
class Arrivals:
    """What came over one connection: pieces and the instants of their arrival, UTC microseconds."""

    pieces: list[bytes] = field(default_factory=list)
    at_us: list[int] = field(default_factory=list)
    longest_pause_s: float = 0.0
    stalls: int = 0


def run(wall: int, seconds: float) -> dict[str, Any]:
    """Measure on the demonstration; seconds. Raises `OversiteError` when its cameras do not come."""
    with installation() as product:
        officer = Officer.sign_in(product.visitor(), product.accounts[OFFICER])
        officer.await_cameras(LEAST_CAMERAS)
        names = sorted(officer.cameras)
        figures = {
            "cold_s": [_first_picture_s(officer, name) for name in names[:SAMPLES]],
            "warm_s": [_first_picture_s(officer, name) for name in names[:SAMPLES]],
            "glass_to_glass_s": _ages(officer, names[0]),
            "wall": wall,
            "wall_seconds": seconds,
            **_wall(officer, [names[pane % len(names)] for pane in range(wall)], seconds),
        }
    return figures | {"calibration": calibration()}


def _first_picture_s(officer: Officer, camera: str) -> float:
    """From the click to the first picture of a sub-stream: nobody records it, so the device is called only now."""
    began = time.monotonic()
    pieces = _pieces(officer, camera, SUB)
    next(pieces)  # the parameters
    next(pieces)
    return round(time.monotonic() - began, 3)


def _ages(officer: Officer, camera: str) -> dict[str, float]:
    """How old pictures are when they reach the viewer, by the time that the simulated camera stamps into each."""
    arrivals = Arrivals()
    until_us = clock.now_us() + round(AGE_SECONDS * 1e6)
    for piece in _pieces(officer, camera, MAIN):
        arrivals.pieces.append(piece)
        arrivals.at_us.append(clock.now_us())
        if arrivals.at_us[-1] >= until_us:
            break
    ages = sorted(_picture_ages_s(arrivals))
    return {"p50": round(statistics.median(ages), 3), "max": round(ages[-1], 3), "pictures": len(ages)}


def _picture_ages_s(arrivals: Arrivals) -> Iterator[float]:
    data = b"".join(arrivals.pieces)
    ends, total = [], 0
    for piece in arrivals.pieces:
        total += len(piece)
        ends.append(total)
    settled_us = arrivals.at_us[0] + round(SETTLED_SECONDS * 1e6)
    fragments = scan(data).fragments
    starts_90k = [fragment.start_90k for fragment in fragments]
    with av.open(io.BytesIO(data), mode="r") as container:
        base = container.streams.video[0].time_base
        for frame in container.decode(video=0):
            if frame.pts is None or base is None:
                continue
            at_90k = round(frame.pts * base * 90_000)
            fragment = fragments[max(bisect_left(starts_90k, at_90k + 1) - 1, 0)]
            arrived_us = arrivals.at_us[bisect_left(ends, fragment.offset + fragment.size)]
            if arrived_us > settled_us:
                yield arrived_us / 1e6 - read_stamp(frame.to_ndarray(format="gray").astype(np.uint8, copy=False)) / 1000


def _wall(officer: Officer, cameras: list[str], seconds: float) -> dict[str, Any]:
    """Every pane watched at once for `seconds`; what stood still, and for how long at most."""
    panes = [Arrivals() for _ in cameras]
    threads = [
        threading.Thread(target=_watch, args=(officer, camera, seconds, pane))
        for camera, pane in zip(cameras, panes, strict=True)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return {
        "wall_stalls": sum(pane.stalls for pane in panes),
        "wall_longest_pause_s": round(max((pane.longest_pause_s for pane in panes), default=0.0), 2),
        "wall_pieces": sum(len(pane.at_us) for pane in panes),
    }


def _watch(officer: Officer, camera: str, seconds: float, pane: Arrivals) -> None:
    until_us = clock.now_us() + round(seconds * 1e6)
    for _ in _pieces(officer, camera, MAIN):
        pane.at_us.append(clock.now_us())
        if len(pane.at_us) > 2:
            pause_s = (pane.at_us[-1] - pane.at_us[-2]) / 1e6
            pane.longest_pause_s = max(pane.longest_pause_s, pause_s)
            pane.stalls += pause_s > STALL_SECONDS
        if pane.at_us[-1] >= until_us:
            return
    pane.stalls += 1  # the connection ended before its time


def _pieces(officer: Officer, camera: str, stream: int) -> Iterator[bytes]:
    """What the product sends of a live picture: the parameters first, then one fragment after the other."""
    opened = officer.open_live(camera, stream=stream)
    with connect(opened["url"], origin=Origin(officer.visitor.origin), max_size=None, open_timeout=10) as socket:
        for message in socket:
            if isinstance(message, bytes):
                yield message


def show(figures: dict[str, Any], *, as_line: bool) -> None:
    """Print them."""
    print(json.dumps(figures, indent=None if as_line else 2))
