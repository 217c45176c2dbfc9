"""The text on the picture, which is the camera's name in the tree (annex 3 part two, req: C-OSD)."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oversite.domains.customs.screentext import (
    Limits,
    Name,
    Position,
    ReadScreen,
    ScreenTextRefused,
    Spot,
    compare,
    screen_layout,
    screen_text,
    time_line,
)

YANGSHAN = Spot(Name("上海海关"), Name("洋山海关"), Name("洋山申港石油码头"), "查验平台", 1, is_steerable=True)
WULATE = Spot(
    Name("呼和浩特海关", "呼关"),
    Name("乌拉特海关"),
    Name("甘其毛都口岸嘉友国际物流有限公司海关监管场所", "嘉友国际物流"),
    "查验平台",
    1,
    is_steerable=True,
)
pytestmark = pytest.mark.req("C-OSD")

HAN = st.text(st.characters(min_codepoint=0x4E00, max_codepoint=0x9FA5), min_size=1, max_size=24)
SPOTS = st.builds(
    Spot,
    st.builds(Name, HAN.map(lambda text: text + "海关")),
    st.builds(Name, HAN, HAN | st.just("")),
    st.builds(Name, HAN, HAN | st.just("")),
    HAN,
    st.integers(1, 999),
    st.booleans(),
)


def test_the_first_printed_example() -> None:
    text = screen_text(YANGSHAN)
    assert text.name == "上海洋山海关洋山申港石油码头查验平台01云台"
    assert text.shortened == ()


def test_the_second_printed_example() -> None:
    text = screen_text(WULATE, Limits(lines=2, characters=11))
    assert text.name == "呼关乌拉特海关嘉友国际物流查验平台01云台"
    assert set(text.shortened) == {"regional", "place"}


def test_the_full_name_stands_wherever_the_device_takes_it() -> None:
    text = screen_text(WULATE)
    assert text.name == "呼和浩特乌拉特海关甘其毛都口岸嘉友国际物流有限公司海关监管场所查验平台01云台"
    assert text.lines[1] == "查验平台01云台"
    assert screen_text(WULATE, Limits(2, 16)).shortened == ("place",)


def test_a_house_that_carries_the_regional_name_does_not_get_it_twice() -> None:
    airport = Name("呼和浩特海关驻白塔机场办事处", "呼和关机场办")
    spot = Spot(Name("呼和浩特海关", "呼关"), airport, Name("旅检大厅"), "申报区", 3)
    assert screen_text(spot).name == "呼和浩特海关驻白塔机场办事处旅检大厅申报区03"
    assert screen_text(spot, Limits(1, 16)).name == "呼和关机场办旅检大厅申报区03"


def test_the_regional_customs_itself() -> None:
    assert screen_text(Spot(Name("上海海关"), Name("上海海关"), Name("驿站"), "卡口", 2)).name == "上海海关驿站卡口02"


@pytest.mark.parametrize(("serial", "shown"), [(1, "01"), (99, "99"), (100, "100")])
def test_the_serial_has_two_digits_and_more_only_where_it_must(serial: int, shown: str) -> None:
    spot = Spot(YANGSHAN.regional, YANGSHAN.house, YANGSHAN.place, "泊位", serial)
    assert screen_text(spot).name.endswith(f"泊位{shown}")


def test_only_what_turns_is_marked() -> None:
    fixed = Spot(YANGSHAN.regional, YANGSHAN.house, YANGSHAN.place, "查验平台", 1, is_steerable=False)
    assert not screen_text(fixed).name.endswith("云台")


def test_it_is_opaque_and_does_not_blink() -> None:
    text = screen_text(YANGSHAN)
    assert text.is_opaque
    assert not text.is_blinking


@given(SPOTS, st.integers(1, 8), st.integers(6, 40), st.sampled_from([1, 2]))
def test_never_more_lines_or_characters_than_the_device_takes(
    spot: Spot, lines: int, characters: int, hanzi: int
) -> None:
    limits = Limits(lines, characters, hanzi)
    try:
        text = screen_text(spot, limits)
    except ScreenTextRefused:
        return
    assert 1 <= len(text.lines) <= min(lines, 2)
    assert all(limits.fits(line) for line in text.lines)
    assert text.name.endswith(f"{spot.serial:02d}" + ("云台" if spot.is_steerable else ""))
    if not text.shortened:
        assert spot.place.full in text.name


@given(SPOTS, st.integers(6, 40))
def test_a_shorter_name_is_taken_only_where_the_full_one_does_not_fit(spot: Spot, characters: int) -> None:
    full = Spot(
        Name(spot.regional.full), Name(spot.house.full), Name(spot.place.full), spot.business, spot.serial,
        spot.is_steerable,
    )  # fmt: skip
    limits = Limits(2, characters)
    try:
        wanted = screen_text(full, limits)
    except ScreenTextRefused:
        return
    assert screen_text(spot, limits) == wanted


def test_what_does_not_fit_is_refused_and_says_what_to_do() -> None:
    with pytest.raises(ScreenTextRefused) as caught:
        screen_text(YANGSHAN, Limits(1, 12))
    (problem,) = caught.value.problems
    assert "简称" in problem.zh
    assert "short" in problem.en


@pytest.mark.parametrize(
    "spot",
    [
        Spot(Name(""), Name("洋山海关"), Name("码头"), "泊位", 1),
        Spot(Name("上海海关"), Name(" "), Name("码头"), "泊位", 1),
        Spot(Name("上海海关"), Name("洋山海关"), Name("码\n头"), "泊位", 1),
        Spot(Name("上海海关"), Name("洋山海关"), Name("码头"), "", 1),
        Spot(Name("上海海关"), Name("洋山海关"), Name("码头"), "泊位", 0),
    ],
)
def test_what_is_missing_or_cannot_be_shown_is_named(spot: Spot) -> None:
    with pytest.raises(ScreenTextRefused):
        screen_text(spot)


def test_the_time_is_beijing_time_in_the_form_of_the_standard() -> None:
    assert time_line(datetime(2026, 11, 21, 16, 5, 9, tzinfo=UTC)) == "2026-11-22 00:05:09"
    with pytest.raises(ValueError, match="time zone"):
        time_line(datetime(2026, 11, 21))


def test_the_time_stands_at_the_top_and_the_name_at_the_bottom() -> None:
    layout = screen_layout(("一", "二"), 1920, 1080)
    assert layout.time_y < 540
    assert [line.text for line in layout.lines] == ["一", "二"]
    assert 540 < layout.lines[0].y < layout.lines[1].y < 1080


def read(*texts: str, **about: object) -> ReadScreen:
    lines = tuple(Position(text, 16, 900 + 60 * row) for row, text in enumerate(texts))
    parts: dict[str, object] = {"time_type": 0, "time_y": 16, "height": 1080}
    return ReadScreen(lines, **{**parts, **about})  # type: ignore[arg-type]


WANTED = ("上海洋山海关洋山申港石油码头", "查验平台01云台")


def test_a_match() -> None:
    assert compare(WANTED, read(*WANTED)).is_match
    assert compare(WANTED, read("上海洋山海关", "洋山申港石油码头查验平台01云台")).is_match
    assert compare(WANTED, read(*WANTED, "")).is_match
    assert compare(WANTED, read(*WANTED, time_type=None, time_y=None, height=None)).is_match


@pytest.mark.parametrize(
    ("shown", "word"),
    [
        (read("上海洋山海关洋山", "查验平台01云台"), "截断"),
        (read("上海洋山海关洋山申港石油码头查验平台02云台"), "应为"),
        (read(), "未显示文字"),
        (read(*WANTED, shows_text=False), "未显示文字"),
        (read("上海洋山海关", "洋山申港石油码头", "查验平台01云台"), "两行"),
        (read(*WANTED, shows_time=False), "日期和时间"),
        (read(*WANTED, time_type=1), "格式"),
        (read(*WANTED, time_y=1000), "上方"),
    ],
)
def test_a_difference_is_said_in_words(shown: ReadScreen, word: str) -> None:
    found = compare(WANTED, shown)
    assert not found.is_match
    assert any(word in difference.zh for difference in found.differences)


@pytest.mark.parametrize("wrong", [(0, 32, 1), (2, 3, 1), (2, 32, 3)])
def test_a_device_that_shows_nothing_is_no_device(wrong: tuple[int, int, int]) -> None:
    with pytest.raises(ValueError, match="at least one line"):
        Limits(*wrong)
