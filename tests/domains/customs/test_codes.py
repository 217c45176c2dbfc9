"""The 20 digits of annex 3 part one: built, explained, checked (req: C-code)."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oversite.domains.customs.codes import (
    Circumstance,
    CodeRefused,
    Place,
    build_code,
    cautions,
    check_code,
    explain_code,
    is_right,
    recorded_site_digits,
    tables,
)
from oversite.domains.customs.codes.code import SPANS, CameraCode
from oversite.project.cli import main
from oversite.protocol.gb28181.identity import GbId, GbType

EXAMPLE = "42010011101320803002"
pytestmark = pytest.mark.req("C-code")


def entries(part: str) -> list[str]:
    return list(tables().entries[part])


CODES = st.builds(
    build_code,
    district=st.from_regex(r"[0-9]{4}", fullmatch=True),
    site=st.integers(1, 999).map("{:03d}".format),
    control=st.sampled_from(entries("control")),
    device=st.sampled_from(entries("device")),
    site_class=st.sampled_from(entries("site_class")),
    position=st.sampled_from(entries("position")),
    serial=st.integers(1, 999),
    place=st.just(Place(reason="按现场实际")),
)


def build(**about: object) -> str:
    parts: dict[str, object] = {
        "district": "4201",
        "site": "001",
        "control": "customs",
        "device": "ip-camera",
        "site_class": "wharf",
        "position": "inspection",
        "serial": 2,
    }
    return build_code(**{**parts, **about})  # type: ignore[arg-type]


def faults(code: str, place: Place | None = None) -> list[tuple[str, tuple[int, int]]]:
    return [(fault.key, tuple(fault.digits)) for fault in check_code(code, place)]  # type: ignore[misc]


def refused(**about: object) -> list[str]:
    with pytest.raises(CodeRefused) as caught:
        build(**about)
    return [fault.key for fault in caught.value.faults]


def test_the_example_of_the_document_is_built() -> None:
    assert build() == EXAMPLE
    assert build(control="1", device="132", site_class="08", position="03") == EXAMPLE


def test_the_example_of_the_document_is_explained() -> None:
    explained = explain_code(EXAMPLE)
    read = {part.key: (part.value, part.meaning.zh) for part in explained.parts}
    assert not explained.faults
    assert read["district"][0] == "4201"
    assert read["site"][0] == "001"
    assert read["control"] == ("1", "由海关主控")
    assert read["industry"] == ("10", "海关")
    assert read["device"] == ("132", "网络摄像机")
    assert read["site_class"] == ("08", "码头类（海关监管作业场所）")
    assert read["position"][0] == "03"
    assert "查验平台" in read["position"][1]
    assert read["serial"] == ("002", "该位置的第 2 个摄像头")
    assert {part.clause for part in explained.parts} == {f"A3.1.2.{item}" for item in range(2, 10)}


def test_the_code_is_the_identity_in_the_video_network_and_explain_says_so() -> None:
    explained = explain_code(EXAMPLE)
    identity = GbId.parse(EXAMPLE)
    read = {part.key: part.value for part in explained.identity}
    assert read == {
        "centre": identity.centre,
        "industry": identity.industry,
        "type": "132",
        "network": str(identity.network),
        "serial": f"{identity.serial:06d}",
    }
    assert identity.type_code == GbType.IP_CAMERA
    assert identity.is_camera
    assert "GB/T 28181" in explained.note.zh
    assert "GB/T 28181" in explained.note.en
    assert next(part for part in explained.identity if part.key == "type").meaning.zh == "网络摄像机（IPC）"


def test_a_wrong_code_is_told_its_faults_and_never_to_be_set_in_a_device(capsys: pytest.CaptureFixture[str]) -> None:
    wrong = "42010011901320803002"
    explained = explain_code(wrong)
    assert (explained.identity, "请勿" in explained.note.zh) == ((), True)
    assert main(["code", "explain", wrong]) == 1
    said = capsys.readouterr().out.splitlines()
    assert said[0] == wrong
    assert all(each.startswith("! ") for each in said[1:])
    assert len(said) > 1


def test_the_printed_lists_are_kept_with_their_gaps() -> None:
    assert entries("control") == ["1", "2", "3", "5", "6"]
    assert entries("device") == ["131", "132"]
    assert entries("position") == [f"{number:02d}" for number in range(1, 23)]
    classes = [1, 2, 3, 4, 5, *range(8, 25), 51, *range(31, 37), 41]
    assert entries("site_class") == [f"{number:02d}" for number in classes]


@given(CODES)
def test_what_is_built_is_explained_back_into_its_parts(code: str) -> None:
    read = {part.key: part.value for part in explain_code(code).parts}
    rebuilt = build_code(
        district=read["district"],
        site=read["site"],
        control=read["control"],
        device=read["device"],
        site_class=read["site_class"],
        position=read["position"],
        serial=int(read["serial"]),
        place=Place(reason="按现场实际"),
    )
    assert rebuilt == code
    assert is_right(code)


@given(CODES, st.integers(0, 19), st.sampled_from("0123456789"))
def test_a_wrong_digit_is_found_wherever_the_lists_allow_it(code: str, place: int, digit: str) -> None:
    wrong = code[:place] + digit + code[place + 1 :]
    part = next(name for name, span in SPANS.items() if span.first <= place + 1 <= span.last)
    value = getattr(CameraCode.split(wrong), part)
    possible = value in tables().entries[part] if part in tables().entries else part == "district" or int(value) > 0
    found = [fault for fault in check_code(wrong) if fault.part == part]
    assert bool(found) is not possible
    if found:
        assert found[0].digits[0] <= place + 1 <= found[0].digits[1]
        assert found[0].message.zh
        assert found[0].message.en


@given(st.text(max_size=60))
def test_any_text_is_judged_without_a_fault_of_ours(text: str) -> None:
    assert explain_code(text).faults == check_code(text)
    json.dumps(explain_code(text).as_json())


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("", [("code.length", (1, 20))]),
        (EXAMPLE[:19], [("code.length", (1, 20))]),
        (EXAMPLE + "1", [("code.length", (1, 20))]),
        ("4201OO11101320803002", [("code.character", (5, 5)), ("code.character", (6, 6))]),
        ("42010014101320803002", [("code.unknown", (8, 8))]),
        ("42010011111320803002", [("code.industry", (9, 10))]),
        ("42010011101330803002", [("code.unknown", (11, 13))]),
        ("42010011101320603002", [("code.unknown", (14, 15))]),
        ("42010011101320800002", [("code.unknown", (16, 17))]),
        ("42010011101320823002", [("code.unknown", (16, 17))]),
        ("42010011101320803000", [("code.zero", (18, 20))]),
        ("42010001101320803002", [("code.zero", (5, 7))]),
        ("42010014111330623000", [("code.unknown", (8, 8)), ("code.industry", (9, 10)), ("code.unknown", (11, 13)),
                                  ("code.unknown", (14, 15)), ("code.unknown", (16, 17)), ("code.zero", (18, 20))]),
    ],
)  # fmt: skip
def test_a_wrong_code_says_which_digits(code: str, expected: list[tuple[str, tuple[int, int]]]) -> None:
    assert faults(code) == expected


def test_the_reason_is_said_in_plain_words_with_what_would_be_right() -> None:
    (fault,) = check_code("42010014101320803002")
    assert fault.message.zh == (
        "第 8 位（主控部门）是 4，规则中没有此代码。"
        "可用的代码：1（海关）、2（公安部门）、3（边防部门）、5（企业）、6（其他部门或单位）。"
    )
    assert "Digit 8" in fault.message.en
    assert fault.clause == "A3.1.2.4"


@pytest.mark.parametrize(
    "typed",
    ["4201 001 1 10 132 08 03 002", "4201-001-1-10-132-08-03-002", "４２０１００１１１０１３２０８０３００２"],
)
def test_a_code_may_be_typed_as_people_print_it(typed: str) -> None:
    assert is_right(typed)
    assert explain_code(typed).code == EXAMPLE


@pytest.mark.parametrize(
    ("circumstance", "site_class"),
    [
        (Circumstance.LAND_BORDER, "10"),
        (Circumstance.BERTH_OUTSIDE_SITE, "19"),
        (Circumstance.BORDER_TRADE, "14"),
    ],
)
def test_the_special_cases_settle_the_class(circumstance: Circumstance, site_class: str) -> None:
    place = Place(frozenset({circumstance}))
    assert CameraCode.split(build(site_class="", place=place)).site_class == site_class
    assert refused(site_class="08", place=place) == ["code.circumstance"]
    (fault,) = check_code(EXAMPLE, place)
    assert fault.digits == (14, 15)
    assert site_class in fault.message.zh
    assert fault.clause.startswith("A3.1.2.7.")


def test_two_special_cases_at_once_are_asked_about() -> None:
    both = Place(frozenset({Circumstance.LAND_BORDER, Circumstance.BORDER_TRADE}))
    assert refused(site_class="10", place=both) == ["code.cases"]


@pytest.mark.parametrize("other", ["18", "41"])
def test_other_is_refused_without_a_reason(other: str) -> None:
    assert refused(site_class=other) == ["code.reason"]
    assert refused(site_class=other, place=Place(reason="  ")) == ["code.reason"]
    assert refused(site_class=other, place=Place(reason="x")) == ["code.reason"]
    assert build(site_class=other, place=Place(reason="临时查验点"))


def test_a_right_code_of_an_other_class_asks_to_be_looked_at() -> None:
    [caution] = cautions("42010011101321803002")
    assert "应严格谨慎使用" in caution.message.zh
    assert cautions(EXAMPLE) == cautions("1803") == ()


def test_a_class_that_nobody_named_is_asked_for_with_the_codes_there_are() -> None:
    with pytest.raises(CodeRefused) as raised:
        build(site_class="")
    [fault] = raised.value.faults
    assert fault.key == "code.missing"
    assert fault.message.zh.startswith("缺少第 14 至 15 位（场所分类）。可用的代码：01（水路运输类）、")


@pytest.mark.parametrize("serial", [0, -1, 1000])
def test_a_position_takes_no_more_than_999(serial: int) -> None:
    assert refused(serial=serial) == ["code.serial"]
    assert build(serial=999).endswith("999")


def test_everything_that_is_wrong_is_said_at_once() -> None:
    keys = refused(district="42", site="x", control="army", device="133", site_class="06", position="00", serial=0)
    assert sorted(keys) == ["code.serial", "code.shape", "code.shape", *["code.unknown"] * 4]


def test_the_site_has_the_last_three_digits_of_its_registration() -> None:
    assert recorded_site_digits("CNQGD420001") == "001"
    for wrong in ("", "12", "CNQGD42000A", "CNQGD42000"):
        with pytest.raises(CodeRefused):
            recorded_site_digits(wrong)


@pytest.mark.parametrize(
    ("clause", "chinese"),
    [
        ("A3.1.2.4", "附件3第一部分（二）4"),
        ("A3.1.2.7.4", "附件3第一部分（二）7（4）"),
        ("A3.2.2", "附件3第二部分（二）"),
        ("GB/T 28181-2022 E", "GB/T 28181-2022 E"),
        ("A3.x.2", "A3.x.2"),
    ],
)
def test_a_provision_is_cited_as_people_do(clause: str, chinese: str) -> None:
    from oversite.domains.customs.reading import provision

    assert provision(clause) == chinese
