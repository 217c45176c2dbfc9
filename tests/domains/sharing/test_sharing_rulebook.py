"""Public areas and the ten classes of key units: who must have video, how it is coded, carried and kept."""

from functools import cache
from pathlib import Path

import pytest

from oversite.oversight.rules.engine.evaluation import evaluate
from oversite.oversight.rules.engine.fact_reading import read_facts
from oversite.oversight.rules.engine.findings import Outcome
from oversite.oversight.rules.engine.loading import load_book
from oversite.oversight.rules.engine.rule import Rulebook

FOLDER = Path(__file__).parents[3] / "src/oversite/domains/sharing/rulebook"


@cache
def book() -> Rulebook:
    return load_book(FOLDER)


KEY_UNITS = sorted(word for word, each in book().vocabulary.classes.items() if each.clause.startswith("V8."))


def judged(
    site_class: str, kind: str = "", camera: dict[str, object] | None = None, **facts: object
) -> dict[str, Outcome]:
    given: dict[str, object] = {"site": {"code": "U1", "class": site_class, "facts": facts}}
    if kind:
        given["areas"] = [{"id": "a", "kind": kind}]
    if camera is not None:
        given["cameras"] = [{"id": "c", "area": "a", "kind": "fixed", **camera}]
    return {each.rule: each.outcome for each in evaluate(book(), read_facts(given, book()))}


@pytest.mark.req("V8")
def test_there_are_ten_classes_of_key_units() -> None:
    clauses = {each.clause for each in book().vocabulary.classes.values()}
    assert len(KEY_UNITS) == 10
    assert {f"V8.{number}" for number in range(1, 11)} <= clauses


@pytest.mark.req("V8")
@pytest.mark.parametrize("site_class", KEY_UNITS)
def test_a_key_unit_without_video_is_found(site_class: str) -> None:
    clause = book().vocabulary.classes[site_class].clause
    kind = book().area_kinds(site_class)[0]
    assert judged(site_class)[clause] in {Outcome.NOT_MET, Outcome.JUDGEMENT}
    assert judged(site_class, kind)[f"{clause}:places"] is Outcome.NOT_MET
    assert judged(site_class, kind, {"sees": ["premises"]})[f"{clause}:places"] is Outcome.MET


@pytest.mark.req("V6")
@pytest.mark.parametrize("kind", ["main-entrance", "main-road", "troubled-road", "troubled-junction"])
def test_public_areas_must_have_video(kind: str) -> None:
    assert judged("public-area", kind)["V6:places"] is Outcome.NOT_MET
    assert judged("public-area", kind, {"sees": ["traffic"]})["V6:places"] is Outcome.MET


@pytest.mark.req("V5.4")
@pytest.mark.parametrize(("site_class", "days"), [("public-area", 90), ("finance-unit", 90), ("non-key-place", 30)])
def test_retention_is_a_rule_of_the_place(site_class: str, days: int) -> None:
    rule = "V5:retention" if site_class == "non-key-place" else "V5:key-retention"
    assert judged(site_class, retention_days=days)[rule] is Outcome.MET
    assert judged(site_class, retention_days=days - 1)[rule] is Outcome.NOT_MET


@pytest.mark.req("V5.2")
@pytest.mark.parametrize(
    ("codec", "outcome"), [("svac", "met"), ("h264", "met"), ("h265", "met"), ("mpeg4", "not_met")]
)
def test_codecs_are_those_of_the_list(codec: str, outcome: str) -> None:
    assert judged("finance-unit", "vault", {"sees": ["premises"], "facts": {"codec": codec}})["V5:codec"] == outcome


@pytest.mark.req("V5.1")
@pytest.mark.parametrize(("protocol", "outcome"), [("gb28181", "met"), ("approved", "met"), ("rtsp", "not_met")])
def test_other_means_than_the_standard_need_an_approved_plan(protocol: str, outcome: str) -> None:
    found = judged("finance-unit", "vault", {"sees": ["premises"], "facts": {"protocol": protocol}})
    assert found["V5:protocol"] == outcome


@pytest.mark.req("V5.3")
def test_an_insufficient_line_is_found_unless_it_is_dedicated() -> None:
    assert judged("public-area", access_line="vpn", bandwidth_sufficient=False)["V5:bandwidth"] is Outcome.NOT_MET
    assert judged("public-area", access_line="vpn")["V5:line"] is Outcome.MET
