"""Writing texts into pictures and reading them back: match, mismatch, unsupported (req: C-OSD)."""

from typing import Any
from uuid import uuid4

import pytest

from domains.customs.conftest import no_answer
from oversite.base.audit.models import Entry
from oversite.base.jobs.actions import run_next
from oversite.base.jobs.models import Job
from oversite.common.errors import Refused
from oversite.domains.customs.actions import (
    Allotment,
    allot_codes,
    assign_camera,
    change_position,
    check_screen,
    order_screens,
    push_screen,
    save_registration,
)
from oversite.domains.customs.known_facts import known_facts
from oversite.domains.customs.models import CameraPosition, ScreenCheck
from oversite.video.cameras.actions import save_camera
from oversite.video.cameras.models import Camera, Device
from oversite.video.cameras.queries import is_online
from oversite.video.gateway.actions import Stage, StageFailure

pytestmark = [pytest.mark.django_db, pytest.mark.req("C-OSD")]


@pytest.fixture
def positions(port: Any, register: Any) -> list[CameraPosition]:
    made = allot_codes(port.user, register(), [Allotment("inspection", camera=each) for each in port.cameras])
    return [CameraPosition.objects.select_related("camera__device").get(pk=each.pk) for each in made]


def test_what_is_written_is_read_back_and_matches(port: Any, positions: Any, devices: Any) -> None:
    check = push_screen(port.user, positions[0])
    assert check.state == ScreenCheck.State.MATCH
    assert check.shown == ["青岛烟台海关一号码头查验平台01云台"]
    device, channel, screen = devices.told[0]
    assert (device, channel) == (port.device.gb_id, port.cameras[0].gb_id)
    assert screen["time_y"] < screen["height"] / 2 < screen["lines"][0]["y"]
    assert Entry.objects.get(act="customs.screen.pushed").data["state"] == "match"


def test_a_device_that_cuts_shows_a_mismatch_in_words(port: Any, positions: Any, devices: Any) -> None:
    devices.cut_at = 9
    check = push_screen(port.user, positions[0])
    assert check.state == ScreenCheck.State.MISMATCH
    assert "截断" in check.differences[0]["zh"]
    page = port.client.get(f"/cameras/{port.cameras[0].uid}/").content.decode()
    assert "截断" in page
    assert positions[0].code in page


def test_reading_changes_nothing(port: Any, positions: Any, devices: Any) -> None:
    check = check_screen(port.user, positions[0])
    assert check.state == ScreenCheck.State.MISMATCH
    assert check.shown == ["IPC"]
    assert check.pushed_at is None
    assert devices.told == []


def test_what_other_hardware_showed_says_nothing_of_the_new(port: Any, positions: Any, devices: Any) -> None:
    push_screen(port.user, positions[0])
    spare = Camera.objects.create(gb_id="42010000001320000777", name="备机", site=port.site, device=port.device)
    assign_camera(port.user, positions[0], spare, "原机损坏")
    assert not ScreenCheck.objects.exists()
    page = port.client.get(f"/customs/positions/{positions[0].uid}/").content.decode()
    assert "尚未读取" in page
    assert "请看实时画面判断" in page, "opaque and not blinking is for the officer's eye"
    assert f"/video/?camera={spare.uid}" in page


def test_another_text_is_not_read_yet(port: Any, positions: Any, devices: Any) -> None:
    push_screen(port.user, positions[0])
    change_position(port.user, positions[0], {"mounted_at": "东侧灯杆"})
    assert ScreenCheck.objects.exists(), "the same text stands there"
    change_position(port.user, positions[0], {"business": "查验台"})
    assert not ScreenCheck.objects.exists()
    push_screen(port.user, CameraPosition.objects.get(pk=positions[0].pk))
    registration = positions[0].registration
    save_registration(port.user, port.site, registration, {"place_name": "二号码头"})
    assert not ScreenCheck.objects.exists()


