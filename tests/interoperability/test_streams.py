"""Streams of devices that misbehave, from the wish to the picture: signalling, media and simulator together."""

import asyncio
from pathlib import Path
from typing import Any

import pytest

from interoperability.house import House, camera_store, channel_uid, recorder_store
from oversite.protocol.media import Codec
from oversite.simulator.live import LiveStream
from services.signalling.stage import CAMERA_UID, DEVICE_ID, in_loop

KEY = f"{CAMERA_UID}-0"

pytestmark = pytest.mark.req("V5.1")


@pytest.mark.quirk(5, 6, 32)
@pytest.mark.parametrize(
    ("fault", "ssrc"),
    [
        ("missing-y", "ours"),
        ("other-ssrc", "0987654321"),
        ("wrong-ssrc", "0987654321"),
        ("early-media", "ours"),
        ("short-y", "ours"),
        ("bare-sdp", "ours"),
    ],
)
@pytest.mark.parametrize("transport", ["udp", "tcp-passive"])
@in_loop
async def test_quirks_5_6_32_whatever_the_answer_says_the_picture_comes(
    fault: str, ssrc: str, transport: str, tmp_path: Path
) -> None:
    async with House(tmp_path, camera_store(media_transport=transport)) as house, house.device_with(fault):
        await house.play()
        status = await house.received(KEY)
        assert status["ssrc"] == (house.service.sessions.running[KEY].ssrc if ssrc == "ours" else ssrc)
        assert (status["lost"], status["malformed"], status["bad_units"]) == (0, 0, 0)


@pytest.mark.quirk(7)
@in_loop
async def test_quirk_7_two_streams_with_one_ssrc_each_have_a_port(tmp_path: Path) -> None:
    async with House(tmp_path, recorder_store(2)) as house, house.device_with("same-ssrc", channels=2):
        keys = [(await house.play(channel_uid(number)))["stream_key"] for number in (1, 2)]
        first, second = [await house.received(key) for key in keys]
        assert first["ssrc"] == second["ssrc"] == "0000000001"
        assert first["port"] != second["port"]
        assert first["foreign"] == second["foreign"] == 0


@pytest.mark.quirk(20)
@pytest.mark.parametrize(
    ("fault", "codec"),
    [("h265-as-h264", Codec.H265), ("no-stream-map", Codec.H264), ("bad-stream-map-crc", Codec.H264)],
)
@in_loop
async def test_quirk_20_the_pictures_themselves_tell_the_codec(fault: str, codec: Codec, tmp_path: Path) -> None:
    async with House(tmp_path) as house, house.device_with(fault, codec=codec):
        assert (await house.play())["codec"] == codec


@pytest.mark.quirk(21)
@in_loop
async def test_quirk_21_a_stream_that_begins_between_key_frames_gets_one_on_our_word(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[LiveStream] = []
    request_key = LiveStream.request_key
    monkeypatch.setattr(LiveStream, "request_key", lambda stream: (asked.append(stream), request_key(stream)))
    async with House(tmp_path) as house, house.device_with("late-parameters") as device:
        running = LiveStream(device.channels[DEVICE_ID], 0, device.pool)
        device._streams[DEVICE_ID, 0] = running
        shown: list[object] = []
        running.attach(shown.append, with_key=True)
        await house.until(lambda: len(shown) > 3)
        await house.play()
        assert running in asked
        running.stop()


@pytest.mark.quirk(21)
@in_loop
async def test_quirk_21_without_any_key_frame_that_is_what_the_viewer_hears(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("oversite.services.signalling.sessions.MEDIA_S", 2.0)
    async with House(tmp_path) as house, house.device_with("no-key-frame") as device:
        response = await house.ask("POST", "/door/play", {"camera_uid": CAMERA_UID, "stream": 0})
        assert (response.status, response.json()["stage"]) == (504, "no_key_frame")
        await house.until(lambda: device.book.calls == [])


@pytest.mark.quirk(22, 23, 24)
@pytest.mark.parametrize(
    ("fault", "audio_codec"), [("declared-audio-missing", ""), ("audio-beside", "g711a"), ("rtcp-first", "g711a")]
)
@in_loop
async def test_quirks_22_23_24_sound_and_reports_do_not_hold_up_the_picture(
    fault: str, audio_codec: str, tmp_path: Path
) -> None:
    async with House(tmp_path) as house, house.device_with(fault, has_audio=True):
        await house.play()
        status = await house.received(KEY)
        while status["packets"] < 60:
            status = await house.received(KEY)
        assert (status["audio_codec"], status["malformed"], status["lost"]) == (audio_codec, 0, 0)


@pytest.mark.quirk(25)
@in_loop
async def test_quirk_25_the_sub_stream_is_another_stream(tmp_path: Path) -> None:
    async with House(tmp_path) as house, house.device_with() as device:
        main, sub = await asyncio.gather(house.play(stream=0), house.play(stream=1))
        assert main["stream_key"] != sub["stream_key"]
        assert {call.stream_number for call in device.book.calls} == {0, 1}
        statuses: list[dict[str, Any]] = [await house.received(told["stream_key"]) for told in (main, sub)]
        assert statuses[0]["width"] > statuses[1]["width"]
