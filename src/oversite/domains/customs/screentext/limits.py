"""How much text a device takes."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from typing import Final

LINES_MAX: Final = 2
"""The document allows two lines, whatever a device could show."""
CHARACTERS_MAX: Final = 32
"""GB/T 28181-2022 A.2.1.12: a line has at most 32 characters."""


@dataclass(frozen=True, slots=True)
class Limits:
    """Lines and characters per line that a device takes; `hanzi` is 2 where it counts a Chinese character as two.

    Raises `ValueError` for a device that could show nothing.
    """

    lines: int = LINES_MAX
    characters: int = CHARACTERS_MAX
    hanzi: int = 1

    def __post_init__(self) -> None:
        if self.lines < 1 or self.characters < 4 or self.hanzi not in (1, 2):
            raise ValueError("a device takes at least one line of four characters, each counted once or twice")

    @property
    def usable_lines(self) -> int:
        """Lines that may be used: never more than two."""
        return min(self.lines, LINES_MAX)

    def width(self, text: str) -> int:
        """How many characters the device counts in a text."""
        if self.hanzi == 1:
            return len(text)
        return sum(2 if unicodedata.east_asian_width(each) in "WFA" else 1 for each in text)

    def fits(self, text: str) -> bool:
        """Whether a text fits into one line."""
        return self.width(text) <= self.characters
