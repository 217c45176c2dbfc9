"""The mark that is burned into footage that leaves: who took it out, when and for what, over the whole picture."""

import io
import json
from dataclasses import dataclass

import av
import numpy as np
import typst
from numpy.typing import NDArray

from oversite.base.documents.queries import fonts

Plane = NDArray[np.uint8]
Weights = NDArray[np.float32]

TEMPLATE = """
#let told = json(bytes(sys.inputs.told))
#set page(width: told.width * 1pt, height: told.height * 1pt, margin: 0pt, fill: none)
#set text(font: told.fonts, size: told.size * 1pt, fill: white)
#let line = rotate(-14deg, text(told.text))
#let rows = calc.max(2, calc.floor(told.height / (told.size * 6)))
#for row in range(rows) {
  place(dx: if calc.even(row) { 2% } else { 22% }, dy: (row + 0.35) / rows * 100%, line)
}
#place(bottom + left, dx: 1%, dy: -1%, text(size: told.size * 0.8pt, told.text))
"""
STRENGTH = 0.42
LIGHT, DARK = 225.0, 24.0
SHADOW_PX = 2
SMALLEST_PT, SHARE = 9, 26


@dataclass(frozen=True, slots=True)
class Mark:
    """How much of each luma value is replaced (0 to 1), and by what: light letters with a dark edge."""

    weights: Weights
    values: Weights

    def burn(self, luma: Plane) -> Plane:
        """The luma plane with the mark in it; colours stay as they were."""
        mixed = luma * (1 - self.weights) + self.values * self.weights
        return mixed.astype(np.uint8)


def mark(text: str, width: int, height: int) -> Mark:
    """The mark for pictures of this size; legible on bright and on dark ground."""
    letters = _letters(text, width, height)
    shadow = np.roll(letters, (SHADOW_PX, SHADOW_PX), axis=(0, 1))
    weights = np.maximum(letters, shadow) * STRENGTH
    values = np.where(letters >= shadow, LIGHT, DARK)
    return Mark(weights.astype(np.float32), values.astype(np.float32))


def _letters(text: str, width: int, height: int) -> Weights:
    """How much of each pixel the letters cover."""
    known = fonts()
    told = {
        "text": text,
        "width": width,
        "height": height,
        "size": max(SMALLEST_PT, height // SHARE),
        "fonts": list(known.families),
    }
    png = typst.compile(
        TEMPLATE.encode(),
        format="png",
        ppi=72.0,
        font_paths=known.loaded,
        sys_inputs={"told": json.dumps(told, ensure_ascii=False)},
    )
    assert isinstance(png, bytes)
    with av.open(io.BytesIO(png), "r", format="png_pipe") as container:
        picture = next(container.decode(video=0)).to_ndarray(format="rgba")
    cover = np.zeros((height, width), np.float32)
    found = picture[:height, :width, 3].astype(np.float32) / 255
    cover[: found.shape[0], : found.shape[1]] = found
    return cover
