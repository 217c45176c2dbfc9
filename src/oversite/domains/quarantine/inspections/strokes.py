"""Signatures as strokes of whole numbers on a sheet of 1000 × 300: nothing of a picture comes from outside."""

from typing import Final, TypeAlias

WIDTH: Final = 1000
HEIGHT: Final = 300
MOST_STROKES: Final = 100
MOST_POINTS: Final = 4000
LEAST_POINTS: Final = 12

Strokes: TypeAlias = list[list[list[int]]]
"""Strokes of points [x, y]."""


def strokes_of(given: object) -> Strokes:
    """The strokes that a device sent; raises `ValueError` for anything that is not a signature."""
    if not isinstance(given, list) or not 0 < len(given) <= MOST_STROKES:
        raise ValueError("strokes")
    strokes = [_stroke(stroke) for stroke in given]
    if not LEAST_POINTS <= sum(map(len, strokes)) <= MOST_POINTS:
        raise ValueError("points")
    return strokes


def svg(strokes: Strokes) -> str:
    """The signature as a drawing, for pages and forms."""
    paths = "".join(f'<path d="{_path(stroke)}"/>' for stroke in strokes)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" fill="none" stroke="#10233f" '
        f'stroke-width="7" stroke-linecap="round" stroke-linejoin="round">{paths}</svg>'
    )


def _path(stroke: list[list[int]]) -> str:
    (x, y), *rest = stroke
    return f"M{x} {y}" + ("".join(f"L{x} {y}" for x, y in rest) or "h1")


def _stroke(given: object) -> list[list[int]]:
    if not isinstance(given, list) or not 0 < len(given) <= MOST_POINTS:
        raise ValueError("stroke")
    return [_point(point) for point in given]


def _point(given: object) -> list[int]:
    if not isinstance(given, list) or len(given) != 2:
        raise ValueError("point")
    x, y = given
    if type(x) is not int or type(y) is not int or not (0 <= x <= WIDTH and 0 <= y <= HEIGHT):
        raise ValueError("point")
    return [x, y]
