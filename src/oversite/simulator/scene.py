"""The world before a simulated camera: a yard with buildings, a road and things that move, far wider than one view."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from oversite.simulator.lettering import write

Plane = NDArray[np.uint8]

WIDTH: Final = 1920
HEIGHT: Final = 1080
_ROAD_ROW: Final = 690
_LAMPS: Final = ((180, 250), (960, 230), (1730, 270))


@dataclass(frozen=True, slots=True)
class Thing:
    """A box that moves: its middle and size in scene points, its brightness and colour."""

    x: float
    y: float
    width: int
    height: int
    luma: int
    blue: int
    red: int


class Scene:
    """One place, told apart from others by its seed. Planes are YUV 4:2:0."""

    def __init__(self, seed: int) -> None:
        self._chance = np.random.default_rng(seed)
        self._seed = seed % 97
        self.luma: Plane = np.empty((HEIGHT, WIDTH), np.uint8)
        self.blue: Plane = np.full((HEIGHT // 2, WIDTH // 2), 128, np.uint8)
        self.red: Plane = np.full((HEIGHT // 2, WIDTH // 2), 128, np.uint8)
        self._paint_ground()
        self._paint_buildings()
        self._paint_marks()

    def things_at(self, at: float) -> list[Thing]:
        """What moves, at an instant in seconds since 1970."""
        lorry_x = (at * 90 + self._seed * 37) % (WIDTH + 400) - 200
        things = [
            Thing(lorry_x, _ROAD_ROW, 150, 64, 200, 118, 150),
            Thing(lorry_x + 92, _ROAD_ROW + 10, 40, 44, 90, 128, 128),
        ]
        for number in range(6):
            phase = at * (0.25 + 0.07 * number) + number * 1.7 + self._seed
            x = 300 + number * 250 + 110 * math.sin(phase)
            y = 850 + 90 * math.sin(phase * 0.7) + 12 * number
            things.append(Thing(x, y, 46, 26, 225 - 20 * number, 120, 136 + 2 * number))
        if int(at) % 2:
            things += [Thing(x, y, 22, 22, 235, 90, 200) for x, y in _LAMPS]
        return things

    def _box(self, left: int, top: int, width: int, height: int, luma: int, blue: int, red: int) -> None:
        self.luma[top : top + height, left : left + width] = luma
        rows, columns = slice(top // 2, (top + height) // 2), slice(left // 2, (left + width) // 2)
        self.blue[rows, columns] = blue
        self.red[rows, columns] = red

    def _paint_ground(self) -> None:
        sky = 380
        self.luma[:sky] = np.linspace(190, 220, sky, dtype=np.uint8)[:, None]
        self.blue[: sky // 2] = 142
        self.red[: sky // 2] = 118
        self.luma[sky:] = np.linspace(120, 80, HEIGHT - sky, dtype=np.uint8)[:, None]
        self.blue[sky // 2 :] = 108
        self.red[sky // 2 :] = 116 + self._seed % 12
        tufts = self._chance.integers(0, 14, (70, WIDTH // 10), dtype=np.uint8).repeat(10, 0).repeat(10, 1)
        self.luma[sky : sky + 700] -= tufts[: HEIGHT - sky]
        self._box(0, 650, WIDTH, 90, 105, 128, 128)
        for left in range(0, WIDTH, 120):
            self._box(left, 692, 60, 6, 225, 128, 128)

    def _paint_buildings(self) -> None:
        left = 60
        while left < WIDTH - 200:
            width = int(self._chance.integers(70, 150)) * 2
            height = int(self._chance.integers(60, 130)) * 2
            luma, red = int(self._chance.integers(90, 180)), int(self._chance.integers(124, 160))
            self._box(left, 560 - height, width, height, luma, 122, red)
            for window in range(left + 20, left + width - 40, 60):
                self._box(window, 560 - height + 30, 30, 36, 50, 136, 122)
            self._box(left + width // 2 - 20, 500, 40, 60, 40, 128, 128)
            left += width + int(self._chance.integers(30, 90)) * 2

    def _paint_marks(self) -> None:
        """Posts with numbers, so that everyone sees where a camera looks."""
        for number, left in enumerate(range(80, WIDTH - 60, 160)):
            self._box(left, 590, 8, 60, 235, 128, 128)
            write(self.luma, f"{number:02d}", row=600, column=left + 14, scale=3)
            self._box(left, 960, 8, 60, 30, 128, 128)
            write(self.luma, f"{number:02d}", row=975, column=left + 14, scale=3)
