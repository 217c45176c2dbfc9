"""A waterway site with a gate of two lanes and a yard, and the people around it."""

from dataclasses import dataclass
from typing import Any

import pytest

from oversite.base.sites.models import Area, Site
from oversite.video.cameras.models import Camera


@dataclass(frozen=True, slots=True)
class Port:
    """The site, its areas and cameras, its people."""

    site: Site
    gate: Area
    yard: Area
    head: Camera
    wide: Camera
    officer: Any
    operator: Any
    neighbour: Any


@pytest.fixture
def port(tree: Any, make_user: Any, data_dir: Any) -> Port:
    site = Site.objects.create(code="4201001", name="一号码头", site_class="waterway", agency=tree.post)
    gate = Area.objects.create(site=site, code="G1", name="一号卡口", kind="gate")
    yard = Area.objects.create(site=site, code="Y1", name="堆场", kind="yard")

    def camera(number: int, name: str, area: Area, mount: str) -> Camera:
        return Camera.objects.create(
            gb_id=f"4201000000132000000{number}",
            name=name,
            site=site,
            area=area,
            mount=mount,
            control_right="primary",
        )

    return Port(
        site,
        gate,
        yard,
        camera(1, "卡口车头", gate, "fixed"),
        camera(2, "堆场全景", yard, "wide"),
        make_user(tree.post, "monitor"),
        make_user(tree.post, "site-operator"),
        make_user(tree.neighbour, "monitor"),
    )
