"""A class of sites, two agencies beside each other with an enterprise, and people who may change the register."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest

from oversite.base.sites.slots import SITE_CLASSES, SiteClass
from people import make_agency, make_user

if TYPE_CHECKING:
    from oversite.base.accounts.models import User
    from oversite.base.agencies.models import Agency


@dataclass
class World:
    """Region above two branches; one of them with an enterprise that operates sites."""

    region: "Agency"
    branch: "Agency"
    neighbour: "Agency"
    enterprise: "Agency"
    administrator: "User"


@pytest.fixture(autouse=True)
def farm(monkeypatch: pytest.MonkeyPatch) -> str:
    """The key of a class."""
    kinds = (("pond", "养殖池", "pond"), ("feed-store", "饲料仓库", "feed store"))
    monkeypatch.setitem(SITE_CLASSES._values, "test-farm", SiteClass("测试养殖场", "test farm", kinds))
    return "test-farm"


@pytest.fixture
def world(db: None) -> World:
    """The agencies and their administrator."""
    region = make_agency(level=2, kind="quarantine")
    branch, neighbour = make_agency(region, "quarantine"), make_agency(region, "quarantine")
    enterprise = make_agency(branch, "enterprise", level=4)
    return World(region, branch, neighbour, enterprise, make_user(branch, "sites.read", "sites.change"))
