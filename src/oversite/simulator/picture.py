"""Pictures of a scene through a pan-tilt head: cropped, drawn over, lettered, stamped with their time."""

from __future__ import annotations

from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

import numpy as np
from numpy.typing import NDArray

from oversite.protocol.gb28181.clock import format_time
from oversite.protocol.gb28181.osd import OsdSettings
from oversite.simulator.han import write_line
from oversite.simulator.lettering import text_points, write
from oversite.simulator.misbehaviour import Misbehaviour
from oversite.simulator.ptz_head import PAN_DEGREES, TILT_DEGREES, Pose
from oversite.simulator.scene import HEIGHT, WIDTH, Scene

Plane = NDArray[np.uint8]

_VIEW_WIDTH: Final = 960
_VIEW_HEIGHT: Final = 540
_STAMP_BITS: Final = 48
_TEXT_ROWS: Final = 18
"""A line of set text takes this part of the picture's height."""


@dataclass(frozen=True, slots=True)
class Size:
    """Width and height in points; both even, 16:9."""

    width: int
    height: int


MAIN: Final = Size(640, 360)
SUB: Final = Size(320, 180)


class Painter:
    """Paints the pictures of one camera in one size as arrays of `height * 3 / 2` rows, YUV 4:2:0."""

    def __init__(self, scene: Scene, size: Size, title: str) -> None:
        self._scene = scene
        self._size = size
        self._title = title
        self._pose: Pose | None = None
        self._still: Plane = np.empty((size.height * 3 // 2, size.width), np.uint8)
        self._frozen: Plane | None = None

    def paint(
        self,
        pose: Pose,
        at: float,
        faults: AbstractSet[Misbehaviour] = frozenset(),
        *,
        is_wiping: bool = False,
        screen: OsdSettings | None = None,
    ) -> Plane:
        """The picture at an instant in seconds since 1970; `screen` is the text that somebody has set."""
        if Misbehaviour.FROZEN in faults and self._frozen is not None:
            return self._frozen
        picture = self._view(pose).copy()
        luma = picture[: self._size.height]
        if Misbehaviour.BLACK in faults:
            luma[:] = 16
            picture[self._size.height :] = 128
            return picture
        self._draw_things(picture, pose, at)
        if is_wiping:
            column = int(abs(at % 2 - 1) * (self._size.width - 20))
            luma[:, column : column + 12] = 30
        if Misbehaviour.BLURRED in faults:
            _blur(luma)
        if Misbehaviour.COVERED in faults:
            luma[:] = 40
            picture[self._size.height :] = 128
        self._letter(luma, pose, at) if screen is None else self._letter_set(luma, screen, at)
        stamp(luma, round(at * 1000))
        self._frozen = picture if Misbehaviour.FROZEN in faults else None
        return picture

    def _view(self, pose: Pose) -> Plane:
        """The scene without what moves; kept while the head stands still."""
        if pose != self._pose:
            self._pose = pose
            left, top, step = _window(pose, self._size)
            rows = (top + np.arange(self._size.height) * step).astype(np.intp).clip(0, HEIGHT - 1)
            columns = (left + np.arange(self._size.width) * step).astype(np.intp).clip(0, WIDTH - 1)
            luma, blue, red = _planes(self._still, self._size)
            luma[:] = self._scene.luma.take(rows, 0).take(columns, 1)
            blue[:] = self._scene.blue.take(rows[::2] // 2, 0).take(columns[::2] // 2, 1)
            red[:] = self._scene.red.take(rows[::2] // 2, 0).take(columns[::2] // 2, 1)
        return self._still

    def _draw_things(self, picture: Plane, pose: Pose, at: float) -> None:
        left, top, step = _window(pose, self._size)
        luma, blue, red = _planes(picture, self._size)
        for thing in self._scene.things_at(at):
            begin_x, end_x = (round((thing.x + side * thing.width / 2 - left) / step) for side in (-1, 1))
            begin_y, end_y = (round((thing.y + side * thing.height / 2 - top) / step) for side in (-1, 1))
            if end_x <= 0 or end_y <= 0:
                continue
            begin_x, begin_y = max(begin_x, 0), max(begin_y, 0)
            luma[begin_y:end_y, begin_x:end_x] = thing.luma
            blue[begin_y // 2 : end_y // 2, begin_x // 2 : end_x // 2] = thing.blue
            red[begin_y // 2 : end_y // 2, begin_x // 2 : end_x // 2] = thing.red

    def _letter(self, luma: Plane, pose: Pose, at: float) -> None:
        scale = 2 if self._size.width >= 640 else 1
        edge = 6 * scale
        clock = format_time(datetime.fromtimestamp(at, UTC)).replace("T", " ")
        write(luma, self._title, row=edge, column=edge, scale=scale)
        column = self._size.width - text_points(clock, scale).shape[1] - edge
        write(luma, clock, row=edge, column=column, scale=scale)
        where = f"P{pose.pan:+04.0f} T{pose.tilt:+04.0f} Z{pose.zoom:.1f}"
        write(luma, where, row=self._size.height - 30 * scale // 2 - edge, column=edge, scale=scale)

    def _letter_set(self, luma: Plane, screen: OsdSettings, at: float) -> None:
        """Time and text as they were set, each where its place in the window lies in the picture."""
        across, down = self._size.width / max(screen.length, 1), self._size.height / max(screen.width, 1)
        size = max(8, self._size.height // _TEXT_ROWS)
        if screen.shows_time:
            clock = format_time(datetime.fromtimestamp(at, UTC)).replace("T", " ")[:19]
            row, column = round(screen.time_y * down), round(screen.time_x * across)
            write_line(luma, clock, row=row, column=column, size=size)
        for line in screen.lines if screen.shows_text else ():
            row = round(line.y * down)
            if row > self._size.height // 2:
                row -= self._size.width // 64  # the lowest rows hold the stamp
            write_line(luma, line.text, row=row, column=round(line.x * across), size=size)


def stamp(luma: Plane, at_ms: int) -> None:
    """Write a time into the lowest rows as 48 dark and bright blocks, so that a program can read it back."""
    block = luma.shape[1] // 64
    bits = np.array([at_ms >> (_STAMP_BITS - 1 - place) & 1 for place in range(_STAMP_BITS)], np.uint8)
    luma[-block:] = 16
    luma[-block:, : _STAMP_BITS * block] = (bits * np.uint8(200) + np.uint8(24)).repeat(block)


def read_stamp(luma: Plane) -> int:
    """Milliseconds since 1970 that were stamped into a picture, by the clock of its device."""
    block = luma.shape[1] // 64
    strip = luma[-block + 1 : -1, : _STAMP_BITS * block].astype(np.float32)
    means = strip.reshape(strip.shape[0], _STAMP_BITS, block)[:, :, 1:-1].mean(axis=(0, 2))
    value = 0
    for is_set in means > 124:
        value = value << 1 | int(is_set)
    return value


def _window(pose: Pose, size: Size) -> tuple[float, float, float]:
    """Left, top and step of the view in scene points."""
    width, height = _VIEW_WIDTH / pose.zoom, _VIEW_HEIGHT / pose.zoom
    x = WIDTH / 2 + pose.pan / PAN_DEGREES * (WIDTH - _VIEW_WIDTH) / 2
    y = HEIGHT / 2 + 80 - pose.tilt / TILT_DEGREES * (HEIGHT - _VIEW_HEIGHT) / 2
    return x - width / 2, y - height / 2, width / size.width


def _planes(picture: Plane, size: Size) -> tuple[Plane, Plane, Plane]:
    height, width = size.height, size.width
    blue = picture[height : height * 5 // 4].reshape(height // 2, width // 2)
    red = picture[height * 5 // 4 :].reshape(height // 2, width // 2)
    return picture[:height], blue, red


def _blur(luma: Plane) -> None:
    wide = luma.astype(np.float32)
    for axis in (0, 1, 0, 1):
        wide = np.mean([np.roll(wide, shift, axis) for shift in range(-4, 5)], axis=0, dtype=np.float32)
    luma[:] = wide.astype(np.uint8)
