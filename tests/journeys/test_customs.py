"""A customs site: exclusive and primary control, and evidence that leaves with consent and proves itself."""

import json
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from pypdf import PdfReader

from journeys import sight
from journeys.conftest import TakeSeat, at_work
from journeys.seat import Seat
from oversite.project.selftest.installation import Installation, environment
from oversite.project.selftest.steps import flip_byte

pytestmark = [pytest.mark.journey, pytest.mark.timeout(380)]

DEPOT, GATE, INSPECTION = "示范保税仓库", "卡口云台", "查验区云台"
CONSENT = "武关监〔2026〕1号"
BEIJING = timedelta(hours=8)
TERMINAL = "示范水运码头"
OPEN_FENCE = re.compile("2号围网区段.*缺少能看清翻墙、抛物的摄像头")
TO_LOOK_AT = re.compile("请打开摄像头“[^”]+”的画面，确认能看清.*翻墙")
PASSWORD = "Harbour-77-quiet"
ENTERED = "示范二号码头"
AREAS = {
    "G1": ("二号卡口", "gate", "lane", 2),
    "B1": ("二号泊位", "berth", "berth", 1),
    "Y1": ("二号堆场", "yard", "stacks", 2),
    "I1": ("二号查验场地", "container-ground", "machine", 1),
    "H1": ("二号机检区", "h986", "h986", 1),
}
"""Of the site that is entered from nothing: its areas by code, with kind and how many of which part."""
STANDING = {"42010000001320000181": "二号卡口一车道车头", "42010000001320000182": "二号卡口一车道车尾"}
"""The cameras that stand at its gate."""
WATCHED = 18
"""Cameras of the depot and of the terminal."""


def open_pad(seat: Seat, camera: str) -> Any:
    """The pad of a camera, from the wall."""
    seat.open("/video/")
    seat.page.get_by_role("treeitem", name=camera).click()
    pane = sight.pane_of(seat.page, camera)
    pane.locator("[data-stage=playing]").wait_for()
    pane.hover()
    pane.get_by_role("button", name="云台").click()
    return seat.page.get_by_role("region", name=f"云台控制 {DEPOT} · {camera}")


@pytest.mark.req("C9.1")
def test_nobody_but_customs_steers_an_exclusive_camera(take_seat: TakeSeat) -> None:
    depot = at_work(take_seat("depot"), WATCHED)
    pad = open_pad(depot, GATE)
    take = pad.get_by_role("button", name="取得控制")
    pad.get_by_text("专控").wait_for()
    assert take.get_attribute("aria-disabled") == "true"
    customs = take_seat("customs")
    own = open_pad(customs, GATE)
    own.get_by_role("button", name="取得控制").click()
    own.get_by_text("您正在控制").wait_for()
    own.get_by_role("button", name="释放控制").click()
    own.get_by_text("无人控制").wait_for()


@pytest.mark.req("C9.2")
def test_customs_takes_a_primary_camera_at_once_and_nobody_else_steers_meanwhile(take_seat: TakeSeat) -> None:
    depot = at_work(take_seat("depot"), WATCHED)
    pad = open_pad(depot, INSPECTION)
    pad.get_by_role("button", name="取得控制").click()
    pad.get_by_text("您正在控制").wait_for()
    customs = take_seat("customs")
    own = open_pad(customs, INSPECTION)
    own.get_by_role("button", name="取得控制").click()
    own.get_by_text("您正在控制").wait_for()
    pad.get_by_text("武汉海关监控员（武汉海关现场业务处）已接管该摄像机").wait_for()
    assert pad.get_by_role("button", name="取得控制").get_attribute("aria-disabled") == "true"
    own.get_by_role("button", name="释放控制").click()
    pad.get_by_text("无人控制").wait_for()


