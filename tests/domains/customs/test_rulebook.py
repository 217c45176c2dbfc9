"""The customs rulebook against its index: nothing left out, nothing merged away, every reading written down."""

import re
from collections import defaultdict
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from oversite.oversight.rules.engine.completeness import gaps, index_of
from oversite.oversight.rules.engine.evaluation import evaluate
from oversite.oversight.rules.engine.fact_reading import read_facts
from oversite.oversight.rules.engine.loading import load_book
from oversite.oversight.rules.engine.rule import Rule, Rulebook

ROOT = Path(__file__).parents[3]
FOLDER = ROOT / "src/oversite/domains/customs/rulebook"
DOCS = ROOT / "docs/ref/customs-rulebook.md"
PROVISIONS = {"1": 17, "2": 155, "3": 73, "A1": 173, "A2": 27, "A3": 26, "A4": 11}
"""Numbered items of each part, counted in the document itself; chapters and sections not included."""


@cache
def book() -> Rulebook:
    return load_book(FOLDER)


@cache
def index() -> dict[str, dict[str, Any]]:
    loaded: dict[str, dict[str, Any]] = yaml.safe_load((FOLDER / "index.yaml").read_text(encoding="utf-8"))
    return loaded


@cache
def cited() -> dict[str, list[Rule]]:
    """The rules that cite each clause as theirs, references included, what they resolve to not."""
    found: dict[str, list[Rule]] = defaultdict(list)
    for rule in book().rules:
        if not rule.derived_from:
            for clause in rule.clause:
                found[clause].append(rule)
    return found


def rules_at(clause: str) -> list[Rule]:
    return [rule for rule in cited()[clause] if rule.id.partition(":")[0] == clause]


def children(clause: str) -> list[str]:
    start = f"{clause}."
    return [each for each in index() if each.startswith(start) and "." not in each[len(start) :]]


@pytest.mark.req("C2", "C-eval")
def test_every_rule_proves_itself_by_its_examples() -> None:
    assert len(book().rules) > 400
    for rule in book().rules:
        given = {each.outcome for each in rule.examples}
        if rule.is_judged and not rule.is_officers:
            assert {"met", "not_met"} <= given, rule.id
        assert not rule.is_judged or given, rule.id


@pytest.mark.req("C2")
def test_every_provision_has_a_rule_or_a_written_reason() -> None:
    assert gaps(book(), index_of(FOLDER)) == []
    for entry in index().values():
        assert set(entry) <= {"zh", "en", "heading", "reason", "remark", "rules"}
        assert entry["zh"]
        assert entry["en"]


@pytest.mark.req("C2")
def test_the_numbers_of_the_index_have_no_hole() -> None:
    for clause in index():
        numbers = [each.rsplit(".", 1)[1] for each in children(clause)]
        plain = [int(each) for each in numbers if each.isdigit()]
        assert plain == list(range(1, len(plain) + 1)), clause
        assert [each for each in numbers if not each.isdigit()] == (["3b"] if clause == "A1.7" else [])


@pytest.mark.req("C2")
def test_the_index_has_as_many_provisions_as_the_document() -> None:
    found: dict[str, int] = defaultdict(int)
    for clause in index():
        part, _, rest = clause.partition(".")
        depth = {"2": 1, "3": 1, "A1": 1, "A2": 1}.get(part, 0)
        found[part] += rest.count(".") + bool(rest) > depth
    assert found == PROVISIONS


def test_titles_are_short_and_our_own() -> None:
    for clause, entry in index().items():
        assert len(entry["zh"]) <= 40, clause
        assert not re.search(r"监控范围确保|应设置|应对.+设置", entry["zh"]), clause
    for rule in book().rules:
        assert len(rule.title.zh) <= 40, rule.id


CONTROL = {
    "2.1.1.1": "primary",
    "2.1.5.2": "exclusive",
    "2.1.9.1": "primary",
    "2.1.9.2": "exclusive",
    "2.2.1.1": "exclusive",
    "2.2.3.1": "primary",
    "2.2.3.2": "exclusive",
    "2.4.3.1": "primary",
    "2.4.3.2": None,
    "2.5.5.1": "primary",
    "2.5.5.2": "exclusive",
    "3.1.1.1.3": "exclusive",
    "3.1.1.1.4": "primary",
    "3.1.2.4": "exclusive",
    "3.1.4.3": "primary",
    "3.1.5.1": None,
    "3.2.2": None,
    "3.2.6": "exclusive",
    "A1.1.1.2": "exclusive",
    "A1.1.2.2": "exclusive",
    "A1.2.1.2.3": None,
    "A1.2.3.1.1": None,
    "A1.2.3.7.2": "exclusive",
    "A1.2.4.2.1": "exclusive",
    "A1.2.4.2.2": "primary",
    "A1.3.3.2": "primary",
    "A1.6.2.1": "exclusive",
    "A1.6.2.2": "primary",
    "A1.7.3b": "primary",
    "A2.1.1.1": None,
    "A2.3.2": "primary",
    "A2.4.1": None,
}


