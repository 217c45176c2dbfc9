"""The operator of a site enters its cameras; device, code, control right and recording stay with the agency."""

from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone, translation

from oversite.base.accounts.models import GrantScope, RoleGrant
from oversite.base.accounts.queries import shipped_role
from oversite.base.audit.models import Entry
from oversite.base.sites.models import Area, Site
from oversite.common.errors import Refused
from oversite.video.cameras import actions, queries
from oversite.video.cameras.models import Camera, CameraGroup, Channel, Device

OPERATOR = ("cameras.read", "cameras.declare")
NEW_ID = "34020000001320000077"


@pytest.fixture(autouse=True)
def _english() -> Any:
    with translation.override("en"):
        yield


@pytest.fixture
def operator(world: Any) -> Any:
    return world.person("operator", world.farm_owner, *OPERATOR)


@pytest.fixture
def browser(operator: Any, sign_in: Any, doors: Any) -> Any:
    del doors
    return sign_in(operator)


def fields(world: Any, **more: Any) -> dict[str, Any]:
    area = Area.objects.get(site=world.farm)
    return {
        "name": "南池",
        "gb_id": NEW_ID,
        "site": world.farm.pk,
        "area": area.pk,
        "mount": "fixed",
        "line": "",
        **more,
    }


def posted(world: Any, *without: str, **more: Any) -> dict[str, Any]:
    return {name: value for name, value in fields(world, **more).items() if name not in without}


def acts() -> list[str]:
    found = Entry.objects.filter(act__startswith="cameras.camera.", outcome="done").order_by("position")
    return list(found.values_list("act", flat=True))


@pytest.mark.req("C-eval", "A4.1")
def test_the_operator_adds_changes_and_takes_back_a_camera(world: Any, browser: Any) -> None:
    page = browser.get(reverse("cameras:new") + f"?site={world.farm.code}").content.decode()
    assert f'<option value="{world.farm.pk}" selected>' in page
    for name in ("device", "camera_code", "control_right", "records", "has_sub_stream", "is_active"):
        assert f'name="{name}"' not in page
    assert browser.post(reverse("cameras:new"), fields(world)).status_code == 302
    camera = Camera.objects.get(gb_id=NEW_ID)
    assert (camera.device, camera.control_right, camera.records) == (None, "", False)
    change = reverse("cameras:change", args=[camera.uid])
    assert change in browser.get(reverse("cameras:camera", args=[camera.uid])).content.decode()
    changed = posted(world, "site", name="南池二", mount="wide", gb_id="34020000001320000078", abilities=["audio"])
    assert browser.post(change, changed).status_code == 302
    camera.refresh_from_db()
    assert (camera.name, camera.mount, camera.abilities) == ("南池二", "wide", ["audio"])
    assert camera.gb_id == "34020000001320000078"
    assert browser.post(reverse("cameras:remove", args=[camera.uid])).status_code == 302
    assert not Camera.objects.filter(pk=camera.pk).exists()
    assert acts() == ["cameras.camera.declared", "cameras.camera.redeclared", "cameras.camera.withdrawn"]


@pytest.mark.req("C9.1", "C9.2")
@pytest.mark.parametrize(
    "forged",
    [
        {"control_right": "exclusive"},
        {"control_right": ""},
        {"device": ""},
        {"camera_code": "42010011101320803002"},
        {"records": "on"},
        {"is_active": ""},
        {"gb_id": "34020000001320000079"},
        {"site": "1"},
        {"everyday_preset": "7"},
    ],
    ids=lambda forged: next(iter(forged)),
)
def test_what_is_the_agencys_is_refused_on_a_forged_post_and_stays(
    world: Any, browser: Any, forged: dict[str, str]
) -> None:
    Camera.objects.filter(pk=world.camera.pk).update(control_right="primary")
    before = Camera.objects.filter(pk=world.camera.pk).values().get()
    sent = posted(world, "site", "gb_id", mount="pan-tilt") | forged
    answer = browser.post(reverse("cameras:change", args=[world.camera.uid]), sent)
    assert answer.status_code == 403
    assert Camera.objects.filter(pk=world.camera.pk).values().get() == before
    assert Entry.objects.filter(act="cameras.agencys", outcome="refused").exists()


