"""Who gets in, who sees what, what is written down, and that every page is sound for everybody."""

import json
from pathlib import Path
from typing import Any

import pytest

from journeys import sight
from journeys.conftest import TakeSeat
from journeys.seat import Seat

pytestmark = [pytest.mark.journey, pytest.mark.timeout(240)]

ROOT = Path(__file__).parents[2]
AXE = ROOT / "frontend/node_modules/axe-core/axe.min.js"
RUN_AXE = """async () => {
    const { violations } = await axe.run(document, { resultTypes: ["violations"] });
    return violations.filter(({ impact }) => impact === "serious" || impact === "critical")
        .map(({ id, nodes }) => `${id}: ${nodes.slice(0, 3).map(node => node.html.slice(0, 160)).join(" | ")}`);
}"""
POND = "1号养殖池云台"
MONITOR_PAGES = (
    "/",
    "/video/",
    "/video/playback/",
    "/sites/",
    "/cameras/",
    "/supervision/",
    "/evidence/",
    "/evidence/keep/",
    "/documents/",
    "/agencies/",
    "/jobs/",
    "/help/",
    "/search/?q=养殖",
)
AUDIT_PAGES = ("/audit/", "/video/log/")


@pytest.mark.req("Q-acc")
def test_the_first_sign_in_leads_nowhere_but_to_a_password_of_ones_own(take_seat: TakeSeat) -> None:
    seat = take_seat("nation", is_signed_in=False)
    page = seat.page
    seat.open("/video/")
    assert "/accounts/login/" in page.url
    seat.sign_in()
    page.get_by_text("初始密码由他人提供，请设置自己的密码。").wait_for()
    seat.open("/video/")
    assert "/accounts/password/" in page.url
    page.get_by_label("当前密码").fill(seat.password)
    page.get_by_role("textbox", name="新密码", exact=True).fill("short")
    page.get_by_label("新密码（重复）").fill("short")
    page.get_by_role("button", name="修改").click()
    page.get_by_role("alert").wait_for()
    seat.choose_password()
    page.get_by_role("heading", name="值守台").wait_for()
    again = take_seat("nation", is_signed_in=False)
    again.sign_in()
    again.page.get_by_text("用户名或密码错误").wait_for()
    again.password = seat.password
    again.sign_in()
    again.page.get_by_role("heading", name="值守台").wait_for()


@pytest.mark.req("A3.1")
def test_the_keyboard_alone_leads_from_sign_in_to_a_picture(take_seat: TakeSeat, monitor: Seat) -> None:
    seat = take_seat("monitor", is_signed_in=False)
    page = seat.page
    seat.open("/accounts/login/")
    tab_to(page, "用户名")
    page.keyboard.type(seat.account.username)
    page.keyboard.press("Tab")
    page.keyboard.type(seat.password)
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="值守台").wait_for()
    tab_to(page, "视频")
    page.keyboard.press("Enter")
    page.get_by_role("treeitem", name=POND).wait_for()
    tab_to(page, "福州检验检疫分支机构", "[role=treeitem]")
    for _ in range(20):
        if POND in focused(page):
            break
        page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    sight.runs(page, sight.pane_of(page, POND))


def focused(page: Any) -> str:
    """What the focused element is called."""
    name = """() => {
        const at = document.activeElement;
        return at.getAttribute("aria-label") || at.labels?.[0]?.innerText || at.innerText || "";
    }"""
    return str(page.evaluate(name)).strip()


def tab_to(page: Any, name: str, selector: str = "*") -> None:
    """Press the tab key until something called so has the focus, and shows it."""
    for _ in range(60):
        page.keyboard.press("Tab")
        if focused(page).startswith(name) and page.evaluate("s => document.activeElement.matches(s)", selector):
            assert page.evaluate("() => document.activeElement.matches(':focus-visible')")
            return
    raise AssertionError(f"{name} cannot be reached with the tab key")


@pytest.mark.req("A4.1", "S1.1")
def test_a_neighbour_agency_sees_nothing(take_seat: TakeSeat, monitor: Seat) -> None:
    monitor.open("/video/")
    camera = monitor.page.locator("[data-camera]").first.get_attribute("data-camera")
    monitor.open("/sites/")
    site = monitor.page.locator("main a[href^='/sites/']").filter(has_text="示范鲍鱼养殖场").first.get_attribute("href")

    seat = take_seat("neighbour")
    page = seat.page
    page.get_by_text("本机构尚未登记场所").wait_for()
    seat.open("/video/")
    page.locator(".ov-tree-note").wait_for()
    assert page.get_by_role("treeitem").count() == 0
    seat.open("/search/?q=养殖")
    assert "示范鲍鱼养殖场" not in page.locator("main").inner_text()
    with seat.expecting(404):
        for path in (str(site), f"/cameras/{camera}/", f"/supervision/begin/{str(site).split('/')[2]}/"):
            seat.open(path)
            assert "404" in page.locator("main").inner_text()
    seat.open(f"/video/?camera={camera}")
    page.locator(".ov-tree-note").wait_for()
    assert page.locator("video").count() == 0


@pytest.mark.req("A8", "A9")
def test_the_auditor_reads_who_took_control_and_what_was_refused(take_seat: TakeSeat, monitor: Seat) -> None:
    monitor.page.get_by_role("link", name="查看").click()
    monitor.wait(sight.PLAYING, 4)
    pane = sight.pane_of(monitor.page, POND)
    pane.hover()
    pane.get_by_role("button", name="云台").click()
    monitor.page.get_by_role("button", name="取得控制").click()
    monitor.page.get_by_text("您正在控制").wait_for()
    monitor.page.get_by_role("button", name="释放控制").click()
    monitor.page.get_by_text("无人控制").wait_for()
    with monitor.expecting(403):
        monitor.open("/audit/")

    seat = take_seat("auditor")
    seat.open("/audit/")
    rows = seat.page.get_by_role("row").filter(has_text="福州监控员")
    assert "取得控制" in " ".join(rows.all_inner_texts())
    refused = rows.filter(has_text="拒绝").first.inner_text()
    assert "福州监控员" in refused


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_no_page_has_a_serious_barrier(take_seat: TakeSeat, monitor: Seat, theme: str) -> None:
    assert AXE.exists(), "run `npm ci` in frontend"
    monitor.context.add_cookies([{"name": "oversite_theme", "value": theme, "url": monitor.origin}])
    monitor.page.get_by_role("link", name="查看").click()
    monitor.wait(sight.PLAYING, 4)
    found = {"/video/ with pictures": barriers(monitor)}
    for path in MONITOR_PAGES:
        monitor.open(path)
        found[path] = barriers(monitor)
    auditor = take_seat("auditor")
    auditor.context.add_cookies([{"name": "oversite_theme", "value": theme, "url": monitor.origin}])
    for path in AUDIT_PAGES:
        auditor.open(path)
        found[path] = barriers(auditor)
    found = {path: names for path, names in found.items() if names}
    assert found == {}, json.dumps(found, indent=1, ensure_ascii=False)


def barriers(seat: Seat) -> list[str]:
    """What axe-core calls serious or critical on the page as it is now."""
    if seat.page.locator(".ov-tree").count():
        seat.page.get_by_role("treeitem").first.wait_for()
    seat.page.evaluate(AXE.read_text())
    return list(seat.page.evaluate(RUN_AXE))