@pytest.mark.req("A18.1", "C-A4.5", "V14.log")
def test_a_package_leaves_with_consent_verifies_anywhere_and_fails_after_one_flipped_byte(
    take_seat: TakeSeat, product: Installation, tmp_path: Path
) -> None:
    customs = at_work(take_seat("customs"), WATCHED)
    await_sealed(customs, keep_footage(customs))
    package = export_package(customs, tmp_path / "package.zip")
    trust = tmp_path / "trust.json"
    trust.write_text(product.command("trust", "export").stdout)
    whole = product.command("evidence", "verify", str(package), "--trust", str(trust), "--json")
    assert whole.returncode == 0, whole.stdout + whole.stderr
    segment = flip_byte(package)
    broken = product.command("evidence", "verify", str(package), "--trust", str(trust), "--json")
    assert broken.returncode != 0
    assert segment in json.dumps(json.loads(broken.stdout), ensure_ascii=False)

    customs.open("/evidence/exports/")
    row = customs.page.get_by_role("row").filter(has_text=CONSENT).first.inner_text()
    assert "缉私部门" in row
    assert "武汉海关监控员" in row


def keep_footage(seat: Seat) -> str:
    """Ten seconds of the gate's footage become evidence; gives its address."""
    now = datetime.now(UTC).replace(tzinfo=None, microsecond=0) + BEIJING
    page = seat.page
    seat.open("/evidence/")
    page.get_by_role("link", name="留存录像").click()
    page.get_by_label(f"{DEPOT} · {GATE}").check()
    page.get_by_label("起始时间").fill((now - timedelta(seconds=10)).isoformat())
    page.get_by_label("截止时间").fill(now.isoformat())
    page.get_by_label("留存理由").fill("卡口车辆核对")
    page.get_by_role("button", name="留存", exact=True).click()
    page.wait_for_url(re.compile(r"/evidence/[0-9a-f-]{36}/"))
    return str(page.url).removeprefix(seat.origin)


def await_sealed(seat: Seat, path: str) -> None:
    """The package is sealed soon after its last second is on disk."""
    deadline = time.monotonic() + 120
    while time.monotonic() < deadline:
        seat.open(path)
        if seat.page.locator("h1").get_by_text("已封存").is_visible():
            return
        seat.page.wait_for_timeout(500)
    raise AssertionError(seat.page.locator("main").inner_text())


def export_package(seat: Seat, to: Path) -> Path:
    """Ask for the export with its consent, and fetch the package as the browser does."""
    page = seat.page
    page.get_by_role("link", name="导出", exact=True).click()
    with seat.expecting(422):
        page.get_by_role("button", name="导出").click()
        page.get_by_text("请更正以下内容；已填内容均已保留。").wait_for()
    page.get_by_label("海关同意").check()
    page.get_by_label("同意文件或条款").fill(CONSENT)
    page.get_by_label("用途").fill("案件核查")
    page.get_by_label("接收单位").fill("缉私部门")
    page.get_by_role("button", name="导出").click()
    with page.expect_download() as download:
        page.get_by_role("link", name="下载证据包").click()
    download.value.save_as(to)
    return to


def findings_of(seat: Seat, site: str = TERMINAL) -> Any:
    """A site's findings, from the list of verdicts."""
    seat.open("/rules/")
    seat.page.get_by_role("link", name=site).first.click()
    seat.page.get_by_role("heading", level=1).get_by_text("布控").wait_for()
    return seat.page


