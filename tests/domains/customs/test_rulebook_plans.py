"""No rule of the book asks the impossible: every class of sites can be planned, and the plan meets every rule."""

from functools import cache
from pathlib import Path

import pytest

from oversite.oversight.rules.engine.evaluation import evaluate
from oversite.oversight.rules.engine.fact_reading import read_facts
from oversite.oversight.rules.engine.findings import Outcome
from oversite.oversight.rules.engine.loading import read_book
from oversite.oversight.rules.engine.planning import make_plan
from oversite.oversight.rules.engine.rule import Rulebook
from oversite.oversight.rules.engine.vocabulary import INNER_SORTS

FOLDER = Path(__file__).parents[3] / "src/oversite/domains/customs/rulebook"
FEATURES = ["sealing", "boarding", "container-inspection", "sorting-line", "h986-own-site", "closed-ground"]


@cache
def book() -> Rulebook:
    return read_book(FOLDER)


WITH_AREAS = sorted(word for word in book().vocabulary.classes if book().area_kinds(word))


@pytest.mark.req("C2", "C-plan")
@pytest.mark.parametrize("site_class", WITH_AREAS)
def test_a_site_with_every_kind_of_area_can_be_planned(site_class: str) -> None:
    vocabulary = book().vocabulary
    only_declared = {part: 1 for part, word in vocabulary.parts.items() if word.default == 0 and not word.follows}
    own = {"class": site_class} if vocabulary.classes[site_class].sort in INNER_SORTS else {}
    areas = [
        {"id": kind, "kind": kind, "features": FEATURES, "parts": only_declared, **own}
        for kind in book().area_kinds(site_class)
    ]
    facts = read_facts({"site": {"code": "P1", "class": site_class}, "areas": areas}, book())
    plan = make_plan(book(), facts, with_as_required=True)
    assert [proof.impossible for proof in plan.proofs if proof.impossible] == []
    unmet = [each.rule for each in evaluate(book(), plan.as_facts(facts)) if each.outcome is Outcome.NOT_MET]
    assert unmet == []


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
