"""The register: digits of sites, codes of positions, names on pictures (req: C-code, C-OSD)."""

from typing import Any

import pytest

from oversite.base.audit.models import Entry
from oversite.base.numbers.queries import unbalanced_pools
from oversite.base.sites.models import Site
from oversite.common.errors import Refused
from oversite.domains.customs.actions import (
    Allotment,
    allot_codes,
    assign_camera,
    change_position,
    close_position,
    preview_codes,
    remove_short_name,
    save_house,
    save_registration,
    save_short_name,
)
from oversite.domains.customs.models import CameraPosition, SiteRegistration
from oversite.video.cameras.actions import save_camera
from oversite.video.cameras.models import Camera
from oversite.video.cameras.tree import Tree

pytestmark = [pytest.mark.django_db, pytest.mark.req("C-code")]


def another_site(port: Any, name: str = "二号码头") -> Site:
    return Site.objects.create(code=name, name=name, site_class="customs-depot", agency=port.site.agency)


def named(camera: Camera) -> str:
    return Camera.objects.get(pk=camera.pk).name


# Sites


def test_a_registered_site_has_the_last_three_digits_of_its_code(port: Any, register: Any) -> None:
    found = register()
    assert (found.district, found.digits) == ("4201", "001")
    assert Entry.objects.filter(act="customs.site.registered").count() == 1


def test_a_clash_of_digits_is_refused_and_names_the_other(port: Any, register: Any) -> None:
    register()
    with pytest.raises(Refused, match="一号码头") as caught:
        register(another_site(port), registration_code="CNXXX999001", place_name="二号码头")
    assert caught.value.code == "customs.site.clash"
    assert SiteRegistration.objects.count() == 1


def test_other_sites_draw_their_digits_from_the_pool_from_above(port: Any, register: Any) -> None:
    drawn = [register(another_site(port, name), registration_code="").digits for name in ("甲", "乙", "丙")]
    assert drawn == ["999", "998", "997"]
    assert not unbalanced_pools()


def test_a_registration_code_that_comes_later_gives_other_digits_while_no_code_bears_the_old(
    port: Any, register: Any
) -> None:
    found = register(registration_code="")
    assert found.digits == "999"
    found = save_registration(port.user, port.site, found, {"registration_code": "CNQGD420007"})
    assert found.digits == "007"
    allot_codes(port.user, found, [Allotment("inspection", camera=port.cameras[0])])
    with pytest.raises(Refused) as caught:
        save_registration(port.user, port.site, found, {"registration_code": "CNQGD420008"})
    assert caught.value.code == "customs.site.digits"
    assert not unbalanced_pools()


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ({"site_class": "06"}, "customs.code.wrong"),
        ({"site_class": "18"}, "customs.code.wrong"),
        ({"site_class": "08", "circumstances": ["land-border"]}, "customs.code.wrong"),
        ({"registration_code": "CN42000X"}, "customs.code.wrong"),
    ],
)
def test_a_site_that_no_code_can_be_built_for_is_refused(register: Any, values: dict[str, Any], code: str) -> None:
    with pytest.raises(Refused) as caught:
        register(**values)
    assert caught.value.code == code


def test_a_site_belongs_to_the_house_above_it(port: Any, register: Any, tree: Any) -> None:
    site = Site.objects.create(code="Z", name="别处", site_class="customs-depot", agency=tree.post)
    with pytest.raises(Refused):
        register(site)


# Codes


def test_a_site_is_coded_in_one_act_after_a_look_at_it(port: Any, register: Any) -> None:
    registration = register()
    rows = [Allotment("inspection", camera=camera) for camera in port.cameras]
    seen = preview_codes(port.user, registration, rows)
    assert CameraPosition.objects.count() == 0
    assert [camera.camera_code for camera in Camera.objects.all()] == ["", "", ""]
    made = allot_codes(port.user, registration, rows)
    assert [position.code for position in made] == [f"4201001110132080300{number}" for number in (1, 2, 3)]
    assert [(each.code, each.name) for each in seen] == [(each.code, named(each.camera)) for each in made]
    assert Camera.objects.get(pk=port.cameras[1].pk).camera_code == "42010011101320803002"
    entry = Entry.objects.get(act="customs.codes.allotted")
    assert entry.data["codes"] == [position.code for position in made]
    assert not unbalanced_pools()


def test_all_rows_or_none(port: Any, register: Any) -> None:
    rows = [Allotment("inspection", camera=port.cameras[0]), Allotment("99", camera=port.cameras[1])]
    with pytest.raises(Refused, match="摄像机2"):
        allot_codes(port.user, register(), rows)
    assert CameraPosition.objects.count() == 0


