"""What must hold of every site: more cameras never harm, order never matters, a plan is met."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from oversight.rules.engine.harbour import book
from oversite.oversight.rules.engine.evaluation import evaluate
from oversite.oversight.rules.engine.facts import AreaFacts, CameraFacts, SiteFacts
from oversite.oversight.rules.engine.planning import make_plan
from oversite.oversight.rules.engine.sights import Sight, Stand

pytestmark = pytest.mark.req("C-eval")
PARTS = ("lane", "lane-head", "lane-tail", "before", "behind", "stack", "entrance", "opening", "machine", "position")
SUBJECTS = ("plate", "driver", "vehicle-rear", "goods", "people", "climbing", "sealing", "inspection", "panorama")
KINDS = ("gate", "yard", "seal", "fence", "ground", "articles", "treatment")

sights = st.builds(Sight, st.sampled_from(SUBJECTS), st.sampled_from(("", *PARTS)), st.integers(0, 2))
stands = st.builds(
    Stand, st.sampled_from(("corner", "centre", "end", "position")), st.integers(1, 2), st.integers(0, 4)
)
cameras = st.builds(
    CameraFacts,
    id=st.uuids().map(str),
    kind=st.sampled_from(("fixed", "wide", "pan-tilt")),
    area=st.sampled_from(("A", "B")),
    abilities=st.frozensets(st.sampled_from(("face", "audio"))),
    control=st.sampled_from((None, "primary", "exclusive")),
    sees=st.none() | st.lists(sights, max_size=4).map(tuple),
    stands=st.none() | st.lists(stands, max_size=2).map(tuple),
    mount=st.none() | st.frozensets(st.just("high")),
)
areas = st.builds(
    AreaFacts,
    id=st.just("A"),
    kind=st.sampled_from(KINDS),
    area_class=st.sampled_from(("", "inspection", "interception")),
    zone=st.sampled_from(("", "domestic")),
    parts=st.dictionaries(st.sampled_from((*PARTS, "section", "corner")), st.integers(0, 3), max_size=4),
    features=st.frozensets(st.sampled_from(("sealing-here", "closed-ground", "third-party"))),
    is_key=st.booleans(),
)
sites = st.builds(
    lambda one, other, stood: SiteFacts("S", "waterway", areas=(one, replace(other, id="B")), cameras=tuple(stood)),
    areas,
    areas,
    st.lists(cameras, max_size=6, unique_by=lambda each: each.id),
)
BETTER = {"not_met": 0, "judgement": 1, "met": 2}


@settings(max_examples=150, deadline=None)
@given(sites, cameras)
def test_one_more_camera_never_turns_met_into_not_met(site: SiteFacts, more: CameraFacts) -> None:
    """But for a blanket that every camera must obey: it then names the new camera."""
    before = {(each.rule, each.area): each for each in evaluate(book(), site)}
    blankets = {rule.id for rule in book().rules if rule.basis == "every-camera"}
    for after in evaluate(book(), replace(site, cameras=(*site.cameras, more))):
        was = before[after.rule, after.area]
        if after.rule in blankets:
            assert after.outcome == was.outcome or more.id in (*after.look_at, *after.cameras)
        elif was.outcome in BETTER:
            assert BETTER[after.outcome] >= BETTER[was.outcome]
        else:
            assert after.outcome == was.outcome


@settings(max_examples=100, deadline=None)
@given(sites, st.randoms())
def test_the_order_of_cameras_and_areas_does_not_matter(site: SiteFacts, random: object) -> None:
    turned = list(site.cameras)
    random.shuffle(turned)  # type: ignore[attr-defined]
    other = replace(site, cameras=tuple(turned), areas=site.areas[::-1])
    plain = {(each.rule, each.area): each.outcome for each in evaluate(book(), site)}
    assert plain == {(each.rule, each.area): each.outcome for each in evaluate(book(), other)}


@settings(max_examples=60, deadline=None)
@given(sites)
def test_evaluating_twice_gives_the_same(site: SiteFacts) -> None:
    assert evaluate(book(), site) == evaluate(book(), site)


@pytest.mark.req("C4")
@settings(max_examples=100, deadline=None)
@given(sites)
def test_a_met_redundancy_survives_the_loss_of_any_camera(site: SiteFacts) -> None:
    """Nothing that was seen becomes unseen: no other camera is then named that is not there already."""
    for found in evaluate(book(), site):
        if found.rule == "1.4" and found.outcome == "met":
            for lost in site.cameras:
                left = replace(site, cameras=tuple(each for each in site.cameras if each is not lost))
                after = next(each for each in evaluate(book(), left) if (each.rule, each.area) == ("1.4", found.area))
                assert "尚无摄像头确定监控" not in after.missing.zh


@pytest.mark.req("C-plan", "C4")
@settings(max_examples=60, deadline=None)
@given(areas)
def test_a_plan_meets_everything_but_what_is_the_officers(area: AreaFacts) -> None:
    site = SiteFacts("S", "waterway", areas=(area,))
    plan = make_plan(book(), site)
    assert plan.is_exact
    outcomes = {each.outcome for each in evaluate(book(), plan.as_facts(site))}
    assert "not_met" not in outcomes


@pytest.mark.req("C-plan")
@settings(max_examples=40, deadline=None)
@given(areas)
def test_no_camera_of_an_exact_plan_can_be_spared(area: AreaFacts) -> None:
    site = SiteFacts("S", "waterway", areas=(area,))
    plan = make_plan(book(), site).as_facts(site)
    for spared in plan.cameras:
        left = replace(plan, cameras=tuple(each for each in plan.cameras if each is not spared))
        assert any(each.outcome == "not_met" for each in evaluate(book(), left))
