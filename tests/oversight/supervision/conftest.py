"""A farm with two areas, three cameras and an officer at it."""

from dataclasses import dataclass
from typing import Any

import pytest

from oversite.base.sites.models import Area, Site
from oversite.video.cameras.models import Camera


@dataclass(frozen=True, slots=True)
class Farm:
    """The site, its areas and cameras, and who may conduct a session there."""

    site: Site
    pond: Area
    store: Area
    pond_camera: Camera
    store_camera: Camera
    elsewhere: Camera
    officer: Any
    colleague: Any


@pytest.fixture
def farm(tree: Any, make_user: Any, data_dir: Any) -> Farm:
    site = Site.objects.create(code="FJ001", name="示范鲍鱼养殖场", site_class="aquaculture-farm", agency=tree.post)
    other = Site.objects.create(code="FJ002", name="邻场", site_class="aquaculture-farm", agency=tree.post)
    pond = Area.objects.create(site=site, code="A1", name="1号养殖池", kind="pond")
    store = Area.objects.create(site=site, code="A2", name="药房", kind="medicine-store")

    def camera(number: int, name: str, at: Site, area: Area | None) -> Camera:
        return Camera.objects.create(gb_id=f"3501000000132000000{number}", name=name, site=at, area=area)

    return Farm(
        site,
        pond,
        store,
        camera(1, "1号养殖池云台", site, pond),
        camera(2, "药房", site, store),
        camera(3, "邻场", other, None),
        make_user(tree.post, "monitor"),
        make_user(tree.post, "monitor"),
    )
