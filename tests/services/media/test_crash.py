"""The whole media process, killed without warning while it records: nothing durable is lost, and it goes on by itself.

`MEDIA_TEST_KILLS` says how often; the full run of the design is 1,000.
"""

import json
import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from http.client import HTTPException
from pathlib import Path
from typing import Any

import av
import pytest

from installation import Installation
from oversite.common.keys import ensure_keys, read_key
from services.media.camera import GB_ID, UID
from services.media.conftest import Client, Steady, free_ports, wait_for

KILLS = int(os.environ.get("MEDIA_TEST_KILLS", "3"))
LOSS_SECONDS_MAX = 2.0
PREPARE = f"""
    from django.apps import apps
    agencies = apps.get_model("agencies", "Agency").objects
    agency = agencies.add_root({{"code": "A", "name": "A", "kind": "customs", "level": 1}})
    site = apps.get_model("sites", "Site").objects.create(code="S", name="S", site_class="x", agency=agency)
    apps.get_model("cameras", "Camera").objects.create(uid="{UID}", gb_id="{GB_ID}", name="C", site=site)
"""


def environment(folder: Path, **settings: object) -> dict[str, str]:
    values = {f"OVERSITE_{name.upper()}": str(value) for name, value in settings.items()}
    kept = {name: value for name, value in os.environ.items() if not name.startswith("OVERSITE_")}
    return kept | values | {"OVERSITE_DATA_DIR": str(folder), "DJANGO_SETTINGS_MODULE": "oversite.project.settings"}


@pytest.fixture(scope="module")
def with_camera(template_installation: Installation, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated data folder with one camera."""
    folder = tmp_path_factory.mktemp("camera") / "data"
    shutil.copytree(template_installation.config.data_dir, folder)
    Installation(replace(template_installation.config, data_dir=folder)).run(PREPARE)
    return folder


class Process:
    """`oversite media`, as the supervisor starts it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        first, last = free_ports(8)
        self.settings = {"media_port": free_ports(2)[0], "rtp_ports": f"{first}-{last}", "signalling_door_port": 1}
        self.port = int(str(self.settings["media_port"]))
        ensure_keys(folder / "keys")
        self.client = Client(self.port, read_key(folder / "keys", "door").hex())
        self.running: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        command = [sys.executable, "-m", "oversite.project.cli", "media"]
        log = (self.folder / "media.log").open("ab")
        self.running = subprocess.Popen(command, env=environment(self.folder, **self.settings), stdout=log, stderr=log)
        log.close()
        wait_for(self._is_up, 30)

    def _is_up(self) -> bool:
        assert self.running is not None
        assert self.running.poll() is None, (self.folder / "media.log").read_text()
        try:
            return self.client.call("GET", "/healthz")[0].status == 200
        except (OSError, HTTPException):
            return False

    def end(self, number: int) -> None:
        assert self.running is not None
        self.running.send_signal(number)
        self.running.wait(20)

    def rows(self) -> list[dict[str, Any]]:
        with closing(sqlite3.connect(self.folder / "oversite.db", timeout=20)) as database:
            database.row_factory = sqlite3.Row
            found = database.execute("select * from recording_segment order by started_at_us").fetchall()
        return [dict(row) for row in found]

    def finished(self) -> dict[str, dict[str, Any]]:
        return {row["path"]: row for row in self.rows() if row["state"] in {"closed", "damaged"}}

    def health(self) -> Any:
        return json.loads(self.client.call("GET", "/healthz")[1])


@pytest.fixture
def process(with_camera: Path, tmp_path: Path) -> Iterator[Process]:
    folder = tmp_path / "data"
    shutil.copytree(with_camera, folder)
    made = Process(folder)
    made.start()
    yield made
    if made.running is not None and made.running.poll() is None:
        made.end(signal.SIGTERM)


def decoded_pictures(path: Path) -> int:
    with av.open(str(path)) as container:
        return sum(1 for _ in container.decode(video=0))


def demuxed_pictures(path: Path) -> int:
    with av.open(str(path)) as container:
        return sum(1 for packet in container.demux(video=0) if packet.size)


def test_kill_at_any_moment(process: Process, steady: Steady) -> None:
    port = process.client.open(record=True)
    camera = steady(port)
    chance = random.Random(20261121)
    outages = 0.0
    for kill in range(1, KILLS + 1):
        outages_before = outages
        wait_for(lambda: process.client.status()["recording"])
        time.sleep(chance.uniform(0.2, 6.0))  # the moment of the crash, not a synchronisation
        durable = {row["path"]: row["durable_bytes"] for row in process.rows()}
        before = process.client.status()
        process.end(signal.SIGKILL)
        killed_at = time.monotonic()
        sent = camera.sent_frames
        files = sorted((process.folder / "recordings").glob("*/*/*.mp4"))
        for path, size in durable.items():
            assert (process.folder / "recordings" / path).stat().st_size >= size
        process.start()
        assert process.client.open(record=True, port=port) == port
        wait_for(lambda: process.client.status()["recording"])
        outages += time.monotonic() - killed_at + 1.0  # until the next key frame
        names = {str(path.relative_to(process.folder / "recordings")): path for path in files}
        wait_for(lambda names=names: names.keys() <= process.finished().keys())
        rows = process.finished()
        for name, path in names.items():
            row = rows[name]
            assert row["durable_bytes"] == path.stat().st_size
            assert decoded_pictures(path) * 3600 == row["media_90k"], (before, demuxed_pictures(path))
        recorded = sum(row["media_90k"] for row in rows.values()) // 3600
        lost = sent - recorded - outages_before * 25
        assert lost <= LOSS_SECONDS_MAX * 25 * kill
    process.end(signal.SIGTERM)
    assert {row["state"] for row in process.rows()} <= {"closed", "damaged"}
    assert all(row["sha256"] for row in process.rows())


def test_recording_goes_on_while_the_database_is_away(process: Process, steady: Steady) -> None:
    steady(process.client.open(record=True))
    wait_for(process.rows)
    database = process.folder / "oversite.db"
    with closing(sqlite3.connect(database, timeout=20)) as locked:
        locked.execute("begin exclusive")
        before = process.client.status()
        after = wait_for(lambda: (found := process.client.status())["bytes"] > before["bytes"] + 100_000 and found)
        assert after["recording"]
        locked.rollback()
    process.client.door("DELETE", "receivers/cam-0")
    (row,) = wait_for(lambda: [item for item in process.rows() if item["state"] == "closed"], 30)
    path = process.folder / "recordings" / row["path"]
    assert row["durable_bytes"] == path.stat().st_size
    assert decoded_pictures(path) * 3600 == row["media_90k"]


def test_an_index_that_was_lost_is_rebuilt_at_the_next_start(process: Process, steady: Steady) -> None:
    steady(process.client.open(record=True))
    wait_for(process.rows)
    process.end(signal.SIGTERM)
    assert list((process.folder / "recordings" / ".open").iterdir()) == []
    before = [(row["path"], row["sha256"], row["media_90k"]) for row in process.rows()]
    with closing(sqlite3.connect(process.folder / "oversite.db")) as database:
        database.execute("delete from recording_segment")
        database.commit()
    process.start()
    wait_for(process.rows)
    assert [(row["path"], row["sha256"], row["media_90k"]) for row in process.rows()] == before
    assert wait_for(lambda: process.health()["database"])
