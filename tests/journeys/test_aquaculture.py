"""The main job at a farm: watch, steer, go back in time, file the sheet, keep the evidence."""

import re
import subprocess
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from pypdf import PdfReader

from journeys import sight
from journeys.conftest import TakeSeat
from journeys.seat import Seat

pytestmark = [pytest.mark.journey, pytest.mark.timeout(240)]

CAMERAS = ("药房", "饲料仓库", "1号养殖池云台", "包装出运区云台")
FARM, POND = "示范鲍鱼养殖场", "1号养殖池云台"
REASON = "疑似违规用药，需立即核查"
REMARK = "池面东北角可见漂浮物，已通知现场"
SEALED_WITHIN_S = 120


def watch_farm(seat: Seat) -> None:
    """From the duty desk to the wall with the farm's cameras."""
    seat.page.get_by_role("link", name="查看").click()
    seat.wait(sight.PLAYING, 4)


def open_pad(seat: Seat) -> Any:
    """The pad of the pond's camera."""
    pane = sight.pane_of(seat.page, POND)
    pane.hover()
    pane.get_by_role("button", name="云台").click()
    return seat.page.get_by_role("region", name=f"云台控制 {FARM} · {POND}")


@pytest.fixture
def pond_pad(monitor: Seat) -> Iterator[Any]:
    """The monitor steers the pond's camera, and lets go of it in the end."""
    watch_farm(monitor)
    pad = open_pad(monitor)
    pad.get_by_role("button", name="取得控制").click()
    pad.get_by_text("您正在控制").wait_for()
    yield pad
    release = pad.get_by_role("button", name="释放控制")
    if release.is_visible():
        release.click()
        pad.get_by_text("无人控制").wait_for()


@pytest.mark.req("A3.1", "V14.use")
def test_four_cameras_play_on_the_wall_under_the_viewers_watermark(monitor: Seat) -> None:
    watch_farm(monitor)
    for camera in CAMERAS:
        pane = sight.pane_of(monitor.page, camera)
        sight.runs(monitor.page, pane)
        assert "福州监控员 福州检验检疫分支机构" in pane.locator(".ov-watermark").inner_text()
        assert "H.264" in pane.locator(".ov-pane-state").inner_text()
        late = datetime.now(UTC) - sight.stamped(pane)
        assert timedelta(seconds=-1) < late < timedelta(seconds=6)


@pytest.mark.req("A4.2")
def test_holding_the_pad_turns_the_picture_until_it_is_let_go(monitor: Seat, pond_pad: Any) -> None:
    pane = sight.pane_of(monitor.page, POND)
    right = pond_pad.get_by_role("button", name="右", exact=True)

    def hold() -> None:
        right.hover()
        monitor.page.mouse.down()

    sight.turns(monitor.page, pane, hold)
    monitor.page.mouse.up()
    sight.runs(monitor.page, pane)
    sight.turns(monitor.page, pane, lambda: pond_pad.press("ArrowLeft", delay=2_000))


@pytest.mark.req("A4.2")
def test_a_higher_level_takes_over_only_with_a_declared_reason_and_the_loser_is_told(
    monitor: Seat, pond_pad: Any, take_seat: TakeSeat
) -> None:
    region = take_seat("region")
    region.open("/video/")
    region.page.get_by_role("treeitem", name=POND).click()
    region.wait(sight.PLAYING, 1)
    pad = open_pad(region)
    pad.get_by_text("福州检验检疫分支机构 福州监控员 正在控制 · 3 级").wait_for()
    pad.get_by_text("享有优先控制权。遇特殊情况您可以接管，须声明并写明事由。").wait_for()
    assert pad.get_by_role("button", name="右", exact=True).is_disabled()

    pad.get_by_role("button", name="取得控制").click()
    dialog = region.page.get_by_role("dialog")
    dialog.get_by_role("button", name="取得控制").click()
    assert dialog.is_visible(), "a take-over without a reason went through"
    dialog.get_by_role("textbox", name="理由").fill(REASON)
    dialog.get_by_role("button", name="取得控制").click()
    pad.get_by_text("您正在控制 · 2 级").wait_for()

    pond_pad.get_by_text(f"福建局监控员（福建检验检疫局）已接管该摄像机。 事由：{REASON}").wait_for()
    assert pond_pad.get_by_role("button", name="右", exact=True).is_disabled()
    pad.get_by_role("button", name="释放控制").click()
    pond_pad.get_by_text("无人控制").wait_for()


