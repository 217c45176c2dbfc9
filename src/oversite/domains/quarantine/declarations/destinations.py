"""Whether a destination in words lies where the declaration says: its type and its validity follow from that area."""

import re
from typing import Final

from oversite.domains.quarantine.rules.divisions import JIANGSU, covers

PROVINCES: Final = {
    11: "北京", 12: "天津", 13: "河北", 14: "山西", 15: "内蒙古", 21: "辽宁", 22: "吉林", 23: "黑龙江",
    31: "上海", 32: "江苏", 33: "浙江", 34: "安徽", 35: "福建", 36: "江西", 37: "山东", 41: "河南",
    42: "湖北", 43: "湖南", 44: "广东", 45: "广西", 46: "海南", 50: "重庆", 51: "四川", 52: "贵州",
    53: "云南", 54: "西藏", 61: "陕西", 62: "甘肃", 63: "青海", 64: "宁夏", 65: "新疆", 71: "台湾",
    81: "香港", 82: "澳门",
}  # fmt: skip
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
