"""Live picture and playback in a real browser, from a muxer that is not ours."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.http import JsonResponse

from screens.browser.conftest import Stage
from screens.browser.footage import MIME, Footage, footage
from screens.browser.stage import LiveScript, live_service, recording_service
from screens.sample import islands

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=False)]

DAY_MS = islands.DAY_MS


@pytest.fixture(scope="session")
def minute() -> Footage:
    return footage(30)


def answer_live(port: int, **more: Any) -> Callable[[dict[str, Any]], JsonResponse]:
    def answer(body: dict[str, Any]) -> JsonResponse:
        full = {"viewing": "v1", "url": f"ws://127.0.0.1:{port}/live/t", "mime": MIME, "codec": "h264", **body, **more}
        return JsonResponse({**full, "watermark": {"text": "Wang Jianguo Yantai"}})

    return answer


VIDEO = "document.querySelector('video')"


def test_a_live_picture_plays_near_its_edge(stage: Stage, minute: Footage) -> None:
    script = LiveScript(minute)
    with live_service(script) as port:
        stage.answers["live"] = answer_live(port)
        stage.open("/island/player/")
        stage.wait("document.querySelector('.ov-pane-live')?.dataset.stage === 'playing'")
        first = stage.page.evaluate(f"{VIDEO}.currentTime")
        stage.wait(f"{VIDEO}?.currentTime > {first} + 2")
        behind = stage.page.evaluate(f"{VIDEO}.buffered.end({VIDEO}.buffered.length - 1) - {VIDEO}.currentTime")
        assert 0 <= behind < 2
        assert stage.page.evaluate(f"{VIDEO}.videoWidth") == 320
        assert "Wang Jianguo Yantai" in stage.page.inner_text(".ov-watermark")
        assert "320×176" in stage.page.inner_text(".ov-pane-state")
    assert '{"visible":true}' in script.heard


def test_a_gap_is_jumped(stage: Stage, minute: Footage) -> None:
    with live_service(LiveScript(minute, skip=frozenset(range(15, 20)))) as port:
        stage.answers["live"] = answer_live(port)
        stage.open("/island/player/")
        stage.wait(f"{VIDEO}?.buffered.length === 2")
        stage.wait(f"{VIDEO}?.currentTime > 4.5")


def test_a_lost_connection_asks_for_a_new_ticket(stage: Stage, minute: Footage) -> None:
    script = LiveScript(minute, close_after=10)
    with live_service(script) as port:
        stage.answers["live"] = answer_live(port)
        stage.open("/island/player/")
        stage.wait("document.querySelector('.ov-pane-live')?.dataset.stage === 'reconnecting'")
        assert "connecting again" in stage.page.inner_text(".ov-pane-words")
        stage.wait("document.querySelector('.ov-pane-live')?.dataset.stage === 'playing'")
    assert script.connections == 2
    assert [name for name, _body in stage.asked] == ["live", "live"]


def test_h265_that_the_browser_cannot_play_falls_back_to_the_sub_stream_and_says_so(
    stage: Stage, minute: Footage
) -> None:
    hevc = {"mime": 'video/mp4; codecs="hvc1.1.6.L93.B0"', "codec": "h265"}
    with live_service(LiveScript(minute)) as port:
        main, sub = answer_live(port, **hevc), answer_live(port)
        stage.answers["live"] = lambda body: main(body) if body["stream"] == 0 else sub(body)
        stage.open("/island/player/")
        stage.wait("document.querySelector('.ov-pane-live')?.dataset.stage === 'playing'")
        stage.wait("document.querySelector('.ov-pane-state')?.textContent.includes('cannot play H.265')")
    assert [body["stream"] for _name, body in stage.asked] == [0, 1]


def test_h265_without_a_sub_stream_is_said_and_not_asked_for_again(stage: Stage, minute: Footage) -> None:
    hevc = {"mime": 'video/mp4; codecs="hvc1.1.6.L93.B0"', "codec": "h265", "stream": 0}
    with live_service(LiveScript(minute)) as port:
        stage.answers["live"] = answer_live(port, **hevc)
        stage.open("/island/player/")
        stage.wait("document.querySelector('.ov-pane-live')?.dataset.stage === 'failed'")
    words = stage.page.inner_text(".ov-pane-words")
    assert "This browser cannot play H.265." in words
    assert "set to H.264" in words
    assert [body["stream"] for _name, body in stage.asked] == [0, 1]


def test_a_refused_start_names_stage_cause_and_advice(stage: Stage) -> None:
    stage.answers["live"] = lambda _body: JsonResponse(
        {"code": "video.no_packet", "message": "", "stage": "no_packet"}, status=504
    )
    stage.open("/island/player/")
    stage.wait("document.querySelector('.ov-pane-live')?.dataset.stage === 'failed'")
    words = stage.page.inner_text(".ov-pane-words")
    for part in ("no picture", "no packet arrived", "firewall", "since 20", "trying again in"):
        assert part in words


def index_of(segment: str, film: Footage) -> dict[str, Any]:
    fragments, offset = [], len(film.init)
    for data, start, duration, is_key in film.fragments:
        fragments.append([offset, len(data), start, duration, is_key])
        offset += len(data)
    return {"id": segment, "mime": MIME, "init": [0, len(film.init)], "fragments": fragments}


def test_any_instant_of_a_recorded_day_plays_by_ranges_and_a_gap_is_told(stage: Stage, minute: Footage) -> None:
    other = footage(10, shade=120)
    starts = {"1": DAY_MS + 1_000, "2": DAY_MS + 31_020, "3": DAY_MS + 90_000}
    films = {"1": minute, "2": other, "3": other}
    files = {f"{key}.mp4": film.init + b"".join(each[0] for each in film.fragments) for key, film in films.items()}
    files["index.json"] = json.dumps({"segments": [index_of(key, film) for key, film in films.items()]}).encode()
    with recording_service(files) as (port, ranges):
        base = f"http://127.0.0.1:{port}/"
        segments = [
            {"id": key, "url": f"{base}{key}.mp4", "start_ms": start, "end_ms": start + 1}
            for key, start in starts.items()
        ]
        gap = {"start_ms": DAY_MS + 41_020, "end_ms": DAY_MS + 90_000, "cause": "device offline"}
        pane = {"camera": "00", "title": "Gate", "viewing": "v", "index_url": f"{base}index.json", "segments": segments}
        stage.answers["open"] = lambda _body: JsonResponse({"panes": [{**pane, "gaps": [gap]}]})
        recorded = [{"start_ms": start, "end_ms": start + 10_000} for start in starts.values()]
        lanes = {"recorded": recorded, "gaps": [gap]}
        stage.answers["timeline"] = lambda _body: JsonResponse(
            {"start_ms": DAY_MS, "end_ms": DAY_MS + 86_400_000, "lanes": lanes}
        )
        stage.open("/island/playback/")
        stage.page.click("button[title='Play']")
        stage.page.select_option("dialog select", "inspection")
        stage.page.click("dialog button[type=submit]")
        stage.wait(f"{VIDEO} && {VIDEO}.currentTime > 2")
        assert stage.asked[-1][1]["purpose"] == "inspection"

        stage.page.select_option(".ov-playback-controls select", "16")
        stage.wait(f"{VIDEO}?.currentTime > 20", 10_000)
        stage.page.select_option(".ov-playback-controls select", "1")
        stage.page.click("button[title='Pause']")
        for _ in range(3):
            stage.page.click("button[title='10 seconds on']")
        stage.wait("document.querySelector('.ov-pane-words')?.textContent.includes('device offline')")
        assert "recorded again from 00:01:30" in stage.page.inner_text(".ov-pane-words")
        stage.page.click("button:text('Go there')")
        stage.page.click("button[title='Play']")
        stage.wait(f"{VIDEO}?.currentTime > 91")
        stage.page.click("button[title='Pause']")
        before = stage.page.evaluate(f"{VIDEO}.currentTime")
        stage.page.click("button[title='One frame back']")
        stage.wait(f"{VIDEO}.currentTime < {before} && {VIDEO}.currentTime > {before} - 0.3")
    assert {line.split()[0] for line in ranges} == {"/1.mp4", "/2.mp4", "/3.mp4"}
