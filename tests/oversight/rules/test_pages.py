"""The pages of placement, as an officer and an operator use them."""

import re
from io import BytesIO
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from openpyxl import load_workbook
from PIL import Image
from pypdf import PdfReader

from oversight.rules.conftest import Port
from oversite.base.documents.actions import SignedBy
from oversite.base.documents.printing import print_pdf
from oversite.base.documents.queries import document_bytes
from oversite.base.documents.slots import FORMS
from oversite.common import clock, config
from oversite.common.identities import open_authority
from oversite.common.pades import signatures_in
from oversite.oversight.rules import actions, pictures, queries, reports
from oversite.video.cameras.models import Camera

pytestmark = [pytest.mark.django_db, pytest.mark.req("C-eval")]


def client_of(user: Any) -> Client:
    client = Client()
    client.force_login(user)
    return client


def png(width: int = 40, height: int = 30) -> bytes:
    stream = BytesIO()
    Image.new("RGB", (width, height), "white").save(stream, "PNG")
    return stream.getvalue()


def upload(content: bytes, name: str = "plan.png") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


def test_the_page_shows_areas_findings_clauses_and_the_way_to_the_picture(port: Port) -> None:
    page = client_of(port.officer).get(reverse("rules:site", args=[port.site.uid])).content.decode()
    assert "一号卡口" in page
    assert "2.1.6.1" in page
    assert f"camera={port.wide.uid}" in page
    assert "需关员判断" in page


def test_a_finding_about_many_cameras_folds_them_and_opens_no_more_than_a_wall_takes(port: Port) -> None:
    for number in range(3, 20):
        Camera.objects.create(gb_id=f"420100000013200000{number:02}", name=f"堆场{number:02}", site=port.site)
    page = client_of(port.officer).get(reverse("rules:site", args=[port.site.uid])).content.decode()
    start = page.index("安装点和监控范围合理")
    finding = page[start : page.index("</li>", start)]
    assert "共19个摄像头" in finding
    assert "前16个实时画面" in finding
    folded = finding[finding.index("<details") : finding.index("</details>")]
    told = re.findall(r'data-live="([^"]+)"', finding)
    assert told == re.findall(r'data-live="([^"]+)"', folded)
    assert told == [str(each.uid) for each in Camera.objects.order_by("gb_id")], "in the order of the register"
    assert finding.count("?camera=") == 20
    assert finding.count("&amp;camera=") + finding.count("&camera=") == 15


def test_the_whole_report_as_a_workbook_is_on_its_page(port: Port) -> None:
    client = client_of(port.officer)
    page = client.get(reverse("rules:site", args=[port.site.uid])).content.decode()
    [address] = re.findall(r'href="([^"]+findings\.xlsx\?all=1)"', page)
    sheet = load_workbook(BytesIO(b"".join(client.get(address).streaming_content))).active
    assert {"符合", "不符合", "需关员判断"} & {row[0] for row in sheet.values} == {"不符合", "需关员判断"}
    assert sheet.max_row == 1 + len(queries.newest_evaluation(port.site).findings)  # type: ignore[union-attr]


def test_an_area_is_declared_by_its_form(port: Port) -> None:
    client = client_of(port.operator)
    url = reverse("rules:declare-area", args=[port.site.uid, port.gate.pk])
    form = client.get(url).context["form"]
    filled = {name: form.fields[name].initial for name in form.fields if name.startswith("part_")}
    assert "part_lane" in filled
    answer = client.post(url, {**filled, "part_lane": 3})
    assert answer.status_code == 302
    declared = queries.area_declaration(port.gate)
    assert declared is not None
    assert declared.parts == {"lane": 3}
    assert client.post(url, {**filled, "part_lane": -1}).status_code == 422


def test_headings_are_in_the_readers_language(port: Port) -> None:
    client = client_of(port.operator)
    for url, heading in (
        (reverse("rules:declare-area", args=[port.site.uid, port.gate.pk]), "一号卡口 · 区域部位"),
        (reverse("rules:declare-camera", args=[port.head.uid]), f"{port.head.name} · 监控内容"),
    ):
        assert heading in client.get(url).content.decode()


@pytest.mark.req("C4")
def test_what_rules_make_a_key_area_is_shown_as_one(port: Port) -> None:
    assert not port.gate.is_key
    assert queries.key_areas(port.site) == {port.gate.code}
    client = client_of(port.officer)
    page = client.get(reverse("rules:site", args=[port.site.uid])).content.decode()
    assert page.count('class="ov-tag"') == 1
    assert "重点（依规则）" in client.get(reverse("sites:site", args=[port.site.uid])).content.decode()


