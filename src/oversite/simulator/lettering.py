"""Letters of 5 x 7 points for the text in the picture: no font has to be installed for a clock."""

from __future__ import annotations

from functools import lru_cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

Plane = NDArray[np.uint8]

_ROWS: Final = 7
_COLUMNS: Final = 5
# Each letter is seven rows of five points, one hexadecimal pair per row, top first.
_LETTERS: Final = {
    "0": "0e11131519110e", "1": "040c040404040e", "2": "0e11010204081f", "3": "1f02040201110e",
    "4": "02060a121f0202", "5": "1f101e0101110e", "6": "0608101e11110e", "7": "1f010204080808",
    "8": "0e11110e11110e", "9": "0e11110f01020c", "A": "0e11111f111111", "B": "1e11111e11111e",
    "C": "0e11101010110e", "D": "1c12111111121c", "E": "1f10101e10101f", "F": "1f10101e101010",
    "G": "0e11101711110f", "H": "1111111f111111", "I": "0e04040404040e", "J": "0702020202120c",
    "K": "11121418141211", "L": "1010101010101f", "M": "111b1515111111", "N": "11111915131111",
    "O": "0e11111111110e", "P": "1e11111e101010", "Q": "0e11111115120d", "R": "1e11111e141211",
    "S": "0f10100e01011e", "T": "1f040404040404", "U": "1111111111110e", "V": "11111111110a04",
    "W": "1111111515150a", "X": "11110a040a1111", "Y": "1111110a040404", "Z": "1f01020408101f",
    ":": "000c0c000c0c00", "-": "0000001f000000", ".": "00000000000c0c", "/": "00010204081000",
    "+": "0004041f040400", "#": "0a0a1f0a1f0a0a", " ": "00000000000000",
}  # fmt: skip


@lru_cache(maxsize=512)
def _letter(character: str, scale: int) -> Plane:
    rows = bytes.fromhex(_LETTERS.get(character, "00000000000000"))
    # One column more than the letter has keeps it apart from the next.
    points = np.array([[row << 1 >> (_COLUMNS - column) & 1 for column in range(_COLUMNS + 1)] for row in rows])
    return points.astype(np.uint8).repeat(scale, 0).repeat(scale, 1)


def text_points(text: str, scale: int = 2) -> Plane:
    """Ones and zeros of a line of text, `7 * scale` rows high; what is no letter of ours becomes a blank."""
    letters = [_letter(character, scale) for character in text.upper()] or [_letter(" ", scale)]
    return np.concatenate(letters, axis=1)


def write(luma: Plane, text: str, *, row: int, column: int, scale: int = 2) -> None:
    """Write white text in a dark box onto the brightness plane; what does not fit is cut off."""
    points = text_points(text, scale)
    box = luma[max(row - 2, 0) : row + points.shape[0] + 2, max(column - 2, 0) : column + points.shape[1] + 2]
    box[:] = box // 4 + 12
    part = luma[row : row + points.shape[0], column : column + points.shape[1]]
    np.maximum(part, points[: part.shape[0], : part.shape[1]] * np.uint8(235), out=part)
