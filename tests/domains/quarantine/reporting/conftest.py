"""Keepers of the records, on top of an inspection under way."""

from pathlib import Path
from typing import Any

import pytest

from conftest import MakeUser
from domains.quarantine.laboratory.cases import Case, make_case


@pytest.fixture
def case(db: None, data_dir: Path, make_user: MakeUser) -> Case:
    """An inspection under way."""
    from oversite.base.agencies.actions import create_agency

    return make_case(create_agency, make_user)


@pytest.fixture
def keeper(case: Case, make_user: MakeUser) -> Any:
    """Who keeps and delivers the records of the county."""
    return make_user(case.county, "quarantine-supervisor")