@pytest.mark.req("C-eval", "C-plan", "C4", "C-code", "C-OSD", "C-sign")
def test_a_waterway_site_is_judged_planned_coded_built_and_reported_when_a_camera_is_lost(
    take_seat: TakeSeat, product: Installation
) -> None:
    customs = take_seat("customs")
    page = findings_of(customs)
    page.get_by_text("2号车道车头前方缺少能看清车牌、司机的摄像头").first.wait_for()
    page.get_by_text("摄像头“卡口前方云台”一旦故障").first.wait_for()
    page.get_by_text(OPEN_FENCE).first.wait_for()

    declare_second_lane(customs)
    page = findings_of(customs)
    assert page.get_by_text("2号车道车头前方缺少").count() == 0

    codes = plan_and_code(customs)
    assert all(code.startswith("4201002") for code in codes)
    assert len(codes) == len(set(codes)) == len(notices(customs).pages), "one position, one code, one notice"

    code = planned_code(customs, f"{TERMINAL}围网02")
    enter_hardware(customs, code)
    with hardware(product, code):
        await_line(customs, code, "已建设")
        page = findings_of(customs)
        page.get_by_text(TO_LOOK_AT).first.wait_for()
        declare_as_seen(customs, code)
        await_line(customs, code, "已验证")
        page = findings_of(customs)
        assert page.get_by_text(OPEN_FENCE).count() == 0
        assert page.get_by_text("因离线目前无人监控").count() == 0
    await_line(customs, code, "离线")
    page = findings_of(customs)
    page.locator("[data-uncovered]").get_by_text(OPEN_FENCE).first.wait_for()

    page.get_by_role("link", name="签署报告").click()
    page.get_by_role("dialog").get_by_role("button", name="签署").click()
    page.wait_for_url(re.compile(r"/documents/"))
    page.get_by_text("摄像头布控评估报告").first.wait_for()
    report = customs.page.request.get(f"{customs.page.url.split('?')[0]}?file=pdf").body()
    printed = "".join(sheet.extract_text() for sheet in PdfReader(BytesIO(report)).pages)
    assert "因离线目前无人监控" in re.sub(r"\s", "", printed)


def planned_code(seat: Seat, name: str) -> str:
    """The code of a line of the construction list that no camera fills yet."""
    open_construction(seat)
    row = seat.page.get_by_role("row").filter(has_text=name)
    assert "规划中" in row.inner_text()
    return str(row.locator("td.ov-code").first.inner_text())


def open_construction(seat: Seat) -> None:
    """The construction list of the terminal."""
    findings_of(seat).get_by_role("link", name="建设清单").click()
    seat.page.wait_for_url(re.compile(r"/construction/$"))


def enter_hardware(seat: Seat, code: str) -> None:
    """The camera that was bought for a position: its identity is the code, set in the device by who mounts it."""
    page = seat.page
    seat.open("/cameras/devices/new/")
    page.locator("[name=gb_id]").fill(code)
    page.locator("[name=name]").fill("新到摄像机")
    page.locator("[name=site]").select_option(label=TERMINAL)
    page.locator("[name=password]").fill(PASSWORD)
    page.get_by_role("button", name="保存").click()
    page.wait_for_url(re.compile(r"/devices/[0-9a-f-]{36}/"))
    seat.open("/cameras/new/")
    page.locator("[name=gb_id]").fill(code)
    page.locator("[name=name]").fill("新到摄像机")
    page.locator("[name=site]").select_option(label=TERMINAL)
    page.locator("[name=area]").select_option(label=f"{TERMINAL} · 围网")
    page.locator("[name=device]").select_option(label=f"新到摄像机 ({code})")
    page.locator("[name=abilities][value=infrared]").check()
    page.get_by_role("button", name="保存").click()
    page.wait_for_url(re.compile(r"/cameras/[0-9a-f-]{36}/"))


