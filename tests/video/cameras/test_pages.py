"""The pages of the register, as the browser asks for them."""

from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from oversite.video.cameras.models import Camera, CameraGroup, Channel, Device, Favourite

ADMIN = ("cameras.read", "cameras.change", "video.live")


@pytest.fixture
def client(world: Any, sign_in: Any) -> Any:
    return sign_in(world.person("admin", world.branch, *ADMIN))


def form_of(camera: Camera, **changes: Any) -> dict[str, Any]:
    values = {
        "name": camera.name,
        "gb_id": camera.gb_id,
        "camera_code": "",
        "site": camera.site_id,
        "area": camera.area_id or "",
        "device": camera.device_id or "",
        "mount": camera.mount,
        "control_right": "",
        "line": "",
        "is_active": "on",
    }
    return values | changes


@pytest.mark.parametrize("name", ["cameras", "devices", "groups", "new", "new-device", "new-group", "import"])
def test_pages_open(client: Any, name: str) -> None:
    assert client.get(reverse(f"cameras:{name}")).status_code == 200


def test_details_show_what_was_measured_and_announced(world: Any, client: Any) -> None:
    Camera.objects.filter(pk=world.camera.pk).update(measured_codec="h264", measured_kbps=2048, measured_loss_ppm=1500)
    page = client.get(reverse("cameras:camera", args=[world.camera.uid])).content.decode()
    assert "2,048 kbit/s" in page
    assert "0.150 %" in page
    Device.objects.filter(pk=world.device.pk).update(channels_seen=3, channels_total=4)
    Channel.objects.create(device=world.device, gb_id="34020000001310000005", name="通道5", seen_at=timezone.now())
    page = client.get(reverse("cameras:device", args=[world.device.uid]) + "?tab=channels").content.decode()
    assert reverse("cameras:claim", args=[world.device.uid, "34020000001310000005"]) in page


@pytest.mark.req("V5.1")
@pytest.mark.parametrize(
    ("what", "named"),
    [
        ("malformed", "无法解读的信令报文"),
        ("malformed_body", "无法解读的 XML"),
        ("malformed_sdp", "无法解读的 SDP"),
        ("wrong_length", "报文长度有误"),
    ],
)
def test_what_a_device_sent_that_cannot_be_read_stands_on_its_page(
    world: Any, client: Any, doors: Any, what: str, named: str
) -> None:
    told = {
        "what": what,
        "device": world.device.gb_id,
        "source": "192.0.2.7:5060/UDP",
        "why": "no root element",
        "times": 12,
        "last_at": "2026-11-21T06:05:09+00:00",
    }
    stream = {"stream_key": "live-1-0", "camera_uid": str(world.camera.uid), "malformed": 7, "bad_units": 0}
    other = {"stream_key": "live-2-0", "camera_uid": str(world.customs_camera.uid), "malformed": 5, "bad_units": 0}
    doors.answer(f"/door/complaints/{world.device.gb_id}", 200, {"complaints": [told]})
    doors.answer("/door/receivers", 200, {"receivers": [stream, other]})
    page = client.get(reverse("cameras:device", args=[world.device.uid]) + "?tab=unreadable").content.decode()
    for words in (named, "12", "2026-11-21 14:05:09", "no root element", "不是 RTP 的数据包", "live-1-0"):
        assert words in page, words
    assert "live-2-0" not in page


def test_a_camera_is_changed_by_its_form(world: Any, client: Any, doors: Any) -> None:
    url = reverse("cameras:change", args=[world.camera.uid])
    assert client.get(url).status_code == 200
    response = client.post(url, form_of(world.camera, name="改名", gb_id="3402 0000 0013 2000 0001"))
    assert response.status_code == 302
    world.camera.refresh_from_db()
    assert world.camera.name == "改名"


def test_what_is_wrong_is_said_beside_the_field(world: Any, client: Any) -> None:
    response = client.post(reverse("cameras:new"), form_of(world.camera, gb_id="3402000000132000001"))
    assert response.status_code == 422
    assert "19" in response.context["form"].errors["gb_id"][0]
    response = client.post(reverse("cameras:new"), form_of(world.camera))
    assert "东池云台" in response.context["form"].errors["gb_id"][0]
    foreign = form_of(world.camera, gb_id="34020000001320000099", site=world.customs_site.pk)
    assert client.post(reverse("cameras:new"), foreign).status_code == 422


def test_a_password_is_only_ever_written(world: Any, client: Any, doors: Any) -> None:
    url = reverse("cameras:change-device", args=[world.device.uid])
    values = {
        "name": "东池",
        "gb_id": world.device.gb_id,
        "kind": "camera",
        "site": world.farm.pk,
        "media_transport": "udp",
        "is_active": "on",
        "password": "geheim-1",
    }
    assert client.post(url, values).status_code == 302
    assert "geheim-1" not in client.get(url).content.decode()
    sealed = Device.objects.get(pk=world.device.pk).password_sealed
    assert client.post(url, values | {"password": ""}).status_code == 302
    assert Device.objects.get(pk=world.device.pk).password_sealed == sealed