def test_a_code_is_never_given_to_another_position(port: Any, register: Any) -> None:
    registration = register()
    [first] = allot_codes(port.user, registration, [Allotment("gate", camera=port.cameras[1])])
    close_position(port.user, first, "卡口已拆除")
    assert named(port.cameras[1]) != "青岛烟台海关一号码头卡口01"
    assert Camera.objects.get(pk=port.cameras[1].pk).camera_code == ""
    [second] = allot_codes(port.user, registration, [Allotment("gate", camera=port.cameras[1])])
    assert (first.code[-3:], second.code[-3:]) == ("001", "002")
    with pytest.raises(Refused):
        close_position(port.user, second, " ")
    assert not unbalanced_pools()


def test_new_hardware_at_the_same_position_keeps_the_code(port: Any, register: Any) -> None:
    old, new = port.cameras[1], port.cameras[2]
    [position] = allot_codes(port.user, register(), [Allotment("gate", camera=old)])
    name = named(old)
    assign_camera(port.user, position, new, "损坏更换")
    assert Camera.objects.get(pk=new.pk).camera_code == position.code
    assert named(new) == name
    assert Camera.objects.get(pk=old.pk).camera_code == ""
    assert named(old) != name
    data = Entry.objects.get(act="customs.position.assigned").data
    assert (data["before"], data["after"], data["reason"]) == (old.gb_id, new.gb_id, "损坏更换")


def test_more_than_999_at_a_position_are_refused(port: Any, register: Any) -> None:
    from oversite.base.numbers.actions import INSTALLATION, spoil
    from oversite.domains.customs.actions.positions import serial_pool

    registration = register()
    pool = serial_pool(registration, "12")
    spoil(None, pool, INSTALLATION, 1, 998, "void", "试验")
    [last] = allot_codes(port.user, registration, [Allotment("fence")])
    assert last.code.endswith("999")
    with pytest.raises(Refused) as caught:
        allot_codes(port.user, registration, [Allotment("fence")])
    assert caught.value.code == "numbers.pool.exhausted"


def test_a_planned_position_has_a_code_before_it_has_a_camera(port: Any, register: Any) -> None:
    [position] = allot_codes(port.user, register(), [Allotment("berth", mounted_at="三号泊位灯杆", is_steerable=True)])
    assert position.code == "42010011101320809001"
    with pytest.raises(Refused):  # the right of customs to control is a matter of the code, too
        allot_codes(port.user, position.registration, [Allotment("berth", control="5", camera=port.cameras[0])])
    assign_camera(port.user, position, port.cameras[0])
    assert named(port.cameras[0]) == "青岛烟台海关一号码头泊位01云台"


def test_a_camera_that_bears_a_right_code_keeps_it(port: Any, register: Any) -> None:
    registration = register()
    Camera.objects.filter(pk=port.cameras[1].pk).update(camera_code="42010015101310803777")
    camera = Camera.objects.get(pk=port.cameras[1].pk)
    [position] = allot_codes(port.user, registration, [Allotment("inspection", camera=camera)])
    assert position.code == "42010015101310803777"
    Camera.objects.filter(pk=port.cameras[2].pk).update(camera_code="42020015101310803777")
    stranger = Camera.objects.get(pk=port.cameras[2].pk)
    with pytest.raises(Refused) as caught:
        allot_codes(port.user, registration, [Allotment("inspection", camera=stranger)])
    assert caught.value.code == "customs.code.elsewhere"
    assert not unbalanced_pools()


@pytest.mark.req("C9.1", "C9.2")
def test_who_controls_is_the_same_in_the_code_and_in_the_register(port: Any, register: Any) -> None:
    registration = register()
    with pytest.raises(Refused) as caught:
        allot_codes(port.user, registration, [Allotment("gate", control="enterprise", camera=port.cameras[0])])
    assert caught.value.code == "customs.code.control"
    [position] = allot_codes(port.user, registration, [Allotment("gate", control="enterprise", camera=port.cameras[1])])
    assert position.parts.control == "5"


def test_who_may_not_change_the_register_allots_nothing(port: Any, register: Any, make_user: Any, tree: Any) -> None:
    registration = register()
    monitor = make_user(port.site.agency, "monitor", username="kan")
    stranger = make_user(tree.neighbour, "administrator", username="lin")
    for user in (monitor, stranger):
        with pytest.raises(Refused):
            allot_codes(user, registration, [Allotment("gate")])
        with pytest.raises(Refused):
            save_registration(user, port.site, registration, {"place_name": "甲"})


# Names on pictures


@pytest.mark.req("C-OSD")
def test_the_name_in_the_tree_is_the_text_on_the_picture(port: Any, register: Any) -> None:
    allot_codes(port.user, register(), [Allotment("inspection", camera=port.cameras[0])])
    assert "青岛烟台海关一号码头查验平台01云台" in str(Tree(port.user).as_json())


