"""A form for tests, and where its documents are kept."""

from pathlib import Path

import pytest

from oversite.base.documents.slots import FORMS, Form

SHEET = Path(__file__).with_name("sheet.typ")


@pytest.fixture
def form(monkeypatch: pytest.MonkeyPatch) -> str:
    """The key of a form that is plugged in."""
    monkeypatch.setitem(FORMS._values, "test.sheet", Form("测试单", "Test sheet", SHEET, "test.read"))
    return "test.sheet"
