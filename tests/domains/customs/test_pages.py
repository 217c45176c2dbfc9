"""The pages of the register, as the browser asks for them."""

from io import BytesIO
from typing import Any

import openpyxl
import pytest
from pypdf import PdfReader

from oversite.domains.customs.actions import Allotment, allot_codes, save_equipment, save_room
from oversite.domains.customs.models import CameraPosition, CustomsHouse, MachineRoom, ShortName, SiteRegistration
from oversite.video.cameras.models import Camera

pytestmark = pytest.mark.django_db


@pytest.mark.req("C-code")
def test_a_site_is_put_into_the_register_coded_and_exported(port: Any) -> None:
    page = port.client.get(f"/sites/{port.site.uid}/?tab=customs").content.decode()
    assert f"/customs/sites/{port.site.uid}/" in page
    form = {"house": port.house.pk, "registration_code": "CNQGD420001", "site_class": "08", "place_name": "一号码头"}
    answer = port.client.post(f"/customs/sites/{port.site.uid}/register/", {**form, "sign_size": "small"})
    assert answer.status_code == 302
    assert SiteRegistration.objects.get().digits == "001"
    url = f"/customs/sites/{port.site.uid}/allot/"
    first, second, third = port.cameras
    assert 'value="03" selected' in port.client.get(url).content.decode()
    chosen = {f"position-{first.pk}": "03", f"control-{first.pk}": "1", f"device-{first.pk}": "132"}
    chosen |= {f"position-{second.pk}": "08", f"control-{second.pk}": "5", f"device-{second.pk}": "131"}
    seen = port.client.post(url, {**chosen, "preview": "1"}).content.decode()
    assert "42010011101320803001" in seen
    assert "青岛烟台海关一号码头卡口01" in seen
    assert CameraPosition.objects.count() == 0
    assert port.client.post(url, chosen).status_code == 302
    assert set(CameraPosition.objects.values_list("code", flat=True)) == {
        "42010011101320803001",
        "42010015101310808001",
    }
    answer = port.client.get("/customs/positions/?export=xlsx")
    sheet = openpyxl.load_workbook(BytesIO(b"".join(answer.streaming_content))).active
    assert sheet is not None
    assert "42010011101320803001" in {str(row[0].value) for row in sheet.iter_rows()}
    page = port.client.get(f"/customs/sites/{port.site.uid}/").content.decode()
    assert "42010011101320803001" in page
    assert third.name in port.client.get(url).content.decode()


def test_a_wrong_choice_keeps_what_was_typed_and_says_why(port: Any, register: Any) -> None:
    register()
    camera = port.cameras[0]
    chosen = {f"position-{camera.pk}": "03", f"control-{camera.pk}": "5", f"device-{camera.pk}": "132"}
    answer = port.client.post(f"/customs/sites/{port.site.uid}/allot/", {**chosen, f"business-{camera.pk}": "甲台"})
    assert answer.status_code == 409
    page = answer.content.decode()
    assert "甲台" in page
    assert CameraPosition.objects.count() == 0


@pytest.mark.req("C-code")
def test_a_code_is_explained_on_a_page(port: Any, register: Any) -> None:
    allot_codes(port.user, register(), [Allotment("inspection", camera=port.cameras[0])])
    page = port.client.get("/customs/code/?code=4201 0011 1013 2080 3001").content.decode()
    assert "由海关主控" in page
    assert "GB/T 28181" in page
    assert "一号码头" in page
    page = port.client.get("/customs/code/?code=42010014101320803001").content.decode()
    assert "第 8 位" in page
    assert port.client.get("/customs/code/").status_code == 200


def test_the_page_of_a_position(port: Any, register: Any) -> None:
    [position] = allot_codes(port.user, register(), [Allotment("inspection", camera=port.cameras[0])])
    page = port.client.get(f"/customs/positions/{position.uid}/").content.decode()
    assert position.code in page
    assert "码头类" in page
    form = {"business": "查验台", "screen_lines": 2, "line_characters": 32, "hanzi_width": 1}
    assert port.client.post(f"/customs/positions/{position.uid}/change/", form).status_code == 302
    assert Camera.objects.get(pk=port.cameras[0].pk).name == "青岛烟台海关一号码头查验台01云台"
    answer = port.client.post(f"/customs/positions/{position.uid}/camera/", {"camera": port.cameras[1].pk})
    assert answer.status_code == 302
    assert Camera.objects.get(pk=port.cameras[1].pk).camera_code == position.code
    answer = port.client.post(f"/customs/positions/{position.uid}/close/", {"reason": "拆除"})
    assert answer.status_code == 302
    assert port.client.get(f"/customs/positions/{position.uid}/").status_code == 200


@pytest.mark.req("C-OSD")
def test_the_register_of_short_names(port: Any) -> None:
    form = {"kind": "place", "full": "一号码头有限公司", "short": "一码", "agency": port.site.agency.pk}
    assert port.client.post("/customs/short-names/new/", form).status_code == 302
    row = ShortName.objects.get()
    assert "一码" in port.client.get("/customs/short-names/").content.decode()
    taken = port.client.post("/customs/short-names/new/", {**form, "full": "一号码头二期有限公司"})
    assert taken.status_code == 409
    assert "“一码”已对应一号码头有限公司" in taken.content.decode().replace(" ", "")
    assert port.client.post(f"/customs/short-names/{row.pk}/remove/").status_code == 302
    assert not ShortName.objects.exists()


