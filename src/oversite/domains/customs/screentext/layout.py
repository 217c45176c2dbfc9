"""Where the text stands: date and time at the top, the name at the bottom, in pixels of the configured window."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

MARGIN_PX: Final = 16
LINES_PER_PICTURE: Final = 18
"""A line takes an eighteenth of the picture's height: readable on one of sixteen panes."""


@dataclass(frozen=True, slots=True)
class Position:
    """A line of text and its upper left corner."""

    text: str
    x: int
    y: int


@dataclass(frozen=True, slots=True)
class ScreenLayout:
    """A window of `width` x `height` pixels, where the time stands in it, and the lines below."""

    width: int
    height: int
    time_x: int
    time_y: int
    lines: tuple[Position, ...]


def screen_layout(lines: tuple[str, ...], width: int = 1920, height: int = 1080) -> ScreenLayout:
    """Put the time at the top left and the lines at the bottom left (A3.2.1.4)."""
    step = max(1, height // LINES_PER_PICTURE)
    top = height - MARGIN_PX - step * len(lines)
    positions = tuple(Position(text, MARGIN_PX, top + step * index) for index, text in enumerate(lines))
    return ScreenLayout(width, height, MARGIN_PX, MARGIN_PX, positions)
