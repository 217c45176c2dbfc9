"""Quantities and dates in capital numerals (大写), as statutory forms want them: nobody turns 壹 into 拾 with a pen."""

from datetime import date
from decimal import Decimal
from typing import Final

from oversite.domains.quarantine.rules.quantities import UNIT_ZH, Quantity

DIGITS: Final = "零壹贰叁肆伍陆柒捌玖"
PLACES: Final = ("", "拾", "佰", "仟")
GROUPS: Final = ("", "万", "亿", "万亿")
LARGEST: Final = 10**16 - 1


def capital_number(value: Decimal | int) -> str:
    """`120050` → 壹拾贰万零伍拾; `3.50` → 叁点伍; raises `ValueError` for negative, endless or beyond 16 digits."""
    value = Decimal(value)
    if not value.is_finite() or value < 0 or value > LARGEST:
        raise ValueError(f"{value} cannot be written in capital numerals")
    whole, _dot, fraction = f"{value:f}".partition(".")
    fraction = fraction.rstrip("0")
    text = _whole(int(whole))
    return text + "点" + "".join(DIGITS[int(digit)] for digit in fraction) if fraction else text


def capital_date(day: date) -> str:
    """`2026-11-22` → 贰零贰陆年壹拾壹月贰拾贰日; 零 stands before units and round tens, so that nothing fits in."""
    year = "".join(DIGITS[int(digit)] for digit in f"{day.year:04d}")
    return f"{year}年{_two(day.month)}月{_two(day.day)}日"


def in_capitals(quantity: Quantity) -> str:
    """An amount as forms print it: in digits, and in capital numerals behind."""
    unit = UNIT_ZH[quantity.unit]
    return f"{quantity.text_zh}（大写：{capital_number(quantity.amount)}{unit}）"


def _two(value: int) -> str:
    text = _whole(value)
    return DIGITS[0] + text if value < 10 or value % 10 == 0 else text


def _whole(value: int) -> str:
    if value == 0:
        return DIGITS[0]
    text, is_gap = "", False
    for index in range(len(GROUPS) - 1, -1, -1):
        group = value // 10_000**index % 10_000
        if group == 0:
            is_gap = bool(text)
            continue
        if text and (is_gap or group < 1000):
            text += DIGITS[0]
        text += _group(group) + _unit(index, value)
        is_gap = False
    return text


def _unit(index: int, value: int) -> str:
    """The word of a group; of 万亿 the second sign is written once, with the last of the two groups."""
    return GROUPS[index][:1] if index == 3 and value // 10**8 % 10_000 else GROUPS[index]


def _group(value: int) -> str:
    """One to 9999."""
    text, is_gap = "", False
    for place in range(3, -1, -1):
        digit = value // 10**place % 10
        if digit == 0:
            is_gap = bool(text)
            continue
        if is_gap:
            text += DIGITS[0]
        text += DIGITS[digit] + PLACES[place]
        is_gap = False
    return text