def test_houses(port: Any, tree: Any) -> None:
    assert "4201" in port.client.get("/customs/houses/").content.decode()
    form = {"agency": port.house.agency.pk, "district": "4202", "regional_name": "青岛海关", "house_name": "芝罘海关"}
    assert port.client.post(f"/customs/houses/{port.house.pk}/", form).status_code == 302
    assert CustomsHouse.objects.get().district == "4202"
    assert port.client.post("/customs/houses/new/", form).status_code in {409, 422}


@pytest.mark.req("C-sign")
@pytest.mark.parametrize(("size", "paper_mm"), [("large", (420, 594)), ("medium", (297, 420)), ("small", (210, 297))])
def test_one_notice_for_each_camera_that_needs_it_on_paper_of_true_size(
    port: Any, register: Any, size: str, paper_mm: tuple[int, int]
) -> None:
    Camera.objects.filter(pk=port.cameras[1].pk).update(abilities=["audio"])
    cameras = list(Camera.objects.filter(pk__in=[each.pk for each in port.cameras[:2]]).order_by("pk"))
    allot_codes(port.user, register(), [Allotment("inspection", camera=each) for each in cameras])
    url = f"/customs/sites/{port.site.uid}/signs/?size={size}"
    assert port.client.get(url).status_code == 200
    answer = port.client.get(url + "&file=pdf")
    assert answer["Content-Type"] == "application/pdf"
    pages = PdfReader(BytesIO(answer.content)).pages
    assert len(pages) == 3
    box = pages[0].mediabox
    assert [round(float(points) / 72 * 25.4) for points in (box.width, box.height)] == list(paper_mm)
    texts = [page.extract_text().replace(" ", "") for page in pages]
    assert ["声音采集区域标识" in text for text in texts].count(True) == 1
    assert all(any(code in text for text in texts) for code in ("42010011101320803001", "42010011101320803002"))


@pytest.mark.req("C-sign")
def test_a_notice_is_handed_out_as_a_vector_file(port: Any, register: Any) -> None:
    answer = port.client.get("/customs/signs/sound-large.svg")
    assert answer["Content-Type"] == "image/svg+xml"
    assert b'height="400mm"' in answer.content
    register()
    assert port.client.get(f"/customs/sites/{port.site.uid}/signs/?file=pdf").status_code == 409


@pytest.mark.req("C-sign")
def test_before_there_are_codes_the_page_of_notices_says_the_next_step(port: Any, register: Any) -> None:
    register()
    url = f"/customs/sites/{port.site.uid}/signs/"
    page = port.client.get(url).content.decode()
    assert "<iframe" not in page
    assert f"/customs/sites/{port.site.uid}/allot/" in page
    refusal = port.client.get(f"{url}?file=pdf").content.decode()
    assert "先分配编码" in refusal
    assert "他人修改" not in refusal


@pytest.mark.req("C-code")
def test_the_table_of_allotment_offers_the_planned_position(port: Any, register: Any) -> None:
    registration = register()
    area = port.cameras[1].area
    [planned] = allot_codes(port.user, registration, [Allotment("inspection", area=area, control_right="primary")])
    url = f"/customs/sites/{port.site.uid}/allot/"
    page = port.client.get(url).content.decode()
    assert f'value="{planned.code}" selected' in page
    answer = port.client.post(url, {f"planned-{port.cameras[1].pk}": planned.code})
    assert answer.status_code == 302
    planned.refresh_from_db()
    assert planned.camera == port.cameras[1]
    assert CameraPosition.objects.count() == 1


@pytest.mark.req("C8")
def test_machine_rooms_with_what_they_house_and_what_is_missing(port: Any, register: Any) -> None:
    register()
    page = port.client.get(f"/customs/sites/{port.site.uid}/?tab=rooms").content.decode()
    assert "未登记机房或机柜" in page
    form = {"kind": "room", "name": "一号机房", "network_security": "yes"}
    url = f"/customs/sites/{port.site.uid}/rooms/new/"
    assert port.client.post(url, form).status_code == 422  # assessed when, and on what basis
    answer = port.client.post(url, {**form, "assessed_on": "2026-11-01", "basis": "等保测评"})
    assert answer.status_code == 302
    room = MachineRoom.objects.get()
    page = port.client.get(f"/customs/sites/{port.site.uid}/?tab=rooms").content.decode()
    assert "未登记所安置的设备" in page
    form = {"purpose": "storage", "name": "存储", "device": port.device.pk}
    assert port.client.post(f"/customs/rooms/{room.pk}/equipment/new/", form).status_code == 302
    save_equipment(port.user, room, None, {"purpose": "security", "name": "视频安全网关"})
    page = port.client.get(f"/customs/sites/{port.site.uid}/?tab=rooms").content.decode()
    assert "视频安全网关" in page
    assert "未登记" not in page
    assert (
        port.client.post(f"/customs/rooms/{room.pk}/equipment/{room.equipment.first().pk}/remove/").status_code == 302
    )
    assert port.client.post(f"/customs/sites/{port.site.uid}/rooms/{room.pk}/remove/").status_code == 302
    save_room(port.user, port.site, None, {"kind": "cabinet", "name": "机柜"})


@pytest.mark.req("C5")
def test_what_is_missing_in_the_papers_of_devices(port: Any, register: Any) -> None:
    register()
    page = port.client.get("/customs/papers/").content.decode()
    assert "HS/T 58" in page
    assert "未登记安全认证证书" in page
    assert "摄像机1" in page
