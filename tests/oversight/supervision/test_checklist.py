"""The farming checklist is data: each item cites its clause, in both languages (req: A11–A15)."""

from pathlib import Path

import pytest
import yaml

import oversite
from oversite.oversight.supervision.slots import Checklist, checklist_from

FARMING = Path(oversite.__file__).parent / "domains/aquaculture/checklists/farming.yaml"


@pytest.fixture(scope="module")
def farming() -> Checklist:
    return checklist_from(yaml.safe_load(FARMING.read_text("utf-8")))


def test_items_are_told_apart_and_cite_their_clause(farming: Checklist) -> None:
    keys = [item.key for item in farming.items]
    assert len(keys) == len(set(keys))
    assert {item.clause for item in farming.items} == {"A11", "A12", "A13", "A14", "A15"}
    assert all(item.label_zh and item.label_en and item.look_for_zh and item.look_for_en for item in farming.items)


@pytest.mark.req("A11")
def test_antibiotics_raise_the_telephone_enquiry(farming: Checklist) -> None:
    item = farming.item("medicine-use")
    assert item is not None
    assert {question.key: question.kind for question in item.follow_ups} == {
        "antibiotics": "yes-no",
        "enquiry-reason": "text",
        "possible-epidemic": "yes-no",
        "site-visit": "yes-no",
    }


@pytest.mark.req("A12")
def test_feed_store(farming: Checklist) -> None:
    assert {"feed-store", "feed-brand", "feed-preparation"} <= _keys(farming, "feed-store")


@pytest.mark.req("A13")
def test_ponds(farming: Checklist) -> None:
    assert {"water", "density", "pond-works", "transfer", "daily-farming"} <= _keys(farming, "pond")


@pytest.mark.req("A14")
def test_harvest_and_dispatch(farming: Checklist) -> None:
    assert {"harvest", "dispatch"} <= _keys(farming, "packing")


@pytest.mark.req("A15")
def test_the_officers_own_conduct_is_looked_at_everywhere(farming: Checklist) -> None:
    areas = {area for item in farming.items for area in item.areas}
    assert all("officer-conduct" in _keys(farming, area) for area in areas)


def test_an_area_of_an_unknown_kind_gets_every_item(farming: Checklist) -> None:
    assert farming.items_for("roof") == farming.items


def test_a_malformed_file_fails_at_start() -> None:
    with pytest.raises(TypeError):
        checklist_from(
            {"key": "a", "version": 1, "effective_on": "2026-01-01", "label_zh": "", "label_en": "", "items": 1}
        )
    with pytest.raises(KeyError):
        checklist_from({"items": []})


def _keys(checklist: Checklist, area_kind: str) -> set[str]:
    return {item.key for item in checklist.items_for(area_kind)}
