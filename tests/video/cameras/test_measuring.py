"""Codec, bit rate and loss are measured, not believed (req: V5.2, V5.3)."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.core.cache import cache

from oversite.base.events.models import Event
from oversite.video.cameras import actions
from oversite.video.cameras.measuring import Measured, StreamCounters

NOON = datetime(2026, 11, 20, 4, 0, tzinfo=UTC)


def row(world: Any, **changes: Any) -> dict[str, Any]:
    uid = str(world.camera.uid)
    return {
        "stream_key": f"{uid}-0",
        "camera_uid": uid,
        "kind": "live",
        "stage": "playing",
        "codec": "h264",
        "packets": 1000,
        "lost": 0,
        "bytes": 1_000_000,
    } | changes


@pytest.mark.req("V5.2", "V5.3")
def test_two_looks_give_rate_and_loss(world: Any, doors: Any) -> None:
    cache.clear()
    doors.answer("/door/receivers", 200, {"receivers": [row(world)]})
    assert actions.measure_streams() == 0
    first = cache.get(f"video:counters:{world.camera.uid}-0")
    cache.set(first.cache_key, StreamCounters(**{**_fields(first), "at": first.at - timedelta(seconds=60)}), 600)
    doors.answer(
        "/door/receivers", 200, {"receivers": [row(world, packets=1999, lost=1, bytes=16_000_000, jitter_90k=360)]}
    )
    assert actions.measure_streams() == 1
    world.camera.refresh_from_db()
    assert (world.camera.measured_codec, world.camera.measured_loss_ppm) == ("h264", 1000)
    assert world.camera.measured_kbps in range(1990, 2001)
    assert world.camera.measured_jitter_ms == 4
    assert world.camera.measured_at is not None


def _fields(counters: StreamCounters) -> dict[str, Any]:
    return {name: getattr(counters, name) for name in StreamCounters.__slots__}


@pytest.mark.req("V5.2")
def test_a_codec_that_is_not_on_the_list_is_announced_once(world: Any) -> None:
    for _look in range(2):
        actions.note_measured(world.camera.uid, codec="mpeg4")
    assert Event.objects.filter(kind="video.codec.unlisted").count() == 1
    actions.note_measured(world.camera.uid, codec="svac")
    assert Event.objects.filter(kind="video.codec.unlisted").count() == 1


@pytest.mark.parametrize(
    "change",
    [
        {"kind": "playback"},
        {"stage": "waiting_packet"},
        {"stream_key": "x-1"},
        {"camera_uid": None},
        {"packets": "many"},
        {"bytes": None},
    ],
)
def test_what_is_no_live_main_stream_is_passed_over(world: Any, change: dict[str, Any]) -> None:
    assert StreamCounters.parse(row(world, **change), NOON) is None


@pytest.mark.parametrize(
    ("seconds", "packets", "expected"),
    [(60, 2000, Measured(0, 0)), (1, 2000, None), (60, 500, None), (60, 1000, None)],
)
def test_a_stream_that_began_anew_is_not_measured_across(
    world: Any, seconds: int, packets: int, expected: Measured | None
) -> None:
    before = StreamCounters.parse(row(world), NOON)
    after = StreamCounters.parse(row(world, packets=packets), NOON + timedelta(seconds=seconds))
    assert after is not None
    assert after.since(before) == expected
    assert after.since(None) is None


def test_a_service_that_is_down_measures_nothing(world: Any) -> None:
    assert actions.measure_streams() == 0
