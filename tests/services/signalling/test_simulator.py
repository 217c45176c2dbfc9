"""The server against simulated recorders and cameras, also ones that misbehave."""

import contextlib
from datetime import timedelta
from pathlib import Path

import pytest

from oversite.common import clock
from oversite.services.signalling.records import CameraRecord
from oversite.simulator.fleet import Fleet, FleetSettings
from oversite.simulator.link import Server
from oversite.simulator.misbehaviour import Misbehaviour
from oversite.simulator.registration import Registration
from services.signalling.device import DOMAIN, SERVER_ID
from services.signalling.stage import CAMERA_UID, PASSWORD, MemoryStore, Stage, in_loop, known_device

RECORDER = "34020000001180000001"
NEVER_LET_IN = (Misbehaviour.SHORT_IDENTITY, Misbehaviour.WRONG_PASSWORD)


def settings(stage: Stage, cache: Path, **about: object) -> FleetSettings:
    server = Server("127.0.0.1", stage.service.shell.port, SERVER_ID, DOMAIN)
    values: dict[str, object] = {"first_id": RECORDER, "channels": 4, "password": PASSWORD, "cache": cache}
    return FleetSettings(server=server, **(values | about))  # type: ignore[arg-type]


def recorder(**about: object) -> MemoryStore:
    return MemoryStore(known_device(gb_id=RECORDER, **about), cameras=())


@pytest.mark.req("V5.1")
@pytest.mark.parametrize("transport", ["UDP", "TCP"])
@in_loop
async def test_a_recorder_registers_and_its_channels_are_known(transport: str, tmp_path: Path) -> None:
    store = recorder()
    async with Stage(store) as stage, Fleet(settings(stage, tmp_path, transport=transport)):
        device = stage.service.directory.devices[RECORDER]
        await stage.until(lambda: device.channels_total == 4)
        await stage.until(lambda: bool(device.manufacturer))
        await stage.until(lambda: len(store.channels) == 4)
        assert all(record.is_online for record in store.channels.values())
        assert device.clock.offset_ms is not None


@pytest.mark.req("V5.1")
@in_loop
async def test_a_channel_of_a_recorder_is_played_steered_and_searched(tmp_path: Path) -> None:
    store = recorder()
    async with Stage(store, now_at=clock.now) as stage, Fleet(settings(stage, tmp_path)) as fleet:
        await stage.until(lambda: len(store.channels) == 4)
        channel = sorted(store.channels)[1]
        store.known = store.known.__class__(
            store.known.devices, (CameraRecord(CAMERA_UID, channel, RECORDER, "site-1", has_sub_stream=True),)
        )
        played = await stage.ask("POST", "/door/play", {"camera_uid": CAMERA_UID, "stream": 0})
        assert played.json()["stage"] == "playing"
        assert fleet.devices[0].watched_streams == 1
        body = {"device_gb_id": RECORDER, "camera_gb_id": channel, "kind": "records"}
        end = clock.now()
        body |= {"start_at": (end - timedelta(minutes=30)).isoformat(), "end_at": end.isoformat()}
        records = (await stage.ask("POST", "/door/query", body)).json()
        assert records["complete"]
        assert records["items"]
        await stage.ask("DELETE", f"/door/sessions/{CAMERA_UID}-0")
        await stage.until(lambda: fleet.devices[0].watched_streams == 0)


@pytest.mark.req("V5.1")
@in_loop
async def test_recorders_that_do_everything_wrong_register_and_meet_no_fault_of_ours(tmp_path: Path) -> None:
    gb_ids = {one: f"3402000000118{number:07d}" for number, one in enumerate(Misbehaviour, start=1)}
    store = MemoryStore(*(known_device(gb_id=gb_id) for gb_id in gb_ids.values()), cameras=())
    async with Stage(store) as stage, contextlib.AsyncExitStack() as fleets:
        registrations: dict[Misbehaviour, Registration] = {}
        for misbehaviour, gb_id in gb_ids.items():
            about = settings(stage, tmp_path, first_id=gb_id, misbehaviours=frozenset({misbehaviour}))
            fleet = await fleets.enter_async_context(Fleet(about))
            registrations[misbehaviour] = fleet.devices[0].registration
        registering = set(gb_ids.values()) - {gb_ids[one] for one in NEVER_LET_IN}
        devices = stage.service.directory.devices
        await stage.until(lambda: all(devices[gb_id].registered_at for gb_id in registering))
        await stage.until(lambda: all(registrations[one].refused_status for one in NEVER_LET_IN))
        assert not any(devices[gb_ids[one]].registered_at for one in NEVER_LET_IN)
        failed = stage.service.metrics.registry.get_sample_value(
            "oversite_signalling_events_total", {"what": "event_failed"}
        )
        assert failed is None
