"""A right narrowed to one camera covers what was made of that camera, and nothing of another's."""

from typing import Any

import pytest

from access.registry import World
from oversite.base.accounts.models import GrantScope
from oversite.common import clock
from oversite.oversight.supervision.models import Point, Session
from oversite.oversight.supervision.queries import sessions
from oversite.video.cameras.models import Camera, Channel, Device
from oversite.video.cameras.queries import cameras, channels, devices
from oversite.video.evidence.models import Evidence, Export
from oversite.video.evidence.queries import evidence, exports
from oversite.video.viewing.models import Viewing
from oversite.video.viewing.queries import viewings

pytestmark = pytest.mark.django_db


@pytest.fixture
def world(tree: Any, make_user: Any) -> World:
    return World(tree, make_user)


@pytest.mark.req("A4.1")
def test_one_camera_and_what_was_made_of_it(world):
    user = world.user(world.tree.post, "administrator")
    other = Camera.objects.create(gb_id="37060200001320000072", name="西塘", site=world.site)
    now = clock.now()

    def kept(title: str, *shown: Camera) -> None:
        times = {"from_at": now, "until_at": now, "held_at": now}
        row = Evidence.objects.create(site=world.site, title=title, keeper=user, **times)
        for camera in shown:
            row.cameras.create(camera=camera)
        Export.objects.create(
            evidence=row, recipient=title, exporter=user, exported_at=now, package_bytes=1, basis="own"
        )

    kept("own", world.camera)
    kept("other", other)
    kept("both", world.camera, other)
    for camera in (world.camera, other):
        Viewing.objects.create(user=user, camera=camera, kind="live", opened_at=now)

    def seen() -> tuple[int, set[str], set[str], int]:
        titles = set(evidence(user).values_list("title", flat=True))
        return (
            cameras(user).count(),
            titles,
            set(exports(user).values_list("recipient", flat=True)),
            viewings(user).count(),
        )

    everything = {"own", "other", "both"}
    assert seen() == (2, everything, everything, 2)
    GrantScope.objects.create(grant=user.grants.get(), subject_kind="cameras.camera", subject_id=str(world.camera.pk))
    assert seen() == (1, {"own"}, {"own"}, 1)


@pytest.mark.req("A4.1", "A9")
def test_devices_channels_and_sessions_follow_the_camera(world):
    user = world.user(world.tree.post, "administrator")
    other_device = Device.objects.create(gb_id="37060200001110000072", name="另一台", site=world.site)
    other = Camera.objects.create(gb_id="37060200001320000072", name="西塘", site=world.site, device=world.device)
    now = clock.now()
    for camera in (world.camera, other):
        Channel.objects.create(device=world.device, gb_id=camera.gb_id, name=camera.name, seen_at=now)
        session = Session.objects.create(
            site=world.site, agency=world.tree.post, operator=user, checklist="x", started_at=now, operator_name="x"
        )
        Point.objects.create(
            session=session, camera=camera, name=camera.name, grade="normal", moment_at=now, marked_at=now
        )

    def seen() -> tuple[set[str], set[str], int]:
        return (
            {device.name for device in devices(user)},
            {channel.name for channel in channels(user, world.device)},
            sessions(user).count(),
        )

    assert seen() == ({"录像机", other_device.name}, {"东塘", "西塘"}, 2)
    GrantScope.objects.create(grant=user.grants.get(), subject_kind="cameras.camera", subject_id=str(world.camera.pk))
    assert seen() == ({"录像机"}, {"东塘"}, 1)
