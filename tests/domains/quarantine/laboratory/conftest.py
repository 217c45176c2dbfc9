"""A case for every test of the laboratory; printing is left out where no test asks for the paper."""

from pathlib import Path

import pytest

from conftest import MakeUser
from domains.quarantine.laboratory.cases import Case, make_case


@pytest.fixture
def case(db: None, data_dir: Path, make_user: MakeUser) -> Case:
    """An inspection under way."""
    from itertools import count

    from domains.quarantine.laboratory import cases
    from oversite.base.agencies.actions import create_agency

    cases.SERIAL = count(0)
    next(cases.SERIAL)
    return make_case(create_agency, make_user)
