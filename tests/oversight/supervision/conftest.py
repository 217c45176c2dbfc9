"""A farm with two areas, three cameras and an officer at it."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import pytest

from oversite.base.sites.models import Area, Site
from oversite.common import clock
from oversite.video.cameras.models import Camera
from oversite.video.recording.models import Segment, Volume


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


def recorded(camera: Camera, at: datetime) -> None:
    """A camera has a minute of footage, half of it after `at`."""
    volume, _made = Volume.objects.get_or_create(name="main", defaults={"root": "recordings"})
    start_us = clock.to_us(at - timedelta(seconds=30))
    path = f"{camera.pk}/{start_us}.mp4"
    Segment.objects.create(
        camera=camera, volume=volume, path=path, started_at_us=start_us, wall_ms=60_000, durable_bytes=1, state="closed"
    )
