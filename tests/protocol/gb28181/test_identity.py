"""The 20-digit identity (2022, appendix E)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oversite.protocol.errors import PeerError
from oversite.protocol.gb28181.identity import GbId, is_civil_code, is_gb_id


def test_an_identity_falls_into_its_parts() -> None:
    gb_id = GbId.parse(" 34020000001320000017 ")
    assert (gb_id.centre, gb_id.industry, gb_id.type_code, gb_id.network, gb_id.serial) == (
        "34020000",
        "00",
        132,
        0,
        17,
    )
    assert gb_id.domain == "3402000000"
    assert gb_id.is_camera
    assert str(gb_id) == "34020000001320000017"


@pytest.mark.parametrize(
    ("code", "predicate"),
    [
        (111, "is_recorder"),
        (118, "is_recorder"),
        (131, "is_camera"),
        (132, "is_camera"),
        (134, "is_alarm_input"),
        (200, "is_platform"),
        (215, "is_group"),
        (216, "is_group"),
        (300, "is_user"),
        (499, "is_user"),
    ],
)
def test_the_type_digits_say_what_it_is(code: int, predicate: str) -> None:
    gb_id = GbId.build(centre="34020000", industry="00", kind=code, network=0, serial=1)
    predicates = {"is_recorder", "is_camera", "is_alarm_input", "is_platform", "is_group", "is_user"}
    assert {name for name in predicates if getattr(gb_id, name)} == {predicate}


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("3402000000132000001", "19 digits"),
        ("340200000013200000011", "21 digits"),
        ("3402000000132000000x", "not digits"),
        ("３４０２００００００１３２０００００１７", "not digits"),
        ("", "not digits"),
    ],
)
def test_a_wrong_identity_is_refused_with_its_reason(text: str, reason: str) -> None:
    with pytest.raises(PeerError, match=reason):
        GbId.parse(text)
    assert not is_gb_id(text)


def test_a_part_too_long_for_its_place_is_refused() -> None:
    with pytest.raises(PeerError, match="21 digits"):
        GbId.build(centre="34020000", industry="00", kind=132, network=0, serial=1_000_000)


def test_divisions_have_two_to_eight_digits() -> None:
    assert all(is_civil_code(code) for code in ("34", "3402", "340200", "34020000"))
    assert not any(is_civil_code(code) for code in ("3", "340", "34020000001320000017", "ab"))


@given(st.text(max_size=30))
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        assert is_gb_id(GbId.parse(text).text)
    except PeerError:
        assert not is_gb_id(text)
