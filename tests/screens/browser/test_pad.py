"""The pad under a hand: held it moves, let go it stops, whichever button was touched before (req: A4.2)."""

import json
from typing import Any

import pytest
from django.http import JsonResponse

from screens.browser.conftest import Stage

pytestmark = pytest.mark.journey

MINE = {
    "holder": "Officer",
    "agency": "Customs",
    "level": 3,
    "is_mine": True,
    "expires_ms": 4_102_444_800_000,
    "seconds_left": 300,
}
FREE = {"take": "grant", "why": "", "clause": ""}


class Steering:
    """A stand-in for the service behind the pad: gives the lease, and keeps what the pad says."""

    def __init__(self, page: Any) -> None:
        self.said: list[str] = []
        self.route: Any = None
        page.route_web_socket("**/ws/steer/**", self.connected)

    def connected(self, route: Any) -> None:
        self.route = route
        route.on_message(lambda message: self.said.append(json.loads(message)["type"]))
        self.tell(type="lease", lease=MINE, may=FREE)

    def tell(self, **message: Any) -> None:
        self.route.send(json.dumps(message))


@pytest.fixture
def steering(stage: Stage) -> Steering:
    stage.answers["live"] = lambda _body: JsonResponse({"stage": "refused", "message": "no picture"}, status=502)
    steering = Steering(stage.page)
    stage.open("/island/wall/")
    stage.page.locator("[data-act='steering-wheel']").first.click()
    stage.page.locator(".ov-ptz-grid button:enabled").first.wait_for()
    return steering


def hold(stage: Stage, steering: Steering, number: int) -> None:
    """Press a direction until the pad has said so twice."""
    box = stage.page.locator(".ov-ptz-grid button").nth(number).bounding_box()
    assert box is not None
    steering.said.clear()
    stage.page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    stage.page.mouse.down()
    for _ in range(30):
        if steering.said.count("move") >= 2:
            return
        stage.page.wait_for_timeout(100)


@pytest.mark.req("A4.2")
def test_a_held_direction_moves_on_whichever_button_was_touched_before(stage: Stage, steering: Steering) -> None:
    for number in (0, 2, 0):
        hold(stage, steering, number)
        assert "stop" not in steering.said[steering.said.index("move") :], "it stopped under the finger"
        assert steering.said.count("move") >= 2
        stage.page.mouse.up()
        stage.page.wait_for_timeout(50)
        assert steering.said[-1] == "stop"


def test_what_was_refused_is_forgotten_when_control_is_had(stage: Stage, steering: Steering) -> None:
    steering.tell(type="lease", lease={**MINE, "is_mine": False}, may={**FREE, "take": "special", "why": "held"})
    steering.tell(type="refused", code="video.control.held", message="Somebody else has control.")
    stage.page.get_by_text("Somebody else has control.").wait_for()
    steering.tell(type="lease", lease=MINE, may=FREE)
    stage.page.get_by_text("Somebody else has control.").wait_for(state="hidden")
