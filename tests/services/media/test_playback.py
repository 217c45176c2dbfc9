"""Recordings in a browser: the index, byte ranges, silent G.711, tickets that stay with their client."""

import io
import json
from typing import Any

import av
import pytest

from oversite.services.media import walltime, writer
from oversite.services.media.playback import BadRange, parse_range
from oversite.video.recording.layout import SegmentFact
from services.media.camera import packets
from services.media.conftest import Client, RunningNode, Steady, Udp, wait_for


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(writer.Writer.__init__, "__defaults__", (0.2,))
    monkeypatch.setattr(walltime, "AHEAD_US_MAX", 1 << 60)


@pytest.fixture
def recorded(running: RunningNode, client: Client, udp: Udp) -> SegmentFact:
    """Ninety pictures with G.711 sound, in one closed file."""
    camera = udp(client.open(record=True))
    frames = packets(frames=90, audio=True)
    camera.send(frames)
    wait_for(lambda: client.status()["packets"] == sum(map(len, frames)))
    client.door("DELETE", "receivers/cam-0")
    return wait_for(lambda: running.facts("closed"))[0]


def ticket_for(client: Client, fact: SegmentFact, **more: Any) -> str:
    return client.ticket("recording", "7", segments=[{"segment_id": 41, "path": fact.path}], **more)


