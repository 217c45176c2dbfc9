"""A simulated camera takes a text for its picture, keeps it, tells it, and draws it."""

import numpy as np
import pytest

from oversite.protocol.gb28181.config_download import ConfigDownloadQuery, ConfigDownloadResponse
from oversite.protocol.gb28181.device_config import DeviceConfig
from oversite.protocol.gb28181.message import ResultResponse
from oversite.protocol.gb28181.osd import OsdLine, OsdSettings
from oversite.simulator.han import han_points
from oversite.simulator.picture import MAIN, Painter, read_stamp
from oversite.simulator.ptz_head import PtzHead
from oversite.simulator.scene import Scene
from simulator.looping import asynchronous
from simulator.scenes import CAMERA, one_device

WANTED = OsdSettings(1920, 1080, 16, 16, lines=(OsdLine("上海洋山海关洋山申港石油码头查验平台01云台", 16, 1004),))
pytestmark = pytest.mark.req("C-OSD")


async def told(*faults: str) -> tuple[str, OsdSettings | None]:
    """The result of setting the text, and what the device then says that it shows."""
    async with one_device(*faults) as (platform, _):
        await platform.tell(CAMERA, DeviceConfig(device_id=CAMERA, sn=3, osd=WANTED))
        (answer,) = await platform.first(ResultResponse)
        await platform.tell(CAMERA, ConfigDownloadQuery(device_id=CAMERA, sn=4, config_types=("OSDConfig",)))
        (read,) = await platform.first(ConfigDownloadResponse)
    assert isinstance(answer, ResultResponse)
    assert isinstance(read, ConfigDownloadResponse)
    assert (answer.command, answer.sn, read.sn) == ("DeviceConfig", 3, 4)
    return answer.result, read.osd


@asynchronous
async def test_it_is_set_and_read_back() -> None:
    assert await told() == ("OK", WANTED)


@asynchronous
async def test_a_refusal_leaves_the_text_of_the_factory() -> None:
    result, read = await told("screen-refused")
    assert result == "ERROR"
    assert read is not None
    assert read != WANTED


@asynchronous
async def test_one_says_ok_and_cuts() -> None:
    result, read = await told("screen-cut")
    assert result == "OK"
    assert read is not None
    assert [line.text for line in read.lines] == ["上海洋山海关洋山申港石油"]


@asynchronous
async def test_one_of_2016_knows_nothing_of_it() -> None:
    assert await told("screen-unknown") == ("ERROR", None)


def test_it_is_drawn_at_the_bottom_and_the_time_at_the_top() -> None:
    painter, pose = Painter(Scene(7), MAIN, "GATE"), PtzHead().pose_at(0.0)
    before = painter.paint(pose, 1_700_000_000.0)[: MAIN.height].astype(int)
    picture = painter.paint(pose, 1_700_000_000.0, screen=WANTED)[: MAIN.height]
    changed = np.abs(picture.astype(int) - before)
    letters = han_points(WANTED.lines[0].text, 20)
    bottom = picture[round(1004 / 3) - 10 :][:20, 5 : 5 + letters.shape[1]]
    assert (bottom > 128).astype(np.uint8).tolist() == letters.tolist()
    assert changed[5:25, 5:200].any()
    assert read_stamp(picture) == 1_700_000_000_000


def test_letters_differ_and_a_strange_one_is_a_box() -> None:
    assert han_points("海", 20).tolist() != han_points("关", 20).tolist()
    assert han_points("\U0010fffd", 20).any()
    assert han_points("", 20).shape == (20, 10)