def test_the_catalogue_is_asked_for_and_n_of_m_told(world: Any, client: Any, doors: Any) -> None:
    doors.answer("/door/query", 200, {"complete": False, "received": 3, "total": 4})
    response = client.post(reverse("cameras:catalogue", args=[world.device.uid]), follow=True)
    assert "3" in str(next(iter(response.context["messages"])))
    doors.answer("/door/query", 409, {"stage": "device_offline", "reason": ""})
    assert client.post(reverse("cameras:catalogue", args=[world.device.uid])).status_code == 302


def test_a_channel_is_claimed_by_its_form(world: Any, client: Any, doors: Any) -> None:
    Channel.objects.create(device=world.device, gb_id="34020000001310000005", name="通道5", seen_at=timezone.now())
    url = reverse("cameras:claim", args=[world.device.uid, "34020000001310000005"])
    assert client.get(url).status_code == 200
    assert client.post(url, {"name": "五号", "mount": "wide", "records": "on"}).status_code == 302
    assert Camera.objects.get(gb_id="34020000001310000005").records


def test_a_group_is_made(world: Any, client: Any) -> None:
    values = {"name": "池区", "agency": world.branch.pk, "cameras": [world.camera.pk]}
    assert client.post(reverse("cameras:new-group"), values).status_code == 302
    assert list(CameraGroup.objects.get().cameras.all()) == [world.camera]
    foreign = values | {"name": "b", "cameras": [world.customs_camera.pk]}
    assert client.post(reverse("cameras:new-group"), foreign).status_code == 422


def test_favourites_and_the_tree(world: Any, client: Any) -> None:
    url = reverse("cameras:favourite", args=[world.camera.uid])
    assert client.post(url, '{"on": true}', content_type="application/json").status_code == 204
    assert Favourite.objects.count() == 1
    tree = client.get(reverse("cameras:tree")).json()
    assert '"is_favourite": true' in str(tree).replace("'", '"').replace("True", "true")
    assert client.post(url, '{"on": false}', content_type="application/json").status_code == 204
    assert client.post(url, "[", content_type="application/json").status_code == 400
    foreign = reverse("cameras:favourite", args=[world.customs_camera.uid])
    assert client.post(foreign, '{"on": true}', content_type="application/json").status_code == 404


@pytest.mark.req("A4.1")
def test_a_neighbour_finds_nothing(world: Any, sign_in: Any) -> None:
    client = sign_in(world.person("beside", world.neighbour, *ADMIN))
    for name, uid in (
        ("camera", world.camera.uid),
        ("change", world.camera.uid),
        ("device", world.device.uid),
        ("change-device", world.device.uid),
        ("catalogue", world.device.uid),
    ):
        assert client.get(reverse(f"cameras:{name}", args=[uid])).status_code == 404, name
    assert client.get(reverse("cameras:tree")).json() == {"nodes": []}


def test_the_wrong_role_is_refused(world: Any, sign_in: Any) -> None:
    client = sign_in(world.person("reader", world.branch, "cameras.read"))
    for name in ("new", "new-device", "import", "groups"):
        assert client.get(reverse(f"cameras:{name}")).status_code == 403, name
    assert client.get(reverse("cameras:export", args=["json"])).status_code == 403


def test_an_identity_of_another_kind_of_device_is_asked_about_once_more(world: Any, client: Any, doors: Any) -> None:
    values = {
        "name": "录像机",
        "gb_id": "34020000001180000009",
        "kind": "camera",
        "site": world.farm.pk,
        "media_transport": "udp",
        "charset": "GB18030",
        "is_active": "on",
    }
    url = reverse("cameras:new-device")
    page = client.post(url, values)
    assert page.status_code == 422
    assert "118" in page.context["form"].errors["gb_id"][0]
    assert "is_kind_sure" in page.content.decode()
    assert client.post(url, values | {"is_kind_sure": "on"}).status_code == 302
    assert client.post(url, values | {"gb_id": "34020000001180000010", "kind": "recorder"}).status_code == 302


def test_a_character_set_that_nobody_knows_is_not_taken(world: Any, client: Any, doors: Any) -> None:
    values = {"name": "x", "gb_id": "34020000001320000077", "kind": "camera", "media_transport": "udp"}
    page = client.post(reverse("cameras:new-device"), values | {"charset": "EBCDIC"})
    assert page.status_code == 422
    assert "charset" in page.context["form"].errors
