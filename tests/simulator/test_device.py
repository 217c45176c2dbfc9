"""Simulated devices register, answer and report, over UDP and TCP."""

import hashlib
from datetime import UTC, datetime, timedelta

import pytest

from oversite.protocol.gb28181.alarm import Alarm, AlarmMethod, AlarmQuery
from oversite.protocol.gb28181.catalog import CatalogEvent, CatalogNotify, CatalogQuery, CatalogResponse
from oversite.protocol.gb28181.config_download import BasicParameters, ConfigDownloadQuery, ConfigDownloadResponse
from oversite.protocol.gb28181.control import (
    ControlAction,
    DeviceControl,
    Guard,
    PrecisePtz,
    Ptz,
    Reboot,
    Record,
    ResetAlarm,
    SetHomePosition,
)
from oversite.protocol.gb28181.device import (
    DeviceInfoQuery,
    DeviceInfoResponse,
    DeviceStatusQuery,
    DeviceStatusResponse,
)
from oversite.protocol.gb28181.message import ResultResponse
from oversite.protocol.gb28181.notify import Keepalive
from oversite.protocol.gb28181.position import MobilePosition, MobilePositionQuery, PtzPosition, PtzPositionQuery
from oversite.protocol.gb28181.preset import (
    HomePositionQuery,
    HomePositionResponse,
    Preset,
    PresetQuery,
    PresetResponse,
)
from oversite.protocol.gb28181.ptz import STOP, Move, PresetCommand, PresetVerb, PtzCommand
from oversite.protocol.gb28181.record_info import RecordInfoQuery, RecordInfoResponse
from oversite.protocol.sip.headers import Headers
from oversite.protocol.sip.message import Request
from oversite.simulator.fleet import Fleet
from simulator.looping import asynchronous
from simulator.scenes import CAMERA, fleet, one_device, settings
from simulator.small_platform import Platform, catalogue

pytestmark = pytest.mark.req("V5.1")

BOTH = pytest.mark.parametrize("transport", ["UDP", "TCP"])


@BOTH
@asynchronous
async def test_a_device_registers_keeps_alive_and_leaves(transport: str) -> None:
    async with Platform(transport=transport) as platform:
        async with fleet(platform) as devices:
            await platform.first(Keepalive, 2)
            assert platform.bindings.keys() == {CAMERA}
            first = platform.registers[0]
            assert first.headers.get("X-GB-Ver") == "3.0"
            assert first.expires == 3600
            assert devices.registered_count == 1
        assert platform.bindings == {}
        assert platform.registers[-1].expires == 0


@pytest.mark.parametrize("algorithm", ["MD5", "SHA-256", "SM3"])
@asynchronous
async def test_the_strongest_digest_offered_is_answered(algorithm: str) -> None:
    if algorithm == "SM3" and "sm3" not in hashlib.algorithms_available:
        pytest.skip("OpenSSL of this machine has no SM3")
    async with Platform(algorithms=tuple(dict.fromkeys(("MD5", algorithm)))) as platform, fleet(platform):
        assert f"algorithm={algorithm}" in platform.registers[1].headers.get("Authorization")


@asynchronous
async def test_a_wrong_password_is_refused_and_tried_again() -> None:
    async with Platform() as platform, Fleet(settings(platform, "wrong-password")) as devices:
        await platform.until(lambda: len(platform.registers) >= 4)
        assert devices.devices[0].registration.refused_status == 403
        assert devices.registered_count == 0


@asynchronous
async def test_a_forgotten_device_registers_again() -> None:
    async with one_device() as (platform, device):
        count = device.registration.count
        platform.answer_keepalive = 403
        await platform.first(Keepalive)
        platform.answer_keepalive = 200
        await platform.until(lambda: len(platform.registers) >= 4)
        assert device.registration.count >= count


@BOTH
@asynchronous
async def test_a_server_that_was_away_is_found_again(transport: str) -> None:
    async with Platform(transport=transport) as first:
        devices = Fleet(settings(first))
        async with devices:
            await devices.registered()
            devices.devices[0].link.close()
            await first.until(lambda: len(first.registers) >= 4)
            await devices.registered()


@asynchronous
async def test_the_clock_is_set_by_the_server() -> None:
    async with Platform() as platform:
        platform.now = lambda: datetime.now(UTC) + timedelta(hours=1)  # type: ignore[method-assign]
        async with fleet(platform) as devices:
            assert devices.devices[0].clock.ahead_s == pytest.approx(3600, abs=1)