def test_tables_scroll_inside_their_card(port: Port) -> None:
    page = client_of(port.officer).get(reverse("rules:site", args=[port.site.uid])).content.decode()
    assert (
        page.count('<table class="ov-table"') == page.count('<div class="ov-table-scroll"><table class="ov-table"') > 0
    )


def test_a_camera_is_declared_by_ticking_what_it_sees(port: Port) -> None:
    client = client_of(port.operator)
    url = reverse("rules:declare-camera", args=[port.head.uid])
    offered = dict(client.get(url).context["form"].fields["sees"].choices)
    assert "plate@lane-head:1" in offered
    client.post(url, {"is_declared": "on", "sees": ["plate@lane-head:1"]})
    declared = queries.camera_declaration(port.head)
    assert declared is not None
    assert declared.sees == ["plate@lane-head:1"]
    client.post(url, {})
    declared.refresh_from_db()
    assert declared.sees is None


def test_what_was_declared_in_short_is_ticked_and_nothing_of_it_is_lost(port: Port) -> None:
    said = ["plate&driver@lane-head", "vehicle-rear"]
    actions.declare_camera(port.operator, port.head, {"sees": said, "stands": [], "mount": []})
    form = client_of(port.operator).get(reverse("rules:declare-camera", args=[port.head.uid])).context["form"]
    ticked = form.fields["sees"].initial
    assert ticked == ["plate@lane-head:1", "driver@lane-head:1", "vehicle-rear"]
    assert {"vehicle-rear", "vehicle-rear@lane-tail:1"} <= {word for word, _name in form.fields["sees"].choices}


@pytest.mark.req("C-plan")
def test_what_a_plan_wants_to_be_seen_is_only_proposed_until_a_person_has_looked(port: Port) -> None:
    plan = actions.adopt_plan(port.operator, port.site, actions.propose_plan(port.site, []))
    line = plan.lines.filter(area_code="G1").first()
    assert line is not None
    line.code = port.head.gb_id
    line.save()
    actions.refresh_plan(port.site)
    client = client_of(port.operator)
    url = reverse("rules:declare-camera", args=[port.head.uid])
    answer = client.get(url)
    form = answer.context["form"]
    assert form.fields["is_declared"].initial is False
    assert form.fields["sees"].initial
    assert "来自布控方案，请对照画面确认" in answer.content.decode()
    assert client.post(url, {"sees": form.fields["sees"].initial}).status_code == 422, (
        "boxes without a look say nothing"
    )
    assert queries.camera_declaration(port.head) is None
    client.post(url, {"sees": form.fields["sees"].initial, "is_declared": "on"})
    declared = queries.camera_declaration(port.head)
    assert declared is not None
    assert declared.sees == form.fields["sees"].initial
    assert "来自布控方案" not in client.get(url).content.decode()


def test_a_judgement_is_signed_from_the_finding(port: Port) -> None:
    evaluation = actions.evaluate_site(port.site, "test")
    assert evaluation is not None
    number = next(n for n, each in enumerate(evaluation.findings) if (each["rule"], each["area"]) == ("2.1.2.2", "Y1"))
    url = reverse("rules:judge", args=[evaluation.uid, number])
    client = client_of(port.officer)
    assert client.post(url, {"verdict": "met"}).status_code == 422
    assert client.post(url, {"verdict": "met", "reason": "画面覆盖全场"}).status_code == 302
    assert queries.judgements_of(port.site, "customs")["2.1.2.2", "Y1"].signed_by == port.officer


def test_a_count_below_zero_is_refused_beside_its_field_with_what_it_may_be(port: Port) -> None:
    url = reverse("rules:declare-area", args=[port.site.uid, port.gate.pk])
    answer = client_of(port.operator).post(url, {"part_lane": "-1"})
    assert answer.status_code == 422
    assert "0" in str(answer.context["form"].errors["part_lane"])
    assert queries.area_declaration(port.gate) is None


def reports_of(port: Port) -> list[Any]:
    from oversite.base.documents.queries import documents_of

    return list(documents_of(port.site))


