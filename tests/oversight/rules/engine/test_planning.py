"""Plans: the fewest cameras, around what is locked, and an honest word about the proof."""

import pytest

from oversight.rules.engine.harbour import book, camera, judged, site
from oversite.oversight.rules.engine.planning import honesty, make_plan
from oversite.oversight.rules.engine.solver import Column, Need, solve

pytestmark = pytest.mark.req("C-plan")


def test_a_yard_needs_two_one_of_which_sees_it_all() -> None:
    plan = make_plan(book(), site([{"id": "Y", "kind": "yard"}]))
    assert sorted(each.facts.kind for each in plan.cameras) == ["fixed", "wide"]
    assert all(each.facts.control == "primary" for each in plan.cameras)
    assert {rule for each in plan.cameras for rule in each.because} == {"2.1.2.1", "2.1.2.2"}
    assert honesty(plan).en == "proven: no plan with fewer cameras exists for any area"


def test_a_key_area_is_planned_for_the_loss_of_any_camera() -> None:
    facts = site([{"id": "Y", "kind": "yard", "is_key": True}])
    plan = make_plan(book(), facts)
    assert len(plan.cameras) == 4
    assert judged(plan.as_facts(facts))["1.4", "Y"].outcome == "met"


def test_corners_and_centre_are_pan_tilt_cameras_at_high_points() -> None:
    plan = make_plan(book(), site([{"id": "I", "kind": "ground", "features": ["third-party"]}]))
    assert {str(each.facts.stands[0]) for each in plan.cameras if each.facts.stands} == {
        *(f"corner:{number}" for number in (1, 2, 3, 4)),
        "centre:1",
    }
    assert {(each.facts.kind, each.facts.control) for each in plan.cameras} == {("pan-tilt", "exclusive")}
    assert all(each.facts.mount == {"high"} for each in plan.cameras)


def test_two_on_a_diagonal_at_every_position() -> None:
    facts = site([{"id": "A", "kind": "articles", "parts": {"position": 3}}])
    plan = make_plan(book(), facts)
    assert judged(plan.as_facts(facts))["A1.6.1.2.1", "A"].outcome == "met"
    assert sum(each.facts.kind == "fixed" for each in plan.cameras) == 6


def test_a_locked_camera_stays_and_the_plan_goes_round_it() -> None:
    locked = camera("mine", "Y", "pan-tilt", sees=["panorama", "goods@stack"], is_locked=True)
    facts = site([{"id": "Y", "kind": "yard"}], [locked, camera("other", "Y")])
    plan = make_plan(book(), facts)
    assert [each.facts.id for each in plan.cameras if each.is_locked] == ["mine"]
    assert len(plan.cameras) == 2
    assert judged(plan.as_facts(facts))["2.1.2.1", "Y"].outcome == "met"


def test_what_customs_may_require_is_planned_when_asked() -> None:
    facts = site([{"id": "Y", "kind": "yard"}])
    assert not any("face" in each.facts.abilities for each in make_plan(book(), facts).cameras)
    plan = make_plan(book(), facts, with_as_required=True)
    assert judged(plan.as_facts(facts))["2.1.7.2", "Y"].outcome == "met"


def test_more_lanes_need_more_cameras_and_the_names_of_parts_are_told() -> None:
    one = make_plan(book(), site([{"id": "F", "kind": "fence", "parts": {"section": 1}}]))
    many = make_plan(book(), site([{"id": "F", "kind": "fence", "parts": {"section": 7}}]))
    assert (len(one.cameras), len(many.cameras)) == (1, 7)


def test_the_solver_says_when_nothing_can_fulfil_the_needs() -> None:
    assert solve([Column(10, 0, 1)], [Need((0,), 2)], 1.0) is None


def test_the_solver_takes_the_cheapest_choice() -> None:
    columns = [Column(3, 0, 5), Column(2, 0, 5), Column(2, 0, 5)]
    solution = solve(columns, [Need((0, 1), 1), Need((0, 2), 1)], 5.0)
    assert solution is not None
    assert (solution.counts, solution.is_exact, solution.bound) == ((1, 0, 0), True, 3)