def test_a_new_camera_gets_nothing_that_is_the_agencys(world: Any, browser: Any) -> None:
    for forged in ({"device": world.device.pk}, {"control_right": "primary"}, {"records": "on"}):
        assert browser.post(reverse("cameras:new"), fields(world, **forged)).status_code == 403
    assert not Camera.objects.filter(gb_id=NEW_ID).exists()


@pytest.mark.req("A4.1")
def test_a_neighbours_site_does_not_exist_for_an_operator(world: Any, operator: Any, browser: Any) -> None:
    for name in ("change", "remove"):
        url = reverse(f"cameras:{name}", args=[world.customs_camera.uid])
        assert (browser.get(url).status_code, browser.post(url, {}).status_code) == (404, 404)
    foreign = fields(world, site=world.customs_site.pk, area="")
    assert browser.post(reverse("cameras:new"), foreign).status_code == 422
    for camera, values in (
        (None, {"gb_id": NEW_ID, "name": "x", "site": world.customs_site}),
        (world.customs_camera, {}),
    ):
        with pytest.raises(Refused) as refused:
            actions.save_camera(operator, camera, values)
        assert refused.value.status == 404
    Site.objects.filter(pk=world.farm.pk).update(is_active=False)
    assert not queries.may_enter_cameras(operator)


def test_what_the_agency_works_with_stays_and_stays_steerable(world: Any, operator: Any, browser: Any) -> None:
    url = reverse("cameras:remove", args=[world.camera.uid])
    assert browser.post(url).status_code == 409
    with pytest.raises(Refused) as refused:
        actions.save_camera(operator, world.camera, {"mount": "fixed", "abilities": []})
    assert refused.value.status == 403
    actions.save_camera(operator, world.camera, {"mount": "fixed", "abilities": ["ptz"]})
    other = Camera.objects.create(gb_id=NEW_ID, name="西池", site=world.farm)
    CameraGroup.objects.create(name="西", agency=world.branch).cameras.add(other)
    with pytest.raises(Refused):
        actions.remove_camera(operator, other)


@pytest.mark.req("A4.1")
def test_an_identity_that_a_device_of_another_site_has_is_not_to_be_taken(
    world: Any, operator: Any, doors: Any
) -> None:
    Camera.objects.filter(pk=world.customs_camera.pk).delete()
    device = Device.objects.get(gb_id="34020000001320000002")
    Channel.objects.create(device=device, gb_id=NEW_ID, name="通道", seen_at=timezone.now())
    for gb_id in (device.gb_id, NEW_ID):
        with pytest.raises(Refused, match="device of another site"):
            actions.save_camera(operator, None, {"gb_id": gb_id, "name": "x", "site": world.farm})


@pytest.mark.req("A4.1")
def test_a_right_narrowed_to_cameras_changes_these_and_adds_none(world: Any, operator: Any, doors: Any) -> None:
    other = Camera.objects.create(gb_id="34020000001320000009", name="西池", site=world.farm)
    GrantScope.objects.create(
        grant=RoleGrant.objects.get(user=operator), subject_kind="cameras.camera", subject_id=str(other.pk)
    )
    assert not queries.may_enter_cameras(operator)
    actions.save_camera(operator, other, {"name": "西池二"})
    for camera, values in (
        (None, {"gb_id": NEW_ID, "name": "x", "site": world.farm}),
        (world.camera, {"name": "mine"}),
    ):
        with pytest.raises(Refused) as refused:
            actions.save_camera(operator, camera, values)
        assert refused.value.status == 404


def test_the_shipped_role_may_do_this_and_neither_devices_nor_groups(world: Any, browser: Any) -> None:
    held = shipped_role("site-operator").permissions
    assert "cameras.declare" in held
    assert "cameras.change" not in held
    kept = ("new-device", "new-group", "groups", "import")
    assert {browser.get(reverse(f"cameras:{name}")).status_code for name in kept} == {403}


def test_the_agency_takes_out_what_was_entered_by_mistake(world: Any, sign_in: Any, doors: Any) -> None:
    client = sign_in(world.person("admin", world.branch, "cameras.read", "cameras.change"))
    camera = Camera.objects.create(gb_id=NEW_ID, name="西池", site=world.farm)
    assert client.post(reverse("cameras:remove", args=[camera.uid])).status_code == 302
    assert client.post(reverse("cameras:remove", args=[world.camera.uid])).status_code == 409
    assert acts() == ["cameras.camera.removed"]
