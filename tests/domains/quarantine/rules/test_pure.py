"""Amounts, division codes, sample sizes and musts, without a database."""

from dataclasses import dataclass

import pytest

from oversite.domains.quarantine.rules.divisions import JIANGSU, codes_of, covers, is_same_city, is_same_province
from oversite.domains.quarantine.rules.musts import MustFacts, musts_met
from oversite.domains.quarantine.rules.quantities import Quantity
from oversite.domains.quarantine.rules.sampling import sample_plan


@pytest.mark.req("Q14")
@pytest.mark.parametrize(("percent", "least", "planned"), [(2, 149, 150), (5, 59, 60), (10, 29, 30)])
def test_a_sample_finds_a_prevalence_with_95_percent(percent, least, planned):
    plan = sample_plan(percent / 100, 0.95)
    assert (plan.least, plan.planned) == (least, planned)


def test_a_small_population_needs_fewer_and_never_more_than_there_are():
    assert sample_plan(0.02, 0.95, 1000).least < 149
    assert sample_plan(0.02, 0.95, 20).planned <= 20
    assert sample_plan(0.02, 0.95, 10**9).least == 149


@pytest.mark.parametrize(
    ("prevalence", "confidence", "population"), [(0, 0.95, None), (1, 0.95, None), (0.02, 1, None), (0.02, 0.95, 0)]
)
def test_figures_outside_their_bounds_are_refused(prevalence, confidence, population):
    with pytest.raises(ValueError, match=r"lie|least"):
        sample_plan(prevalence, confidence, population)


def test_ten_thousands_count_the_same_thing():
    assert Quantity(3, "10k-tail").counted == ("tail", 30_000)
    assert Quantity(30_001, "tail").exceeds(Quantity(3, "10k-tail"))
    assert not Quantity(30_000, "tail").exceeds(Quantity(3, "10k-tail"))
    assert Quantity(12, "10k-tail").text_zh == "12 万尾"
    with pytest.raises(ValueError, match="different"):
        Quantity(1, "kilogram").exceeds(Quantity(1, "tail"))


@pytest.mark.parametrize("amount", [-1, 10**15, 1.5, True, "3"])
def test_an_amount_is_a_whole_number(amount):
    with pytest.raises(ValueError, match="amount"):
        Quantity(amount, "tail")


def test_a_division_covers_what_lies_in_it():
    assert covers(["320000"], "320583")
    assert covers(["320500"], "320583")
    assert not covers(["320500"], "320100")
    assert covers(["320583"], "320583")
    assert not covers([], "320583")
    assert is_same_province("320100", "321300")
    assert not is_same_city("320100", "320200")
    assert codes_of("320100, 320200；320100") == ["320100", "320200"]
    with pytest.raises(ValueError, match=r"^3201$"):
        codes_of("320100 3201")


@pytest.mark.req("Q15")
def test_the_thirteen_cities_stand_in_the_printed_order():
    assert list(JIANGSU.values()) == [
        "南京",
        "无锡",
        "徐州",
        "常州",
        "苏州",
        "南通",
        "连云港",
        "淮安",
        "盐城",
        "扬州",
        "镇江",
        "泰州",
        "宿迁",
    ]


@dataclass
class Must:
    condition: str
    label: str
    years: int = 3


ALL = [Must(name, name) for name in ("catalogued", "release", "outside-city", "disease-recent")]


@pytest.mark.req("Q14")
@pytest.mark.parametrize(
    ("facts", "met"),
    [
        (MustFacts(True, True, False, False), ["catalogued"]),
        (MustFacts(True, False, False, False), []),
        (MustFacts(False, True, True, False), ["release"]),
        (MustFacts(False, True, False, True), ["outside-city"]),
        (MustFacts(False, True, False, False, 2.9), ["disease-recent"]),
        (MustFacts(False, True, False, False, 3.1), []),
        (MustFacts(True, True, True, True, 0.0), ["catalogued", "release", "outside-city", "disease-recent"]),
    ],
)
def test_which_musts_a_declaration_meets(facts, met):
    assert musts_met(ALL, facts) == met


def test_a_rest_is_told_in_the_unit_of_its_pond_where_it_comes_out_even():
    assert Quantity(1_790_000, "tail").in_unit("10k-tail") == Quantity(179, "10k-tail")
    assert Quantity(1_795_001, "tail").in_unit("10k-tail") == Quantity(1_795_001, "tail")
    assert Quantity(3, "10k-tail").in_unit("tail") == Quantity(30_000, "tail")
    assert Quantity(5, "kilogram").in_unit("10k-tail") == Quantity(5, "kilogram")