@pytest.mark.last
@pytest.mark.req("A3.1", "A16.2", "V14.log")
def test_one_minute_ago_plays_back_after_the_purpose_is_given_and_stands_in_the_log(
    monitor: Seat, take_seat: TakeSeat
) -> None:
    watch_farm(monitor)
    pane = sight.pane_of(monitor.page, POND)
    pane.hover()
    pane.get_by_role("button", name="回放").click()
    monitor.page.wait_for_url(re.compile(r"/playback/\?camera="))
    moment = minute_ago(monitor)
    monitor.open(f"{monitor.page.url.removeprefix(monitor.origin)}&at={round(moment.timestamp() * 1000)}")
    purpose = monitor.page.get_by_role("dialog")
    purpose.get_by_label("用途").select_option(label="日常监管")
    purpose.get_by_role("button", name="打开").click()
    monitor.page.get_by_role("button", name="播放", exact=True).click()
    pane = sight.pane_of(monitor.page, POND)
    sight.runs(monitor.page, pane)
    later = sight.stamped(pane) - moment
    assert timedelta(0) <= later < timedelta(seconds=20), monitor.page.locator(".ov-playback-clock").inner_text()

    region = take_seat("region")
    region.open("/video/log/")
    row = region.page.get_by_role("row").filter(has_text=POND).filter(has_text="日常监管").first
    assert "福州监控员" in row.inner_text()


def minute_ago(seat: Seat) -> datetime:
    """The instant one minute ago, once a minute has been recorded."""
    camera = re.search(r"camera=([0-9a-f-]{36})", seat.page.url)
    assert camera
    recorded = """async ([camera, day]) => {
        const url = `/video/playback/timeline?camera=${camera}&day=${day}&device=0`;
        const { lanes } = await (await fetch(url)).json();
        const ago = seconds => Date.now() - seconds * 1000;
        return lanes.recorded.some(({ start_ms, end_ms }) => start_ms < ago(62) && end_ms > ago(45));
    }"""
    today = (datetime.now(UTC) + timedelta(hours=8)).date().isoformat()
    deadline = time.monotonic() + 90
    while not seat.page.evaluate(recorded, [camera[1], today]):
        assert time.monotonic() < deadline, "the last minute was not recorded"
        seat.page.wait_for_timeout(500)
    return datetime.now(UTC) - timedelta(minutes=1)


@pytest.mark.req("A16.2", "A18.1", "A18.2")
def test_a_session_is_filed_with_its_anomaly_as_the_statutory_sheet(
    monitor: Seat, filed: dict[str, str], tmp_path: Path
) -> None:
    filed["evidence"], number = file_session(monitor)
    page = monitor.page
    page.get_by_role("link", name="监控记录单").click()
    with page.expect_download() as download:
        page.get_by_role("link", name="下载").click()
    sheet = tmp_path / "sheet.pdf"
    download.value.save_as(sheet)
    read_sheet(sheet)
    look_at_sheet(sheet, tmp_path)
    assert number.split()[0] in text_of(sheet)


@pytest.mark.last
@pytest.mark.req("A18.1", "A20")
def test_the_footage_of_a_filed_anomaly_is_sealed_verifies_and_stays(
    monitor: Seat, take_seat: TakeSeat, filed: dict[str, str]
) -> None:
    check_farm_evidence(monitor, take_seat, filed.get("evidence") or file_session(monitor)[0])


def file_session(monitor: Seat) -> tuple[str, str]:
    """From the desk to a filed session with an anomaly; gives the address of its evidence, and its number."""
    page = monitor.page
    page.get_by_role("link", name="开展监控").click()
    page.get_by_label("监控方式").select_option(label="实时监控")
    page.get_by_role("button", name="开始").click()
    monitor.wait(sight.PLAYING, 4)
    grade_the_pond(monitor)
    grade_the_medicine_store(monitor)

    page.get_by_role("link", name="提交").click()
    dialog = page.get_by_role("dialog")
    assert FARM in dialog.inner_text()
    assert "第十六条和附件1" in dialog.inner_text()
    dialog.get_by_role("button", name="提交").click()
    page.get_by_role("link", name="监控记录单").wait_for()
    evidence = page.get_by_role("link", name="已留存录像").get_attribute("href")
    return str(evidence), page.locator("h1").inner_text()


