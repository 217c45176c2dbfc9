"""How long footage is kept, as the disk and its recordings tell."""

import os
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext

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


def with_free(monkeypatch: pytest.MonkeyPatch, free: int, size: int = 0) -> None:
    monkeypatch.setattr(os, "statvfs", lambda _path: SimpleNamespace(f_bavail=free, f_frsize=1, f_blocks=size))


def another(camera: Camera, number: int) -> Camera:
    return Camera.objects.create(gb_id=f"4201000000132000{number:04}", name=f"堆场{number}", site=camera.site)


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


def test_all_cameras_of_a_disk_share_its_room_whosever_they_are(camera: Camera, monkeypatch: Any) -> None:
    record(camera, 12, 6_000)
    with_free(monkeypatch, 12_000 * 100 - 6_000)
    assert queries.kept_days(config.current(), [camera.pk]) in {99, 100}
    cache.clear()  # ten minutes later
    record(another(camera, 10), 6, 9_000)
    with_free(monkeypatch, 48_000 * 50 - 15_000)
    assert queries.kept_days(config.current(), [camera.pk]) in {49, 50}, "12,000 and 36,000 bytes a day"


def test_two_volumes_on_one_disk_do_not_have_its_room_twice(camera: Camera, monkeypatch: Any) -> None:
    record(camera, 12, 6_000)
    second = Volume.objects.create(name="second", root=".")
    at = clock.to_us(clock.now()) - 12 * HOUR_US
    other = another(camera, 11)
    Segment.objects.create(camera=other, volume=second, path="b.mp4", started_at_us=at, bytes=6_000, state="closed")
    with_free(monkeypatch, 24_000 * 40 - 12_000)
    assert queries.kept_days(config.current(), [camera.pk]) in {39, 40}


def test_a_camera_without_any_footage_leaves_it_open(camera: Camera, monkeypatch: Any) -> None:
    record(camera, 12, 6_000)
    with_free(monkeypatch, 12_000 * 100)
    assert queries.kept_days(config.current(), [camera.pk, another(camera, 12).pk]) is None
    assert queries.kept_days(config.current(), []) is None


def test_a_camera_that_is_silent_today_will_be_back(camera: Camera, monkeypatch: Any) -> None:
    record(camera, 12, 6_000)
    silent = another(camera, 13)
    record(silent, 30, 6_000)
    with_free(monkeypatch, 24_000 * 60 - 12_000)
    assert queries.kept_days(config.current(), [camera.pk, silent.pk]) in {59, 60}


def test_what_may_be_deleted_is_summed_once_in_ten_minutes_and_not_at_each_evaluation(
    camera: Camera, monkeypatch: Any
) -> None:
    def sums() -> int:
        with CaptureQueriesContext(connection) as asked:
            assert queries.kept_days(config.current(), [camera.pk]) in {59, 60}
        return sum('AS "found"' in each["sql"] for each in asked.captured_queries)

    record(camera, 12, 6_000)
    with_free(monkeypatch, 12_000 * 60 - 6_000)
    assert [sums(), sums(), sums()] == [1, 0, 0]
    cache.clear()
    assert sums() == 1


def test_what_the_recorder_leaves_free_keeps_nothing(camera: Camera, monkeypatch: Any) -> None:
    record(camera, 12, 6_000)
    with_free(monkeypatch, 12_000 * 100 - 6_000, size=50 * 12_000 * 10)
    assert queries.kept_days(config.current(), [camera.pk]) in {89, 90}, "two percent of the disk are ten days"
