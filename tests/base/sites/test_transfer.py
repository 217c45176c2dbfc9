"""Import and export: every row is judged and told, all rows or none go in, and what goes out comes in again."""

import json
from io import BytesIO
from typing import Any

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import translation

from base.sites.conftest import World
from oversite.base.audit.models import Entry
from oversite.base.sites import queries
from oversite.base.sites.models import Area, Contact, Site
from people import make_agency, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def importer(world: World, client: Client) -> Client:
    """The administrator's browser, in English."""
    client.force_login(world.administrator)
    client.cookies["django_language"] = "en"
    return client


def workbook(*lines: tuple[object, ...]) -> SimpleUploadedFile:
    book = openpyxl.Workbook()
    assert book.active is not None
    for line in lines:
        book.active.append(line)
    stream = BytesIO()
    book.save(stream)
    return SimpleUploadedFile("sites.xlsx", stream.getvalue())


def send(client: Client, upload: SimpleUploadedFile, url: str = "/sites/import/", **more: str) -> tuple[int, str]:
    response = client.post(url, {"file": upload, **more})
    return response.status_code, response.content.decode()


HEAD = ("code", "name", "site_class", "agency", "operator", "latitude", "longitude")


def row(world: World, code: str = "FJ001", **changes: Any) -> tuple[object, ...]:
    facts = {
        "code": code,
        "name": "一号",
        "site_class": "测试养殖场",
        "agency": world.branch.code,
        "operator": world.enterprise.name,
        "latitude": 26.197,
        "longitude": "119.54",
    }
    return tuple((facts | changes).values())


def test_sites_come_in_by_labels_codes_and_names(world: World, importer: Client) -> None:
    with translation.override("zh-hans"):
        head = ("code", "name", "site_class", "agency", "operator", "latitude", "longitude")
    importer.cookies["django_language"] = "zh-hans"
    status, _page = send(importer, workbook(head, row(world), row(world, "FJ002", site_class="test-farm", operator="")))
    assert status == 302
    first, second = Site.objects.order_by("code")
    assert (first.agency, first.operator, str(first.latitude)) == (world.branch, world.enterprise, "26.197000")
    assert second.operator is None
    assert Entry.objects.filter(act="sites.register.imported").count() == 1


def test_each_wrong_row_is_told_and_nothing_is_taken_in(world: World, importer: Client) -> None:
    status, page = send(
        importer,
        workbook(
            HEAD,
            row(world, "FJ001"),
            row(world, "FJ001"),
            row(world, "FJ002", site_class="castle"),
            row(world, "FJ003", agency=world.neighbour.code),
            row(world, "FJ004", latitude=95),
            row(world, "FJ005", longitude="east"),
            row(world, "FJ006", longitude=""),
            row(world, "F/7"),
            row(world, "FJ008", name="=1+1"),
            row(world, "", name="x" * 121),
            row(world, "FJ009", name="x" * 121),
        ),
    )
    assert status == 422
    assert not Site.objects.exists()
    for words in (
        "FJ001 stands in row 2 already",
        "no class of sites “castle”",
        f"nobody in your subtree has the code or name “{world.neighbour.code}”",
        "“95” is no place",
        "“east” is no place",
        "both latitude and longitude",
        "“F/7” has not",
        "holds a formula",
        "“code” is missing",
        "more than 120 characters",
    ):
        assert words in page, words
    assert page.count('<td class="is-end ov-number">') == 10


def test_check_only_takes_nothing_in(world: World, importer: Client) -> None:
    status, page = send(importer, workbook(HEAD, row(world)), check_only="1")
    assert (status, Site.objects.count()) == (200, 0)
    assert "Nothing was imported yet" in page


def test_a_known_code_changes_its_site_unless_it_is_somebody_elses(world: World, importer: Client) -> None:
    send(importer, workbook(HEAD, row(world)))
    assert send(importer, workbook(HEAD, row(world, name="改名")))[0] == 302
    assert Site.objects.get().name == "改名"
    other = make_user(world.neighbour, "sites.read", "sites.change")
    importer.force_login(other)
    stolen = row(world, agency=world.neighbour.code, operator="")
    status, page = send(importer, workbook(HEAD, stolen))
    assert (status, "is taken" in page) == (422, True)
    assert Site.objects.get().agency == world.branch


def test_what_goes_out_as_json_comes_in_again(world: World, importer: Client) -> None:
    site = {
        **dict(zip(HEAD, row(world), strict=True)),
        "areas": [{"code": "A1", "name": "一号池", "kind": "养殖池", "length_m": 12.5, "is_key": True}],
        "contacts": [{"name": "值班室", "phone": "0591-1"}],
    }
    upload = SimpleUploadedFile("sites.json", json.dumps({"sites": [site]}).encode())
    importer.cookies["django_language"] = "zh-hans"
    assert send(importer, upload)[0] == 302
    area = Area.objects.get()
    assert (area.kind, str(area.length_m), area.is_key) == ("pond", "12.50", True)
    exported = importer.get("/sites/export.json")
    assert "attachment" in exported.headers["Content-Disposition"]
    before = exported.json()
    Contact.objects.all().delete()
    Area.objects.update(name="other")
    assert send(importer, SimpleUploadedFile("again.json", exported.content))[0] == 302
    assert importer.get("/sites/export.json").json() == before
    assert Site.objects.count() == 1
    assert Entry.objects.filter(act="sites.register.exported").count() == 2


