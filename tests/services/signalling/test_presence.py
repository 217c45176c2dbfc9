"""Keepalives, misses, moving bindings, broken connections."""

import pytest

from oversite.protocol.sip.transport import Address
from oversite.services.signalling.directory import Directory
from oversite.services.signalling.metrics import Metrics
from oversite.services.signalling.presence import Presence
from oversite.services.signalling.records import Register
from services.signalling.stage import DEVICE_ID, NOW_AT, MemoryStore, Stage, in_loop, known_device

HOME = Address("192.168.1.64", 5060)


def online(directory: Directory, presence: Presence, now_s: float) -> None:
    device = directory.devices[DEVICE_ID]
    device.is_online, device.seen_s, device.expires_s = True, now_s, now_s + 3600
    directory.bind(device, HOME)
    presence.came(device)


@pytest.fixture
def directory() -> Directory:
    found = Directory()
    found.load(Register((known_device(),), ()), 0.0)
    return found


@pytest.fixture
def gone() -> list[str]:
    return []


@pytest.fixture
def presence(directory: Directory, gone: list[str]) -> Presence:
    return Presence(directory, Metrics(), on_offline=lambda device: gone.append(device.gb_id))


@pytest.mark.req("V5.1")
def test_three_missed_keepalives_are_offline(directory: Directory, presence: Presence, gone: list[str]) -> None:
    online(directory, presence, 0.0)
    device = directory.devices[DEVICE_ID]
    presence.sweep(179.0)
    presence.keep_alive(device, HOME, 170.0, NOW_AT)
    presence.sweep(349.0)
    assert gone == []
    presence.sweep(350.0)
    presence.sweep(900.0)
    assert gone == [DEVICE_ID]


def test_a_registration_that_runs_out_is_offline_however_many_keepalives(
    directory: Directory, presence: Presence, gone: list[str]
) -> None:
    online(directory, presence, 0.0)
    device = directory.devices[DEVICE_ID]
    for now_s in range(60, 3660, 60):
        presence.keep_alive(device, HOME, float(now_s), NOW_AT)
        presence.sweep(float(now_s))
    assert gone == [DEVICE_ID]


def test_coming_and_going_leaves_one_watch(directory: Directory, presence: Presence, gone: list[str]) -> None:
    for now_s in (0.0, 10.0, 20.0, 30.0):
        online(directory, presence, now_s)
        presence.go(directory.devices[DEVICE_ID], "test")
    assert len(presence._deadlines) == 1
    online(directory, presence, 40.0)
    presence.sweep(200.0)
    assert len(gone) == 4
    presence.sweep(400.0)
    assert len(gone) == 5


@pytest.mark.quirk(18)
def test_quirk_18_a_new_port_moves_the_binding_a_new_host_does_not(directory: Directory, presence: Presence) -> None:
    online(directory, presence, 0.0)
    device = directory.devices[DEVICE_ID]
    moved = HOME._replace(port=40_000)
    assert presence.may_keep_alive(DEVICE_ID, moved) is device
    presence.keep_alive(device, moved, 60.0, NOW_AT)
    assert device.address == moved
    assert presence.may_keep_alive(DEVICE_ID, Address("203.0.113.9", 5060)) is None


@pytest.mark.quirk(19)
@in_loop
async def test_quirk_19_a_keepalive_from_whom_we_think_offline_makes_it_register() -> None:
    async with Stage() as stage, stage.device() as device:
        assert (await device.keep_alive()).status == 403
        await device.register()
        assert (await device.keep_alive()).status == 200
        stage.service.presence.go(stage.service.directory.devices[DEVICE_ID], "test")
        assert (await device.keep_alive()).status == 403


@in_loop
async def test_a_broken_connection_is_offline_at_once() -> None:
    async with Stage() as stage, stage.device(transport="TCP") as device:
        await device.register()
        known = stage.service.directory.devices[DEVICE_ID]
        assert known.is_online
        device.drop()
        await stage.until(lambda: not known.is_online)


@in_loop
async def test_after_a_restart_udp_devices_are_still_there_and_tcp_devices_must_come_again() -> None:
    tcp = "34020000001320000002"
    store = MemoryStore(
        known_device(is_online=True, source="127.0.0.1:5060", transport="UDP"),
        known_device(gb_id=tcp, is_online=True, source="127.0.0.1:5061", transport="TCP"),
    )
    async with Stage(store) as stage:
        devices = stage.service.directory.devices
        assert devices[DEVICE_ID].address == Address("127.0.0.1", 5060)
        assert not devices[tcp].is_online
        await stage.until(lambda: any(batch.presence for batch in store.batches))
        (record,) = store.batches[0].presence
        assert (record.gb_id, record.is_online) == (tcp, False)


@in_loop
async def test_while_the_database_is_away_nothing_is_lost() -> None:
    store = MemoryStore()
    store.is_broken = True
    async with Stage(store) as stage, stage.device() as device:
        await device.register()
        await stage.until(
            lambda: bool(
                stage.service.metrics.registry.get_sample_value(
                    "oversite_signalling_events_total", {"what": "store_failed"}
                )
            )
        )
        store.is_broken = False
        await stage.until(lambda: any(batch.presence for batch in store.batches))
