"""Whether a destination in words lies where the declaration says: its type and its validity follow from that area."""

import re
from typing import Final

from oversite.domains.quarantine.rules.divisions import JIANGSU, covers

PROVINCES: Final = dict(
    zip(
        (11, 12, 13, 14, 15, 21, 22, 23, 31, 32, 33, 34, 35, 36, 37, 41, 42)
        + (43, 44, 45, 46, 50, 51, 52, 53, 54, 61, 62, 63, 64, 65, 71, 81, 82),
        (
            "北京 天津 河北 山西 内蒙古 辽宁 吉林 黑龙江 上海 江苏 浙江 安徽 福建 江西 山东 河南 湖北 "
            "湖南 广东 广西 海南 重庆 四川 贵州 云南 西藏 陕西 甘肃 青海 宁夏 新疆 台湾 香港 澳门"
        ).split(),
        strict=True,
    )
)
"""The first two digits of a division code (GB/T 2260) and the province's name without its ending."""
DIVISIONS: Final = re.compile(r"^(?:[^\s,，、;；]{1,12}?(?:省|自治区|自治州|地区|盟|市|区|县|旗)){1,3}")
LEVEL: Final = re.compile(r"省|自治区")


def names_another_area(text: str, area: str) -> bool:
    """Whether `text` names a province, or a city of Jiangsu, other than that of the division code `area`."""
    words = "".join(text.split())
    for number, name in PROVINCES.items():
        if not area.startswith(str(number)) and re.match(rf"{name}(?:省|市|.{{0,4}}自治区|特别行政区)", words):
            return True
    begins = re.sub(r"^江苏省?", "", words)
    return any(
        begins.startswith((f"{name}市", f"{name}地区")) and not covers([area[:4] + "00"], code)
        for code, name in JIANGSU.items()
    )


def divisions_of(address: str) -> str:
    """The divisions with which an address begins; the whole address where it begins with none."""
    found = DIVISIONS.match("".join(address.split()))
    return found[0] if found else "".join(address.split())


def is_within(text: str, area: str, declared: str) -> bool:
    """Whether `text` is the declared address, or another place of the same divisions that names no others."""
    words, begins = _without_province(text, area), _without_province(divisions_of(declared), area)
    if names_another_area(text, area) or not words.startswith(begins):
        return False
    rest = words.removeprefix(begins)
    return not LEVEL.search(rest) and not names_another_area(rest, area)


def _without_province(text: str, area: str) -> str:
    """The address from the city on: some write the province in front, some do not."""
    return re.sub(rf"^{PROVINCES.get(int(area[:2]), '省')}(?:省|市|.{{0,4}}自治区)", "", "".join(text.split()))
