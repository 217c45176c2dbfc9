"""The words of the rulebook and the digits of the camera code (req: C-code)."""

import pytest

from oversite.domains.customs.codes import tables
from oversite.domains.customs.vocabulary import _words, circumstances_of, code_of_class, position_of_area

pytestmark = pytest.mark.req("C-code")


def test_every_digit_that_the_rulebook_names_is_one_of_annex_3() -> None:
    codes = {code_of_class(word) for word in _words()["classes"]} - {""}
    assert codes <= tables().entries["site_class"].keys()
    positions = {position_of_area(word) for word in _words()["areas"]} - {""}
    assert positions <= tables().entries["position"].keys()
    assert codes == tables().entries["site_class"].keys()


@pytest.mark.parametrize(
    ("site_class", "code", "cases"),
    [
        ("waterway", "01", []),
        ("land-border", "10", ["land-border"]),
        ("border-trade", "14", ["border-trade"]),
        ("outside-berth", "19", ["berth-outside-site"]),
        ("aquaculture-farm", "", []),
    ],
)
def test_the_class_of_a_site_suggests_its_digits_and_its_special_case(
    site_class: str, code: str, cases: list[str]
) -> None:
    assert code_of_class(site_class) == code
    assert circumstances_of(code) == cases


@pytest.mark.parametrize(("kind", "digits"), [("gate", "08"), ("h986", "06"), ("inspection", "03"), ("pond", "")])
def test_the_kind_of_an_area_suggests_the_position(kind: str, digits: str) -> None:
    assert position_of_area(kind) == digits
