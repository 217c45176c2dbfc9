"""Annex 1: the record sheet carries what the form asks for, in its order, on A4 (req: A16.2)."""

from datetime import UTC, datetime, timedelta
from io import BytesIO

import pytest
from pypdf import PdfReader

from oversight.supervision.conftest import Farm, recorded
from oversite.oversight.supervision import actions, printing
from oversite.oversight.supervision.actions import Mark
from oversite.oversight.supervision.models import Session
from oversite.oversight.supervision.sheet import sheet_data
from oversite.oversight.supervision.slots import checklist_of

A4_POINTS = (595, 842)


@pytest.fixture
def filed(farm: Farm) -> Session:
    session = actions.begin_session(farm.officer, farm.site, "playback")
    moment = datetime(2026, 11, 20, 6, 5, 9, tzinfo=UTC)
    place = {"camera": farm.store_camera, "area": farm.store}
    answers: dict[str, object] = {"antibiotics": True, "enquiry-reason": "肠炎治疗"}
    marks = [
        Mark(grade="normal", moment_at=moment, items=("medicine-stock",), content="台账相符", **place),
        Mark(
            grade="minor",
            moment_at=moment + timedelta(minutes=4),
            items=("medicine-use",),
            answers=answers,
            remark="剂量偏高",
            **place,
        ),
        Mark(
            camera=farm.pond_camera,
            area=farm.pond,
            grade="unlawful",
            moment_at=moment + timedelta(minutes=20),
            content="使用禁用药物",
        ),
    ]
    for mark in marks:
        recorded(mark.camera, mark.moment_at)
        actions.mark_point(farm.officer, session, mark)
    return actions.submit_session(farm.officer, session)


def test_the_facts_of_the_sheet(farm: Farm, filed: Session) -> None:
    data = sheet_data(filed, checklist_of("aquaculture-farm"))
    assert (data["live"], data["playback"]) == (False, True)
    assert data["playback_period"] == "2026-11-20 14:05:09 至 14:25:09"
    assert data["points"] == [
        {"name": "药房", "content": "药品进出库。台账相符。", "result": "正常"},
        {
            "name": "药房",
            "content": "用药情况（使用抗生素类药物，电话询问所述用药原因：肠炎治疗）。",
            "result": "一般异常",
        },
        {"name": "1号养殖池", "content": "使用禁用药物。", "result": "违法情况"},
    ]
    assert data["remarks"] == ["药房 2026-11-20 14:09:09：剂量偏高"]


@pytest.mark.req("A16.2")
def test_the_printed_form(filed: Session) -> None:
    pages = PdfReader(BytesIO(printing.open_sheet(filed.operator, filed))).pages
    assert [round(float(size)) for size in pages[0].mediabox[2:]] == list(A4_POINTS)
    text = "".join(pages[0].extract_text().split())
    labels = ["附件1", "出口水产品养殖场电子监管视频监控记录单", "操作员", "操作日期", "受监控", "监控方式"]
    labels += [
        "实时监控日期及时段：",
        "录象监控日期及时段：",
        "监控点(区)",
        "监控内容记录",
        "监控结果",
        "备注",
        "注：1、",
        "2、监控结果填写",
    ]
    places = [text.find(label) for label in labels]
    assert -1 not in places, dict(zip(labels, places, strict=True))
    assert places == sorted(places)
    assert "√录象监控日期及时段：2026-11-2014:05:09至14:25:09" in text
    for said in ("示范鲍鱼养殖场", "一般异常", "违法情况", "剂量偏高", filed.number):
        assert said in text
    assert "签名" not in text
