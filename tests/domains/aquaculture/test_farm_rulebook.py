"""What a farm must show, as a rulebook that a farm is judged by."""

from datetime import date
from functools import cache
from pathlib import Path

import pytest

from oversite.base.sites.slots import SITE_CLASSES
from oversite.oversight.rules.engine.evaluation import evaluate
from oversite.oversight.rules.engine.fact_reading import read_facts
from oversite.oversight.rules.engine.findings import Outcome
from oversite.oversight.rules.engine.loading import load_book
from oversite.oversight.rules.engine.rule import Rulebook

FOLDER = Path(__file__).parents[3] / "src/oversite/domains/aquaculture/rulebook"


@cache
def book() -> Rulebook:
    return load_book(FOLDER)


def judged(cameras: list[dict[str, object]], facts: dict[str, object] | None = None) -> dict[tuple[str, str], Outcome]:
    kinds = ["medicine-store", "feed-store", "feed-preparation", "pond", "transfer-pond", "packing", "loading"]
    site = {"code": "F1", "class": "aquaculture-farm", "facts": facts or {}}
    given = {"site": site, "on": str(date(2026, 11, 22)), "cameras": cameras}
    given["areas"] = [{"id": kind, "kind": kind} for kind in kinds]
    return {(each.rule, each.area): each.outcome for each in evaluate(book(), read_facts(given, book()))}


def camera(area: str, *sees: str) -> dict[str, object]:
    return {"id": area, "area": area, "kind": "fixed", "sees": list(sees)}


@pytest.mark.req("A11", "A12", "A13", "A14")
def test_each_item_of_the_checklist_has_a_rule_of_placement() -> None:
    assert {clause for rule in book().rules for clause in rule.clause} == {"A6", "A11", "A12", "A13", "A14"}


@pytest.mark.req("A11")
def test_a_medicine_store_nobody_sees_is_not_met() -> None:
    assert judged([])["A11", "medicine-store"] is Outcome.NOT_MET
    seen = camera("medicine-store", "medicine-movements", "medicine-kinds")
    assert judged([seen])["A11", "medicine-store"] is Outcome.MET


@pytest.mark.req("A6.2")
def test_loading_is_unhindered_only_by_a_statement_in_the_plan() -> None:
    assert judged([])["A6:loading", ""] is Outcome.JUDGEMENT
    assert judged([], {"loading_statement": True})["A6:loading", ""] is Outcome.MET
    assert judged([], {"loading_statement": False})["A6:loading", ""] is Outcome.NOT_MET


def test_the_register_and_the_book_use_the_same_words() -> None:
    registered = SITE_CLASSES["aquaculture-farm"]
    assert {key for key, _zh, _en in registered.area_kinds} == set(book().area_kinds("aquaculture-farm"))
    for key, zh, en in registered.area_kinds:
        label = book().vocabulary.areas[key].label
        assert (label.zh, label.en) == (zh, en)