@pytest.mark.req("C2", "C9.1", "C9.2")
@pytest.mark.parametrize(("clause", "control"), CONTROL.items())
def test_control_rights_are_those_of_the_provision_and_none_is_invented(clause: str, control: str | None) -> None:
    assert {rule.demand.control for rule in rules_at(clause) if rule.demand} == {control}


KINDS = {
    "2.1.1.2": "wide-or-pan-tilt",
    "2.6.9.2": "pan-tilt",
    "3.1.1.3.1:cross": "fixed-and-pan-tilt",
    "3.1.1.4.1:table": "pan-tilt",
    "A1.1.1.2": "pan-tilt",
    "A1.2.3.5.1": "wide-and-pan-tilt",
    "A1.2.3.5.2": "wide-or-pan-tilt",
    "A1.6.1.2.1": "fixed",
    "A1.6.1.2.1:pan-tilt": "pan-tilt",
    "A1.8.3": "any",
    "A2.3.1:fixed": "fixed",
    "A2.3.1:wide": "wide",
}
BASES = {
    "2.1.9.1": "continuity",
    "3.1.4.4": "each",
    "3.1.5.1": "both-ends",
    "A1.1.1.2": "corners-and-centre",
    "A1.4.1.1": "ends-or-centre",
    "A1.4.2:corners": "four-corners",
    "A1.6.1.2.1": "diagonal",
    "A1.6.1.3.2": "as-necessary",
    "A1.6.1.4": "diagonal",
    "A1.7.3b": "continuity",
}


@pytest.mark.req("C2")
@pytest.mark.parametrize(("rule_id", "kind"), KINDS.items())
def test_camera_kinds_are_those_of_the_provision(rule_id: str, kind: str) -> None:
    demand = rule(rule_id).demand
    assert demand is not None
    assert demand.kind == kind


@pytest.mark.req("C2")
@pytest.mark.parametrize(("rule_id", "basis"), BASES.items())
def test_counts_rest_on_what_the_provision_says(rule_id: str, basis: str) -> None:
    assert rule(rule_id).basis == basis


PLACES = {
    "2.1.3.1": {"stacks", "loading-area", "tally-place", "goods-entrance", "personnel-way", "inner-lane"},
    "2.2.4.1": {"vehicle-dock", "entrance"},
    "2.5.5.1": {"scanning-room", "manual-room", "goods-entrance", "scanner-display", "inspection-table"},
    "3.1.1.5.3": {"stacks", "entrance"},
    "3.2.1.1": {"vehicle-dock", "entrance", "fence-line"},
    "3.2.6": {"inside", "entrance"},
    "3.2.7": {"mail-place", "entrance"},
    "A1.1.1.1": {"inspection-place", "inspected-stacks", "goods-entrance", "fence-line"},
    "A1.1.2.1.1": {"scanner-inside", "scanner-in", "scanner-out"},
    "A1.6.2.2": {"dispensing-room", "medicine-room", "preparation-room", "equipment-room"},
    "A2.4.2": {"before", "behind"},
}


@pytest.mark.req("C2")
@pytest.mark.parametrize(("rule_id", "places"), PLACES.items())
def test_every_place_that_the_provision_names_is_looked_at(rule_id: str, places: set[str]) -> None:
    demand = rule(rule_id).demand
    assert demand is not None
    assert set(demand.parts) == places


@pytest.mark.req("C2")
def test_strength_is_as_required_only_where_customs_decides() -> None:
    required = {rule.clause[0] for rule in book().rules if rule.strength == "as-required" and not rule.derived_from}
    assert {"2.1.7.2", "2.4.2.2", "2.6.5.2", "A1.2.1.6", "A2.2.3", "A2.3.1"} <= required
    assert not {"2.1.9.1", "A1.7.3b", "3.1.1.4.1"} & required


@pytest.mark.req("C5", "C6", "C8")
@pytest.mark.parametrize(
    ("rule_id", "facts"),
    [
        ("1.5", {"conforms_hs_t_58", "conforms_national", "security_certified"}),
        ("1.6", {"retention_days"}),
        ("1.6:link", {"security_gateway"}),
        ("1.8", {"machine_room"}),
    ],
)
def test_what_holds_for_every_site_is_asked_of_every_class(rule_id: str, facts: set[str]) -> None:
    asked = rule(rule_id)
    assert asked.classes == ("any",)
    assert {name for name, _needed in asked.require} == facts