@pytest.mark.req("A16.2")
def test_a_mark_in_playback_is_of_the_camera_and_the_moment_shown(monitor: Seat) -> None:
    page = monitor.page
    page.get_by_role("link", name="开展监控").click()
    page.get_by_label("监控方式").select_option(label="录像监控")
    page.get_by_role("button", name="开始").click()
    page.get_by_role("combobox", name="添加摄像机").wait_for()
    page.get_by_role("button", name="播放", exact=True).click()
    purpose = page.get_by_role("dialog")
    purpose.get_by_label("用途").select_option(label="日常监管")
    purpose.get_by_role("button", name="打开").click()
    pane = sight.pane_of(page, POND)
    sight.runs(page, pane)
    pane.click()
    monitor.wait("name => document.querySelector('[name=camera]').selectedOptions[0].text === name", POND)
    page.get_by_label("养殖水：").check()
    page.get_by_role("button", name="暂停").click()
    clock = page.locator(".ov-playback-clock").inner_text()
    monitor.wait("shown => document.querySelector('[data-session-clock]').textContent === shown", clock)
    page.get_by_label("正常", exact=True).check()
    page.get_by_role("button", name="记录评定").click()
    mark = page.locator(".ov-point").first.inner_text()
    assert POND in mark
    assert clock in mark
    page.get_by_role("link", name="放弃").click()
    page.get_by_role("dialog").get_by_role("textbox").fill("演示")
    page.get_by_role("dialog").get_by_role("button", name="放弃").click()
    page.wait_for_url(re.compile(r"/supervision/$"))


def grade_the_pond(seat: Seat) -> None:
    """An anomaly: refused without a remark, nothing typed is lost, then kept with picture and footage."""
    page = seat.page
    sight.pane_of(page, POND).click()
    page.get_by_label("养殖水：").check()
    page.get_by_label("监控内容记录").fill("水面状况")
    page.get_by_label("一般异常").check()
    with seat.expecting(422):
        page.get_by_role("button", name="记录评定").click()
        alert = page.get_by_role("alert").filter(has_text="必须在备注中详细说明")
        alert.wait_for()
    assert "第十八条" in alert.inner_text()
    assert page.get_by_label("养殖水：").is_checked()
    assert page.get_by_label("一般异常").is_checked()
    assert page.get_by_label("监控内容记录").input_value() == "水面状况"
    page.get_by_label("备注").fill(REMARK)
    page.get_by_role("button", name="记录评定").click()
    mark = page.locator(".ov-point").filter(has_text="一般异常")
    mark.wait_for()
    assert REMARK in mark.inner_text()
    assert POND in mark.inner_text()
    mark.get_by_role("link", name="截图").wait_for()
    assert page.get_by_label("摄像机").locator("option:checked").inner_text() == POND


def grade_the_medicine_store(seat: Seat) -> None:
    """A point in order."""
    page = seat.page
    sight.pane_of(page, "药房").click()
    page.get_by_label("药品进出库：").check()
    page.get_by_label("正常", exact=True).check()
    page.get_by_role("button", name="记录评定").click()
    page.locator(".ov-point").nth(1).wait_for()


def text_of(pdf: Path) -> str:
    return "".join(page.extract_text() for page in PdfReader(BytesIO(pdf.read_bytes())).pages)


def read_sheet(pdf: Path) -> None:
    """The sheet is the form of annex 1 with what was graded."""
    text = re.sub(r"\s+", "", text_of(pdf))
    for words in ("出口水产品养殖场电子监管视频监控记录单", "福州监控员", FARM, "一般异常", "正常", REMARK):
        assert words in text, f"{words} is not on the sheet: {text}"


def look_at_sheet(pdf: Path, folder: Path) -> None:
    """The rendered page has ink on it, and a good part stays white."""
    image = folder / "sheet"
    subprocess.run(["pdftoppm", "-r", "50", "-gray", "-singlefile", pdf, image], check=True)
    pixels = image.with_suffix(".pgm").read_bytes().split(b"\n", 3)[3]
    dark = sum(value < 128 for value in pixels) / len(pixels)
    assert 0.005 < dark < 0.3, f"{dark:.1%} of the sheet is dark"


def check_farm_evidence(seat: Seat, take_seat: TakeSeat, path: str) -> None:
    """It verifies where it lies; whoever asks for its export hears the same rule (req: A20)."""
    await_sealed(seat, path)
    seat.page.get_by_role("link", name="校验").click()
    seat.page.get_by_role("dialog").get_by_role("button", name="立即校验").click()
    seat.page.get_by_text("真实完整").first.wait_for()
    region = take_seat("region")
    region.open(path)
    export = region.page.get_by_role("button", name="导出")
    assert export.get_attribute("aria-disabled") == "true"
    assert "第二十条" in str(export.get_attribute("title"))
    for who in (region, seat):
        with who.expecting(403):
            who.open(f"{path}export/")
            who.page.get_by_text("第二十条").wait_for()


def await_sealed(seat: Seat, path: str) -> None:
    """Evidence is sealed soon after the last second of its footage is recorded."""
    deadline = time.monotonic() + SEALED_WITHIN_S
    while time.monotonic() < deadline:
        seat.open(path)
        if seat.page.locator("h1").get_by_text("已封存").is_visible():
            return
        seat.page.wait_for_timeout(500)
    raise AssertionError(f"{path} was not sealed: {seat.page.locator('h1').inner_text()}")
