"""From regional customs, house, place, business class, serial and kind to the lines on the picture (A3.2.2.2)."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations
from typing import Final

from oversite.domains.customs.screentext.limits import Limits
from oversite.domains.customs.words import Words

CUSTOMS: Final = "海关"
STEERABLE: Final = "云台"
SERIAL_MAX: Final = 999
_SHORTENED_FIRST: Final = ("place", "house", "regional")
"""Where a short name is needed, that of the place is tried first: the names of customs say more to a stranger."""

CLAUSE: Final = "A3.2.2.2"
_EMPTY: Final = Words("缺少{what}。", "The {what} is missing.")
_SERIAL: Final = Words("流水号应为 1 至 999，现为 {found}。", "The serial is 1 to 999; {found} was given.")
_CHARACTER: Final = Words(
    "{what}“{text}”含有不能显示的字符。", "The {what} “{text}” has characters that cannot be shown."
)
_TOO_LONG: Final = Words(
    "“{text}”有 {width} 个字符，设备只能显示 {lines} 行、每行 {characters} 个字符。请为{names}登记更短的简称。",
    "“{text}” counts {width} characters; the device takes {lines} lines of {characters}. "
    "Register a shorter name for {names}.",
)
_PARTS: Final = {
    "regional": Words("直属海关名称", "regional customs"),
    "house": Words("隶属海关名称", "customs house"),
    "place": Words("场所名称", "place"),
    "business": Words("业务类别", "business class"),
}


@dataclass(frozen=True, slots=True)
class Name:
    """A full name and the registered short one, empty where there is none."""

    full: str
    short: str = ""


@dataclass(frozen=True, slots=True)
class Spot:
    """What the text is made of. The house may be the regional customs itself."""

    regional: Name
    house: Name
    place: Name
    business: str
    serial: int
    is_steerable: bool = False


@dataclass(frozen=True, slots=True)
class ScreenText:
    """The lines at the bottom of the picture; `name`, the lines in one, is the camera's name in the tree.

    `shortened` lists which of regional, house, place stand there with their short name. The text is opaque and does
    not blink; date and time stand above it, at the top.
    """

    lines: tuple[str, ...]
    shortened: tuple[str, ...] = ()
    is_opaque: bool = True
    is_blinking: bool = False

    @property
    def name(self) -> str:
        """All of it in one."""
        return "".join(self.lines)


class ScreenTextRefused(ValueError):
    """The text cannot be made; `problems` says why and what to do."""

    def __init__(self, problems: tuple[Words, ...]) -> None:
        super().__init__(" ".join(problem.en for problem in problems))
        self.problems = problems


def screen_text(spot: Spot, limits: Limits = Limits()) -> ScreenText:  # noqa: B008 - frozen
    """The text for a camera, in full names wherever the device takes them (req: C-OSD).

    Raises `ScreenTextRefused` where a part is missing, or not even the short names fit.
    """
    problems = tuple(_problems(spot))
    if problems:
        raise ScreenTextRefused(problems)
    shortest: list[str] = []
    for shortened in _choices(spot):
        shortest = _parts(spot, shortened)
        lines = _lines(shortest, limits)
        if lines is not None:
            return ScreenText(lines, shortened)
    text = "".join(shortest)
    names = (
        "、".join(_PARTS[part].zh for part in _SHORTENED_FIRST),
        ", ".join(_PARTS[part].en for part in _SHORTENED_FIRST),
    )
    values = {"text": text, "width": limits.width(text), "lines": limits.usable_lines, "characters": limits.characters}
    raise ScreenTextRefused(
        (Words(_TOO_LONG.zh.format(names=names[0], **values), _TOO_LONG.en.format(names=names[1], **values)),)
    )


def customs_name(regional: Name, house: Name, shortened: tuple[str, ...] = ()) -> str:
    """Regional name without 海关 before the house; never twice, as a house may carry it in its own name."""
    stem = regional.full.removesuffix(CUSTOMS)
    own = house.short if "house" in shortened else house.full
    if house.full.startswith(stem):
        return own
    return (regional.short if "regional" in shortened else stem) + own


def _choices(spot: Spot) -> Iterator[tuple[str, ...]]:
    """Which names to shorten: none, then one, two, all; only where a short one changes the text."""
    stands_alone = spot.house.full.startswith(spot.regional.full.removesuffix(CUSTOMS))
    possible = [
        part for part in _SHORTENED_FIRST if getattr(spot, part).short and not (part == "regional" and stands_alone)
    ]
    for count in range(len(possible) + 1):
        yield from combinations(possible, count)


def _parts(spot: Spot, shortened: tuple[str, ...]) -> list[str]:
    place = spot.place.short if "place" in shortened else spot.place.full
    tail = f"{spot.serial:02d}{STEERABLE if spot.is_steerable else ''}"
    return [customs_name(spot.regional, spot.house, shortened), place, spot.business, tail]


def _lines(parts: list[str], limits: Limits) -> tuple[str, ...] | None:
    """One line, or two: broken after the place, after customs, before the serial, or wherever it fits."""
    text = "".join(parts)
    if limits.fits(text):
        return (text,)
    if limits.usable_lines < 2:
        return None
    customs, place, business, _tail = (len(part) for part in parts)
    at_parts = [customs + place, customs, customs + place + business]
    anywhere = range(customs + place + business - 1, 0, -1)
    for cut in (*at_parts, *anywhere):
        if limits.fits(text[:cut]) and limits.fits(text[cut:]):
            return text[:cut], text[cut:]
    return None


def _problems(spot: Spot) -> Iterator[Words]:
    texts = {
        "regional": spot.regional.full,
        "house": spot.house.full,
        "place": spot.place.full,
        "business": spot.business,
    }
    for part, text in texts.items():
        what = _PARTS[part]
        if not text.strip():
            yield Words(_EMPTY.zh.format(what=what.zh), _EMPTY.en.format(what=what.en))
        elif not is_showable(text):
            shown = text.encode("unicode_escape").decode() if not text.isprintable() else text
            yield Words(
                _CHARACTER.zh.format(what=what.zh, text=shown[:60]), _CHARACTER.en.format(what=what.en, text=shown[:60])
            )
    if not 1 <= spot.serial <= SERIAL_MAX:
        yield _SERIAL.filled(found=spot.serial)


def is_showable(text: str) -> bool:
    """Whether a text has only characters that a device can be sent: no spaces at the ends, no control characters."""
    return text == text.strip() and all(unicodedata.category(each)[0] != "C" for each in text)
