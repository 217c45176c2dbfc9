"""Chinese letters for the text in the picture, drawn from the outlines of whatever font this machine has."""

from __future__ import annotations

from functools import cache, lru_cache
from itertools import pairwise
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

import oversite

Plane = NDArray[np.uint8]
Point = tuple[float, float]

_FOLDERS: Final = (Path(oversite.__file__).parent / "screens" / "fonts", Path("/usr/share/fonts/opentype/noto"))
_NAMES: Final = ("NotoSans*.otf", "NotoSans*.ttf", "NotoSansCJK-Regular.ttc", "*.otf", "*.ttf")
_CURVE_STEPS: Final = 4
_DESCENT: Final = 0.14
"""Of the em: how far letters reach below their base line."""


def han_points(text: str, size: int) -> Plane:
    """Ones and zeros of a line of text, `size` rows high; without a font every letter is a box."""
    letters = [_letter(character, size) for character in text] or [np.zeros((size, size // 2), np.uint8)]
    return np.concatenate(letters, axis=1)


def write_line(luma: Plane, text: str, *, row: int, column: int, size: int) -> None:
    """Write white letters on black, opaque, onto the brightness plane; what does not fit is cut off."""
    points = han_points(text, size)
    row, column = max(row, 0), max(column, 0)
    part = luma[row : row + points.shape[0], column : column + points.shape[1]]
    part[:] = points[: part.shape[0], : part.shape[1]] * np.uint8(219) + np.uint8(16)


@lru_cache(maxsize=2048)
def _letter(character: str, size: int) -> Plane:
    font = _font()
    name = None if font is None else font[1].get(ord(character))
    if font is None or name is None:
        return _box(size)
    glyph = font[0][name]
    segments = _segments(font[0], name)
    scale = size / font[2]
    width = max(2, round(glyph.width * scale))
    points = np.zeros((size, width), np.uint8)
    for row in range(size):
        y = ((size - row - 0.5) / size - _DESCENT) * font[2]
        _fill(points[row], segments, y, scale)
    return points


def _fill(row: Plane, segments: list[tuple[Point, Point]], y: float, scale: float) -> None:
    """Set the points of one row that lie inside the outline (non-zero winding)."""
    crossings = sorted(
        (x0 + (y - y0) * (x1 - x0) / (y1 - y0), 1 if y1 > y0 else -1)
        for (x0, y0), (x1, y1) in segments
        if (y0 <= y) != (y1 <= y)
    )
    winding, begin = 0, 0.0
    for x, direction in crossings:
        if winding == 0:
            begin = x
        winding += direction
        if winding == 0:
            row[max(0, round(begin * scale)) : max(0, round(x * scale))] = 1


def _box(size: int) -> Plane:
    points = np.zeros((size, size), np.uint8)
    edge = max(1, size // 8)
    points[edge:-edge, edge:-edge] = 1
    points[2 * edge : -2 * edge, 2 * edge : -2 * edge] = 0
    return points


@cache
def _font() -> tuple[Any, dict[int, str], float] | None:
    """Glyphs, names by code point, and units per em of the first font with Chinese letters; none without one."""
    from fontTools.ttLib import TTFont, TTLibError

    for folder in _FOLDERS:
        for pattern in _NAMES:
            for path in sorted(folder.glob(pattern)):
                try:
                    font = TTFont(path, fontNumber=0, lazy=True)
                    names = font.getBestCmap()
                except (OSError, TTLibError):
                    continue
                if ord("海") in names:
                    return font.getGlyphSet(), names, float(font["head"].unitsPerEm)
    return None


def _segments(glyphs: Any, name: str) -> list[tuple[Point, Point]]:
    """The outline of a glyph as straight lines."""
    from fontTools.pens.recordingPen import DecomposingRecordingPen

    pen = DecomposingRecordingPen(glyphs)
    glyphs[name].draw(pen)
    lines: list[tuple[Point, Point]] = []
    start = here = (0.0, 0.0)
    for operation, points in pen.value:
        if operation == "moveTo":
            start = here = points[0]
        elif operation in {"closePath", "endPath"}:
            lines.append((here, start))
        else:
            for curve in _curves(operation, here, points):
                lines.append((here, curve))
                here = curve
    return lines


def _curves(operation: str, here: Point, points: tuple[Point, ...]) -> list[Point]:
    """The ends of the straight lines that stand for one drawing operation."""
    if operation == "lineTo":
        return [points[0]]
    if operation == "curveTo":
        return [_bezier((here, *points), step / _CURVE_STEPS) for step in range(1, _CURVE_STEPS + 1)]
    found: list[Point] = []
    for index, control in enumerate(points[:-1]):  # qCurveTo: the points between controls are implied
        end = points[-1]
        if index < len(points) - 2:
            end = ((control[0] + points[index + 1][0]) / 2, (control[1] + points[index + 1][1]) / 2)
        found += [_bezier((here, control, end), step / _CURVE_STEPS) for step in range(1, _CURVE_STEPS + 1)]
        here = end
    return found


def _bezier(points: tuple[Point, ...], at: float) -> Point:
    while len(points) > 1:
        points = tuple((a[0] + (b[0] - a[0]) * at, a[1] + (b[1] - a[1]) * at) for a, b in pairwise(points))
    return points[0]
