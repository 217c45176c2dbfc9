"""Signatures drawn in the field: kept under the findings as they stand, printed, taken back by a change (req: Q12)."""

import uuid
from datetime import timedelta
from io import BytesIO

import pypdf
import pytest

from domains.quarantine.inspections.conftest import all_yes, draft
from oversite.base.documents.queries import document_bytes
from oversite.common import clock
from oversite.common.errors import Refused
from oversite.domains.quarantine.inspections import actions, queries
from oversite.domains.quarantine.inspections.actions import Drawn
from oversite.domains.quarantine.inspections.papers import record_data
from oversite.domains.quarantine.inspections.strokes import strokes_of, svg
from oversite.domains.quarantine.rules import actions as rules
from oversite.domains.quarantine.rules.queries import today

pytestmark = pytest.mark.req("Q12")

LINE = [[[10 * x, 100] for x in range(20)], [[500, 50]]]


def drawn(role="first", **changes):
    values = {"client_id": uuid.uuid4(), "role": role, "name": "", "strokes": LINE, "signed_at": clock.now()}
    return Drawn(**values | changes)


@pytest.mark.parametrize(
    "given",
    [
        None,
        [],
        [[]],
        [[[1, 2]] * 5],
        [[[1, 2]] * 4001],
        [[[1, 2]]] * 101,
        [[[1001, 2]] * 20],
        [[[1, -1]] * 20],
        [[[True, 1]] * 20],
        [[["<", 1]] * 20],
        [[[1.5, 1]] * 20],
        [[[1]] * 20],
        ["stroke"],
        {"a": 1},
    ],
)
def test_only_whole_numbers_on_the_sheet_are_a_signature(given):
    with pytest.raises(ValueError, match=r"stroke|point"):
        strokes_of(given)


def test_a_signature_is_drawn_from_its_strokes():
    drawing = svg(strokes_of(LINE))
    assert drawing.count("<path") == 2
    assert 'd="M0 100L10 100' in drawing
    assert 'd="M500 50h1"' in drawing


def test_both_veterinarians_and_the_owner_sign_and_the_record_prints_it(house, filled):
    vet = house.first.user
    for each in (drawn(), drawn("second", name="somebody else"), drawn("owner", name="张三")):
        actions.sign(vet, filled, each)
    assert {role: each.name for role, each in queries.signatures_of(filled).items()} == {
        "first": str(house.first),
        "second": str(house.second),
        "owner": "张三",
    }
    assert queries.unsigned(filled) == []
    data = record_data(filled)
    assert [each.count("<path") for each in data["signatures"]] == [2, 2]
    decided = actions.find_qualified(vet, filled)
    pages = pypdf.PdfReader(BytesIO(document_bytes(decided.record_uid))).pages
    text = "".join(page.extract_text() for page in pages)
    assert "张三" in text.split("货主签名")[1]


def test_the_same_signature_twice_counts_once_and_a_new_one_takes_its_place(house, filled):
    first = drawn()
    vet = house.first.user
    made = actions.sign(vet, filled, first)
    assert actions.sign(vet, filled, first) == made
    newer = actions.sign(vet, filled, drawn())
    assert queries.signatures_of(filled) == {"first": newer}
    assert filled.signatures.count() == 2


def test_a_change_of_the_findings_takes_signatures_back(house, filled):
    vet = house.first.user
    actions.sign(vet, filled, drawn())
    filled.refresh_from_db()
    same = actions.save_draft(vet, filled, draft(filled))
    assert "first" in queries.signatures_of(same)
    changed = actions.save_draft(vet, same, draft(same, findings=all_yes(activity="no")))
    assert queries.signatures_of(changed) == {}
    assert queries.unsigned(changed)[0] == "first"


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"role": "owner", "name": " "}, "quarantine.signature.name"),
        ({"role": "mayor", "name": "张三"}, "quarantine.signature.name"),
        ({"strokes": [[[0, 0]]]}, "quarantine.signature.drawing"),
        ({"signed_at": clock.now() + timedelta(days=400)}, "quarantine.inspection.clock"),
    ],
)
def test_what_is_no_signature_is_refused(house, filled, changes, code):
    with pytest.raises(Refused) as refused:
        actions.sign(house.first.user, filled, drawn(**changes))
    assert refused.value.code == code


def test_nobody_signs_an_unfinished_or_decided_record(house, assigned):
    with pytest.raises(Refused) as early:
        actions.sign(house.first.user, assigned, drawn())
    assert early.value.code == "quarantine.signature.early"
    saved = actions.save_draft(house.first.user, assigned, draft(assigned))
    decided = actions.find_qualified(house.first.user, saved)
    with pytest.raises(Refused) as late:
        actions.sign(house.first.user, decided, drawn())
    assert late.value.code == "quarantine.inspection.decided"
    with pytest.raises(Refused):
        actions.sign(house.stranger.user, assigned, drawn())


def test_where_the_rule_asks_for_signatures_nothing_is_decided_without(house, filled):
    rules.enter_setting(None, "inspection.signatures", "yes", effective_on=today(), source="测试")
    with pytest.raises(Refused) as refused:
        actions.find_qualified(house.first.user, filled)
    assert refused.value.code == "quarantine.decision.unsigned"
    assert "货主" in str(refused.value) or "owner" in str(refused.value)
    for each in (drawn(), drawn("second"), drawn("owner", name="张三")):
        actions.sign(house.first.user, filled, each)
    assert actions.find_qualified(house.first.user, filled).verdict == "qualified"
