"""What the device itself recorded, offered in a gap: played from it, or fetched from it (req: V5.1)."""

import json
from threading import Event
from typing import Any

import pytest
from django.http import JsonResponse

from screens.browser.conftest import Stage
from screens.browser.footage import footage
from screens.browser.stage import recording_service
from screens.browser.test_player import index_of
from screens.sample import islands

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=False)]

DAY_MS = islands.DAY_MS
GAP = {"start_ms": DAY_MS, "end_ms": DAY_MS + 90_000, "cause": "device offline"}
ON_DEVICE = {"start_ms": DAY_MS, "end_ms": DAY_MS + 120_000}


def open_gap(stage: Stage, port: int, *, has_recordings: bool = True) -> None:
    """Playback stands in a gap that the device can fill."""
    base = f"http://127.0.0.1:{port}/"
    segment = {"id": "1", "url": f"{base}1.mp4", "start_ms": DAY_MS + 90_000, "end_ms": DAY_MS + 95_000}
    segments = [segment] if has_recordings else []
    pane = {"camera": "00", "title": "Gate", "viewing": "v", "index_url": f"{base}index.json"}
    stage.answers["open"] = lambda _body: JsonResponse({"panes": [{**pane, "segments": segments, "gaps": [GAP]}]})
    lanes = {"recorded": [], "gaps": [GAP], "device": [ON_DEVICE]}
    state = {"complete": True, "received": 1, "total": 1, "message": ""}
    day = {"start_ms": DAY_MS, "end_ms": DAY_MS + 86_400_000, "lanes": lanes, "device_state": state}
    stage.answers["timeline"] = lambda _body: JsonResponse(day)
    stage.open("/island/playback/")
    stage.page.click("button[title='Play']")
    stage.page.select_option("dialog select", "inspection")
    stage.page.click("dialog button[type=submit]")
    stage.wait("document.querySelector('.ov-pane-words')?.textContent.includes('Play from the device')")
    stage.page.click("button[title='Pause']")


def test_on_a_day_without_any_recording_here_the_device_is_offered_all_the_same(stage: Stage) -> None:
    with recording_service({"index.json": b'{"segments": []}'}) as (port, _ranges):
        open_gap(stage, port, has_recordings=False)
        assert "Nothing was recorded on this day." in stage.page.inner_text(".ov-pane-words")


def film() -> dict[str, bytes]:
    """Five seconds of recording and its index."""
    short = footage(5)
    index = json.dumps({"segments": [index_of("1", short)]}).encode()
    return {"1.mp4": short.init + b"".join(each[0] for each in short.fragments), "index.json": index}


@pytest.mark.quirk(27)
@pytest.mark.parametrize(
    ("state", "words"),
    [("unsupported", "The device does not play at 4×; it goes on at 1×."), ("", "The device did not answer")],
)
def test_a_speed_that_the_device_refuses_is_given_back_and_said(stage: Stage, state: str, words: str) -> None:
    answer = {"viewing": "d", "url": "ws://127.0.0.1:9/live/t", "control_url": "/demo/control"}
    stage.answers["device"] = lambda _body: JsonResponse(answer)
    stage.answers["control"] = lambda body: JsonResponse({"state": "acknowledged" if body["value"] == 2 else state})
    with recording_service(film()) as (port, _ranges):
        open_gap(stage, port)
        stage.page.click("button:text('Play from the device')")
        stage.wait("document.querySelector('dialog[open] select')")
        stage.page.select_option("dialog[open] select", "4")
        stage.wait("document.querySelector('.ov-device-note')?.textContent")
        assert words in stage.page.inner_text(".ov-device-note")
        assert stage.page.input_value("dialog[open] select") == "1"
        stage.page.select_option("dialog[open] select", "2")
        stage.wait("document.querySelector('.ov-device-note')?.textContent === ''")
        assert stage.page.input_value("dialog[open] select") == "2"
        stage.page.click("dialog[open] button[title='Pause']")
        stage.wait("document.querySelector('.ov-device-note')?.textContent.includes('plays on')")
        assert stage.page.locator("dialog[open] button[title='Pause']").count() == 1


def test_the_rest_of_a_gap_is_fetched_from_the_device(stage: Stage) -> None:
    stage.answers["fetch"] = lambda _body: JsonResponse({"job": "j", "url": "/jobs/j/"}, status=202)
    with recording_service(film()) as (port, _ranges):
        open_gap(stage, port)
        stage.page.click("button:text('Fetch from the device')")
        stage.wait("document.querySelector('.ov-notice a')")
        assert stage.page.get_attribute(".ov-notice a", "href") == "/jobs/j/"
    name, order = stage.asked[-1]
    assert (name, order["camera"], order["purpose"]) == ("fetch", "00", "inspection")
    assert DAY_MS <= order["start_ms"] < order["end_ms"] == GAP["end_ms"]


def test_nothing_is_asked_of_a_device_that_has_not_begun(stage: Stage) -> None:
    begun = Event()

    def device(_body: dict[str, Any]) -> JsonResponse:
        begun.wait(60)
        return JsonResponse({"viewing": "d", "url": "ws://127.0.0.1:9/live/t", "control_url": "/demo/control"})

    stage.answers["device"] = device
    with recording_service(film()) as (port, _ranges):
        open_gap(stage, port)
        stage.page.click("button:text('Play from the device')")
        speed = stage.page.locator("dialog[open] select")
        speed.wait_for()
        assert speed.is_disabled()
        begun.set()
        stage.wait("!document.querySelector('dialog[open] select').disabled")
