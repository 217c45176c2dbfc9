"""Keepers of the records, on top of an inspection under way."""

from typing import Any

import pytest

from conftest import MakeUser
from domains.quarantine.laboratory.cases import Case


@pytest.fixture
def keeper(case: Case, make_user: MakeUser) -> Any:
    """Who keeps and delivers the records of the county."""
    return make_user(case.county, "quarantine-supervisor")
