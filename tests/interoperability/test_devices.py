"""Devices that register, speak and keep alive in ways of their own: signalling and simulator together."""

from pathlib import Path
from typing import Any

import pytest

from interoperability.house import RECORDER, House, camera_store, channel_id, recorder_store
from oversite.simulator.misbehaviour import Misbehaviour
from services.signalling.stage import DEVICE_ID, in_loop

pytestmark = pytest.mark.req("V5.1")


async def is_served(house: House) -> None:
    """The device is there, its catalogue has come, its stream plays and can be hung up."""
    channels = await house.until_stored([DEVICE_ID])
    assert channels[DEVICE_ID].name == "模拟摄像机 1"
    key = (await house.play())["stream_key"]
    assert (await house.ask("DELETE", f"/door/sessions/{key}")).status == 200


@pytest.mark.quirk(13, 14, 16, 35)
@pytest.mark.parametrize("fault", ["private-contact", "bare-uri", "wrong-content-length", "unknown-route"])
@in_loop
async def test_quirks_13_14_16_35_odd_headers_hinder_nothing(fault: str, tmp_path: Path) -> None:
    async with House(tmp_path) as house, house.device_with(fault) as device:
        await is_served(house)
        await house.until(lambda: device.book.calls == [])
        assert house.known().address.host == "127.0.0.1"
        assert house.counted("malformed") == house.counted("malformed_body") == 0
        assert bool(house.counted("wrong_length")) is (fault == "wrong-content-length")


@pytest.mark.quirk(15)
@in_loop
async def test_quirk_15_messages_in_pieces_over_tcp_are_put_together_by_bytes(tmp_path: Path) -> None:
    faulty = {"channels": 60, "transport": "TCP"}
    async with House(tmp_path, recorder_store(60)) as house, house.device_with("split-messages", **faulty):
        channels = await house.until_stored(channel_id(number) for number in range(1, 61))
        assert {channels[channel_id(number)].name for number in (1, 60)} == {"模拟摄像机 1", "模拟摄像机 60"}
        assert house.counted("malformed") == 0


@pytest.mark.quirk(17)
@in_loop
async def test_quirk_17_a_device_that_storms_is_asked_once(tmp_path: Path) -> None:
    async with House(tmp_path) as house, house.device_with("register-storm") as device:
        await house.until_stored([DEVICE_ID])
        await house.until(lambda: device.registration.count >= 8)
        assert house.counted("register_registered") == 1
        assert house.known().is_online


@pytest.mark.quirk(18)
@in_loop
async def test_quirk_18_commands_follow_the_newest_port(tmp_path: Path) -> None:
    async with House(tmp_path) as house, house.device_with("new-port") as device:
        first = house.known().address.port
        await house.until(lambda: house.known().address.port != first)
        device.faults.clear()
        await house.until(lambda: house.known().address.port == device.link.local.port)
        await house.play()


@pytest.mark.quirk(19)
@in_loop
async def test_quirk_19_who_was_taken_for_dead_is_made_to_register(tmp_path: Path) -> None:
    async with House(tmp_path, silent_after_s=1.0) as house, house.device_with("no-keepalive") as device:
        await house.until(lambda: not house.known().is_online)
        count = device.registration.count
        device.faults.discard(Misbehaviour.SILENT_KEEPALIVE)
        await house.until(lambda: house.known().is_online)
        await house.until(lambda: device.registration.count == count + 1)
        assert house.counted("keepalive_refused") == 1


@pytest.mark.quirk(1, 2, 3, 11)
@pytest.mark.parametrize(
    ("fault", "is_mended"),
    [
        ("utf8-as-gb2312", True),
        ("no-declaration", True),
        ("broken-address", True),
        ("control-characters", True),
        ("odd-items", False),
    ],
)
@in_loop
async def test_quirks_1_2_3_11_a_catalogue_as_devices_write_it_is_stored_as_it_is_meant(
    fault: str, is_mended: bool, tmp_path: Path
) -> None:
    async with House(tmp_path, recorder_store(3)) as house, house.device_with(fault, channels=3):
        channels = await house.until_stored(channel_id(number) for number in (1, 2, 3))
        record = channels[channel_id(2)]
        assert (record.name, record.is_online) == ("模拟摄像机 2", True)
        assert record.is_damaged is (fault == "broken-address")
        assert record.parent_id == RECORDER
        assert record.facts["ptz_type"] == 1
        assert not record.facts.get("parental")
        assert bool(house.counted("mended_body")) is is_mended
        assert house.counted("malformed_body") == 0


@pytest.mark.quirk(1)
@in_loop
async def test_quirk_1_the_register_may_say_better_than_the_device(tmp_path: Path) -> None:
    async with House(tmp_path, camera_store(charset="UTF-8")) as house, house.device_with("utf8-as-gb2312"):
        await house.until_stored([DEVICE_ID])
        assert house.store.channels[DEVICE_ID].name == "模拟摄像机 1"


