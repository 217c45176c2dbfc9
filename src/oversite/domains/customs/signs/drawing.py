"""The drawing of a notice: gold ground, red frame, picture and letters, as vectors in millimetres.

The sample pictures of the document are not in its text; these pictures are our own. Letters are outlines of a Hei
typeface, so that no font is needed where the file is printed.
"""

from __future__ import annotations

import json
from functools import cache
from importlib.resources import files
from typing import Any, Final

from oversite.domains.customs.signs.sign import Sign, SignKind

GOLD: Final = "#F2B705"
RED: Final = "#C8101E"
SCOPE_TEXT: Final = "海关监控范围"
PICTURE_SHARE: Final = 2 / 3
"""Of the height inside the frame; the letters have the rest."""
_ASCENT: Final = 0.88
"""Of the em: how far a Chinese letter of the typeface reaches above its base line."""
_ADVANCE: Final = 1.04

# Both pictures lie in a square of 100 by 100.
_CAMERA: Final = """\
<path d="M6 84V52h7v12h18l9-13 8 5-12 17.500H13V84z"/>
<path d="M16.700 33.300 24.300 12.400a3 3 0 0 1 3.900-1.800L77.700 28.600a3 3 0 0 1 1.800 3.900
 L71.900 53.400a3 3 0 0 1-3.900 1.800L18.500 37.200a3 3 0 0 1-1.800-3.900z"/>
<path d="M82.500 33.900 90 36.600a2.500 2.500 0 0 1 1.500 3.200l-4.300 11.800
 a2.500 2.500 0 0 1-3.200 1.500l-7.500-2.700z"/>
<g fill="none" stroke="{red}" stroke-width="4.500" stroke-linecap="round">
<path d="M80 63a21 21 0 0 1-11.500 11"/><path d="M88.500 65.500a31 31 0 0 1-16.500 17.500"/>
<path d="M96.500 68.500a41 41 0 0 1-21.500 23"/></g>"""
_MICROPHONE: Final = """\
<rect x="37" y="7" width="26" height="47" rx="13"/>
<g fill="none" stroke="{red}" stroke-width="6" stroke-linecap="round">
<path d="M27 43v3a23 23 0 0 0 46 0v-3"/><path d="M50 70v20"/><path d="M34 91h32"/></g>
<g fill="none" stroke="{red}" stroke-width="4.500" stroke-linecap="round">
<path d="M22 20a20 20 0 0 0 0 18"/><path d="M13 13a34 34 0 0 0 0 32"/>
<path d="M78 20a20 20 0 0 1 0 18"/><path d="M87 13a34 34 0 0 1 0 32"/></g>"""
_SHEET: Final = """\
<svg xmlns="http://www.w3.org/2000/svg" width="{width}mm" height="{height}mm" viewBox="0 0 {width} {height}">
<title>{title}</title>
<rect width="{width}" height="{height}" fill="{gold}"/>
<rect x="{edge}" y="{edge}" width="{frame_width}" height="{frame_height}" fill="none" stroke="{red}" \
stroke-width="{stroke}"/>
{picture}
{words}
</svg>
"""


def sign_svg(sign: Sign) -> str:
    """The notice as an SVG document of its true size."""
    width, height = sign.width_mm, sign.height_mm
    inset, stroke = width * 0.03, width * 0.02
    left, top = inset + stroke, inset + stroke
    inner_width, inner_height = width - 2 * left, height - 2 * top
    picture_height = inner_height * PICTURE_SHARE
    edge = inset + stroke / 2
    return _SHEET.format(
        width=width,
        height=height,
        title=sign.kind.text,
        gold=GOLD,
        red=RED,
        edge=_n(edge),
        frame_width=_n(width - 2 * edge),
        frame_height=_n(height - 2 * edge),
        stroke=_n(stroke),
        picture=_picture(sign.kind, left, top, inner_width, picture_height),
        words=_words(sign.kind.text, left, top + picture_height, inner_width, inner_height - picture_height),
    )


def _picture(kind: SignKind, left: float, top: float, width: float, height: float) -> str:
    side = min(width, height) * 0.86
    x, y = left + (width - side) / 2, top + (height - side) / 2
    drawing = (_CAMERA if kind is SignKind.IMAGE else _MICROPHONE).format(red=RED)
    return f'<g fill="{RED}" transform="translate({_n(x)} {_n(y)}) scale({side / 100:.5f})">{drawing}</g>'


def _words(text: str, left: float, top: float, width: float, height: float) -> str:
    """The name of the area in large letters, whose area it is in smaller ones below."""
    large = min(width * 0.94 / (len(text) * _ADVANCE), height * 0.48)
    small = large * 0.72
    gap = (height - large - small) / 3
    first = top + gap * 0.9 + large * _ASCENT
    second = top + gap * 1.9 + large + small * _ASCENT
    return _line(text, left, width, first, large) + _line(SCOPE_TEXT, left, width, second, small)


def _line(text: str, left: float, width: float, base: float, size: float) -> str:
    """One line of outlines, in the middle, standing on `base`."""
    outlines = _outlines()
    scale = size / outlines["units_per_em"]
    step = size * _ADVANCE
    x = left + (width - step * len(text)) / 2 + (step - size) / 2
    letters = [
        f'<path transform="translate({_n(x + step * index)} {_n(base)}) scale({scale:.6f} {-scale:.6f})" '
        f'd="{outlines["glyphs"][letter]}"/>'
        for index, letter in enumerate(text)
    ]
    return f'<g fill="{RED}">' + "".join(letters) + "</g>"


@cache
def _outlines() -> dict[str, Any]:
    told: dict[str, Any] = json.loads(files(__package__).joinpath("glyphs.json").read_text(encoding="utf-8"))
    return told


def _n(value: float) -> str:
    return f"{value:.3f}".rstrip("0").rstrip(".")
