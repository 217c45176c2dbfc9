"""Recordings as they lie on the disk: whole, named, durable before they are told of, playable by others."""

import errno
import hashlib
import json
import os
import subprocess
from itertools import pairwise
from pathlib import Path
from typing import Any

import av
import pytest

from oversite.common.clock import now_us
from oversite.protocol.fmp4.reader import FileScan, scan
from oversite.services.media import recorder, walltime, writer
from oversite.services.media.volume import Volume
from oversite.video.recording.layout import RecordingIdentity, is_recording_path
from services.media.camera import GB_ID, UID, packets
from services.media.conftest import Client, RunningNode, Steady, Udp, wait_for


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Synchronise often; and let media time run ahead of the clock, because the tests send faster than a camera."""
    monkeypatch.setattr(writer.Writer.__init__, "__defaults__", (0.2,))
    monkeypatch.setattr(walltime, "AHEAD_US_MAX", 1 << 60)


def scanned(path: Path) -> FileScan:
    return scan(path.read_bytes())


def decoded_pictures(path: Path) -> int:
    with av.open(str(path)) as container:
        return sum(1 for _ in container.decode(video=0))


def ffprobe(path: Path) -> Any:
    command = ["ffprobe", "-v", "error", "-show_streams", "-show_format", "-of", "json", str(path)]
    found = subprocess.run(command, capture_output=True, check=True)
    assert found.stderr == b""
    return json.loads(found.stdout)


@pytest.mark.parametrize("codec", ["h264", "h265"])
def test_a_recording_is_whole_named_and_playable(running: RunningNode, client: Client, udp: Udp, codec: str) -> None:
    began_us = now_us()
    camera = udp(client.open(record=True))
    frames = packets(codec, 90, audio=codec == "h264")
    camera.send(frames)
    wait_for(lambda: client.status()["packets"] == sum(map(len, frames)))
    assert client.status()["recording"]
    client.door("DELETE", "receivers/cam-0")
    fact = wait_for(lambda: running.facts("closed"))[0]
    path = running.root / fact.path
    assert is_recording_path(fact.path)
    assert decoded_pictures(path) == 90
    kinds = [stream["codec_name"] for stream in ffprobe(path)["streams"]]
    assert kinds == (["h264", "pcm_alaw"] if codec == "h264" else ["hevc"])
    found = scanned(path)
    assert found.is_closed
    assert found.fragments[0].start_90k == 0
    identity = RecordingIdentity.from_payload(found.uuid_payload or b"")
    assert (identity.camera_uid, identity.gb_id, identity.site_code) == (UID, GB_ID, "F001")
    assert identity.clock_offset_ms == 120
    assert began_us - 100_000 < identity.started_at_us < now_us()
    assert fact.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()
    assert fact.durable_bytes == fact.bytes == path.stat().st_size
    assert fact.media_90k == 90 * 3600


def test_a_fact_never_names_more_than_was_synchronised(
    running: RunningNode, client: Client, steady: Steady, monkeypatch: pytest.MonkeyPatch
) -> None:
    synchronised: dict[str, int] = {}
    before: list[bool] = []
    sync = Volume.syncfs

    def watched(volume: Volume) -> None:
        sizes = {str(path): path.stat().st_size for path in volume.root.glob("*/*/*.mp4")}
        sync(volume)
        synchronised.update(sizes)

    told = running.store.put_facts

    def checked(facts: Any) -> None:
        listed = list(facts)
        before.extend(synchronised[str(running.root / fact.path)] >= fact.durable_bytes > 0 for fact in listed)
        told(listed)

    monkeypatch.setattr(Volume, "syncfs", watched)
    monkeypatch.setattr(running.store, "put_facts", checked)
    steady(client.open(record=True), speed=4)
    wait_for(lambda: len(before) > 5)
    assert all(before)


def test_files_follow_each_other_without_a_gap(
    running: RunningNode, client: Client, udp: Udp, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recorder, "FILE_90K", 60 * 3600)
    camera = udp(client.open(record=True))
    frames = packets(frames=200)
    camera.send(frames, 0.004)
    wait_for(lambda: client.status()["packets"] == sum(map(len, frames)))
    client.door("DELETE", "receivers/cam-0")
    facts = sorted(wait_for(lambda: len(running.facts("closed")) == 3 and running.facts("closed")), key=_start)
    assert [decoded_pictures(running.root / fact.path) for fact in facts] == [75, 75, 50]
    for first, second in pairwise(facts):
        assert first.started_at_us + first.media_90k * 100 // 9 == pytest.approx(second.started_at_us, abs=1000)
        assert scanned(running.root / second.path).fragments[0].start_90k == 0


def _start(fact: Any) -> int:
    return int(fact.started_at_us)


def test_a_step_of_the_clock_begins_another_file(running: RunningNode, client: Client, steady: Steady) -> None:
    running.node.streams._clock.wall_us -= 3_600_000_000  # as if the wall clock had been an hour slow until now
    steady(client.open(record=True), speed=4)
    closed = wait_for(lambda: running.facts("closed"))[0]
    opened = wait_for(lambda: running.facts("open"))[0]
    assert running.node.streams.clock_steps == 1
    gap_us = opened.started_at_us - closed.started_at_us
    assert 3_600_000_000 < gap_us < 3_630_000_000


def test_markers_stand_until_the_closing_row_is_durable(running: RunningNode, client: Client, steady: Steady) -> None:
    markers = running.root / ".open"
    steady(client.open(record=True))
    wait_for(lambda: running.facts("open"))
    assert len(list(markers.iterdir())) == 1
    client.door("PATCH", "receivers/cam-0", {"record": False})
    wait_for(lambda: running.facts("closed"))
    camera_goes_on = client.status()
    assert not camera_goes_on["recording"]
    client.door("PATCH", "receivers/cam-0", {"record": True})  # the next synchronisation comes with the next bytes
    wait_for(lambda: len(list(markers.iterdir())) == 1 and running.facts("open"))
    assert next(markers.iterdir()).name.replace("~", "/") == running.facts("open")[0].path


def test_a_full_disk_ends_the_file_at_a_whole_fragment_and_recording_goes_on_later(
    running: RunningNode, client: Client, steady: Steady, monkeypatch: pytest.MonkeyPatch
) -> None:
    steady(client.open(record=True), speed=4)
    wait_for(lambda: running.facts("open"))
    writev = os.writev

    def torn(descriptor: int, parts: Any) -> int:
        writev(descriptor, [b"".join(parts)[:1000]])
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "writev", torn)
    closed = wait_for(lambda: running.facts("closed"))[0]
    assert closed.bytes == (running.root / closed.path).stat().st_size
    assert scanned(running.root / closed.path).torn_bytes == 0
    trouble = wait_for(lambda: client.status()["recording_trouble"])
    assert trouble == "no volume has room"
    assert json.loads(client.call("GET", "/healthz")[1])["status"] == "degraded"
    monkeypatch.setattr(os, "writev", writev)
    running.node._on_space("main", False)  # as the store says when it has made room
    assert wait_for(lambda: client.status()["recording"])
    assert wait_for(lambda: running.facts("open"))


def test_a_disk_that_does_not_keep_up_costs_whole_pictures_only(
    running: RunningNode, client: Client, steady: Steady, monkeypatch: pytest.MonkeyPatch
) -> None:
    steady(client.open(record=True), speed=4)
    wait_for(lambda: running.facts("open"))
    monkeypatch.setattr(writer, "QUEUE_BYTES_MAX", 0)
    wait_for(lambda: client.status()["recording_trouble"] == "the disk does not keep up")
    wait_for(lambda: running.facts("closed"))
    monkeypatch.setattr(writer, "QUEUE_BYTES_MAX", 1 << 20)
    second = wait_for(lambda: running.facts("open"))[0]
    first = running.facts("closed")[0]
    assert second.started_at_us > first.started_at_us + first.wall_ms * 1000  # the gap is known
    assert decoded_pictures(running.root / first.path) * 3600 == first.media_90k


def test_only_live_streams_are_recorded(client: Client) -> None:
    response, body = client.call(
        "POST",
        "/door/receivers",
        {"stream_key": "x", "camera_uid": UID, "gb_id": GB_ID, "kind": "playback", "transport": "udp", "record": True},
        {"X-Oversite-Door": client.secret},
    )
    reason = "live streams are recorded, and downloads that say from when they are"
    assert (response.status, json.loads(body)["reason"]) == (422, reason)
