"""Kinds and sizes of the notices, and which of them a camera needs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from oversite.domains.customs.words import Words

CLAUSE: Final = "A4.9"
SOUND_ABILITIES: Final = frozenset({"audio"})


class SignKind(StrEnum):
    """What is captured."""

    IMAGE = "image"
    SOUND = "sound"

    @property
    def text(self) -> str:
        """The words on the notice."""
        return "图像采集区域" if self is SignKind.IMAGE else "声音采集区域"

    @property
    def label(self) -> Words:
        """What the notice is called."""
        if self is SignKind.IMAGE:
            return Words("图像采集区域标识", "notice of image capture")
        return Words("声音采集区域标识", "notice of sound capture")


class SignSize(StrEnum):
    """Chosen by the room there is."""

    LARGE = "large"
    MEDIUM = "medium"
    SMALL = "small"

    @property
    def label(self) -> Words:
        """What the size is called."""
        height_mm, width_mm = SIZES[self]
        names = {"large": ("大号", "large"), "medium": ("中号", "medium"), "small": ("小号", "small")}
        zh, en = names[self]
        return Words(
            f"{zh}（高 {height_mm // 10} cm × 宽 {width_mm // 10} cm）",
            f"{en} (height {height_mm // 10} cm × width {width_mm // 10} cm)",
        )


SIZES: Final[Mapping[SignSize, tuple[int, int]]] = {
    SignSize.LARGE: (400, 300),
    SignSize.MEDIUM: (300, 200),
    SignSize.SMALL: (200, 150),
}
"""Height and width in millimetres."""


@dataclass(frozen=True, slots=True)
class Sign:
    """One notice."""

    kind: SignKind
    size: SignSize

    @property
    def height_mm(self) -> int:
        """How high it is."""
        return SIZES[self.size][0]

    @property
    def width_mm(self) -> int:
        """How wide it is."""
        return SIZES[self.size][1]


def signs_for(abilities: Iterable[str], size: SignSize = SignSize.MEDIUM) -> tuple[Sign, ...]:
    """The notices that a camera with these abilities needs: of images always, of sound where it hears (req: C-sign)."""
    kinds = [SignKind.IMAGE]
    if SOUND_ABILITIES & set(abilities):
        kinds.append(SignKind.SOUND)
    return tuple(Sign(kind, size) for kind in kinds)
