"""No rule of the book asks the impossible: every class of sites can be planned, and the plan meets every rule."""

from functools import cache
from pathlib import Path

import pytest

from oversite.oversight.rules.engine.evaluation import evaluate
from oversite.oversight.rules.engine.fact_reading import read_facts
from oversite.oversight.rules.engine.facts import SiteFacts
from oversite.oversight.rules.engine.findings import Outcome
from oversite.oversight.rules.engine.loading import read_book
from oversite.oversight.rules.engine.planning import make_plan
from oversite.oversight.rules.engine.rule import Demand, Rulebook
from oversite.oversight.rules.engine.vocabulary import INNER_SORTS

FOLDER = Path(__file__).parents[3] / "src/oversite/domains/customs/rulebook"
FEATURES = ["sealing", "boarding", "container-inspection", "sorting-line", "h986-own-site", "closed-ground"]


@cache
def book() -> Rulebook:
    return read_book(FOLDER)


WITH_AREAS = sorted(word for word in book().vocabulary.classes if book().area_kinds(word))


def with_every_area(site_class: str, *, is_key: bool) -> SiteFacts:
    """A site of a class with one area of every kind that the class knows."""
    vocabulary = book().vocabulary
    only_declared = {part: 1 for part, word in vocabulary.parts.items() if word.default == 0 and not word.follows}
    own = {"class": site_class} if vocabulary.classes[site_class].sort in INNER_SORTS else {}
    areas = [
        {"id": kind, "kind": kind, "features": FEATURES, "parts": only_declared, "is_key": is_key, **own}
        for kind in book().area_kinds(site_class)
    ]
    return read_facts({"site": {"code": "P1", "class": site_class}, "areas": areas}, book())


@pytest.mark.req("C2", "C-plan", "C4")
@pytest.mark.parametrize("is_key", [False, True])
@pytest.mark.parametrize("site_class", WITH_AREAS)
def test_a_site_with_every_kind_of_area_can_be_planned(site_class: str, is_key: bool) -> None:
    """Nothing is left but what is the officer's by the rule itself, or a fact that only people can register."""
    facts = with_every_area(site_class, is_key=is_key)
    plan = make_plan(book(), facts, with_as_required=True)
    assert [proof.impossible for proof in plan.proofs if proof.impossible] == []
    rules = {rule.id: rule for rule in book().rules}
    left = []
    for each in evaluate(book(), plan.as_facts(facts)):
        rule = rules.get(each.rule)
        is_officers = rule is not None and bool(
            rule.judgement or rule.document or rule.basis == "as-necessary" or rule.require
        )
        if each.outcome is Outcome.NOT_MET or (each.outcome is Outcome.JUDGEMENT and not is_officers):
            left.append((each.rule, each.area, each.outcome.value, each.missing.zh or each.reason.zh))
    assert left == []


@pytest.mark.req("C-plan", "C4")
@pytest.mark.parametrize("site_class", WITH_AREAS)
def test_whoever_sees_the_panorama_of_a_key_area_has_a_spare_of_its_own_sort(site_class: str) -> None:
    """A fixed camera stands in for no wide-angle or pan-tilt camera."""
    facts = with_every_area(site_class, is_key=True)
    planned = make_plan(book(), facts).as_facts(facts)
    for area in facts.areas:
        wide = [rule for rule in _asking_for_wide(facts, area.kind, area.area_class) if rule.sees]
        seeing = {
            subject: [
                each
                for each in planned.cameras
                if each.area == area.id and each.kind != "fixed" and subject in {s.subject for s in each.sees or ()}
            ]
            for demand in wide
            for subject in demand.sees
        }
        assert {subject: len(found) for subject, found in seeing.items() if len(found) < 2} == {}


def _asking_for_wide(facts: SiteFacts, kind: str, area_class: str) -> list[Demand]:
    rules = book().rules_of(facts.site_class, area_class, kind, "")
    demands = [rule.alternatives[0] for rule in rules if len(rule.alternatives) == 1 and rule.strength == "always"]
    unconditional = {id(rule.alternatives[0]) for rule in rules if rule.alternatives and not (rule.when or rule.unless)}
    return [
        each
        for each in demands
        if id(each) in unconditional and each.kind == "wide-or-pan-tilt" and each.basis == "area" and not each.parts
    ]


@pytest.mark.req("C-plan")
def test_a_plan_looks_for_things_where_they_usually_happen() -> None:
    facts = read_facts({"site": {"code": "P1", "class": "waterway"}, "areas": [{"id": "Y", "kind": "yard"}]}, book())
    sights = {str(sight) for each in make_plan(book(), facts).cameras for sight in each.facts.sees or ()}
    assert "goods-stored@stacks:1" in sights
    assert not {f"goods-stored@{place}:1" for place in ("goods-entrance", "inner-lane", "fence-line")} & sights


@pytest.mark.req("C-plan")
def test_a_yard_without_stacks_is_planned_all_the_same() -> None:
    areas = [{"id": "Y", "kind": "yard", "parts": {"stacks": 0}}]
    facts = read_facts({"site": {"code": "P1", "class": "waterway"}, "areas": areas}, book())
    plan = make_plan(book(), facts)
    assert [each for each in evaluate(book(), plan.as_facts(facts)) if each.outcome is Outcome.NOT_MET] == []
