"""Import and export: every row is reported, nothing is half imported, what goes out comes in again (req: C-A4.8)."""

import io
import json
from typing import Any

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from oversite.base.audit.models import Entry
from oversite.video.cameras.models import Camera

HEAD = ["gb_id", "name", "site", "area", "mount", "certificate_expires_on", "records"]


def workbook(*rows: list[object]) -> SimpleUploadedFile:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for row in rows:
        sheet.append(row)
    stream = io.BytesIO()
    book.save(stream)
    return SimpleUploadedFile("cameras.xlsx", stream.getvalue())


@pytest.fixture
def admin(world: Any, sign_in: Any) -> Client:
    client: Client = sign_in(world.person("admin", world.branch, "cameras.read", "cameras.change"))
    return client


def test_a_right_sheet_is_taken_in_at_once(world: Any, admin: Client, doors: Any) -> None:
    upload = workbook(HEAD, ["34020000001320000011", "北池", "F001", "P1", "wide", "2028-12-31", "是"])
    response = admin.post(reverse("cameras:import"), {"file": upload})
    assert response.status_code == 302
    camera = Camera.objects.get(gb_id="34020000001320000011")
    assert (camera.name, camera.area.name if camera.area else "", camera.mount) == ("北池", "一号池", "wide")
    assert camera.records
    assert str(camera.certificate_expires_on) == "2028-12-31"


def test_an_identity_of_a_recorder_is_asked_about_until_it_is_confirmed(world: Any, admin: Client, doors: Any) -> None:
    row: list[object] = ["34020000001180000011", "北池", "F001"]
    response = admin.post(reverse("cameras:import"), {"file": workbook(["gb_id", "name", "site"], row)})
    assert response.status_code == 422
    (told,) = response.context["report"]
    assert "118" in told.errors[0]
    assert Camera.objects.count() == 2
    confirmed = workbook(["gb_id", "name", "site", "is_kind_sure"], [*row, "是"])
    assert admin.post(reverse("cameras:import"), {"file": confirmed}).status_code == 302
    assert Camera.objects.filter(gb_id="34020000001180000011").exists()


def test_every_wrong_row_is_reported_and_nothing_is_half_imported(world: Any, admin: Client, doors: Any) -> None:
    upload = workbook(
        HEAD,
        ["34020000001320000011", "好的", "F001", "", "", "", ""],
        ["3402000000132000001", "短", "F001", "", "", "", ""],
        ["34020000001320000012", "别处", "K001", "", "", "", ""],
        ["34020000001320000013", "坏", "F001", "P9", "round", "31.12.2028", "perhaps"],
        ["34020000001320000011", "重复", "F001", "", "", "", ""],
        ["34020000001320000002", "别人的", "F001", "", "", "", ""],
    )
    response = admin.post(reverse("cameras:import"), {"file": upload, "language": "zh"})
    assert response.status_code == 422
    assert Camera.objects.count() == 2
    numbers = {row.number: row.errors for row in response.context["report"]}
    assert set(numbers) == {3, 4, 5, 6, 7}
    assert "19" in numbers[3][0]
    assert len(numbers[5]) == 4
    assert "2" in numbers[6][0]


def test_wrong_columns_are_named(admin: Client) -> None:
    response = admin.post(reverse("cameras:import"), {"file": workbook(["编号", "名字"], ["1", "2"])})
    assert response.status_code == 422
    assert "编号、名字" in response.context["errors"][0]


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b"[1]", b'{"cameras": 1}', b"[" * 100_000, b"\xff\xfe"])
def test_a_json_file_that_is_none_is_told(admin: Client, content: bytes) -> None:
    response = admin.post(reverse("cameras:import"), {"file": SimpleUploadedFile("cameras.json", content)})
    assert response.status_code == 422


@pytest.mark.parametrize("form", ["json", "xlsx"])
def test_what_goes_out_comes_in_again(world: Any, admin: Client, doors: Any, form: str) -> None:
    sent = b"".join(admin.get(reverse("cameras:export", args=[form])).streaming_content)  # type: ignore[attr-defined]
    Camera.objects.filter(pk=world.camera.pk).update(name="变了", mount="fixed", everyday_preset=None)
    response = admin.post(reverse("cameras:import"), {"file": SimpleUploadedFile(f"cameras.{form}", sent)})
    assert response.status_code == 302
    camera = Camera.objects.get(pk=world.camera.pk)
    assert (camera.name, camera.mount, camera.everyday_preset) == ("东池云台", "pan-tilt", 1)
    assert Camera.objects.count() == 2


def test_a_json_row_with_an_unknown_key_is_told(admin: Client) -> None:
    rows = [{"gb_id": "34020000001320000011", "name": "x", "site": "F001", "nmae": "y"}]
    upload = SimpleUploadedFile("cameras.json", json.dumps(rows).encode())
    response = admin.post(reverse("cameras:import"), {"file": upload})
    assert response.status_code == 422
    assert "nmae" in response.context["report"][0].errors[0]


def test_an_unknown_ability_is_told_and_known_ones_are_read_by_their_words(
    world: Any, admin: Client, doors: Any
) -> None:
    def send(abilities: str) -> Any:
        rows = [{"gb_id": "34020000001320000011", "name": "x", "site": "F001", "abilities": abilities}]
        upload = SimpleUploadedFile("cameras.json", json.dumps(rows).encode())
        return admin.post(reverse("cameras:import"), {"file": upload})

    assert "xray" in send("ptz,xray").context["report"][0].errors[0]
    assert send("云台转动，zoom").status_code == 302
    assert Camera.objects.get(gb_id="34020000001320000011").abilities == ["ptz", "zoom"]
    assert [entry.data["new"] for entry in Entry.objects.filter(act="cameras.register.imported")] == [1]


def test_both_forms_of_the_export_have_a_button(world: Any, admin: Client) -> None:
    page = admin.get(reverse("cameras:cameras")).content.decode()
    assert reverse("cameras:export", args=["json"]) in page
    assert reverse("cameras:export", args=["xlsx"]) in page
