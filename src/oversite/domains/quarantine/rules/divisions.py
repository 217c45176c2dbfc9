"""Administrative divisions (GB/T 2260): six digits, two each for province, city and county."""

import re
from collections.abc import Iterable
from typing import Final

CODE: Final = re.compile(r"[1-9][0-9]{5}")

JIANGSU: Final[dict[str, str]] = {
    "320100": "南京",
    "320200": "无锡",
    "320300": "徐州",
    "320400": "常州",
    "320500": "苏州",
    "320600": "南通",
    "320700": "连云港",
    "320800": "淮安",
    "320900": "盐城",
    "321000": "扬州",
    "321100": "镇江",
    "321200": "泰州",
    "321300": "宿迁",
}
"""The thirteen cities in the order in which annex 2 prints them, which is that of their codes (req: Q15)."""


def is_code(text: str) -> bool:
    """Whether `text` has the form of a division code."""
    return CODE.fullmatch(text) is not None


def stem(code: str) -> str:
    """The digits that say something: `32` of 320000, `3201` of 320100, all six of a county."""
    return code[:2] if code[2:] == "0000" else code[:4] if code[4:] == "00" else code


def covers(areas: Iterable[str], code: str) -> bool:
    """Whether `code` lies in any of the divisions `areas`."""
    return any(code.startswith(stem(area)) for area in areas)


def is_same_province(first: str, second: str) -> bool:
    """Whether both lie in one province."""
    return first[:2] == second[:2]


def is_same_city(first: str, second: str) -> bool:
    """Whether both lie in one city."""
    return first[:4] == second[:4]


def codes_of(text: str) -> list[str]:
    """The codes in a text, separated by anything; raises `ValueError` naming the first that is none."""
    words = [word for word in re.split(r"[\s,，、;；]+", text) if word]
    for word in words:
        if not is_code(word):
            raise ValueError(word)
    return list(dict.fromkeys(words))
