"""The register: what enters it, who sees it, what is said about what is wrong (req: C5, C-A4.8, A4.1)."""

from typing import Any

import pytest
from django.utils import timezone, translation

from oversite.base.accounts.models import GrantScope, RoleGrant
from oversite.base.audit.models import Entry
from oversite.common.errors import Refused
from oversite.video.cameras import actions, queries
from oversite.video.cameras.identities import gb_id_problem
from oversite.video.cameras.models import Camera, CameraGroup, Channel, Device
from oversite.video.cameras.sealing import seal, unseal
from oversite.video.cameras.tree import Tree
from oversite.video.gateway.models import WantedStream

CHANGE = ("cameras.read", "cameras.change")


@pytest.fixture(autouse=True)
def _english() -> Any:
    with translation.override("en"):
        yield


def test_a_camera_identity_of_19_digits_gets_a_clear_message() -> None:
    problem = gb_id_problem("3402000000132000001")
    assert problem is not None
    assert "20 digits; this one has 19" in str(problem)
    assert gb_id_problem("34020000001320000001") is None
    assert "digits only" in str(gb_id_problem("3402000000132000000x"))
    assert gb_id_problem("３４０２００００００１３２００００００１") is not None


def test_a_duplicate_identity_names_the_other(world: Any, doors: Any) -> None:
    user = world.person("admin", world.branch, *CHANGE)
    values = {"gb_id": world.camera.gb_id, "name": "新", "site": world.farm}
    with pytest.raises(Refused) as refused:
        actions.save_camera(user, None, values)
    assert "东海养殖场 · 东池云台" in str(refused.value)
    with pytest.raises(Refused) as hidden:
        actions.save_camera(user, None, values | {"gb_id": world.customs_camera.gb_id})
    assert "查验台" not in str(hidden.value)
    assert Camera.objects.count() == 2


@pytest.mark.req("C5")
def test_every_change_is_audited_with_what_changed(world: Any, doors: Any, committed: Any) -> None:
    user = world.person("admin", world.branch, *CHANGE)
    with committed():
        actions.save_camera(user, world.camera, {"name": "东池一号", "records": True, "conforms_to": "HS/T 58"})
    entry = Entry.objects.get(act="cameras.camera.changed")
    assert entry.data["changes"] == {
        "conforms_to": ["", "HS/T 58"],
        "name": ["东池云台", "东池一号"],
        "records": [False, True],
    }
    assert WantedStream.objects.get().record
    assert doors.asked("/door/register-changed")
    actions.save_camera(user, world.camera, {"name": "东池一号"})
    assert Entry.objects.filter(act="cameras.camera.changed").count() == 1


@pytest.mark.req("A4.1")
def test_a_site_outside_the_subtree_is_refused(world: Any, doors: Any) -> None:
    user = world.person("admin", world.neighbour, *CHANGE)
    with pytest.raises(Refused) as refused:
        actions.save_camera(user, None, {"gb_id": "34020000001320000077", "name": "x", "site": world.farm})
    assert refused.value.status == 404
    with pytest.raises(Refused):
        actions.save_camera(user, world.camera, {"name": "mine"})


@pytest.mark.req("A4.1")
def test_who_sees_a_camera(world: Any) -> None:
    seen = {
        name: set(queries.cameras(world.person(name, agency, "cameras.read")).values_list("pk", flat=True))
        for name, agency in {
            "national": world.national,
            "branch": world.branch,
            "neighbour": world.neighbour,
            "operator": world.farm_owner,
            "customs": world.customs,
        }.items()
    }
    farm, customs = world.camera.pk, world.customs_camera.pk
    assert seen == {
        "national": {farm, customs},
        "branch": {farm},
        "neighbour": set(),
        "operator": {farm},
        "customs": {customs},
    }
    assert not queries.cameras(world.person("without", world.branch)).exists()


def test_a_grant_may_be_narrowed_to_a_group_of_cameras(world: Any) -> None:
    other = Camera.objects.create(gb_id="34020000001320000009", name="西池", site=world.farm)
    group = CameraGroup.objects.create(name="西", agency=world.branch)
    group.cameras.add(other)
    user = world.person("narrow", world.branch, "video.live")
    GrantScope.objects.create(
        grant=RoleGrant.objects.get(user=user), subject_kind="cameras.cameragroup", subject_id=str(group.pk)
    )
    assert list(queries.cameras(user, "video.live")) == [other]