@pytest.mark.req("C3")
def test_texts_that_are_missing_are_the_officers_with_their_title() -> None:
    documents = book().vocabulary.documents
    assert documents[rule("A1.1.1.6").document].zh == "海关集约化封闭式集装箱查验场地设置规范"
    assert documents[rule("A1.1.2.1.1").document].zh == "H986机检设备的建设要求"
    area = {"id": "H", "kind": "h986"}
    camera = {"id": "c", "area": "H", "kind": "fixed", "control": "exclusive", "sees": ["panorama"]}
    facts = read_facts({"site": {"code": "W1", "class": "waterway"}, "areas": [area], "cameras": [camera]}, book())
    found = next(each for each in evaluate(book(), facts) if each.rule == "A1.1.2.1.1")
    assert found.outcome == "judgement"
    assert found.reason.zh.startswith(
        "请打开摄像头“c”的画面，判断：摄像头的设置是否符合《H986机检设备的建设要求》。已申报的摄像头中，H：H986机检设备内部"
    )
    assert (found.missing.zh, found.look_at) == ("", ("c",))


@pytest.mark.req("C3")
@pytest.mark.parametrize(
    ("reference", "stands_for"),
    [
        ("2.1.8.2", {"2.1.8.1"}),
        ("A1.2.1.1", {"2.1.1.1", "2.1.1.2"}),
        ("A1.2.2.9", {"2.2.1.1", "2.2.1.2"}),
        ("A1.2.3.5.4", {"2.5.3.1", "2.5.3.2"}),
        ("A2.3.6.3", {"A2.3.3", "A2.3.3:wide"}),
    ],
)
def test_references_resolve_to_the_rules_they_name(reference: str, stands_for: set[str]) -> None:
    assert {each.removeprefix(f"{reference}/") for each in rule(reference).resolves_to} == stands_for


@pytest.mark.req("C3")
def test_the_transfer_area_takes_the_halls_rules_under_its_own_control_right() -> None:
    taken = [each for each in book().rules if each.derived_from == "3.1.4.6"]
    assert len(taken) == len([each for each in book().rules if each.id.startswith("3.1.1.")])
    assert {each.demand.control for each in taken if each.demand} == {"primary"}


@pytest.mark.req("C2")
@pytest.mark.parametrize("code", ["31", "32", "33", "34", "35", "36", "41"])
def test_special_supervision_zones_are_judged_by_the_general_part(code: str) -> None:
    site_class = next(word for word, each in book().vocabulary.classes.items() if each.code == code)
    facts = read_facts({"site": {"code": "Z1", "class": site_class}, "on": "2026-11-22"}, book())
    assert {"1.5:system", "1.6", "1.8"} <= {each.rule for each in evaluate(book(), facts)}


@pytest.mark.req("C3")
def test_a_functional_area_inside_a_site_meets_the_rules_of_both() -> None:
    area = {"id": "Q", "kind": "quarantine-treatment", "class": "interception-waterway"}
    facts = read_facts({"site": {"code": "W1", "class": "waterway"}, "areas": [area]}, book())
    found = {each.rule for each in evaluate(book(), facts) if each.area == "Q"}
    assert {"2.1.10", "A1.2.1.5.1", "A1.2.1.5.2"} <= found


@pytest.mark.req("C3")
@pytest.mark.parametrize("site_class", ["waterway", "road", "air", "rail", "express", "border-trade", "land-border"])
def test_an_inspection_ground_inside_any_site_keeps_its_own_rules(site_class: str) -> None:
    areas = [{"id": "C", "kind": "container-ground"}, {"id": "H", "kind": "h986"}]
    facts = read_facts({"site": {"code": "W1", "class": site_class}, "areas": areas}, book())
    found = {each.rule for each in evaluate(book(), facts)}
    assert {"A1.1.1.1", "A1.1.1.2", "A1.1.2.1.1"} <= found


@pytest.mark.req("C4")
def test_key_areas_are_those_of_the_general_part() -> None:
    redundancy = book().redundancy
    assert redundancy is not None
    assert {"gate", "container-ground", "quarantine-treatment", "berth", "sealing-area", "weighbridge"} <= set(
        redundancy.areas
    )
    assert {"boarding-inspection", "uld-area", "passenger-inspection"} <= set(redundancy.areas)
    assert not {"yard", "warehouse", "fence"} & set(redundancy.areas)
    assert redundancy.unless == ("third-party",)


@pytest.mark.req("C2")
def test_every_odd_place_of_the_document_is_listed_in_the_docs() -> None:
    text = DOCS.read_text(encoding="utf-8")
    noted = {each.id for each in book().rules if each.note and not each.derived_from}
    remarked = {clause for clause, entry in index().items() if "remark" in entry}
    assert [each for each in sorted(noted | remarked) if f"`{each}`" not in text] == []


def rule(rule_id: str) -> Rule:
    return next(each for each in book().rules if each.id == rule_id)
