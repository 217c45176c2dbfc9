"""Capital numerals as forms and cheques write them."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oversite.domains.quarantine.rules.numerals import (
    DIGITS,
    LARGEST,
    PLACES,
    capital_date,
    capital_number,
    in_capitals,
)
from oversite.domains.quarantine.rules.quantities import Quantity

WRITTEN = {
    0: "零",
    10: "壹拾",
    101: "壹佰零壹",
    1010: "壹仟零壹拾",
    10000: "壹万",
    100500: "壹拾万零伍佰",
    120050: "壹拾贰万零伍拾",
    20000005: "贰仟万零伍",
    100010000: "壹亿零壹万",
    440000000: "肆亿肆仟万",
    1234567890: "壹拾贰亿叁仟肆佰伍拾陆万柒仟捌佰玖拾",
    1000000000000: "壹万亿",
}


@pytest.mark.req("Q1")
@pytest.mark.parametrize(("value", "text"), WRITTEN.items())
def test_whole_numbers(value: int, text: str) -> None:
    assert capital_number(value) == text


def test_fractions() -> None:
    assert capital_number(Decimal("3.50")) == "叁点伍"
    assert capital_number(Decimal("0.05")) == "零点零伍"
    assert capital_number(Decimal("120.00")) == "壹佰贰拾"


@pytest.mark.parametrize("value", [Decimal(-1), Decimal("NaN"), Decimal("Infinity"), Decimal(LARGEST) + 1])
def test_what_cannot_be_written_is_refused(value: Decimal) -> None:
    with pytest.raises(ValueError, match="capital numerals"):
        capital_number(value)


@given(st.integers(min_value=0, max_value=LARGEST))
def test_reading_it_back_gives_the_number(value: int) -> None:
    assert _read(capital_number(value)) == value


def test_dates_leave_no_room_for_another_sign() -> None:
    assert capital_date(date(2026, 11, 22)) == "贰零贰陆年壹拾壹月贰拾贰日"
    assert capital_date(date(2026, 1, 2)) == "贰零贰陆年零壹月零贰日"
    assert capital_date(date(2030, 10, 30)) == "贰零叁零年零壹拾月零叁拾日"


def _read(text: str) -> int:
    """Written independently of the code: 亿 closes what stands before it, so does 万 within it."""
    total = part = group = digit = 0
    for sign in text:
        if sign in DIGITS:
            digit = DIGITS.index(sign)
        elif sign in PLACES:
            group, digit = group + digit * 10 ** PLACES.index(sign), 0
        elif sign == "万":
            part, group, digit = part + (group + digit) * 10_000, 0, 0
        else:
            total, part, group, digit = (part + group + digit) * 10**8, 0, 0, 0
    return total + part + group + digit


def test_an_amount_stands_in_digits_and_in_capitals() -> None:
    assert in_capitals(Quantity(30, "10k-tail")) == "30 万尾（大写：叁拾万尾）"
