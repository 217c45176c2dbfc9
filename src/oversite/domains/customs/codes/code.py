"""The parts of a camera code, and what is known about the place that its digits cannot say."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final, NamedTuple

from oversite.domains.customs.words import Words

CODE_DIGITS: Final = 20
SERIAL_MAX: Final = 999
INDUSTRY: Final = "10"


class Span(NamedTuple):
    """Where a part stands: its first and last digit, counted from 1 as the document counts."""

    first: int
    last: int

    @property
    def length(self) -> int:
        """How many digits it has."""
        return self.last - self.first + 1

    def of(self, text: str) -> str:
        """These digits of a code."""
        return text[self.first - 1 : self.last]


SPANS: Final[dict[str, Span]] = {
    "district": Span(1, 4),
    "site": Span(5, 7),
    "control": Span(8, 8),
    "industry": Span(9, 10),
    "device": Span(11, 13),
    "site_class": Span(14, 15),
    "position": Span(16, 17),
    "serial": Span(18, 20),
}
PART_NAMES: Final[dict[str, Words]] = {
    "district": Words("关区代码", "customs district"),
    "site": Words("场所流水号", "serial of the site"),
    "control": Words("主控部门", "controlling department"),
    "industry": Words("国标行业编码", "industry of the national standard"),
    "device": Words("国标设备编码", "device type of the national standard"),
    "site_class": Words("场所分类", "class of the site"),
    "position": Words("摄像头位置", "position watched"),
    "serial": Words("位置序号", "serial at the position"),
}


class Circumstance(StrEnum):
    """What settles the class of the site, whatever else it is (A3.1.2.7, 1 to 3)."""

    LAND_BORDER = "land-border"
    BERTH_OUTSIDE_SITE = "berth-outside-site"
    BORDER_TRADE = "border-trade"


@dataclass(frozen=True, slots=True)
class Place:
    """What is known about the place beside the digits: special cases, and the reason for an "other" class."""

    circumstances: frozenset[Circumstance] = frozenset()
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with a code: a permanent key, the digits (first, last; from 1), and what to do about it.

    `part` is empty where the code as a whole is wrong.
    """

    key: str
    part: str
    digits: tuple[int, int]
    found: str
    message: Words
    clause: str


@dataclass(frozen=True, slots=True)
class CameraCode:
    """The eight parts as digits; `str()` puts them together. Whether they are right is for `check_code`."""

    district: str
    site: str
    control: str
    industry: str
    device: str
    site_class: str
    position: str
    serial: str

    @classmethod
    def split(cls, text: str) -> CameraCode:
        """Cut 20 digits into the parts; raises `ValueError` for any other text."""
        if len(text) != CODE_DIGITS or not (text.isascii() and text.isdecimal()):
            raise ValueError("a camera code has 20 digits")
        return cls(**{part: span.of(text) for part, span in SPANS.items()})

    @property
    def site_digits(self) -> str:
        """Digits 1 to 7, of which no two sites have the same."""
        return self.district + self.site

    def __str__(self) -> str:
        return "".join(getattr(self, part) for part in SPANS)


def typed_digits(text: str) -> str:
    """A code as people type and print it, without spaces and hyphens; full-width digits become plain ones."""
    plain = text.translate({0xFF10 + digit: str(digit) for digit in range(10)})
    return "".join(plain.split()).replace("-", "").replace("－", "")