def test_the_report_is_signed_inside_by_the_officer_and_anyone_can_check(port: Port) -> None:
    client, url = client_of(port.officer), reverse("rules:report", args=[port.site.uid])
    assert client.post(url, {"place": "一号码头监控室"}).status_code == 302
    [document] = reports_of(port)
    assert document.signature
    pdf = document_bytes(document.uid)
    authority = open_authority(config.current().keys_dir, clock.now()).pem
    [found] = signatures_in(pdf, [authority])
    assert (found.field_name, found.name) == ("Officer", str(port.officer))
    assert found.is_intact
    assert found.is_trusted
    assert found.covers_everything
    assert b"pdfaid:part>3" in pdf
    changed = bytearray(pdf)
    changed[len(pdf) // 3] ^= 1
    assert not all(each.is_intact for each in signatures_in(bytes(changed), [authority]))
    text = "".join("".join(page.extract_text().split()) for page in PdfReader(BytesIO(pdf)).pages)
    assert f"签名{port.officer}（电子签名）签署时间{clock.beijing_text(document.issued_at)}".replace(" ", "") in text
    assert "签署地点一号码头监控室" in text
    assert "第二章第一节第六项（一）" in text
    assert "2.1.6.1" not in text


@pytest.mark.parametrize("count", [23, 24])
def test_rows_stay_whole_and_the_signature_stands_with_the_last_ones(port: Port, count: int) -> None:
    actions.evaluate_site(port.site, "test")
    evaluation = queries.newest_evaluation(port.site)
    assert evaluation is not None
    data = reports.report_data(evaluation, SignedBy(port.officer, "码头", clock.now()))
    says = "各车道车尾方向均缺少摄像头（须由海关主控），" * 4
    line = {"outcome": "不符合", "area": "一号卡口", "clause": "第二章", "rule": "卡口", "says": says}
    data |= {"lines": [line] * count, "present": {"offline": [], "uncovered": []}}
    told = {**data, "title": reports.TITLE_ZH, "number": "1", "fonts": []}
    pages = [
        each.extract_text()
        for each in PdfReader(BytesIO(print_pdf(FORMS[reports.FORM].template, told, clock.now()))).pages
    ]
    joined = ["".join(each.split()) for each in pages]
    assert sum(each.count(says) for each in joined) == count
    assert joined[-1].count(says) >= 2
    assert "签署地点" in joined[-1]


def test_every_signing_is_a_report_of_its_own(port: Port) -> None:
    client, url = client_of(port.officer), reverse("rules:report", args=[port.site.uid])
    assert [client.post(url).status_code for _time in (1, 2)] == [302, 302]
    assert sorted(each.number for each in reports_of(port)) == ["4201001-001", "4201001-002"]


def test_open_findings_leave_as_a_workbook_with_clauses_in_words_and_numbers(port: Port) -> None:
    actions.evaluate_site(port.site, "test")
    answer = client_of(port.officer).get(reverse("rules:workbook", args=[port.site.uid]))
    sheet = load_workbook(BytesIO(b"".join(answer.streaming_content))).active
    head, *rows = ([str(value or "") for value in row] for row in sheet.values)
    assert head[2:4] == ["条款", "条款编号"]
    gate = next(row for row in rows if row[3] == "2.1.6.1")
    assert gate[:3] == ["需关员判断", "一号卡口", "第二章第一节第六项（一）"]
    assert "请打开摄像头“卡口车头”的画面，确认能看清" in gate[5]
    assert gate[6] == "卡口车头"
    assert {row[0] for row in rows} == {"不符合", "需关员判断"}


def test_findings_on_the_page_are_cited_in_words(port: Port) -> None:
    actions.evaluate_site(port.site, "test")
    page = client_of(port.officer).get(reverse("rules:site", args=[port.site.uid])).content.decode()
    assert '<span class="ov-clause" title="2.1.6.1">第二章第一节第六项（一）</span>' in page
    assert "请打开摄像头“堆场全景”的画面，确认能看清：区域全景。" in page


@pytest.mark.req("C-plan")
def test_a_plan_is_proposed_and_adopted_as_the_construction_list(port: Port) -> None:
    client = client_of(port.operator)
    url = reverse("rules:plan", args=[port.site.uid])
    proposed = client.post(url, {"keep": [str(port.wide.uid)]})
    assert "已证明各区域所需摄像头数量最少" in proposed.content.decode()
    assert client.post(url, {"keep": [str(port.wide.uid)], "adopt": "1"}).status_code == 302
    page = client.get(reverse("rules:construction", args=[port.site.uid])).content.decode()
    assert "规划中" in page
    assert "堆场全景" in page


@pytest.mark.req("C-plan")
def test_the_plan_page_asks_first_for_what_the_cameras_see(port: Port) -> None:
    actions.declare_camera(None, port.wide, {"sees": ["panorama"], "stands": [], "mount": []})
    client = client_of(port.operator)
    told = client.get(reverse("rules:plan", args=[port.site.uid])).content.decode().split("data-advice")
    assert sum("请先申报" in each for each in told) == 1
    assert reverse("rules:declare-camera", args=[port.head.uid]) in told[-1]
    assert reverse("rules:declare-camera", args=[port.wide.uid]) not in "".join(told)
    actions.declare_camera(None, port.head, {"sees": [], "stands": [], "mount": []})
    page = client.get(reverse("rules:plan", args=[port.site.uid])).content.decode()
    assert "请先申报" not in page


@pytest.mark.req("C-plan")
def test_a_plan_says_how_the_site_will_be_judged_once_it_is_built(port: Port) -> None:
    answer = client_of(port.operator).post(reverse("rules:plan", args=[port.site.uid]), {})
    outcomes = [each["outcome"] for each in answer.context["plan"]["findings"]]
    assert {each["outcome"] for each in answer.context["plan"]["findings"] if each["area"]} <= {
        *("met", "judgement", "not_applicable"),
    }
    page = answer.content.decode()
    shown = page[page.index("data-foreseen") :]
    told = [int(each) for each in re.findall(r'<strong class="ov-number">(\d+)</strong>', shown)][:5]
    assert told == [outcomes.count(key) for key in queries.OUTCOMES]
    assert f"须由关员判断：{outcomes.count('judgement')}项" in page
    assert "安装点和监控范围合理" in page


@pytest.mark.req("C-plan")
def test_the_only_place_of_its_sort_has_no_number(port: Port) -> None:
    actions.declare_area(port.operator, port.gate, {"parts": {"lane": 2}})
    page = client_of(port.operator).post(reverse("rules:plan", args=[port.site.uid]), {}).content.decode()
    assert "2号车道车头前方 车牌" in page
    assert "卡口（通道）前方 区域全景" in page
    assert "1号卡口（通道）前方" not in page


@pytest.mark.req("C-plan")
def test_every_line_says_what_its_camera_must_be_on_page_workbook_and_paper(port: Port) -> None:
    port.yard.kind = "container-ground"
    port.yard.save()
    plan = actions.propose_plan(port.site, [])
    assert any(each["stands"] for each in plan["cameras"])
    client = client_of(port.operator)
    shown = client.post(reverse("rules:plan", args=[port.site.uid]), {}).content.decode()
    actions.adopt_plan(port.operator, port.site, plan)
    listed = client.get(reverse("rules:construction", args=[port.site.uid])).content.decode()
    answer = client.get(reverse("rules:construction-workbook", args=[port.site.uid]))
    sheet = load_workbook(BytesIO(b"".join(answer.streaming_content))).active
    cells = "|".join(str(value or "") for row in sheet.values for value in row)
    pdf = client.get(reverse("rules:construction-print", args=[port.site.uid]) + "?file=pdf").content
    printed = "".join("".join(page.extract_text().split()) for page in PdfReader(BytesIO(pdf)).pages)
    for text in (shown, listed, cells, printed):
        assert {word for word in ("号角", "高点", "车牌", "图像标识", "专控", "提示标识") if word not in text} == set()


@pytest.mark.req("C-plan")
class TestHeldCameras:
    """An officer locks proposed cameras and adds others by hand; the plan is made around them."""

    def test_a_locked_line_stays_in_the_next_plan_as_it_is_until_it_is_released(self, port: Port) -> None:
        client, url = client_of(port.operator), reverse("rules:plan", args=[port.site.uid])
        first = client.post(url, {}).context["plan"]["cameras"]
        wanted = next(each for each in first if each["area"] == "G1")
        page = client.post(url, {"lock": wanted["id"]})
        held = page.context["form"]["held"].value()
        assert "已锁定" in page.content.decode()
        actions.declare_area(port.operator, port.gate, {"parts": {"lane": 3}})
        again = client.post(url, {"held": held}).context["plan"]["cameras"]
        kept = next(each for each in again if each["id"] == wanted["id"])
        keys = ("area", "kind", "abilities", "sees", "stands", "mount", "control")
        assert {key: kept[key] for key in keys} == {key: wanted[key] for key in keys}
        assert len({each["id"] for each in again}) == len(again) > len(first)
        released = client.post(url, {"held": held, "release": wanted["id"]})
        assert released.context["form"]["held"].value() == "[]"

    def test_a_camera_is_added_by_hand_planned_around_adopted_and_removed(self, port: Port) -> None:
        client, url = client_of(port.operator), reverse("rules:plan", args=[port.site.uid])
        before = len(client.post(url, {}).context["plan"]["cameras"])
        chosen = client.post(url, {"choose": "1", "add_area": "Y1"})
        offered = [word for word, _name in chosen.context["added"].fields["add_sees"].choices]
        kinds = [word for word, _name in chosen.context["added"].fields["add_kind"].choices]
        assert sorted(kinds) == ["fixed", "pan-tilt", "wide"], "a camera is of one kind"
        given = {"add": "1", "add_area": "Y1", "add_kind": "fixed", "add_control": "primary", "add_sees": offered[:1]}
        assert client.post(url, {**given, "add_sees": []}).status_code == 422
        page = client.post(url, given)
        held = page.context["form"]["held"].value()
        [mine] = [each for each in page.context["plan"]["cameras"] if each.get("held") == "added"]
        assert (mine["id"], mine["kind"], mine["sees"]) == ("Y1-M01", "fixed", offered[:1])
        assert client.post(url, {"held": held, "adopt": "1"}).status_code == 302
        listed = client.get(reverse("rules:construction", args=[port.site.uid])).content.decode()
        assert "手工添加" in listed
        assert client.get(url).context["form"]["held"].value() == held, "it is held in the next plan too"
        removed = client.post(url, {"held": held, "release": "Y1-M01"}).context["plan"]["cameras"]
        assert len(removed) == before

    @pytest.mark.parametrize("held", ["{", "{}", "[1]", '[{"id": "x", "area": "nowhere", "kind": 3, "sees": 7}]'])
    def test_what_no_page_sent_is_refused(self, port: Port, held: str) -> None:
        url = reverse("rules:plan", args=[port.site.uid])
        assert client_of(port.operator).post(url, {"held": held}).status_code == 422


class TestPlanPicture:
    """Uploads are hostile."""

    def test_it_is_taken_in_served_and_laid_out(self, port: Port) -> None:
        client = client_of(port.operator)
        answer = client.post(reverse("rules:picture-upload", args=[port.site.uid]), {"picture": upload(png())})
        assert answer.status_code == 302
        served = client.get(reverse("rules:picture", args=[port.site.uid]))
        assert b"".join(served.streaming_content).startswith(b"\x89PNG")
        sector = {"x": 0.5, "y": 0.25, "direction": 90, "angle": 70, "reach": 0.1}
        layout = {"areas": {"G1": [[0, 0], [1, 0], [1, 1]]}, "cameras": {str(port.head.uid): sector}}
        url = reverse("rules:layout", args=[port.site.uid])
        assert client.post(url, layout, content_type="application/json").status_code == 200
        kept = queries.picture_of(port.site)
        assert kept is not None
        assert kept.layout == layout
        assert 'data-island="floorplan"' in client.get(reverse("rules:site", args=[port.site.uid])).content.decode()

    @pytest.mark.parametrize("content", [b"", b"GIF89a", b"<svg xmlns='http://www.w3.org/2000/svg'/>", b"\x89PNG" * 9])
    def test_what_is_no_picture_is_refused(self, port: Port, content: bytes) -> None:
        url = reverse("rules:picture-upload", args=[port.site.uid])
        assert client_of(port.operator).post(url, {"picture": upload(content)}).status_code == 422
        assert queries.picture_of(port.site) is None

    def test_a_picture_that_unpacks_beyond_measure_is_refused(self, port: Port) -> None:
        url = reverse("rules:picture-upload", args=[port.site.uid])
        assert client_of(port.operator).post(url, {"picture": upload(png(20000, 3000))}).status_code == 413

    @pytest.mark.parametrize(
        "layout",
        [
            None,
            [],
            {"areas": {"G1": [[0, 0], [2, 0], [1, 1]]}},
            {"areas": {"G1": [[0, 0]]}},
            {"cameras": {"c": {"x": 0}}},
            {"cameras": {"c": {"x": True, "y": 0, "direction": 0, "angle": 0, "reach": 0}}},
            {"colour": {}},
        ],
    )
    def test_a_layout_of_another_form_is_refused(self, layout: object) -> None:
        assert pictures.checked_layout(layout) is None
