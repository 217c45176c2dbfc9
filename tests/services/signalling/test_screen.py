"""The text in a picture: set and read back over the door (2022, A.2.1.12)."""

import asyncio
from pathlib import Path
from typing import Any

import pytest

from oversite.protocol.gb28181.config_download import ConfigDownloadQuery, ConfigDownloadResponse
from oversite.protocol.gb28181.device_config import DeviceConfig
from oversite.protocol.gb28181.message import ResultResponse
from oversite.protocol.gb28181.osd import OsdLine, OsdSettings
from oversite.services.signalling.screen import screen_from_json
from oversite.simulator.fleet import Fleet
from oversite.simulator.misbehaviour import Misbehaviour
from services.signalling.stage import DEVICE_ID, Stage, in_loop
from services.signalling.test_simulator import RECORDER, recorder, settings

SCREEN: dict[str, Any] = {
    "width": 1920,
    "height": 1080,
    "time_x": 16,
    "time_y": 16,
    "lines": [
        {"text": "上海洋山海关洋山申港石油码头", "x": 16, "y": 944},
        {"text": "查验平台01云台", "x": 16, "y": 1004},
    ],
}
OSD = OsdSettings(
    1920,
    1080,
    16,
    16,
    lines=(OsdLine("上海洋山海关洋山申港石油码头", 16, 944), OsdLine("查验平台01云台", 16, 1004)),
)
CHANNEL = "42010011101320803002"


@pytest.mark.req("C-OSD")
@in_loop
async def test_the_door_sets_the_text_and_says_what_the_device_made_of_it() -> None:
    async with Stage() as stage, stage.device() as device:
        await device.register()
        body = {"device_gb_id": DEVICE_ID, "camera_gb_id": CHANNEL, "screen": SCREEN}
        asking = asyncio.ensure_future(stage.ask("POST", "/door/screen", body))
        config = await device.received_message(DeviceConfig)
        assert (config.device_id, config.osd) == (CHANNEL, OSD)
        await device.message(ResultResponse(device_id=CHANNEL, sn=config.sn, command_name="DeviceConfig"))
        assert (await asking).json() == {"result": "OK", "is_ok": True}


@pytest.mark.req("C-OSD")
@in_loop
async def test_the_door_reads_the_text_back() -> None:
    async with Stage() as stage, stage.device() as device:
        await device.register()
        body = {"device_gb_id": DEVICE_ID, "camera_gb_id": CHANNEL, "kind": "screen"}
        asking = asyncio.ensure_future(stage.ask("POST", "/door/query", body))
        query = await device.received_message(ConfigDownloadQuery)
        assert (query.device_id, query.config_types) == (CHANNEL, ("OSDConfig",))
        await device.message(ConfigDownloadResponse(device_id=CHANNEL, sn=query.sn, osd=OSD))
        told = (await asking).json()
        assert told["result"] == "OK"
        assert told["screen"] == {**SCREEN, "shows_time": True, "shows_text": True, "time_type": 0}


@pytest.mark.parametrize(
    ("fault", "is_ok", "lines"),
    [
        (None, True, ["上海洋山海关洋山申港石油码头", "查验平台01云台"]),
        (Misbehaviour.SCREEN_CUT, True, ["上海洋山海关洋山申港石油", "查验平台01云台"]),
        (Misbehaviour.SCREEN_UNKNOWN, False, None),
    ],
)
@pytest.mark.req("C-OSD")
@in_loop
async def test_against_simulated_recorders(
    fault: Misbehaviour | None, is_ok: bool, lines: list[str] | None, tmp_path: Path
) -> None:
    store = recorder()
    faults = frozenset({fault} if fault else ())
    async with Stage(store) as stage, Fleet(settings(stage, tmp_path, misbehaviours=faults)):
        await stage.until(lambda: len(store.channels) == 4)
        channel = sorted(store.channels)[1]
        about = {"device_gb_id": RECORDER, "camera_gb_id": channel}
        told = (await stage.ask("POST", "/door/screen", {**about, "screen": SCREEN})).json()
        assert told["is_ok"] is is_ok
        read = (await stage.ask("POST", "/door/query", {**about, "kind": "screen"})).json()
        assert (read["screen"] and [line["text"] for line in read["screen"]["lines"]]) == lines


@in_loop
async def test_who_is_not_there_is_not_asked() -> None:
    async with Stage() as stage:
        body = {"device_gb_id": DEVICE_ID, "screen": SCREEN}
        assert (await stage.ask("POST", "/door/screen", body)).status == 409


@in_loop
async def test_a_question_that_the_device_refuses_gives_its_status() -> None:
    async with Stage() as stage, stage.device() as device:
        await device.register()
        device.answers["MESSAGE"] = lambda request: request.reply(488)
        response = await stage.ask(
            "POST", "/door/query", {"device_gb_id": DEVICE_ID, "camera_gb_id": CHANNEL, "kind": "screen"}
        )
        assert response.status == 504
        assert response.json()["sip_status"] == 488


@pytest.mark.parametrize(
    "screen",
    [
        None,
        [],
        {},
        {**SCREEN, "lines": "text"},
        {**SCREEN, "lines": [{"text": "", "x": 1, "y": 1}]},
        {**SCREEN, "lines": [{"text": "长" * 33, "x": 1, "y": 1}]},
        {**SCREEN, "lines": [{"text": "x", "x": -1, "y": 1}]},
        {**SCREEN, "lines": [{"text": "x", "x": True, "y": 1}]},
        {**SCREEN, "lines": SCREEN["lines"] * 5},
        {**SCREEN, "width": "1920"},
    ],
)
def test_what_the_standard_has_no_place_for_is_refused(screen: object) -> None:
    with pytest.raises(ValueError, match=r"at most|wants|a line has|number of pixels"):
        screen_from_json(screen)
