"""Detail, form, act, print and import pages, and the errors around them."""

import re
from collections.abc import Callable
from io import BytesIO
from typing import Any

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

pytestmark = pytest.mark.django_db
Ask = Callable[..., Any]


def text(response: Any) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


@pytest.fixture
def gate(pumps: Any) -> Any:
    pumps.create(name="Pond", code="2")
    return pumps.create(name="Gate", code="1", state="offline", size_bytes=3 * 1024**3, note="<b>bold</b>")


def test_detail_shows_facts_history_tabs_and_acts(page: Ask, gate: Any) -> None:
    response = page(f"/pumps/{gate.pk}/")
    shown = text(response)
    for words in ("Gate", "离线", "3.0 GiB", "&lt;b&gt;bold", "取得云台控制", "2026-11-21 14:05:09", "同场所摄像机"):
        assert words in shown
    assert "Pond" in shown


def test_an_impossible_act_is_greyed_with_its_reason_for_everybody(page: Ask, gate: Any) -> None:
    body = page(f"/pumps/{gate.pk}/").content.decode()
    button = re.search(r"<button[^>]*is-impossible.*?</button>", body, re.DOTALL)
    assert button is not None
    assert 'aria-disabled="true"' in button.group()
    assert 'title="级别 3 的现场人员正在控制' in button.group()
    assert '<span class="visually-hidden">：级别 3' in button.group()


def test_a_tab_comes_alone_for_htmx(page: Ask, gate: Any) -> None:
    body = page(f"/pumps/{gate.pk}/?tab=faults", hx_request="true").content.decode()
    assert "没有故障记录" in body
    assert "<html" not in body


def test_an_object_out_of_sight_is_not_found(page: Ask, gate: Any) -> None:
    response = page("/pumps/999999/")
    assert response.status_code == 404
    assert "There is nothing here that you can see" in text(response)


def test_a_form_names_errors_beside_the_field_and_on_top_and_keeps_what_was_typed(page: Ask, gate: Any) -> None:
    response = page(
        "/pumps/new/", method="post", data={"name": "", "code": "1", "site": "typed site", "size_bytes": "x"}
    )
    body = response.content.decode()
    assert response.status_code == 422
    assert '<a href="#id_name">Please fill in: 名称.</a>' in body
    assert '<a href="#id_code">国标编号</a>：' in body
    assert 'value="typed site"' in body
    assert body.count('class="ov-error"') >= 3
    assert 'aria-invalid="true"' in body


def test_units_stand_inside_the_field(page: Ask, gate: Any) -> None:
    body = page("/pumps/new/").content.decode()
    assert re.search(r'<div class="ov-unit"><input[^>]*name="size_bytes"[^>]*><span>字节</span></div>', body)


def test_a_refused_form_keeps_what_was_typed(page: Ask, gate: Any) -> None:
    response = page(
        "/pumps/new/",
        method="post",
        data={"name": "占用", "code": "9", "site": "x", "state": "online", "size_bytes": "1"},
    )
    assert response.status_code == 409
    assert "请改用 004 或查看该编号" in text(response)
    assert 'value="占用"' in response.content.decode()


def test_a_good_form_goes_on(page: Ask, gate: Any, pumps: Any) -> None:
    response = page(
        "/pumps/new/",
        method="post",
        data={"name": "New", "code": "9", "site": "x", "state": "online", "size_bytes": "1"},
    )
    assert response.status_code == 302
    assert response.headers["Location"] == f"/pumps/{pumps.get(name='New').pk}/"


def test_editing_starts_with_what_is_there(page: Ask, gate: Any) -> None:
    assert 'value="Gate"' in page(f"/pumps/{gate.pk}/edit/").content.decode()


def test_an_act_says_what_will_happen_and_needs_its_reason(page: Ask, gate: Any) -> None:
    url = f"/pumps/{gate.pk}/stop/"
    asked = page(url, hx_request="true").content.decode()
    for words in ("<dialog", "将停用“Gate”", "无法补录", "管理规范 第十六条", 'name="reason"'):
        assert words in asked
    assert page(url, method="post", data={"reason": ""}).status_code == 422
    assert page(url).status_code == 200
    done = page(url, method="post", data={"reason": "维修"}, hx_request="true")
    assert done.headers["HX-Redirect"] == f"/pumps/{gate.pk}/"
    gate.refresh_from_db()
    assert (gate.state, gate.note) == ("stopped", "维修")


def test_a_refused_act_stays_in_its_dialog(page: Ask, gate: Any) -> None:
    response = page(f"/pumps/{gate.pk}/stop/", method="post", data={"reason": "不行"}, hx_request="true")
    assert response.status_code == 409
    assert "正在作为证据录像" in text(response)
    assert "<dialog" in response.content.decode()
    assert "不行" in response.content.decode()


def test_what_is_printed_is_the_pdf(page: Ask, gate: Any) -> None:
    assert f'<iframe src="/pumps/{gate.pk}/print/?file=pdf"' in page(f"/pumps/{gate.pk}/print/").content.decode()
    document = page(f"/pumps/{gate.pk}/print/?file=pdf")
    assert document.headers["Content-Type"] == "application/pdf"
    assert document.headers["Content-Disposition"] == "inline; filename*=UTF-8''Gate.pdf"
    assert document.content.startswith(b"%PDF")


def workbook(*rows: list[Any]) -> SimpleUploadedFile:
    book = openpyxl.Workbook()
    for row in rows:
        book.worksheets[0].append(row)
    stream = BytesIO()
    book.save(stream)
    return SimpleUploadedFile("pumps.xlsx", stream.getvalue())


CODE = "37060000001320000001"


