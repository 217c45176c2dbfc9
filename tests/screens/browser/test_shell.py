"""HTMX, dialogs, steering and the frame in a real browser."""

import asyncio
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from websockets.asyncio.server import ServerConnection, serve

from screens.browser.conftest import Stage
from screens.sample import islands

pytestmark = [pytest.mark.journey, pytest.mark.django_db]


def test_htmx_sends_the_token_that_the_body_hands_down(stage: Stage) -> None:
    stage.open("/island/htmx/")
    stage.page.click("#good")
    stage.wait("document.querySelector('#place').textContent === 'after'")


def test_an_answer_of_a_broken_server_is_told_and_not_put_into_the_page(stage: Stage) -> None:
    stage.open("/island/htmx/")
    stage.page.click("#bad")
    stage.page.wait_for_selector("#ov-notices [data-server-error]")
    assert stage.page.inner_text("#place") == "before"
    assert "a page of a proxy" not in stage.page.content()


def test_a_fetched_dialog_opens_and_is_emptied_when_it_closes(stage: Stage) -> None:
    stage.open("/island/htmx/")
    stage.page.click("#ask")
    stage.page.wait_for_selector("dialog[open]")
    stage.page.click("[data-dialog-close]")
    stage.wait("document.querySelector('#ov-dialog').childElementCount === 0")


def test_the_slash_goes_to_the_search_box_and_the_choices_stay(stage: Stage) -> None:
    stage.open("/island/htmx/")
    stage.page.keyboard.press("/")
    assert stage.page.evaluate("document.activeElement.name") == "q"
    stage.page.click("[data-nav-fold]")
    stage.page.click("[data-theme-switch]")
    stage.open("/island/htmx/")
    assert stage.page.get_attribute("html", "data-bs-theme") == "dark"
    assert "is-nav-folded" in stage.page.get_attribute(".ov-page", "class")


@contextmanager
def steering_service(said: list[dict[str, Any]]) -> Iterator[int]:
    """Grants every lease, remembers every message."""
    started, ports, loop = threading.Event(), list[int](), asyncio.new_event_loop()
    stop = loop.create_future()
    lease = {"holder": "Li", "agency": "Yantai", "level": 3, "is_mine": True, "expires_ms": 0, "seconds_left": 300}

    async def answer(connection: ServerConnection) -> None:
        await connection.send(
            json.dumps({"type": "lease", "lease": None, "may": {"take": "special", "why": "Level 3."}})
        )
        async for text in connection:
            message = json.loads(text)
            said.append(message)
            if message["type"] == "take":
                reply = {"type": "lease", "lease": lease, "may": {"take": "grant", "why": ""}}
                await connection.send(json.dumps(reply))

    async def run() -> None:
        async with serve(answer, "127.0.0.1", 0) as server:
            ports.append(next(iter(server.sockets)).getsockname()[1])
            started.set()
            await stop

    thread = threading.Thread(target=lambda: loop.run_until_complete(run()), daemon=True)
    thread.start()
    started.wait(10)
    try:
        yield ports[0]
    finally:
        loop.call_soon_threadsafe(stop.set_result, None)
        thread.join(10)
        loop.close()


@pytest.mark.req("A4.2")
def test_steering_is_taken_with_a_reason_moves_while_held_and_stops_on_release(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    said: list[dict[str, Any]] = []
    with steering_service(said) as port:
        url = f"ws://127.0.0.1:{port}/ws/steer/{{camera}}"
        monkeypatch.setitem(islands.PROPS, "ptz", lambda: {"camera": "00", "title": "Gate", "steer_url": url})
        stage.open("/island/ptz/")
        stage.page.click("button:text('Take control')")
        stage.page.fill("dialog textarea", "fire in hall 2")
        stage.page.click("dialog button[type=submit]")
        stage.page.wait_for_selector(".ov-ptz-pad.is-mine")
        assert said[:2] == [
            {"type": "take", "special": False, "reason": ""},
            {"type": "take", "special": True, "reason": "fire in hall 2"},
        ]
        assert "You steer" in stage.page.inner_text(".ov-ptz-holder")

        stage.page.hover("button[title='Left']")
        stage.page.mouse.down()
        stage.page.wait_for_timeout(1200)
        stage.page.mouse.up()
        stage.page.focus(".ov-ptz-pad")
        stage.page.keyboard.down("ArrowUp")
        stage.page.keyboard.up("ArrowUp")
        stage.page.wait_for_timeout(300)
        stage.page.click("button:text('Release control')")
        stage.page.wait_for_timeout(300)
    kinds = [message["type"] for message in said[2:]]
    assert kinds == ["move", "move", "move", "stop", "move", "stop", "release"]
    assert (said[2]["pan"], said[2]["tilt"]) == (-1, 0)
    assert (said[6]["pan"], said[6]["tilt"]) == (0, 1)
    assert len({message["id"] for message in said if "id" in message}) == 4


def test_on_a_telephone_the_fixed_buttons_of_a_form_leave_what_stands_below_it_in_reach(stage: Stage) -> None:
    stage.page.set_viewport_size({"width": 360, "height": 740})
    stage.open("/pumps/new/")
    room_px = stage.page.evaluate(
        """() => {
          document.body.innerHTML = `<main class="ov-plain"><div class="ov-plain-box"><div id="long"></div>
            <form class="ov-form"><div class="ov-form-acts"><button class="btn btn-primary">Enrol</button></div></form>
            <form><button class="btn" id="below">Sign out</button></form></div></main>`;
          document.querySelector("#long").style.height = "900px";
          scrollTo({ top: 99999, behavior: "instant" });
          const acts = document.querySelector(".ov-form-acts").getBoundingClientRect();
          return acts.top - document.querySelector("#below").getBoundingClientRect().bottom;
        }"""
    )
    assert room_px >= 0
