"""The control policies, one case per cell (req: A4.2, C9.1, C9.2)."""

import pytest

from oversite.video.control.policies import FREE, TABLES, Answer, Party, Policy, answer

L1, L2, L3 = Party(1), Party(2), Party(3)
L1_SPECIAL, L2_SPECIAL = Party(1, is_special=True), Party(2, is_special=True)
OPERATOR = Party(3, is_operator=True)
CUSTOMS_1, CUSTOMS_2, CUSTOMS_3 = (Party(level, is_customs=True) for level in (1, 2, 3))
POLICE = Party(1)

FARM_PARTIES = {
    FREE: None,
    "L1": L1,
    "L2": L2,
    "L3": L3,
    "L1*": L1_SPECIAL,
    "L2*": L2_SPECIAL,
    "operator": OPERATOR,
}

FARM = [
    ("L1", FREE, "grant"),
    ("L1", "L1", "wait"),
    ("L1", "L2", "take"),
    ("L1", "L3", "special"),
    ("L1", "L1*", "wait"),
    ("L1", "L2*", "special"),
    ("L1", "operator", "take"),
    ("L2", FREE, "grant"),
    ("L2", "L1", "wait"),
    ("L2", "L2", "wait"),
    ("L2", "L3", "special"),
    ("L2", "L1*", "wait"),
    ("L2", "L2*", "wait"),
    ("L2", "operator", "take"),
    ("L3", FREE, "grant"),
    ("L3", "L1", "take"),
    ("L3", "L2", "take"),
    ("L3", "L3", "wait"),
    ("L3", "L1*", "wait"),
    ("L3", "L2*", "wait"),
    ("L3", "operator", "take"),
    ("operator", FREE, "grant"),
    ("operator", "L1", "wait"),
    ("operator", "L2", "wait"),
    ("operator", "L3", "wait"),
    ("operator", "L1*", "wait"),
    ("operator", "L2*", "wait"),
    ("operator", "operator", "wait"),
]

CUSTOMS_HOLDERS = {FREE: None, "below": CUSTOMS_3, "equal": CUSTOMS_2, "above": CUSTOMS_1, "other": POLICE}
CUSTOMS_PRIMARY = [
    ("customs", FREE, "grant"),
    ("customs", "below", "special"),
    ("customs", "equal", "wait"),
    ("customs", "above", "wait"),
    ("customs", "other", "take"),
    ("other", FREE, "grant"),
    ("other", "below", "wait"),
    ("other", "equal", "wait"),
    ("other", "above", "wait"),
    ("other", "other", "wait"),
]
CUSTOMS_EXCLUSIVE = [
    ("customs", FREE, "grant"),
    ("customs", "below", "special"),
    ("customs", "equal", "wait"),
    ("customs", "above", "wait"),
    ("customs", "other", "take"),
    ("other", FREE, "never"),
    ("other", "below", "never"),
    ("other", "equal", "never"),
    ("other", "above", "never"),
    ("other", "other", "never"),
]
LEVEL_HOLDERS = {FREE: None, "below": L3, "equal": L2, "above": L1, "operator": OPERATOR}
LEVELS = [
    ("supervisor", FREE, "grant"),
    ("supervisor", "below", "special"),
    ("supervisor", "equal", "wait"),
    ("supervisor", "above", "wait"),
    ("supervisor", "operator", "take"),
    ("operator", FREE, "grant"),
    ("operator", "below", "wait"),
    ("operator", "equal", "wait"),
    ("operator", "above", "wait"),
    ("operator", "operator", "wait"),
]


@pytest.mark.req("A4.2")
@pytest.mark.parametrize(("claimant", "holder", "expected"), FARM)
def test_farm(claimant: str, holder: str, expected: str) -> None:
    asks = FARM_PARTIES[claimant]
    assert asks is not None
    assert answer(Policy.FARM, asks, FARM_PARTIES[holder]) == expected


@pytest.mark.req("C9.2")
@pytest.mark.parametrize(("claimant", "holder", "expected"), CUSTOMS_PRIMARY)
def test_customs_primary(claimant: str, holder: str, expected: str) -> None:
    asks = CUSTOMS_2 if claimant == "customs" else Party(2)
    assert answer(Policy.CUSTOMS_PRIMARY, asks, CUSTOMS_HOLDERS[holder]) == expected


@pytest.mark.req("C9.1")
@pytest.mark.parametrize(("claimant", "holder", "expected"), CUSTOMS_EXCLUSIVE)
def test_customs_exclusive(claimant: str, holder: str, expected: str) -> None:
    asks = CUSTOMS_2 if claimant == "customs" else Party(2)
    assert answer(Policy.CUSTOMS_EXCLUSIVE, asks, CUSTOMS_HOLDERS[holder]) == expected


@pytest.mark.parametrize(("claimant", "holder", "expected"), LEVELS)
def test_levels(claimant: str, holder: str, expected: str) -> None:
    asks = OPERATOR if claimant == "operator" else L2
    if claimant == "operator" and holder in ("below", "equal", "above"):
        asks = Party(2, is_operator=True)
    assert answer(Policy.LEVELS, asks, LEVEL_HOLDERS[holder]) == expected


def test_every_cell_has_its_case() -> None:
    cases = {
        Policy.FARM: FARM,
        Policy.CUSTOMS_PRIMARY: CUSTOMS_PRIMARY,
        Policy.CUSTOMS_EXCLUSIVE: CUSTOMS_EXCLUSIVE,
        Policy.LEVELS: LEVELS,
    }
    for policy, table in TABLES.items():
        assert {(row, column) for row, column, _ in cases[policy]} == set(table), policy


@pytest.mark.req("A4.2")
def test_a_level_below_the_site_counts_as_on_site() -> None:
    assert answer(Policy.FARM, Party(4), L2) is Answer.TAKE
    assert answer(Policy.FARM, L1, Party(5)) is Answer.SPECIAL


@pytest.mark.req("A4.2")
def test_level_three_has_no_special_circumstance_of_its_own() -> None:
    assert answer(Policy.FARM, L1, Party(3, is_special=True)) is Answer.SPECIAL
