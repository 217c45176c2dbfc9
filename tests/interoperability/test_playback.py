"""Recordings played by devices that have their own way with speed and endings; snapshots of streams that stopped."""

import asyncio
import time
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from interoperability.house import House
from oversite.common import clock
from oversite.services.media.receiver import Receiver
from oversite.simulator.device import Device
from services.signalling.stage import CAMERA_UID, in_loop

pytestmark = pytest.mark.req("V5.1")


async def playback(house: House, device: Device, seconds: float) -> str:
    """Play so much of what the device recorded before now; the session."""
    start_at = device.clock.instant() - timedelta(minutes=5)
    period = {"start_at": start_at.isoformat(), "end_at": (start_at + timedelta(seconds=seconds)).isoformat()}
    response = await house.ask("POST", "/door/playback", {"camera_uid": CAMERA_UID, **period})
    told = response.json()
    assert response.status == 200, told
    return str(told["session"])


async def control(house: House, session: str, **what: Any) -> dict[str, Any]:
    response = await house.ask("POST", f"/door/sessions/{session}/control", what)
    assert response.status == 200
    return dict(response.json())


def receiver(house: House, session: str) -> Receiver:
    return house.node.node.streams.receivers[session]


@pytest.mark.quirk(4)
@in_loop
async def test_quirk_4_the_end_in_a_strange_name_ends_the_right_playback(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("oversite.services.signalling.sessions.DRAIN_S", 0.1)
    async with House(tmp_path) as house, house.device_with("foreign-from") as device:
        long, short = await playback(house, device, 120), await playback(house, device, 2)
        await house.until(lambda: short not in house.service.sessions.running)
        assert long in house.service.sessions.running
        await house.until(lambda: len(device.book.calls) == 1)  # the device hears of it by BYE, a moment later
        assert long in house.service.sessions.running


@pytest.mark.quirk(26)
@pytest.mark.parametrize(("fault", "least"), [((), 2.5), (("no-scale",), 0.0)])
@in_loop
async def test_quirk_26_a_viewer_at_the_speed_of_life_follows_whatever_the_device_makes_of_a_speed(
    fault: tuple[str, ...], least: float, tmp_path: Path
) -> None:
    async with House(tmp_path) as house, house.device_with(*fault) as device:
        session = await playback(house, device, 120)
        assert (await control(house, session, action="scale", value=4))["state"] == "acknowledged"
        played = device.book.calls[0].playback
        found = receiver(house, session)
        assert played is not None
        await house.until(lambda: found.live.gop != [])
        began_s, media_90k, position_s = time.monotonic(), newest_90k(found), played.position_s
        await house.until(lambda: newest_90k(found) >= media_90k + 3 * 90_000)
        elapsed_s = time.monotonic() - began_s
        shown_s = (newest_90k(found) - media_90k) / 90_000
        assert shown_s == pytest.approx(elapsed_s, abs=1.2)
        assert played.position_s - position_s > least * elapsed_s


def newest_90k(found: Receiver) -> int:
    """The media time of the newest fragment."""
    return found.live.gop[-1].start_90k


@pytest.mark.quirk(27)
@in_loop
async def test_quirk_27_a_speed_that_the_device_refuses_is_named_and_it_plays_on(tmp_path: Path) -> None:
    async with House(tmp_path) as house, house.device_with("info-400") as device:
        session = await playback(house, device, 120)
        told = await control(house, session, action="scale", value=4)
        assert (told["state"], told["sip_status"]) == ("unsupported", 400)
        packets = (await house.received(session))["packets"]
        await house.until(lambda: receiver(house, session).rtp.stats.packets > packets)
        assert session in house.service.sessions.running


@in_loop
async def test_a_download_is_recorded_at_the_time_at_which_it_was_taken(tmp_path: Path) -> None:
    async with House(tmp_path) as house, house.device_with() as device:
        start_at = (device.clock.instant() - timedelta(minutes=5)).replace(microsecond=0)
        period = {"start_at": start_at.isoformat(), "end_at": (start_at + timedelta(seconds=8)).isoformat()}
        order = {"camera_uid": CAMERA_UID, "kind": "download", "record": True, **period}
        response = await house.ask("POST", "/door/playback", order)
        told = response.json()
        assert response.status == 200, told
        await house.until(lambda: told["session"] not in house.service.sessions.running)
        facts = house.node.node.store.facts  # type: ignore[attr-defined]
        await house.until(lambda: [one.state for one in facts.values()] == ["closed"])
        (fact,) = facts.values()
        assert fact.started_at_us == clock.to_us(start_at)
        assert fact.media_90k / 90_000 == pytest.approx(8.0, abs=0.3)
        assert fact.wall_ms == fact.media_90k // 90


@pytest.mark.parametrize("order", [{"kind": "playback", "record": True}, {"kind": "download", "record": 1}])
@in_loop
async def test_what_is_played_for_a_viewer_is_not_recorded(order: dict[str, Any], tmp_path: Path) -> None:
    async with House(tmp_path) as house:
        period = {"start_at": "2026-11-20T01:00:00+00:00", "end_at": "2026-11-20T02:00:00+00:00"}
        response = await house.ask("POST", "/door/playback", {"camera_uid": CAMERA_UID, **period, **order})
        assert response.status == 400


@pytest.mark.quirk(36)
@in_loop
async def test_quirk_36_a_snapshot_shows_now_or_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("oversite.services.media.node.STALE_SECONDS", 2.0)
    async with House(tmp_path) as house, house.device_with() as device:
        key = (await house.play())["stream_key"]
        asked_at = house.now_at()
        status, taken_at, jpeg = await snapshot(house, key)
        assert (status, jpeg[:2]) == (200, b"\xff\xd8")
        assert abs((house.now_at().fromisoformat(taken_at) - asked_at).total_seconds()) < 2
        device.switch_off()
        await house.until(lambda: house.node.node.loop.now - receiver(house, key).last_fragment_at > 2.0)
        status, _, told = await snapshot(house, key)
        assert status == 504
        assert b"no_packet" in told


async def snapshot(house: House, key: str) -> tuple[int, str, bytes]:
    headers = {"X-Oversite-Door": house.secret}
    client = house.node.client
    response, body = await asyncio.to_thread(client.call, "POST", "/door/snapshots", {"stream_key": key}, headers)
    return response.status, response.getheader("X-Taken-At", ""), body
