"""Alarms of devices: entered once, shown to whom they concern, acknowledged by name (req: V5.1)."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.urls import reverse

from oversite.base.audit.models import Entry
from oversite.base.events import actions as events
from oversite.base.events.models import Event
from oversite.common import clock
from oversite.video.alarms import queries
from oversite.video.alarms.kinds import kind_text
from oversite.video.alarms.models import Alarm

AT = datetime(2026, 11, 20, 4, 0, tzinfo=UTC)
RIGHTS = ("alarms.read", "alarms.acknowledge", "video.playback", "cameras.read")


def told(world: Any, **changes: Any) -> dict[str, Any]:
    return {
        "device": world.device.gb_id,
        "source": world.camera.gb_id,
        "priority": 1,
        "method": 2,
        "type": 1,
        "description": "无信号",
        "occurred_at": AT.isoformat(),
        "received_at": (AT + timedelta(seconds=2)).isoformat(),
    } | changes


def hear(world: Any, **changes: Any) -> Alarm:
    """An alarm as signalling publishes it, heard by the worker."""
    agency = world.farm.agency
    event_id = events.publish("device.alarm", ("device", world.device.gb_id), told(world, **changes), agency=agency)
    events.run_listeners()
    return Alarm.objects.get(event_id=event_id)


@pytest.mark.req("V5.1")
def test_an_alarm_is_entered_with_its_camera_and_those_who_watch_are_told(world: Any) -> None:
    alarm = hear(world)
    assert (alarm.camera, alarm.device, alarm.site) == (world.camera, world.device, world.farm)
    assert (alarm.occurred_at, alarm.received_at) == (AT, AT + timedelta(seconds=2))
    raised = Event.objects.get(kind="alarms.raised")
    assert raised.agency_path == world.farm.agency.path
    assert (raised.data["tone"], raised.data["url"]) == ("danger", reverse("alarms:alarm", args=[alarm.pk]))
    assert "视频丢失" in raised.data["text"]


def test_the_same_event_heard_twice_is_one_alarm(world: Any) -> None:
    from oversite.base.events.feed import FeedEvent
    from oversite.video.alarms.actions import enter_alarm

    event = FeedEvent(7, "device.alarm", "device", world.device.gb_id, "", told(world), AT)
    assert enter_alarm(event) is not None
    assert enter_alarm(event) is None
    assert Alarm.objects.count() == 1


@pytest.mark.parametrize(
    "odd",
    [
        {"device": "340200", "source": "", "method": None, "type": None, "priority": None},
        {"method": 10**9, "type": "x", "priority": True, "occurred_at": "yesterday", "received_at": None},
        {"description": "长" * 900, "source": "x" * 200},
    ],
)
def test_what_a_device_says_wrongly_is_entered_all_the_same(world: Any, odd: dict[str, Any]) -> None:
    alarm = hear(world, **odd)
    assert len(alarm.description) <= 300
    assert kind_text(alarm.method, alarm.alarm_type)


@pytest.mark.parametrize(
    ("method", "alarm_type", "words"),
    [
        (2, 1, "设备报警：视频丢失"),
        (5, 6, "视频报警：入侵检测"),
        (6, 99, "设备故障报警：99"),
        (9, None, "方式 9 的报警"),
        (None, 1, "报警"),
    ],
)
def test_kinds_are_said_in_words(method: int | None, alarm_type: int | None, words: str) -> None:
    assert kind_text(method, alarm_type) == words


@pytest.mark.req("A4.1")
def test_a_neighbour_sees_none_and_a_device_without_a_site_is_the_roots(world: Any) -> None:
    hear(world)
    hear(world, device="34020000001320000888", source="")
    assert queries.alarms(world.person("own", world.branch, *RIGHTS)).count() == 1
    assert queries.alarms(world.person("neighbour", world.neighbour, *RIGHTS)).count() == 0
    assert queries.alarms(world.person("nation", world.national, *RIGHTS)).count() == 2
    assert queries.alarms(world.person("nobody", world.branch)).count() == 0


@pytest.mark.req("A9")
def test_acknowledging_enters_name_and_time_once(world: Any, sign_in: Any) -> None:
    alarm = hear(world)
    user = world.person("keeper", world.branch, *RIGHTS)
    client = sign_in(user)
    page = client.get(reverse("alarms:alarms")).content.decode()
    for words in ("视频丢失", world.camera.name, "无信号", "未确认"):
        assert words in page
    assert client.post(reverse("alarms:acknowledge", args=[alarm.pk]), {"reason": "已派员"}).status_code == 302
    alarm.refresh_from_db()
    assert (alarm.acknowledged_by, alarm.note) == (user.name, "已派员")
    client.post(reverse("alarms:alarms"), {"bulk": "acknowledge", "row": [str(alarm.pk)]})
    assert Entry.objects.filter(act="alarms.alarm.acknowledged").count() == 1
    assert queries.open_alarms(user).count() == 0


def test_an_alarm_stands_in_its_lane_of_the_bar(world: Any, sign_in: Any, doors: Any) -> None:
    alarm = hear(world)
    client = sign_in(world.person("keeper", world.branch, *RIGHTS))
    url = reverse("viewing:timeline") + f"?camera={world.camera.uid}&day=2026-11-20"
    (mark,) = client.get(url).json()["lanes"]["marks"]
    assert (mark["kind"], mark["url"]) == ("alarm", reverse("alarms:alarm", args=[alarm.pk]))
    assert mark["start_ms"] == clock.to_us(alarm.received_at) // 1000
    assert "视频丢失" in mark["title"]