def test_the_index_and_the_ranges_play_without_the_sound_that_browsers_cannot(
    running: RunningNode, client: Client, recorded: SegmentFact
) -> None:
    token = ticket_for(client, recorded)
    response, body = client.call("GET", f"/recordings/{token}/index.json", headers={"Origin": running.config.web_url})
    assert response.headers["Access-Control-Allow-Origin"] == running.config.web_url
    (segment,) = json.loads(body)["segments"]
    assert (segment["id"], segment["url"], segment["codec"]) == (41, "41.mp4", "h264")
    assert segment["mime"].startswith('video/mp4; codecs="avc1.')
    assert "alaw" not in segment["mime"]
    assert (segment["start_ms"], segment["media_90k"]) == (recorded.started_at_us // 1000, 90 * 3600)
    keys = [item for item in segment["fragments"] if item[4]]
    assert [item[2] for item in keys] == [0, 90_000, 180_000, 270_000]

    def fetch(offset: int, size: int) -> bytes:
        wanted = {"Range": f"bytes={offset}-{offset + size - 1}"}
        answer, data = client.call("GET", f"/recordings/{token}/41.mp4", headers=wanted)
        assert answer.status == 206
        assert answer.headers["Content-Range"].startswith(f"bytes {offset}-{offset + size - 1}/")
        return data

    third = [item for item in segment["fragments"] if item[2] >= 180_000]
    data = fetch(*segment["init"]) + b"".join(fetch(item[0], item[1]) for item in third)
    with av.open(io.BytesIO(data), "r", format="mp4") as container:
        assert not container.streams.audio
        pictures = list(container.decode(video=0))
    assert len(pictures) == 40
    assert pictures[0].pts == 180_000
    original = (running.root / recorded.path).read_bytes()
    with av.open(io.BytesIO(original), "r", format="mp4") as container:
        assert container.streams.audio[0].codec_context.name == "pcm_alaw"
    reports = running.store.reports
    assert reports[0].viewing_id == "7"
    wait_for(lambda: client.door("DELETE", "viewings/7") is None and reports[-1].ended_at)
    assert reports[-1].sent_bytes > len(data)
    began_us = recorded.started_at_us
    assert reports[-1].seen_us == (began_us + 2_000_000, began_us + 90 * 40_000), "only what was fetched was seen"


def test_a_recording_ticket_is_bound_to_its_client_and_ends_with_its_viewing(
    running: RunningNode, client: Client, recorded: SegmentFact
) -> None:
    token = ticket_for(client, recorded)
    assert client.call("GET", f"/recordings/{token}/41.mp4")[0].status == 200
    assert client.call("GET", f"/recordings/{token}/41.mp4")[0].status == 200
    running.node.tickets.viewings["7"].client_ip = "192.0.2.9"
    assert client.call("GET", f"/recordings/{token}/41.mp4")[0].status == 403
    running.node.tickets.viewings["7"].client_ip = "127.0.0.1"
    client.door("DELETE", "viewings/7")
    assert client.call("GET", f"/recordings/{token}/41.mp4")[0].status == 403


@pytest.mark.parametrize(
    "path",
    ["../oversite.db", "/etc/passwd", "volume.json", f"{'a' * 36}/20261122/000000-0.mp4/../../../x"],
)
def test_a_ticket_never_opens_anything_but_recordings(client: Client, path: str) -> None:
    body = {
        "ticket": "t" * 32,
        "kind": "recording",
        "viewing_id": 1,
        "segments": [{"segment_id": 1, "path": path}],
    }
    assert client.call("POST", "/door/tickets", body, {"X-Oversite-Door": client.secret})[0].status == 422


def test_what_a_ticket_does_not_name_is_not_there(client: Client, recorded: SegmentFact) -> None:
    token = ticket_for(client, recorded)
    assert client.call("GET", f"/recordings/{token}/42.mp4")[0].status == 404
    answer, _ = client.call("GET", f"/recordings/{token}/41.mp4", headers={"Range": "bytes=99999999-"})
    assert (answer.status, answer.headers["Content-Range"]) == (416, f"bytes */{recorded.bytes}")


def test_an_unused_ticket_expires(running: RunningNode, client: Client, recorded: SegmentFact) -> None:
    token = ticket_for(client, recorded, valid_until="2026-01-01T00:00:00+00:00")
    assert client.call("GET", f"/recordings/{token}/41.mp4")[0].status == 403


def test_a_file_that_is_still_being_recorded_plays_up_to_its_last_whole_fragment(
    running: RunningNode, client: Client, steady: Steady
) -> None:
    steady(client.open(record=True), speed=4)
    fact = wait_for(lambda: running.facts("open"))[0]
    token = ticket_for(client, fact)
    (segment,) = json.loads(client.call("GET", f"/recordings/{token}/index.json")[1])["segments"]
    last = segment["fragments"][-1]
    wanted = {"Range": f"bytes=0-{last[0] + last[1] - 1}"}
    answer, data = client.call("GET", f"/recordings/{token}/41.mp4", headers=wanted)
    assert answer.status == 206
    with av.open(io.BytesIO(data), "r", format="mp4") as container:
        assert sum(1 for _ in container.decode(video=0)) * 3600 == segment["media_90k"]


def test_a_picture_is_cut_from_a_recording(client: Client, recorded: SegmentFact) -> None:
    body = {"path": recorded.path, "at_90k": 40 * 3600}
    response, jpeg = client.call("POST", "/door/snapshots", body, {"X-Oversite-Door": client.secret})
    assert response.status == 200
    with av.open(io.BytesIO(jpeg), "r", format="mjpeg") as container:
        picture = next(container.decode(video=0)).to_ndarray(format="gray")
    luma = (16 + 40 * 2 - 16) * 255 // 219
    assert abs(int(picture[150, 100]) - luma) < 8


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("bytes=0-99", (0, 100)),
        ("bytes=900-", (900, 100)),
        ("bytes=-10", (990, 10)),
        ("bytes=990-5000", (990, 10)),
        ("bytes=0-0", (0, 1)),
    ],
)
def test_ranges(text: str, expected: tuple[int, int]) -> None:
    assert parse_range(text, 1000) == expected


@pytest.mark.parametrize(
    "text",
    ["bytes=1000-", "bytes=5-2", "bytes=a-b", "chunks=0-1", "bytes=", "bytes=-", "bytes=0-1,5-6", "bytes=-0"],
)
def test_ranges_that_are_none(text: str) -> None:
    with pytest.raises(BadRange):
        parse_range(text, 1000)
