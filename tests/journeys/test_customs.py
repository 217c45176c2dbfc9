"""A customs site: exclusive and primary control, and evidence that leaves with consent and proves itself."""

import json
import re
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from journeys import sight
from journeys.conftest import TakeSeat, at_work
from journeys.seat import Seat
from oversite.project.selftest.installation import Installation
from oversite.project.selftest.steps import flip_byte

pytestmark = [pytest.mark.journey, pytest.mark.timeout(240)]

DEPOT, GATE, INSPECTION = "示范保税仓库", "卡口云台", "查验区云台"
CONSENT = "武关监〔2026〕1号"
BEIJING = timedelta(hours=8)


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
    depot = at_work(take_seat("depot"), 2)
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
    depot = at_work(take_seat("depot"), 2)
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
    customs = at_work(take_seat("customs"), 2)
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
