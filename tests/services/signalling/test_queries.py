"""Catalogue, records, alarms and the other messages that come back from devices."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from oversite.protocol.gb28181.alarm import Alarm
from oversite.protocol.gb28181.catalog import (
    CatalogChange,
    CatalogEvent,
    CatalogNotify,
    CatalogQuery,
    CatalogResponse,
)
from oversite.protocol.gb28181.catalog_item import CatalogItem
from oversite.protocol.gb28181.device import (
    DeviceInfoQuery,
    DeviceInfoResponse,
    DeviceStatusQuery,
    DeviceStatusResponse,
)
from oversite.protocol.gb28181.message import ResultResponse
from oversite.protocol.gb28181.preset import Preset, PresetQuery, PresetResponse
from oversite.protocol.gb28181.record_info import RecordInfoQuery, RecordInfoResponse, RecordItem
from oversite.protocol.sip.message import Request
from services.signalling.stage import DEVICE_ID, NOW_AT, Stage, in_loop


def channel(number: int, *, is_online: bool = True) -> CatalogItem:
    return CatalogItem(device_id=f"3402000000131{number:07d}", name=f"通道{number}", is_online=is_online)


@pytest.mark.req("V5.1")
@in_loop
async def test_a_catalogue_in_several_messages_is_gathered_and_stored() -> None:
    async with Stage() as stage, stage.device() as device:
        await device.register()
        query = await device.received_message(CatalogQuery)
        for number in (1, 2, 3):
            answer = CatalogResponse(device_id=DEVICE_ID, sn=query.sn, total=3, items=(channel(number),))
            assert (await device.message(answer)).status == 200
        known = stage.service.directory.devices[DEVICE_ID]
        await stage.until(lambda: known.channels_total == 3)
        assert known.channels_seen == 3
        await stage.until(lambda: len(stage.store.channels) == 3)
        assert stage.store.channels[channel(2).device_id].name == "通道2"


@pytest.mark.quirk(12)
@in_loop
async def test_quirk_12_a_late_part_counts_and_a_partial_answer_takes_nothing_away() -> None:
    async with Stage() as stage, stage.device() as device:
        await device.register()
        query = await device.received_message(CatalogQuery)
        await device.message(CatalogResponse(device_id=DEVICE_ID, sn=query.sn, total=500, items=(channel(1),)))
        await device.message(CatalogResponse(device_id=DEVICE_ID, sn=query.sn + 77, total=500, items=(channel(2),)))
        await stage.until(lambda: len(stage.store.channels) == 2)
        assert all(not record.has_state_only for record in stage.store.channels.values())


@in_loop
async def test_what_a_device_is_and_how_far_its_clock_is_off() -> None:
    async with Stage() as stage, stage.device() as device:
        await device.register()
        query = await device.received_message(DeviceInfoQuery)
        await device.message(
            DeviceInfoResponse(device_id=DEVICE_ID, sn=query.sn, manufacturer="Maker", model="X1", firmware="1.2")
        )
        status = await device.received_message(DeviceStatusQuery)
        device_time = NOW_AT.replace(microsecond=0) + timedelta(seconds=90)
        await device.message(DeviceStatusResponse(device_id=DEVICE_ID, sn=status.sn, device_time=device_time))
        known = stage.service.directory.devices[DEVICE_ID]
        assert (known.manufacturer, known.model, known.firmware) == ("Maker", "X1", "1.2")
        assert known.clock.offset_ms == 90_377  # the middle of the second that the device has cut off


@in_loop
async def test_the_door_asks_for_records_and_says_how_complete_the_answer_is() -> None:
    start = datetime(2026, 11, 20, 0, 0, tzinfo=UTC)

    async with Stage() as stage, stage.device() as device:
        await device.register()

        async def answer() -> None:
            query = await device.received_message(RecordInfoQuery)
            assert query.record_type == "all"  # quirk 8
            items = tuple(
                RecordItem(
                    device_id=DEVICE_ID,
                    start_at=start + timedelta(hours=hour),
                    end_at=start + timedelta(hours=hour, minutes=30),
                    record_type="time",
                )
                for hour in (1, 0)
            )
            await device.message(RecordInfoResponse(device_id=DEVICE_ID, sn=query.sn, total=2, items=items))

        answering = asyncio.create_task(answer())
        body = {"device_gb_id": DEVICE_ID, "kind": "records", "camera_gb_id": DEVICE_ID}
        body |= {"start_at": start.isoformat(), "end_at": (start + timedelta(days=1)).isoformat()}
        response = await stage.ask("POST", "/door/query", body)
        await answering
        told = response.json()
        assert response.status == 200
        assert (told["complete"], told["received"], told["total"]) == (True, 2, 2)
        assert [item["start_at"] for item in told["items"]] == [
            "2026-11-20T00:00:00+00:00",
            "2026-11-20T01:00:00+00:00",
        ]


@in_loop
async def test_presets_and_a_refused_question() -> None:
    async with Stage() as stage, stage.device() as device:
        await device.register()

        def answer(request: Request) -> object:
            if b"PresetQuery" in request.body:
                query = PresetQuery.from_xml(request.body)
                told = PresetResponse(device_id=DEVICE_ID, sn=query.sn, presets=(Preset(1, "门"),))
                device.endpoint.request(
                    device.request("MESSAGE", told.to_xml(), "Application/MANSCDP+xml"),
                    device.server,
                    device.local,
                    asyncio.get_running_loop().time(),
                )
                return request.reply(200)
            return request.reply(501)

        device.answers["MESSAGE"] = answer  # type: ignore[assignment]
        response = await stage.ask("POST", "/door/query", {"device_gb_id": DEVICE_ID, "kind": "presets"})
        assert response.json() == {"presets": [{"number": 1, "name": "门"}]}
        refused = await stage.ask("POST", "/door/query", {"device_gb_id": DEVICE_ID, "kind": "info"})
        assert (refused.status, refused.json()["stage"]) == (504, "no_answer")
        assert "501" in refused.json()["reason"]


@in_loop
async def test_an_alarm_is_kept_and_confirmed() -> None:
    async with Stage() as stage, stage.device() as device:
        await device.register()
        alarm = Alarm(device_id=DEVICE_ID, sn=9, priority=1, method=5, occurred_at=NOW_AT, alarm_type=2)
        assert (await device.message(alarm)).status == 200
        confirmation = await device.received_message(ResultResponse)
        assert (confirmation.sn, confirmation.command, confirmation.is_ok) == (9, "Alarm", True)
        await stage.until(lambda: any(batch.alarms for batch in stage.store.batches))
        (record,) = next(batch.alarms for batch in stage.store.batches if batch.alarms)
        assert (record.device_gb_id, record.method, record.alarm_type) == (DEVICE_ID, 5, 2)


@pytest.mark.quirk(34)
@in_loop
async def test_quirk_34_a_notice_that_turns_everything_off_is_not_believed() -> None:
    async with Stage() as stage, stage.device() as device:
        await device.register()
        known = stage.service.directory.devices[DEVICE_ID]
        known.channels_seen = 20

        def notice(numbers: range) -> CatalogNotify:
            changes = tuple(CatalogChange(CatalogEvent.OFF, channel(number)) for number in numbers)
            return CatalogNotify(device_id=DEVICE_ID, changes=changes)

        await device.message(notice(range(1, 4)))
        await stage.until(lambda: len(stage.store.channels) == 3)
        assert all(record.is_online is False for record in stage.store.channels.values())
        await device.message(notice(range(4, 21)))
        await device.message(CatalogNotify(device_id=DEVICE_ID, changes=(CatalogChange(CatalogEvent.ON, channel(1)),)))
        await stage.until(lambda: stage.store.channels[channel(1).device_id].is_online is True)
        assert len(stage.store.channels) == 3


@in_loop
async def test_broken_bodies_and_strangers_are_refused_and_nothing_breaks() -> None:
    async with Stage() as stage, stage.device() as device, stage.device("34020000001320000077") as stranger:
        await device.register()
        request = device.request("MESSAGE", b"<Notify><CmdType>Alarm", "Application/MANSCDP+xml")
        assert (await device.ask(request)).status == 400
        alarm = Alarm(device_id=DEVICE_ID, sn=9, priority=1, method=5, occurred_at=None)
        assert (await stranger.message(alarm)).status == 403
        device.send_raw(b"\xff\x00garbage")
        assert (await device.keep_alive()).status == 200