@BOTH
@asynchronous
async def test_a_recorder_sends_its_catalogue_in_parts(transport: str) -> None:
    async with one_device(transport=transport, channels=60) as (platform, device):
        assert device.gb_id == "34020000001180000001"
        assert (await platform.tell(device.gb_id, CatalogQuery(device_id=device.gb_id, sn=77))).status == 200
        await platform.until(lambda: sum(len(part.items) for part in catalogue(platform)) >= 60)
        parts = catalogue(platform)
        assert len(parts) > 1
        assert {(part.total, part.sn) for part in parts} == {(60, 77)}
        ids = [item.device_id for part in parts for item in part.items]
        assert ids == [f"3402000000132{serial:07d}" for serial in range(1, 61)]
        assert all(item.is_online and item.parent_id == device.gb_id for part in parts for item in part.items)


@asynchronous
async def test_the_answers_to_simple_queries() -> None:
    async with one_device() as (platform, device):
        query = {"device_id": CAMERA, "sn": 5}
        for kind in (DeviceInfoQuery, DeviceStatusQuery, PresetQuery, HomePositionQuery, PtzPositionQuery):
            assert (await platform.tell(CAMERA, kind(**query))).status == 200  # type: ignore[arg-type]
        await platform.tell(CAMERA, ConfigDownloadQuery(device_id=CAMERA, sn=5))
        (info,) = await platform.first(DeviceInfoResponse)
        (status,) = await platform.first(DeviceStatusResponse)
        (presets,) = await platform.first(PresetResponse)
        (home,) = await platform.first(HomePositionResponse)
        (position,) = await platform.first(PtzPosition)
        (basic,) = await platform.first(ConfigDownloadResponse)
    assert isinstance(info, DeviceInfoResponse)
    assert (info.manufacturer, info.channels, info.sn) == ("Oversite", 1, 5)
    assert isinstance(status, DeviceStatusResponse)
    assert status.is_online
    assert status.is_recording
    assert status.device_time is not None
    assert abs(status.device_time - datetime.now(UTC)) < timedelta(seconds=5)
    assert presets == PresetResponse(device_id=CAMERA, sn=5)
    assert home == HomePositionResponse(device_id=CAMERA, sn=5, reset_s=60)
    assert position == PtzPosition(device_id=CAMERA, sn=5, pan_degrees=0, tilt_degrees=0, zoom=1)
    assert basic == ConfigDownloadResponse(device_id=CAMERA, sn=5, basic=BasicParameters(device.name, 3600, 0, 3))


def control(action: ControlAction) -> DeviceControl:
    return DeviceControl(device_id=CAMERA, sn=9, action=action)


@asynchronous
async def test_steering_turns_the_head() -> None:
    async with one_device() as (platform, device):
        head = device.channels[CAMERA].head
        left = Ptz(PtzCommand(Move.towards(pan=-1, speed=255)))
        assert (await platform.tell(CAMERA, control(left))).status == 200
        await platform.tell(CAMERA, control(Ptz(PtzCommand(STOP))))
        pose = head.pose_at(device.clock.seconds())
        assert pose.pan < 0
        await platform.tell(CAMERA, control(Ptz(PtzCommand(PresetCommand(PresetVerb.SET, 7)))))
        await platform.tell(CAMERA, PresetQuery(device_id=CAMERA))
        (presets,) = await platform.first(PresetResponse)
        assert isinstance(presets, PresetResponse)
        assert presets.presets == (Preset(7, "预置位7"),)
        await platform.tell(CAMERA, control(PrecisePtz(10, 5, 2)))
        later = device.clock.seconds() + 60
        assert (head.pose_at(later).pan, head.pose_at(later).zoom) == (10, 2)


@pytest.mark.parametrize("action", [Record(is_on=False), Guard(is_on=True), ResetAlarm(), SetHomePosition(True, 30, 2)])
@asynchronous
async def test_controls_that_want_an_answer_get_one(action: ControlAction) -> None:
    async with one_device() as (platform, device):
        channel = device.channels[CAMERA]
        device.alarming = True
        assert (await platform.tell(CAMERA, control(action))).status == 200
        (result,) = await platform.first(ResultResponse)
        assert result == ResultResponse(device_id=CAMERA, sn=9, command_name="DeviceControl")
        changed = {
            Record: not channel.archive.is_recording,
            Guard: channel.is_guarded,
            ResetAlarm: not device.alarming,
            SetHomePosition: (channel.head.home_preset, channel.head.home_after_s) == (2, 30),
        }
        assert changed[type(action)]  # type: ignore[index]


@asynchronous
async def test_a_control_for_nobody_is_refused() -> None:
    async with one_device() as (platform, _):
        stranger = DeviceControl(device_id="34020000001320000099", sn=1, action=Ptz(PtzCommand(STOP)))
        assert (await platform.tell(CAMERA, stranger)).status == 404


@asynchronous
async def test_a_reboot_registers_again() -> None:
    async with one_device() as (platform, _):
        count = len(platform.registers)
        await platform.tell(CAMERA, control(Reboot()))
        await platform.until(lambda: len(platform.registers) >= count + 2)