def test_a_wrong_area_or_contact_stops_its_site_and_all_others(world: World, importer: Client) -> None:
    good = dict(zip(HEAD, row(world), strict=True))
    bad = {
        **good,
        "code": "FJ002",
        "site_class": "test-farm",
        "areas": [
            {"code": "A1", "name": "池", "kind": "pond", "length_m": "wide"},
            {"code": "A1", "name": "池", "kind": "pond"},
            {"code": "A2"},
            {"code": "A3", "name": "池", "kind": "ponds"},
        ],
        "contacts": [{"name": "值班室"}],
    }
    upload = SimpleUploadedFile("sites.json", json.dumps([good | {"site_class": "test-farm"}, bad]).encode())
    status, page = send(importer, upload)
    assert status == 422
    told = ("areas 1: “wide”", "areas 2: The code A1", "areas 3: “name” is missing", "contacts 1: “telephone”")
    for words in (*told, "areas 4: There is no kind of area “ponds”", "pond（pond）、feed-store（feed store）"):
        assert words in page, words
    assert not Site.objects.exists()


def test_areas_have_a_workbook_of_their_own(world: World, importer: Client) -> None:
    send(importer, workbook(HEAD, row(world, site_class="test-farm")))
    head = ("site", "code", "name", "kind", "width_m", "is_key")
    status, page = send(
        importer,
        workbook(head, ("FJ001", "A1", "池", "pond", -1, "maybe"), ("FJ009", "A1", "池", "pond", "", "")),
        "/sites/import/areas/",
    )
    assert status == 422
    assert "write yes or no" in page
    assert "None of your sites has the code FJ009" in page
    good = workbook(head, ("FJ001", "A1", "池", "pond", 8, "yes"), ("FJ001", "A2", "库", "feed-store", "", "否"))
    assert send(importer, good, "/sites/import/areas/")[0] == 302
    assert [area.is_key for area in queries.areas_of(Site.objects.get())] == [True, False]


def test_a_file_that_is_no_table_gets_a_clear_answer_in_chinese(world: World, importer: Client) -> None:
    importer.cookies["django_language"] = "zh-hans"
    for content in (b"", b"code,name", b"PK\x03\x04", b"[]", b"{"):
        status, page = send(importer, SimpleUploadedFile("sites.xlsx", content))
        assert status in {200, 422}
        assert "该文件未导入" in page or "未导入" in page
    status, page = send(importer, workbook(("colour",), ("red",)))
    assert status == 422
    assert "缺少" in page


def test_two_enterprises_of_one_name_are_told_apart_by_code_only(world: World, importer: Client) -> None:
    twin = make_agency(world.branch, "enterprise", level=4, name=world.enterprise.name)
    assert send(importer, workbook(HEAD, row(world)))[0] == 422
    assert send(importer, workbook(HEAD, row(world, operator=twin.code)))[0] == 302
    assert Site.objects.get().operator == twin


def test_an_import_tells_what_was_new_changed_and_unchanged(world: World, importer: Client) -> None:
    send(importer, workbook(HEAD, row(world), row(world, "FJ002")))
    sheet = workbook(HEAD, row(world), row(world, "FJ002", name="改名"), row(world, "FJ003"))
    told = importer.post("/sites/import/", {"file": sheet}, follow=True).content.decode()
    assert "1 new, 1 changed, 1 unchanged" in told
    entry = Entry.objects.filter(act="sites.register.imported").order_by("-position")[0]
    assert entry.data == {"rows": 3, "new": 1, "changed": 1, "unchanged": 1}


def test_a_column_that_is_left_out_changes_nothing(world: World, importer: Client) -> None:
    send(importer, workbook((*HEAD, "contact_phone"), (*row(world), "0591-7")))
    assert send(importer, workbook(HEAD, row(world, name="改名")))[0] == 302
    assert (Site.objects.get().name, Site.objects.get().contact_phone) == ("改名", "0591-7")


@pytest.mark.parametrize(("form", "address"), [("xlsx", "/sites/import/"), ("areas", "/sites/import/areas/")])
def test_what_goes_out_as_a_workbook_comes_in_again(world: World, importer: Client, form: str, address: str) -> None:
    areas = [{"code": "A1", "name": "一号池", "kind": "pond", "length_m": 12.5, "is_key": True}]
    site = {**dict(zip(HEAD, row(world), strict=True)), "areas": areas}
    send(importer, SimpleUploadedFile("sites.json", json.dumps([site]).encode()))
    before = importer.get("/sites/export.json").json()
    sent = b"".join(importer.get(f"/sites/export.{form}").streaming_content)  # type: ignore[attr-defined]
    answer = importer.post(address, {"file": SimpleUploadedFile("again.xlsx", sent)}, follow=True)
    assert "0 new, 0 changed, 1 unchanged" in answer.content.decode()
    assert importer.get("/sites/export.json").json() == before
