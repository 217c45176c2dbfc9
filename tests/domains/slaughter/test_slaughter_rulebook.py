"""The five key points of a slaughterhouse."""

from functools import cache
from pathlib import Path

import pytest

from oversite.oversight.rules.engine.evaluation import evaluate
from oversite.oversight.rules.engine.fact_reading import read_facts
from oversite.oversight.rules.engine.findings import Finding, Outcome
from oversite.oversight.rules.engine.loading import load_book
from oversite.oversight.rules.engine.rule import Rulebook

FOLDER = Path(__file__).parents[3] / "src/oversite/domains/slaughter/rulebook"
POINTS = {
    "entry-inspection": "entry-check",
    "resting": "resting-watch",
    "synchronous-inspection": "synchronous-check",
    "harmless-disposal": "disposal",
    "meat-exit": "exit-check",
}


@cache
def book() -> Rulebook:
    return load_book(FOLDER)


def findings(points: dict[str, str], features: list[str], **facts: object) -> dict[tuple[str, str], Finding]:
    given = {
        "site": {"code": "P1", "class": "slaughter-plant", "features": features, "facts": facts},
        "areas": [{"id": point, "kind": point} for point in points],
        "cameras": [{"id": f"c-{at}", "area": at, "kind": "fixed", "sees": [see]} for at, see in points.items()],
    }
    return {(each.rule, each.area): each for each in evaluate(book(), read_facts(given, book()))}


@pytest.mark.req("S-T1")
def test_a_plant_with_cameras_at_all_five_points_meets_the_rule() -> None:
    found = findings(POINTS, [])
    assert found["2.2.1", ""].outcome is Outcome.MET
    assert [found[key].outcome for key in found if key[1]] == [Outcome.MET] * 5


@pytest.mark.req("S-T1")
@pytest.mark.parametrize("left_out", sorted(POINTS))
def test_a_point_left_out_of_the_plant_altogether_is_found(left_out: str) -> None:
    found = findings({at: see for at, see in POINTS.items() if at != left_out}, [])
    finding = found["2.2.1", ""]
    assert finding.outcome is Outcome.NOT_MET
    assert book().vocabulary.subjects[POINTS[left_out]].zh in finding.missing.zh


@pytest.mark.req("S-T1")
def test_plants_below_scale_are_left_out() -> None:
    assert findings({}, ["below-scale"])["2.2.1", ""].outcome is Outcome.NOT_APPLICABLE


@pytest.mark.req("S-T2")
def test_recordings_are_kept_for_three_months_at_the_city_or_the_enterprise() -> None:
    found = findings(POINTS, [], retention_days=60, kept_at="city")
    assert found["2.2.2", ""].outcome is Outcome.NOT_MET
    assert found["2.2.2:place", ""].outcome is Outcome.MET
