"""The wall by keyboard and on small screens; the purpose of viewing is chosen, for the cameras named."""

from typing import Any

import pytest
from django.http import JsonResponse
from playwright.sync_api import expect

from screens.browser.conftest import Stage
from screens.sample import islands

pytestmark = [pytest.mark.journey, pytest.mark.django_db]


def failing(_body: dict[str, Any]) -> JsonResponse:
    body = {
        "code": "video.no_packet",
        "message": "No packet has arrived from the device since it accepted the call.",
        "advice": "Check the firewall between the device and this server, and the ports for media.",
        "stage": "no_packet",
        "since_ms": 1795241109000,
    }
    return JsonResponse(body, status=504)


def test_a_favourite_is_set_by_the_keyboard(stage: Stage) -> None:
    stage.answers["live"] = failing
    stage.open("/island/wall/")
    camera = stage.page.locator("[data-camera='02']")
    camera.focus()
    stage.page.keyboard.press("ArrowRight")
    star = camera.locator(".ov-tree-star")
    expect(star).to_be_focused()
    stage.page.keyboard.press("Enter")
    expect(star).to_have_class("ov-tree-star is-on")
    stage.page.keyboard.press("ArrowLeft")
    expect(camera).to_be_focused()


def test_steering_is_reachable_in_the_narrow_panes_of_a_telephone(stage: Stage) -> None:
    stage.answers["live"] = failing
    stage.page.set_viewport_size({"width": 360, "height": 740})
    stage.open("/island/wall/")
    pane = stage.page.locator(".ov-cell", has=stage.page.locator("[data-act='steering-wheel']")).first
    pane.click()
    expect(pane.locator("[data-act='steering-wheel']")).to_be_visible()
    expect(pane.locator("[data-act='refresh']")).to_be_hidden()
    pane.locator("[data-act='steering-wheel']").click()
    expect(stage.page.locator(".ov-ptz-pad")).to_be_in_viewport()


def test_what_failed_is_whole_in_one_of_nine_panes(stage: Stage) -> None:
    stage.answers["live"] = failing
    stage.open("/island/wall/")
    stage.page.click("button[title='Nine panes']")
    words = stage.page.locator(".ov-pane-words").first
    expect(words).to_contain_text("No packet has arrived")
    room = words.evaluate("element => [element.scrollHeight, element.clientHeight]")
    assert room[0] <= room[1]
    assert "firewall" in (words.get_attribute("title") or ""), "what to try is in the tooltip at least"


def test_the_reason_stays_while_a_picture_that_failed_is_asked_for_again(stage: Stage) -> None:
    stage.answers["live"] = failing
    stage.open("/island/wall/")
    cell = stage.page.locator(".ov-cell").first
    words = cell.locator(".ov-pane-words")
    expect(words).to_contain_text("No packet has arrived")
    stage.page.route("**/demo/live/**", lambda _route: None)  # no answer comes
    words.get_by_role("button", name="Try again").click()
    expect(cell.locator(".ov-pane-state")).to_have_text("asking for the picture")
    expect(words).to_contain_text("No packet has arrived")
    expect(words).to_contain_text("asking for the picture")


def test_the_tree_makes_room_for_the_pad_and_comes_back(stage: Stage) -> None:
    stage.answers["live"] = failing
    stage.open("/island/wall/")
    stage.page.locator("[data-act='steering-wheel']").first.click()
    expect(stage.page.locator(".ov-tree")).to_be_hidden()
    stage.page.click(".ov-wall-side > .ov-notice-close")
    expect(stage.page.locator(".ov-tree")).to_be_visible()


def test_what_can_be_done_at_a_site_follows_the_picture_that_is_chosen(stage: Stage) -> None:
    stage.answers["live"] = failing
    stage.open("/island/wall/")
    act = stage.page.get_by_role("link", name="开展监控")
    expect(act).to_have_attribute("href", "/supervise/0")
    stage.page.locator("[data-camera='10']").click()
    expect(act).to_have_count(0)
    stage.page.locator(".ov-cell").first.click()
    expect(act).to_have_attribute("title", "开展监控 · 烟台海益水产育苗场")


def pane(camera: str) -> dict[str, object]:
    """A pane without a recording."""
    return {"camera": camera, "title": camera, "viewing": camera, "index_url": "/no-index", "segments": []}


@pytest.mark.req("V14.log")
def test_the_purpose_is_chosen_and_asked_again_for_a_camera_added_later(stage: Stage) -> None:
    empty = {"lanes": {}, "start_ms": islands.DAY_MS, "end_ms": islands.DAY_MS + 86_400_000}
    stage.answers["timeline"] = lambda _body: JsonResponse(empty)
    stage.answers["open"] = lambda body: JsonResponse({"panes": [pane(each) for each in body["cameras"]]})
    stage.page.route("**/no-index", lambda route: route.fulfill(json={"segments": []}))
    stage.open("/island/playback/")
    stage.page.click("button[title='Play']")
    dialog = stage.page.locator("dialog[open]")
    expect(dialog.locator("select")).to_have_value("")
    dialog.locator("button[type=submit]").click()
    expect(dialog).to_be_visible()
    dialog.locator("select").select_option("inspection")
    dialog.locator("button[type=submit]").click()
    expect(dialog).to_have_count(0)
    stage.page.select_option(".ov-playback-side select", "10")
    expect(dialog.locator("li")).to_have_count(1)
    expect(dialog).to_contain_text(islands.SITES[1])
    dialog.locator("select").select_option("other")
    dialog.locator("input").fill("case 7")
    with stage.page.expect_response(lambda answer: '"10"' in (answer.request.post_data or "")):
        dialog.locator("button[type=submit]").click()
    opened = [body for name, body in stage.asked if name == "open"]
    assert [(body["cameras"], body["purpose"]) for body in opened] == [
        (["00"], "inspection"),
        (["10"], "other"),
    ], "a viewing that goes on is no second row of the usage log"


def test_a_tree_longer_than_the_screen_scrolls_and_the_panes_stay_on_the_screen(stage: Stage) -> None:
    stage.answers["live"] = failing
    stage.page.set_viewport_size({"width": 1366, "height": 420})
    stage.open("/island/wall/")
    for pane in range(4):
        expect(stage.page.locator(".ov-cell").nth(pane)).to_be_in_viewport(ratio=0.99)
    heights = stage.page.locator(".ov-tree-list").evaluate("element => [element.scrollHeight, element.clientHeight]")
    assert heights[0] > heights[1], "the tree of the sample is longer than this"
