"""How long footage is kept, as the disk and its recordings tell."""

import os
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from oversite.common import clock, config
from oversite.video.cameras.models import Camera
from oversite.video.recording import queries
from oversite.video.recording.models import Segment, Volume

pytestmark = [pytest.mark.django_db, pytest.mark.req("C6")]
HOUR_US = 3_600_000_000


@pytest.fixture
def camera(tree: Any, data_dir: Any) -> Camera:
    from oversite.base.sites.models import Site

    site = Site.objects.create(code="R", name="码头", site_class="waterway", agency=tree.post)
    return Camera.objects.create(gb_id="42010000001320000009", name="卡口", site=site)


def record(camera: Camera, hours_ago: float, size: int) -> None:
    volume, _new = Volume.objects.get_or_create(name="main", defaults={"root": "."})
    at = clock.to_us(clock.now()) - int(hours_ago * HOUR_US)
    Segment.objects.create(camera=camera, volume=volume, path=f"{at}.mp4", started_at_us=at, bytes=size, state="closed")


def with_free(monkeypatch: pytest.MonkeyPatch, free: int) -> None:
    monkeypatch.setattr(os, "statvfs", lambda _path: SimpleNamespace(f_bavail=free, f_frsize=1))


def test_what_the_disk_has_room_for_at_the_rate_of_the_last_day(camera: Camera, monkeypatch: Any) -> None:
    assert queries.kept_days(config.current(), [camera.pk]) is None
    record(camera, 0.5, 1_000)
    assert queries.kept_days(config.current(), [camera.pk]) is None, "half an hour tells nothing"
    record(camera, 12, 5_000)
    with_free(monkeypatch, 12_000 * 30 - 6_000)
    assert queries.kept_days(config.current(), [camera.pk]) in {29, 30}


def test_footage_that_reaches_back_further_is_kept_that_long(camera: Camera, monkeypatch: Any) -> None:
    record(camera, 24 * 95, 1)
    record(camera, 12, 5_000)
    with_free(monkeypatch, 0)
    assert timedelta(days=queries.kept_days(config.current(), [camera.pk]) or 0) == timedelta(days=95)