@pytest.mark.parametrize(
    "changed", [{"mount": "fixed", "abilities": []}, {"gb_id": "42010000001320000778"}, {"device": None}], ids=str
)
def test_a_camera_that_is_another_now_has_not_been_read(
    port: Any, positions: Any, devices: Any, changed: dict[str, Any]
) -> None:
    push_screen(port.user, positions[0])
    camera = Camera.objects.get(pk=port.cameras[0].pk)
    save_camera(port.user, camera, {"manufacturer": "甲厂"})
    assert ScreenCheck.objects.exists(), "the same device shows the same text"
    save_camera(port.user, camera, changed)
    assert not ScreenCheck.objects.exists()
    assert "labelled" not in known_facts(port.site).cameras[str(camera.uid)]


def test_a_device_of_the_old_edition_is_unsupported(port: Any, positions: Any, devices: Any) -> None:
    devices.is_ok = devices.knows = False
    assert push_screen(port.user, positions[0]).state == ScreenCheck.State.UNSUPPORTED
    devices.failure = StageFailure(Stage.NO_ANSWER, reason="refused: 400", sip_status=400)
    assert push_screen(port.user, positions[0]).state == ScreenCheck.State.UNSUPPORTED


def test_a_refusal_and_a_silence_are_told_apart(port: Any, positions: Any, devices: Any) -> None:
    devices.is_ok = False
    assert push_screen(port.user, positions[0]).state == ScreenCheck.State.REFUSED
    devices.failure = no_answer()
    check = push_screen(port.user, positions[0])
    assert check.state == ScreenCheck.State.NO_ANSWER
    assert "not answered" in check.reason
    assert ScreenCheck.objects.count() == 1


def test_a_channel_that_is_not_there_is_neither_unsupported_nor_silent(port: Any, positions: Any, devices: Any) -> None:
    """Whether the device says so, or its complete catalogue; a device that is away only does not answer."""
    devices.failure = StageFailure(Stage.NO_ANSWER, reason="refused: 404 no such channel", sip_status=404)
    assert push_screen(port.user, positions[0]).state == ScreenCheck.State.NO_CHANNEL
    devices.failure, devices.is_ok, devices.knows = None, False, False
    Device.objects.filter(pk=port.device.pk).update(channels_seen=2, channels_total=2)
    [absent] = CameraPosition.objects.select_related("camera__device").filter(pk=positions[0].pk)
    assert check_screen(port.user, absent).state == ScreenCheck.State.NO_CHANNEL
    assert not is_online(Camera.objects.get(pk=absent.camera_id))
    Device.objects.filter(pk=port.device.pk).update(is_online=False)
    devices.failure = StageFailure(Stage.NO_ANSWER, reason="408", sip_status=408)
    [away] = CameraPosition.objects.select_related("camera__device").filter(pk=positions[0].pk)
    assert push_screen(port.user, away).state == ScreenCheck.State.NO_ANSWER


def test_all_of_a_site_are_written_by_the_worker_with_progress(port: Any, positions: Any, devices: Any) -> None:
    positions[2].camera.device = None
    positions[2].camera.save()
    job = order_screens(port.user, positions[0].registration, is_push=True)
    run_next(uuid4(), ["long"])
    job = Job.objects.get(pk=job.pk)
    assert (job.state, job.done, job.total) == ("succeeded", 3, 3)
    states = dict(CameraPosition.objects.values_list("code", "screen__state"))
    assert sorted(map(str, states.values())) == ["None", "match", "match"]


def test_who_may_not_write_does_not(port: Any, positions: Any, devices: Any, make_user: Any) -> None:
    monitor = make_user(port.site.agency, "monitor", username="kan")
    with pytest.raises(Refused):
        push_screen(monitor, positions[0])
    assert devices.told == []


def test_an_empty_position_is_not_asked(port: Any, positions: Any, devices: Any) -> None:
    CameraPosition.objects.filter(pk=positions[0].pk).update(camera=None)
    positions[0].camera = None
    with pytest.raises(Refused):
        push_screen(port.user, positions[0])
    assign_camera(port.user, CameraPosition.objects.get(pk=positions[0].pk), port.cameras[0])


def test_the_act_of_the_page_says_how_it_ended(port: Any, positions: Any, devices: Any) -> None:
    page = port.client.get(f"/customs/positions/{positions[0].uid}/push/")
    assert "青岛烟台海关一号码头查验平台01云台" in page.content.decode()
    answer = port.client.post(f"/customs/positions/{positions[0].uid}/push/", follow=True)
    assert ScreenCheck.objects.get().state == ScreenCheck.State.MATCH
    assert answer.status_code == 200
