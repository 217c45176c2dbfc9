"""An inspection that waits for its veterinarians, and helpers that fill it in."""

import uuid
from types import SimpleNamespace
from typing import Any

import pytest

from oversite.common import clock
from oversite.domains.quarantine.inspections import actions, checklist
from oversite.domains.quarantine.inspections.actions import FieldDraft
from oversite.domains.quarantine.inspections.slots import TEST_REPORTS, TestReport
from oversite.domains.quarantine.rules.queries import today


def all_yes(**changes: str) -> dict[str, dict[str, str]]:
    return {key: {"answer": changes.get(key.replace("-", "_"), "yes")} for key in checklist.items()}


def draft(inspection: Any, **changes: Any) -> FieldDraft:
    values = {
        "client_id": uuid.uuid4(),
        "written_at": clock.now(),
        "revision": inspection.revision,
        "findings": all_yes(),
        "counted_amount": 3,
    }
    return FieldDraft(**values | changes)


@pytest.fixture
def assigned(house: Any) -> Any:
    declared = house.accepted()
    return actions.assign(house.officer, declared, house.first, house.second, planned_on=today(), place="1号池")


@pytest.fixture
def reports(monkeypatch: pytest.MonkeyPatch) -> list[TestReport]:
    """What the laboratory says; a list that the test fills."""
    found: list[TestReport] = []
    monkeypatch.setitem(TEST_REPORTS._values, "test", lambda _inspection: found)
    return found


@pytest.fixture
def report() -> Any:
    def make(**changes: Any) -> TestReport:
        values = {
            "disease_key": "cev",
            "disease": "鲤浮肿病",
            "laboratory": "省水生动物疫病实验室",
            "number": "2026-001",
            "method": "SC/T",
            "result": "阴性",
            "is_released": True,
            "is_negative": True,
        }
        return TestReport(**values | changes)

    return make


@pytest.fixture
def filled(assigned: Any, house: Any) -> Any:
    """An inspection on which everything is in order."""
    return actions.save_draft(house.first.user, assigned, draft(assigned))


@pytest.fixture
def fill() -> Any:
    return SimpleNamespace(all_yes=all_yes, draft=draft)