@pytest.mark.quirk(12)
@pytest.mark.parametrize(
    ("fault", "received", "is_complete"),
    [("partial-catalogue", 2, False), ("repeated-catalogue", 6, True), ("late-catalogue", 6, True)],
)
@in_loop
async def test_quirk_12_a_catalogue_in_parts_takes_nothing_away(
    fault: str, received: int, is_complete: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("oversite.simulator.device.LATE_S", 0.3)
    monkeypatch.setattr("oversite.services.signalling.queries.CATALOG_IDLE_S", 1.0)
    async with House(tmp_path, recorder_store(6)) as house, house.device_with(channels=6) as device:
        await house.until_stored(channel_id(number) for number in range(1, 7))
        await house.until(lambda: house.known(RECORDER).channels_seen == 6)
        device.faults.update({one for one in Misbehaviour if one.code == fault})
        response = await house.ask("POST", "/door/query", {"device_gb_id": RECORDER, "kind": "catalog"})
        told = response.json()
        assert (told["complete"], told["received"], told["total"]) == (is_complete, received, 6)
        assert len(house.store.channels) == 6
        assert all(record.is_online is not False for record in house.store.channels.values())


@pytest.mark.quirk(34)
@in_loop
async def test_quirk_34_a_recorder_that_turns_all_its_channels_off_is_not_believed(tmp_path: Path) -> None:
    async with House(tmp_path, recorder_store(10)) as house, house.device_with("all-off", channels=10):
        await house.until_stored(channel_id(number) for number in range(1, 11))
        await house.until(lambda: house.counted("catalog_offs_refused") == 10)
        assert all(record.is_online for record in house.store.channels.values())


async def ask(house: House, kind: str, **more: Any) -> tuple[int, dict[str, Any]]:
    response = await house.ask("POST", "/door/query", {"device_gb_id": DEVICE_ID, "kind": kind} | more)
    return response.status, dict(response.json())


@pytest.mark.quirk(8)
@in_loop
async def test_quirk_8_a_recorder_that_wants_a_type_tells_its_recordings(tmp_path: Path) -> None:
    async with House(tmp_path) as house, house.device_with("type-needed"):
        end_at = house.now_at()
        period = {"start_at": end_at.replace(year=end_at.year - 1).isoformat(), "end_at": end_at.isoformat()}
        status, told = await ask(house, "records", **period)
        assert (status, told["complete"]) == (200, True)
        assert told["received"] >= 1


@pytest.mark.quirk(9)
@in_loop
async def test_quirk_9_a_device_that_registers_instead_of_answering_has_given_no_answer(tmp_path: Path) -> None:
    async with House(tmp_path) as house, house.device_with("register-instead", keepalive_s=60.0) as device:
        await house.until(lambda: house.counted("register_challenged") == 1)
        status, told = await ask(house, "configuration")
        assert (status, told["stage"]) == (504, "no_answer")
        assert "registered anew" in told["reason"]
        device.faults.clear()
        status, told = await ask(house, "configuration")
        assert (status, told["keepalive_s"], told["expires_s"]) == (200, 60, 3600)


@pytest.mark.quirk(10)
@in_loop
async def test_quirk_10_a_configuration_under_another_name_is_found_by_what_it_holds(tmp_path: Path) -> None:
    async with House(tmp_path) as house, house.device_with("other-config-name", keepalive_s=30.0):
        assert await ask(house, "configuration") == (
            200,
            {"result": "OK", "name": "模拟设备 1", "expires_s": 3600, "keepalive_s": 30, "keepalive_misses": 3},
        )


@pytest.mark.quirk(29)
@in_loop
async def test_quirk_29_the_guard_position_under_its_other_name(tmp_path: Path) -> None:
    async with House(tmp_path) as house, house.device_with("home-position-alias"):
        assert await ask(house, "home-position") == (200, {"enabled": False, "after_s": 60, "preset": None})


# Who may come in


@pytest.mark.parametrize(("fault", "code"), [("wrong-password", "password"), ("short-identity", "identity")])
@in_loop
async def test_who_may_not_come_in_is_told_and_noted(fault: str, code: str, tmp_path: Path) -> None:
    async with House(tmp_path) as house, house.fleet(fault) as fleet:
        await house.until(lambda: any(batch.refusals for batch in house.store.batches))
        (refusal,) = next(batch.refusals for batch in house.store.batches if batch.refusals)
        assert refusal.code == code
        assert fleet.devices[0].registration.refused_status == 403
        assert not house.known().is_online


@in_loop
async def test_one_identity_in_two_places_is_noted_and_the_newer_one_is_called(tmp_path: Path) -> None:
    elsewhere = {"local_host": "127.0.0.2", "keepalive_s": 60.0}
    async with House(tmp_path) as house, house.device_with(), house.device_with(**elsewhere) as second:
        await house.until(lambda: any(batch.refusals for batch in house.store.batches))
        (noted,) = next(batch.refusals for batch in house.store.batches if batch.refusals)
        assert (noted.code, noted.gb_id) == ("duplicate", DEVICE_ID)
        assert "127.0.0.1" in noted.reason
        assert "127.0.0.2" in noted.reason
        assert second.registration.registered.is_set()


@in_loop
async def test_a_clock_that_is_wrong_is_measured(tmp_path: Path) -> None:
    async with House(tmp_path) as house, house.device_with("clock-wrong"):
        await house.until(lambda: house.known().clock.offset_ms is not None)
        assert abs((house.known().clock.offset_ms or 0) - 90_000) < 3_000