@contextmanager
def hardware(product: Installation, code: str) -> Iterator[None]:
    """A simulated camera of this identity, which is there for a while and then is switched off."""
    config = product.config
    process = subprocess.Popen(
        [
            *(sys.executable, "-m", "oversite.project.cli", "simulate", "cameras", "--password", PASSWORD),
            *("--server", f"127.0.0.1:{config.sip_port}", "--server-id", config.sip_id, "--first-id", code),
        ],
        env=environment(config),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        yield
    finally:
        process.terminate()
        process.wait(15)


def await_line(seat: Seat, code: str, word: str) -> None:
    """The line moves by itself as its camera comes and goes."""
    deadline = time.monotonic() + 90
    open_construction(seat)
    while word not in (row := seat.page.get_by_role("row").filter(has_text=code).inner_text()):
        assert time.monotonic() < deadline, row
        seat.page.wait_for_timeout(200)
        seat.page.reload()


def declare_as_seen(seat: Seat, code: str) -> None:
    """A person compares the picture with what the plan proposes, and says so: before, nothing counts as seen."""
    open_construction(seat)
    page = seat.page
    page.get_by_role("row").filter(has_text=code).get_by_role("link", name="申报所见").click()
    page.get_by_text("来自布控方案，请对照画面确认").wait_for()
    assert not page.get_by_label("已查看画面并申报").is_checked()
    assert page.get_by_label("2号围网区段 · 翻墙").is_checked()
    page.get_by_label("已查看画面并申报").check()
    page.get_by_role("button", name="保存").click()
    page.wait_for_url(re.compile(r"/rules/sites/"))


def declare_second_lane(seat: Seat) -> None:
    """The camera behind the first lane is found to see the second one's plates too."""
    page = seat.page
    page.get_by_role("link", name="卡口一车道车头").first.click()
    page.get_by_label("2号车道车头前方 · 车牌").check()
    page.get_by_label("2号车道车头前方 · 司机").check()
    page.get_by_role("button", name="保存").click()
    page.wait_for_url(re.compile(r"/rules/sites/"))


def plan_and_code(seat: Seat, site: str = TERMINAL, digits: str = "4201002") -> list[str]:
    """A plan around the cameras that stand there becomes the construction list and gets its codes."""
    page = seat.page
    page.get_by_role("link", name="规划摄像头").click()
    page.get_by_role("button", name="规划", exact=True).click()
    page.get_by_text("已证明各区域所需摄像头数量最少").wait_for()
    page.get_by_text(f"武汉新港海关{site}卡口").first.wait_for()
    page.get_by_role("button", name="采用为建设清单").click()
    page.wait_for_url(re.compile(r"/construction/$"))
    page.get_by_role("link", name="分配编码").click()
    assert page.locator("[data-proposed]").count(), "the codes that come next stand there before they are allotted"
    with page.expect_navigation(url=re.compile(r"/construction/$")):
        page.get_by_role("dialog").get_by_role("button", name="分配").click()
    assert not page.locator("[data-proposed]").count()
    page.get_by_text(re.compile(rf"^{digits}\d{{13}}$")).first.wait_for()
    return [text for text in page.locator("td.ov-code").all_inner_texts() if re.fullmatch(r"\d{20}", text)]


def notices(seat: Seat, site: str = TERMINAL) -> PdfReader:
    """The print sheet of the site's notices: one page for each, on paper that is large enough for its true size."""
    seat.open("/customs/")
    seat.page.get_by_role("row").filter(has_text=site).get_by_role("link").first.click()
    seat.page.get_by_role("link", name="提示标识", exact=True).click()
    seat.page.wait_for_url(re.compile(r"/signs/"))
    answer = seat.page.request.get(f"{seat.page.url.split('?')[0]}?file=pdf&size=large")
    assert answer.status == 200, answer.text()[:500]
    sheet = PdfReader(BytesIO(answer.body()))
    millimetres = {tuple(round(float(side) * 25.4 / 72) for side in page.mediabox[2:]) for page in sheet.pages}
    assert millimetres == {(420, 594)}, "40 by 30 cm want A2"
    return sheet


def enter_site(seat: Seat) -> str:
    """A site by its form; gives its number in addresses."""
    page = seat.page
    seat.open("/sites/new/")
    page.locator("[name=code]").fill("JT02")
    page.locator("[name=name]").fill(ENTERED)
    page.locator("[name=site_class]").select_option("waterway")
    page.locator("[name=agency]").select_option(label="武汉海关现场业务处")
    page.locator("[name=address]").fill("湖北省武汉市新洲区")
    page.get_by_role("button", name="保存").click()
    page.wait_for_url(re.compile(r"/sites/[0-9a-f-]{36}/"))
    return str(re.findall(r"[0-9a-f-]{36}", page.url)[0])


def bring_in(seat: Seat, path: str, rows: list[dict[str, str]]) -> None:
    """Rows by an import page."""
    seat.open(path)
    content = json.dumps({"rows": rows}).encode()
    file = {"name": "rows.json", "mimeType": "application/json", "buffer": content}
    seat.page.locator("#id_file").set_input_files(file)
    seat.page.get_by_role("button", name="导入").click()
    seat.page.get_by_text(f"导入完成：新增 {len(rows)} 条").wait_for()


def declare_parts(seat: Seat, site: str, area: str, part: str, count: int) -> None:
    """How many of a part an area has."""
    page = seat.page
    seat.open(f"/rules/sites/{site}/")
    page.get_by_role("row").filter(has_text=area).get_by_role("link", name="部位").click()
    page.locator(f"[name=part_{part}]").fill(str(count))
    page.get_by_role("button", name="保存").click()
    page.wait_for_url(re.compile(r"/rules/sites/[0-9a-f-]{36}/$"))


def declare_first_lane(seat: Seat, site: str) -> None:
    """What the cameras at the gate see: plates and drivers of the first lane, and its vehicles from behind."""
    page = seat.page
    for name, seen in zip(STANDING.values(), ("1号车道车头", "1号车道车尾"), strict=True):
        seat.open(f"/rules/sites/{site}/?show=all")
        page.get_by_role("link", name=name, exact=True).first.click()
        page.get_by_label("已查看画面并申报").check()
        for each in page.get_by_label(re.compile(f"^{seen}.* · ")).all():
            each.check()
        page.get_by_role("button", name="保存").click()
        page.wait_for_url(re.compile(r"/rules/sites/[0-9a-f-]{36}/$"))


def register(seat: Seat, site: str) -> None:
    """The site gets its digits from the registration code."""
    page = seat.page
    seat.open(f"/customs/sites/{site}/register/")
    page.locator("[name=registration_code]").fill("CNWUH420009")
    page.get_by_role("button", name="保存").click()
    page.get_by_text("4201009").first.wait_for()


@pytest.mark.req("C-eval", "C-plan", "C-code", "C-OSD", "C-sign")
def test_a_site_that_is_entered_is_judged_at_once_and_planned_with_codes_names_and_notices(take_seat: TakeSeat) -> None:
    customs = take_seat("customs")
    site = enter_site(customs)
    areas = [{"site": "JT02", "code": at, "name": name, "kind": kind} for at, (name, kind, *_part) in AREAS.items()]
    bring_in(customs, "/sites/import/areas/", areas)
    gate = {"site": "JT02", "area": "G1", "abilities": "plate,infrared", "control_right": "primary"}
    bring_in(customs, "/cameras/import/", [{"gb_id": gb_id, "name": name, **gate} for gb_id, name in STANDING.items()])
    for name, _kind, part, count in AREAS.values():
        declare_parts(customs, site, name, part, count)
    declare_first_lane(customs, site)
    register(customs, site)

    page = findings_of(customs, ENTERED)
    page.get_by_text("2号车道车头前方缺少能看清车牌、司机的摄像头").first.wait_for()
    assert page.get_by_text("1号车道车头前方缺少").count() == 0
    judged = page.get_by_role("region", name="评估结论").get_by_role("heading", level=2).all_inner_texts()
    assert {name for name, *_what in AREAS.values()} <= set(judged), "each area is judged"

    codes = plan_and_code(customs, ENTERED, "4201009")
    assert all(code.startswith("4201009") for code in codes)
    assert len(codes) == len(set(codes)) == len(notices(customs, ENTERED).pages), "one position, one code, one notice"