@asynchronous
async def test_recordings_are_told_in_parts() -> None:
    async with one_device(recorded_s=7200) as (platform, _device):
        end = datetime.now(UTC) - timedelta(minutes=1)
        query = RecordInfoQuery(device_id=CAMERA, sn=8, start_at=end - timedelta(hours=1), end_at=end)
        await platform.tell(CAMERA, query)
        parts = await platform.first(RecordInfoResponse, 3)
        items = [item for part in parts if isinstance(part, RecordInfoResponse) for item in part.items]
        assert {part.total for part in parts if isinstance(part, RecordInfoResponse)} >= {7}
        assert items[0].start_at <= end - timedelta(hours=1) < items[0].end_at
        assert all(item.file_bytes and item.record_type == "time" for item in items)


@asynchronous
async def test_alarms_go_to_the_platform_and_to_subscribers() -> None:
    async with one_device() as (platform, device):
        query = AlarmQuery(device_id=CAMERA, sn=4, methods="2")
        response = await platform.subscribe(CAMERA, query, "presence")
        assert response.status == 200
        assert response.headers.get("Expires") == "600"
        await device.raise_alarm(device.channels[CAMERA], description="门")
        await device.raise_alarm(device.channels[CAMERA], method=AlarmMethod.VIDEO)
        await platform.first(Alarm, 3)
        methods = [heard.request.method for heard in platform.heard if isinstance(heard.message, Alarm)]
        assert methods == ["NOTIFY", "MESSAGE", "MESSAGE"]
        alarm = platform.messages(Alarm)[0]
        assert isinstance(alarm, Alarm)
        assert (alarm.method, alarm.alarm_type, alarm.description, alarm.device_id) == (2, 2, "门", CAMERA)


@asynchronous
async def test_a_device_alarm_waits_until_the_last_is_reset() -> None:
    async with one_device() as (platform, device):
        assert await device.raise_alarm()
        assert await device.raise_alarm() is None
        await platform.tell(CAMERA, control(ResetAlarm()))
        assert await device.raise_alarm()
        assert len(platform.messages(Alarm)) == 2


@pytest.mark.parametrize("event", [CatalogEvent.OFF, CatalogEvent.ON, CatalogEvent.UPDATE])
@asynchronous
async def test_changes_of_the_catalogue_are_notified(event: CatalogEvent) -> None:
    async with one_device() as (platform, device):
        assert await device.announce(device.channels[CAMERA], event) == 0
        await platform.subscribe(CAMERA, CatalogQuery(device_id=CAMERA, sn=6), "catalog;id=6")
        assert await device.announce(device.channels[CAMERA], event) == 1
        (notice,) = await platform.first(CatalogNotify)
        assert isinstance(notice, CatalogNotify)
        assert [(change.event, change.item.device_id) for change in notice.changes] == [(event, CAMERA)]
        assert device.channels[CAMERA].is_online is (event is not CatalogEvent.OFF)
        request = platform.request_of(CatalogNotify)
        assert request.headers.get("Event") == "catalog;id=6"
        assert request.headers.get("Subscription-State").startswith("active")


@asynchronous
async def test_positions_are_notified() -> None:
    async with one_device() as (platform, device):
        await platform.subscribe(CAMERA, MobilePositionQuery(device_id=CAMERA, sn=3), "presence")
        assert await device.announce_position(117.5, 31.5) == 1
        (notice,) = await platform.first(MobilePosition)
        assert isinstance(notice, MobilePosition)
        assert (notice.positions[0].longitude, notice.is_list) == (117.5, True)


@asynchronous
async def test_what_a_device_does_not_know_it_refuses() -> None:
    async with one_device() as (platform, _):
        for method, status in (("OPTIONS", 200), ("PUBLISH", 405), ("BYE", 481), ("INFO", 481)):
            request = platform._request(method, CAMERA, b"", "text/plain")
            assert (await platform._ask(CAMERA, request)).status == status
        broken = platform._request("MESSAGE", CAMERA, b"<Query>", "Application/MANSCDP+xml")
        assert (await platform._ask(CAMERA, broken)).status == 400
        assert isinstance(Request("OPTIONS", "sip:a@b", Headers()), Request)


@asynchronous
async def test_many_devices_have_identities_in_a_row() -> None:
    async with Platform() as platform, fleet(platform, count=30):
        assert platform.bindings.keys() == {f"3402000000132{serial:07d}" for serial in range(1, 31)}
        assert len({str(address) for address in platform.bindings.values()}) == 30


@asynchronous
async def test_a_power_cut_says_nothing() -> None:
    async with one_device() as (platform, device):
        device.switch_off()
        assert platform.bindings.keys() == {CAMERA}
        assert platform.messages(CatalogResponse) == []