def test_a_good_workbook_is_taken_in_whole(page: Ask, pumps: Any) -> None:
    file = workbook(["国标编号*", "名称"], [CODE, "One"], [None, None], [CODE[:-1] + "2", 2.0])
    response = page("/pumps/import/", method="post", data={"file": file})
    assert response.status_code == 302
    assert set(pumps.values_list("name", flat=True)) == {"One", "2"}


def test_one_wrong_row_and_nothing_is_imported(page: Ask, pumps: Any) -> None:
    file = workbook(["名称", "国标编号"], ["One", CODE], ["Two", CODE[:-1]], [None, CODE])
    response = page("/pumps/import/", method="post", data={"file": file})
    assert response.status_code == 422
    shown = text(response)
    assert "2 rows have errors; nothing was imported" in shown
    assert "国标编号应为 20 位，现为 19 位。" in shown
    assert "“名称” is missing." in shown
    assert re.search(r">3</td>", response.content.decode()), "rows are numbered as Excel shows them"
    assert not pumps.exists()


def test_checking_only_imports_nothing(page: Ask, pumps: Any) -> None:
    data = {"file": workbook(["名称", "国标编号"], ["One", CODE]), "check_only": "1"}
    assert "Nothing was imported yet" in text(page("/pumps/import/", method="post", data=data))
    assert not pumps.exists()


@pytest.mark.parametrize(
    ("file", "words"),
    [
        (None, "Choose a file"),
        (SimpleUploadedFile("a.xlsx", b"not a workbook"), "not an Excel workbook"),
        (SimpleUploadedFile("a.xlsx", b"PK\x03\x04broken"), "not an Excel workbook"),
        (SimpleUploadedFile("a.xlsx", b"x" * (10 * 1024 * 1024 + 1)), "larger than 10 MiB"),
        (workbook(["名称", "其他"], ["One", 1]), "Columns are missing: 国标编号. Found in the first row: 名称、其他."),
        (workbook(["名称", "国标编号"]), "no rows"),
        (
            workbook(["名称", "国标编号", "备注", "名称"], ["One", CODE, "x", "y"]),
            "unknown here, or stand twice: 备注、名称",
        ),
        (workbook(["名称", "国标编号", None], ["One", CODE, "x"]), "Column C has no name"),
    ],
)
def test_a_workbook_that_cannot_be_read_says_why(page: Ask, pumps: Any, file: Any, words: str) -> None:
    if file:
        file.seek(0)
    response = page("/pumps/import/", method="post", data={"file": file} if file else {})
    assert response.status_code == 422
    assert words in text(response)


def test_the_template_can_be_filled_in_and_imported(page: Ask, pumps: Any) -> None:
    blank = page("/pumps/import/?template=1")
    file = SimpleUploadedFile("t.xlsx", b"".join(blank.streaming_content))
    assert page("/pumps/import/", method="post", data={"file": file}).status_code == 302
    assert pumps.get().name == "1 号池"


def test_nobody_is_led_to_sign_in_and_back(page: Ask, gate: Any) -> None:
    response = page("/pumps/?state=online", "nobody")
    assert response.headers["Location"] == "/accounts/login/?next=/pumps/%3Fstate%3Donline"
    part = page("/pumps/?tab=x", "nobody", hx_request="true", hx_current_url="http://testserver/pumps/7/")
    assert part.status_code == 401
    assert part.headers["HX-Redirect"] == "/accounts/login/?next=/pumps/7/"


def test_the_way_back_never_leads_elsewhere(page: Ask, gate: Any) -> None:
    for evil in ("https://evil.example//evil.example/x", "//evil.example/x", "https:///\\evil.example/x"):
        part = page("/pumps/", "nobody", hx_request="true", hx_current_url=evil)
        assert re.match(r"/accounts/login/\?next=/[^/\\]", part.headers["HX-Redirect"])


def test_a_missing_permission_is_a_page_a_notice_or_json(page: Ask, gate: Any) -> None:
    url = f"/pumps/{gate.pk}/stop/"
    asked = page(url, "reader")
    assert asked.status_code == 403
    assert "Your roles do not allow this" in text(asked)
    notice = page(url, "reader", hx_request="true")
    assert notice.status_code == 403
    assert notice.headers["HX-Retarget"] == "#ov-notices"
    assert "<html" not in notice.content.decode()
    told = page(url, "reader", accept="application/json")
    assert told.status_code == 403
    assert told.json()["code"] == "screens.permission"


def test_a_refused_page_gives_its_advice_once(page: Ask, gate: Any) -> None:
    assert text(page(f"/pumps/{gate.pk}/stop/", "reader")).count("Ask the administrator of your agency") == 1


@pytest.mark.parametrize(("url", "status"), [("/nowhere/", 404), ("/broken/", 500)])
def test_errors_stand_in_the_frame(page: Ask, gate: Any, url: str, status: int) -> None:
    response = page(url)
    assert response.status_code == status
    assert 'class="ov-nav"' in response.content.decode()
    assert 'class="ov-fault"' in response.content.decode()


def test_an_error_of_the_error_page_still_says_something(page: Ask, gate: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_args: Any, **_kwargs: Any) -> Any:
        raise RuntimeError("the frame is broken too")

    monkeypatch.setattr("oversite.screens.errors.render", fail)
    response = page("/broken/")
    assert response.status_code == 500
    assert "Something went wrong on our side" in text(response)


def test_a_form_without_its_token_is_told_to_load_the_page_again(sample_site: None) -> None:
    client = Client(enforce_csrf_checks=True, headers={"accept-language": "en"})
    response = client.post("/pumps/new/", {"name": "x"})
    assert response.status_code == 403
    assert "open for too long" in text(response)