def test_device_passwords_are_sealed_to_their_device(world: Any, doors: Any) -> None:
    user = world.person("admin", world.branch, *CHANGE)
    device = actions.save_device(user, world.device, {}, "s3cret-密码")
    assert b"s3cret" not in bytes(device.password_sealed)
    assert queries.device_password(Device.objects.get(pk=device.pk)) == "s3cret-密码"
    assert "s3cret" not in Entry.objects.get(act="cameras.device.password").data_text
    other = Device(gb_id="34020000001320000088")
    with pytest.raises(ValueError, match="another device"):
        unseal(device.password_sealed, other.uid)
    assert seal("", device.uid) == b""


def test_a_channel_is_claimed_as_a_camera(world: Any, doors: Any) -> None:
    user = world.person("admin", world.branch, *CHANGE)
    channel = Channel.objects.create(
        device=world.device,
        gb_id="34020000001310000005",
        name="通道5",
        facts={"manufacturer": "Hik", "model": "DS"},
        seen_at=timezone.now(),
    )
    assert list(queries.unclaimed_channels(world.device)) == [channel]
    camera = actions.claim_channel(user, channel, world.farm, {"name": "五号池"})
    assert (camera.device, camera.gb_id, camera.manufacturer) == (world.device, channel.gb_id, "Hik")
    assert not queries.unclaimed_channels(world.device).exists()


@pytest.mark.req("C-A4.8")
def test_the_tree_counts_who_is_online(world: Any, django_assert_num_queries: Any) -> None:
    user = world.person("national", world.national, "video.live", "video.steer")
    tree = Tree(user).as_json()
    (root,) = tree["nodes"]
    assert (root["name"], root["online"], root["total"]) == ("总局", 1, 2)
    regional, customs = root["children"]
    assert (customs["name"], customs["online"], customs["total"]) == ("口岸海关", 0, 1)
    branch = regional["children"][0]
    area = branch["children"][0]["children"][0]
    assert (area["kind"], area["name"]) == ("area", "一号池")
    (camera,) = area["children"]
    assert camera["title"] == "东海养殖场 · 东池云台"
    assert (camera["online"], camera["can_steer"], camera["is_favourite"]) == (True, True, False)
    Channel.objects.create(device=world.device, gb_id=world.camera.gb_id, is_online=False, seen_at=timezone.now())
    assert Tree(user).as_json()["nodes"][0]["online"] == 0


def test_the_tree_of_an_operator_begins_at_their_site(world: Any) -> None:
    (root,) = Tree(world.person("operator", world.farm_owner, "video.live")).as_json()["nodes"]
    assert (root["kind"], root["name"], root["total"]) == ("site", "东海养殖场", 1)


def test_the_tree_takes_a_fixed_number_of_queries(world: Any, django_assert_max_num_queries: Any) -> None:
    user = world.person("national", world.national, "video.live", "video.steer")
    for number in range(40):
        Camera.objects.create(gb_id=f"340200000013200001{number:02d}", name=f"{number}", site=world.farm)
    with django_assert_max_num_queries(12):
        Tree(user).as_json()


def test_a_device_that_registered_first_is_named_unclaimed_and_who_can_claim_it(world: Any) -> None:
    device = Device.objects.create(gb_id="34020000001110000078", name="34020000001110000078")
    values = {"gb_id": device.gb_id, "name": "x", "site": world.farm}
    with pytest.raises(Refused) as refused:
        actions.save_device(world.person("clerk", world.branch, *CHANGE), None, values)
    assert "no site yet" in str(refused.value.message)
    assert f"administrator of {world.national.name}" in str(refused.value.message)
    root = world.person("root", world.national, *CHANGE)
    with pytest.raises(Refused, match="give it its site"):
        actions.save_device(root, None, values)
    actions.save_device(root, device, values)
    with pytest.raises(Refused, match="belongs to x already"):
        actions.save_device(world.person("other", world.branch, *CHANGE), None, values)