@pytest.mark.req("C-OSD")
def test_nobody_renames_such_a_camera_by_hand(port: Any, register: Any) -> None:
    [position] = allot_codes(port.user, register(), [Allotment("inspection", camera=port.cameras[1])])
    camera = Camera.objects.get(pk=port.cameras[1].pk)
    with pytest.raises(Refused) as caught:
        save_camera(port.user, camera, {"name": "我的摄像机"})
    assert caught.value.code == "cameras.name.generated"
    assert "青岛烟台海关一号码头查验平台01" in str(caught.value)
    with pytest.raises(Refused):
        save_camera(port.user, Camera.objects.get(pk=camera.pk), {"camera_code": "42010011101320803099"})
    assert named(camera) == "青岛烟台海关一号码头查验平台01"
    page = port.client.get(f"/cameras/{camera.uid}/change/").content.decode()
    assert "disabled" in page.split('name="name"')[1].split(">")[0]
    del position


@pytest.mark.req("C-OSD")
def test_the_name_follows_what_the_camera_is(port: Any, register: Any) -> None:
    [position] = allot_codes(port.user, register(), [Allotment("inspection", camera=port.cameras[1])])
    save_camera(port.user, Camera.objects.get(pk=port.cameras[1].pk), {"mount": "pan-tilt"})
    assert named(port.cameras[1]) == "青岛烟台海关一号码头查验平台01云台"
    change_position(port.user, CameraPosition.objects.get(pk=position.pk), {"business": "一号查验台"})
    assert named(port.cameras[1]) == "青岛烟台海关一号码头一号查验台01云台"
    save_house(port.user, port.house, {"house_name": "芝罘海关"})
    assert named(port.cameras[1]) == "青岛芝罘海关一号码头一号查验台01云台"
    save_registration(port.user, port.site, position.registration, {"place_name": "新码头"})
    assert named(port.cameras[1]) == "青岛芝罘海关新码头一号查验台01云台"


@pytest.mark.req("C-OSD")
def test_a_short_name_stands_only_where_the_full_one_does_not_fit(port: Any, register: Any) -> None:
    [position] = allot_codes(port.user, register(), [Allotment("inspection", camera=port.cameras[1])])
    short = save_short_name(
        port.user, None, {"kind": "place", "full": "一号码头", "short": "一码", "agency": port.site.agency}
    )
    assert named(port.cameras[1]) == "青岛烟台海关一号码头查验平台01"
    position = CameraPosition.objects.get(pk=position.pk)
    change_position(port.user, position, {"screen_lines": 1, "line_characters": 14})
    assert named(port.cameras[1]) == "青岛烟台海关一码查验平台01"
    with pytest.raises(Refused):
        remove_short_name(port.user, short)
    change_position(port.user, position, {"line_characters": 20})
    remove_short_name(port.user, short)
    assert named(port.cameras[1]) == "青岛烟台海关一号码头查验平台01"


@pytest.mark.req("C-OSD")
@pytest.mark.parametrize(
    ("full", "short"),
    [
        ("二号码头", "一码"),
        ("一号码头", "壹码"),
        ("三号大码头", "一号码头"),
        ("短", "更短的"),
        ("码\n头", "码"),
        ("甲乙", ""),
    ],
)
def test_a_short_name_maps_to_one_full_name(port: Any, full: str, short: str) -> None:
    values = {"kind": "place", "full": "一号码头", "short": "一码", "agency": port.site.agency}
    save_short_name(port.user, None, values)
    with pytest.raises(Refused):
        save_short_name(port.user, None, {**values, "full": full, "short": short})


@pytest.mark.parametrize(
    "values",
    [{"district": "42"}, {"district": "4201"}, {"district": "４２０２"}, {"district": "4202", "house_name": ""}],
)
def test_a_house_has_a_district_of_its_own(port: Any, values: dict[str, str], tree: Any) -> None:
    names = {"regional_name": "青岛海关", "house_name": "龙口海关", "agency": tree.post}
    with pytest.raises(Refused):
        save_house(None, None, {**names, **values})


def test_the_code_of_a_position_is_no_identity_for_a_camera_of_another_site(port: Any, register: Any) -> None:
    [position] = allot_codes(port.user, register(), [Allotment("inspection")])
    elsewhere = another_site(port)
    with pytest.raises(Refused, match="另一场所"):
        save_camera(port.user, None, {"gb_id": position.code, "name": "占用", "site": elsewhere, "mount": "fixed"})
    assert not Camera.objects.filter(gb_id=position.code).exists()
    save_camera(port.user, None, {"gb_id": position.code, "name": "新装", "site": port.site, "mount": "fixed"})
    standing = Camera.objects.get(gb_id=position.code)
    Camera.objects.filter(pk=standing.pk).update(site=elsewhere)
    save_camera(port.user, Camera.objects.get(pk=standing.pk), {"manufacturer": "某厂"})


def test_a_wrong_code_typed_into_the_register_of_cameras_is_refused(port: Any) -> None:
    with pytest.raises(Refused, match="第 8 位"):
        save_camera(port.user, port.cameras[1], {"camera_code": "42010014101320803002"})
