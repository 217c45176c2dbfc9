"""What the store reads and writes, on a real database."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from oversite.base.agencies.models import Agency
from oversite.base.audit.models import Entry
from oversite.base.events.models import Event
from oversite.base.sites.models import Site
from oversite.common import config
from oversite.common.keys import ensure_keys
from oversite.services.signalling.records import (
    AlarmRecord,
    Batch,
    ChannelRecord,
    DialogRecord,
    PresenceRecord,
    RefusalRecord,
)
from oversite.services.signalling.store import Store
from oversite.video.cameras.models import Camera, Channel, Device
from oversite.video.cameras.sealing import seal
from oversite.video.gateway.models import Dialog, MediaNode, WantedStream

pytestmark = pytest.mark.django_db

DEVICE_ID = "34020000001320000001"
STRANGER = "34020000001180000099"
AT = datetime(2026, 11, 21, 6, 0, tzinfo=UTC)


@pytest.fixture
def store() -> Store:
    ensure_keys(config.current().keys_dir)
    return Store()


@pytest.fixture
def camera() -> Camera:
    agency = Agency.objects.add_root({"code": "a", "name": "Agency", "kind": "agriculture", "level": 1})
    site = Site.objects.create(code="s-1", name="Farm", site_class="farm", agency=agency)
    device = Device(gb_id=DEVICE_ID, name="Gate", site=site)
    ensure_keys(config.current().keys_dir)
    device.password_sealed = seal("secret-1", device.uid)
    device.save()
    return Camera.objects.create(gb_id=DEVICE_ID, name="Gate", site=site, device=device)


def presence(gb_id: str = DEVICE_ID, **about: Any) -> PresenceRecord:
    values: dict[str, Any] = {
        "gb_id": gb_id,
        "is_online": True,
        "has_changed": True,
        "registered_at": AT,
        "seen_at": AT,
        "source": "10.0.0.7:5060",
        "transport": "UDP",
        "dialect": "3.0",
        "manufacturer": "Maker",
        "model": "X1",
        "firmware": "1",
        "clock_offset_ms": 40,
        "channels_seen": 1,
        "channels_total": 2,
    }
    return PresenceRecord(**(values | about))


def channel(gb_id: str, **about: Any) -> ChannelRecord:
    values: dict[str, Any] = {
        "device_gb_id": DEVICE_ID,
        "gb_id": gb_id,
        "name": "门口",
        "parent_id": "",
        "is_online": True,
        "is_damaged": False,
        "has_state_only": False,
        "facts": {"model": "X1"},
    }
    return ChannelRecord(**(values | about))


def dialog(camera: Camera, key: str, call_id: str = "call-1") -> DialogRecord:
    state = {"dialog": {"local_tag": "a"}, "device": DEVICE_ID}
    return DialogRecord(
        key, str(camera.uid), 0, "live", call_id, state, 0, 30_000, "udp", "0200000001", record=True, started_at=AT
    )


def test_the_register_is_read_with_passwords_unsealed(store: Store, camera: Camera) -> None:
    register = store.register()
    (device,) = register.devices
    assert (device.gb_id, device.password, device.is_online) == (DEVICE_ID, "secret-1", False)
    (found,) = register.cameras
    assert (found.uid, found.device_gb_id, found.site_code) == (str(camera.uid), DEVICE_ID, "s-1")


def test_a_password_that_cannot_be_unsealed_lets_nobody_in(store: Store, camera: Camera) -> None:
    Device.objects.update(password_sealed=b"\x01" + b"x" * 40)
    (device,) = store.register().devices
    assert len(device.password) == 32


def test_presence_is_written_in_one_go_and_leaves_the_register_alone(store: Store, camera: Camera) -> None:
    store.write(Batch(presence=[presence()]))
    device = Device.objects.get(gb_id=DEVICE_ID)
    assert (device.is_online, device.source, device.model, device.channels_total) == (True, "10.0.0.7:5060", "X1", 2)
    assert (device.name, device.site_id) == ("Gate", camera.site_id)
    event = Event.objects.get()
    assert (event.kind, event.subject_id, event.agency_path) == ("device.online", DEVICE_ID, camera.site.agency.path)


def test_an_unknown_device_becomes_an_unclaimed_row(store: Store, camera: Camera) -> None:
    store.write(Batch(presence=[presence(STRANGER)]))
    device = Device.objects.get(gb_id=STRANGER)
    assert (device.site, device.kind, device.name) == (None, Device.Kind.RECORDER, STRANGER)


def test_many_that_come_at_once_are_one_event(store: Store, camera: Camera) -> None:
    store.write(Batch(presence=[presence(f"3402000000132{number:07d}") for number in range(1, 32)]))
    event = Event.objects.get()
    assert (event.kind, event.data) == ("devices.changed", {"online": 31, "offline": 0})


@pytest.mark.quirk(12)
def test_quirk_12_channels_are_added_and_changed_never_taken_away(store: Store, camera: Camera) -> None:
    first, second = "34020000001310000001", "34020000001310000002"
    store.write(Batch(channels=[channel(first), channel(second)]))
    store.write(Batch(channels=[channel(first, name="大门", is_online=None)]))
    assert Channel.objects.count() == 2
    kept = Channel.objects.get(gb_id=first)
    assert (kept.name, kept.is_online) == ("大门", True)
    store.write(Batch(channels=[channel(first, name="", is_online=False, has_state_only=True, facts={})]))
    kept.refresh_from_db()
    assert (kept.name, kept.is_online, kept.facts) == ("大门", False, {"model": "X1"})


def test_texts_that_no_database_takes_are_cleaned(store: Store, camera: Camera) -> None:
    store.write(Batch(channels=[channel("34020000001310000001", name="a\0b\udcff")]))
    assert Channel.objects.get().name == "ab?"


def test_dialogs_are_rows_while_they_run(store: Store, camera: Camera) -> None:
    store.write(Batch(dialogs={"k1": dialog(camera, "k1"), "k2": dialog(camera, "k2")}))
    store.write(Batch(dialogs={"k1": dialog(camera, "k1", "call-2"), "k2": None}))
    (found,) = store.dialogs()
    assert found == dialog(camera, "k1", "call-2")
    of_no_camera = replace(dialog(camera, "k3"), camera_uid="00000000-0000-4000-8000-000000000000")
    store.write(Batch(dialogs={"k1": None, "k3": of_no_camera}))
    assert Dialog.objects.count() == 0


def test_what_is_wanted_now_all_reasons_together(store: Store, camera: Camera) -> None:
    WantedStream.objects.create(camera=camera, stream=0, reason="view:1", until_at=AT + timedelta(minutes=1))
    WantedStream.objects.create(camera=camera, stream=0, reason="record", record=True)
    WantedStream.objects.create(camera=camera, stream=1, reason="view:2", until_at=AT - timedelta(minutes=1))
    (wanted,) = store.wanted(AT)
    assert (wanted.camera_uid, wanted.stream, wanted.record) == (str(camera.uid), 0, True)
    Camera.objects.update(is_active=False)
    assert store.wanted(AT) == []


def test_media_nodes_that_have_not_reported_are_not_used(store: Store) -> None:
    for number, age_s in ((0, 5), (1, 500)):
        MediaNode.objects.create(
            number=number, door_url=f"http://h:{number}", public_url="", beat_at=AT - timedelta(seconds=age_s)
        )
    assert [node.number for node in store.nodes(AT)] == [0]


def test_alarms_are_events_of_the_agency_and_refusals_rows_of_the_audit(store: Store, camera: Camera) -> None:
    alarm = AlarmRecord(DEVICE_ID, DEVICE_ID, 1, 5, 2, "motion", AT, AT)
    refusal = RefusalRecord(STRANGER, "unknown", "device is unknown", "10.0.0.9:5060/UDP", 3)
    store.write(Batch(alarms=[alarm], refusals=[refusal]))
    event = Event.objects.get(kind="device.alarm")
    assert (event.agency_path, event.data["method"]) == (camera.site.agency.path, 5)
    entry = Entry.objects.get(act="video.device.refused.unknown")
    assert (entry.outcome, entry.subject_id) == ("refused", STRANGER)


def test_a_batch_written_twice_changes_nothing(store: Store, camera: Camera) -> None:
    for _ in range(2):
        store.write(Batch(presence=[presence(has_changed=False)], channels=[channel("34020000001310000001")]))
    assert (Device.objects.count(), Channel.objects.count()) == (1, 1)
