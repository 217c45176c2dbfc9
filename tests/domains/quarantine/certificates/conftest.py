"""A house with its people for every test of certificates."""

from pathlib import Path

import pytest

from conftest import MakeUser
from domains.quarantine.certificates.cases import House, make_house


@pytest.fixture
def house(db: None, data_dir: Path, make_user: MakeUser) -> House:
    """Agencies, a point and a producer; numbers are still with the installation."""
    from oversite.base.agencies.actions import create_agency

    return make_house(create_agency, make_user)
