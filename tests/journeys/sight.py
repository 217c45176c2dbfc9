"""What a person sees in a pane: whether its picture runs, how much it changes, which instant the camera stamped."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import numpy as np

from oversite.simulator.picture import read_stamp

WITHIN_MS = 25_000
PLAYING = "count => document.querySelectorAll('.ov-pane-live[data-stage=playing]').length >= count"
ADVANCED = "([video, start]) => video.currentTime > start"
GREY = """
    const grey = (video, width, height) => {
      const canvas = document.createElement("canvas");
      [canvas.width, canvas.height] = [width, height];
      const context = canvas.getContext("2d", { willReadFrequently: true });
      context.drawImage(video, 0, 0, width, height);
      const { data } = context.getImageData(0, 0, width, height);
      return Array.from({ length: width * height }, (_, n) => Math.round((data[n*4] + data[n*4+1] + data[n*4+2]) / 3));
    };
"""
LOOK = f"(video) => {{ {GREY} return grey(video, 64, 36); }}"
CHANGED = f"""([video, before, least]) => {{ {GREY}
    const now = grey(video, 64, 36);
    return now.reduce((sum, value, n) => sum + Math.abs(value - before[n]), 0) / now.length > least;
}}"""
STRIP = f"""(video) => {{ {GREY}
    const [width, height] = [video.videoWidth, video.videoHeight];
    const rows = Math.floor(width / 64);
    return {{ width, rows, values: grey(video, width, height).slice(width * (height - rows)) }};
}}"""

MOVES = 0.4
"""Grey levels: a running clock and what drives past change a picture by more than this."""
TURNS = 6.0
"""Grey levels: a turned camera changes a picture by more than this."""


def pane_of(page: Any, camera: str) -> Any:
    """The pane that shows a camera."""
    return page.locator(".ov-cell", has_text=camera)


def runs(page: Any, pane: Any) -> None:
    """The video's time goes on by a second, and its pixels are others than before; fails after a while."""
    video = pane.locator("video").element_handle()
    page.wait_for_function("video => video.readyState >= 2 && video.videoWidth > 0", arg=video, timeout=WITHIN_MS)
    before = video.evaluate(LOOK)
    assert max(before) - min(before) > 30, "the picture is blank"
    start = video.evaluate("video => video.currentTime")
    page.wait_for_function(ADVANCED, arg=[video, start + 1], timeout=WITHIN_MS)
    page.wait_for_function(CHANGED, arg=[video, before, MOVES], timeout=WITHIN_MS)


def turns(page: Any, pane: Any, during: Callable[[], None]) -> None:
    """What `during` begins turns the picture away; fails after a while."""
    video = pane.locator("video").element_handle()
    before = video.evaluate(LOOK)
    during()
    page.wait_for_function(CHANGED, arg=[video, before, TURNS], timeout=WITHIN_MS)


def stamped(pane: Any) -> datetime:
    """The instant that the simulated camera wrote into the picture that is shown, by its own clock."""
    strip = pane.locator("video").evaluate(STRIP)
    luma = np.array(strip["values"], dtype=np.uint8).reshape(strip["rows"], strip["width"])
    return datetime.fromtimestamp(read_stamp(luma) / 1000, UTC)
