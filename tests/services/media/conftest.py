"""A media node in this process, with a store that only remembers; and clients for its doors."""

import json
import random
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from http.client import HTTPConnection, HTTPResponse
from pathlib import Path
from typing import Any

import pytest
from websockets.sync.client import ClientConnection, connect

from oversite.common import config
from oversite.common.config import Config
from oversite.services.media.node import MediaNode
from oversite.services.media.store import Store, ViewingReport
from oversite.video.recording.layout import SegmentFact
from services.media.camera import GB_ID, SSRC, UID, SteadyCamera, UdpCamera

SECRET = "5ec2e7" * 10


def wait_for(condition: Callable[[], Any], seconds: float = 10.0) -> Any:
    """What `condition` gives as soon as it is true; fails when that takes too long."""
    deadline = time.monotonic() + seconds
    while not (found := condition()):
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.01)
    return found


def free_ports(count: int) -> tuple[int, int]:
    """A range of UDP and TCP ports that nobody uses now; the first is even."""
    chance = random.SystemRandom()
    while True:
        first = chance.randrange(10_000, 30_000, 2)  # below the ports that the system gives out by itself
        with ExitStack() as stack:
            try:
                for port in range(first, first + count):
                    for kind in (socket.SOCK_DGRAM, socket.SOCK_STREAM):
                        stack.enter_context(socket.socket(socket.AF_INET, kind)).bind(("127.0.0.1", port))
            except OSError:
                continue
        return first, first + count - 1


class RememberingStore(Store):
    """No database: keeps the newest fact of every file and every report, and confirms closed files at once."""

    def start(self) -> None:
        self.is_reachable = True
        self.facts: dict[str, SegmentFact] = {}
        self.history: list[SegmentFact] = []
        self.reports: list[ViewingReport] = []

    def stop(self) -> None:
        pass

    def put_facts(self, facts: Any) -> None:
        for fact in facts:
            self.facts[fact.path] = fact
            self.history.append(fact)
            if fact.state != "open":
                self._events.confirmed(fact.volume, [fact.path])

    def put_report(self, report: ViewingReport) -> None:
        self.reports.append(report)

    def request_space(self) -> None:
        pass


class Client:
    """Speaks to a node as signalling, web and browser do."""

    def __init__(self, port: int, secret: str = SECRET) -> None:
        self.port = port
        self.secret = secret

    def call(
        self, method: str, path: str, body: Any = None, headers: dict[str, str] | None = None
    ) -> tuple[HTTPResponse, bytes]:
        connection = HTTPConnection("127.0.0.1", self.port, timeout=30)
        try:
            connection.request(method, path, None if body is None else json.dumps(body), headers or {})
            response = connection.getresponse()
            return response, response.read()
        finally:
            connection.close()

    def door(self, method: str, path: str, body: Any = None) -> Any:
        response, content = self.call(method, f"/door/{path}", body, {"X-Oversite-Door": self.secret})
        assert response.status < 400, content
        return json.loads(content) if content else None

    def open(self, key: str = "cam-0", **changes: Any) -> int:
        """Open a receiver and give its port."""
        spec = {
            "stream_key": key,
            "camera_uid": UID,
            "gb_id": GB_ID,
            "site_code": "F001",
            "stream": 0,
            "kind": "live",
            "transport": "udp",
            "ssrc": SSRC,
            "record": False,
            "clock_offset_ms": 120,
            "port": None,
        } | changes
        return int(self.door("POST", "receivers", spec)["port"])

    def status(self, key: str = "cam-0", stage: str = "", timeout_ms: int = 8000) -> Any:
        query = f"?stage={stage}&timeout_ms={timeout_ms}" if stage else ""
        return self.door("GET", f"receivers/{key}{query}")

    def ticket(self, kind: str = "live", viewing_id: str = "1", key: str = "cam-0", **more: Any) -> str:
        token = f"{kind}-{viewing_id}-".ljust(32, "x")
        self.door(
            "POST", "tickets", {"ticket": token, "kind": kind, "viewing_id": viewing_id, "stream_key": key} | more
        )
        return token

    def watch(self, token: str, origin: str | None = None) -> ClientConnection:
        return connect(
            f"ws://127.0.0.1:{self.port}/live/{token}",
            origin=origin,  # type: ignore[arg-type]
            compression=None,
            max_size=None,
            open_timeout=10,
        )


class RunningNode:
    """A node on free ports, its loop in a thread of its own."""

    def __init__(self, settings: Config) -> None:
        self.config = settings
        self.node = MediaNode(settings, 0, SECRET, make_store=RememberingStore)
        self.client = Client(self.node.port)
        self.thread = threading.Thread(target=self.node.run)
        self.node.start()
        self.thread.start()

    @property
    def store(self) -> RememberingStore:
        assert isinstance(self.node.store, RememberingStore)
        return self.node.store

    @property
    def root(self) -> Path:
        return self.config.recordings_dir

    def facts(self, state: str) -> list[SegmentFact]:
        return [fact for fact in list(self.store.facts.values()) if fact.state == state]

    def close(self) -> None:
        if self.thread.is_alive():
            self.node.stop()
            self.thread.join(20)
            self.node.close()
        assert self.node.loop.faults == 0, "the loop had to outlive a fault of ours"


@pytest.fixture
def settings(tmp_path: Path) -> Config:
    return replace(config.current(), data_dir=tmp_path, media_port=0, rtp_ports=free_ports(40), signalling_door_port=1)


@pytest.fixture
def running(settings: Config) -> Iterator[RunningNode]:
    node = RunningNode(settings)
    yield node
    node.close()


@pytest.fixture
def client(running: RunningNode) -> Client:
    return running.client


Steady = Callable[..., SteadyCamera]
Udp = Callable[[int], UdpCamera]


@pytest.fixture
def udp() -> Iterator[Udp]:
    """Makes cameras that send on the test's word; closed when it is over."""
    made: list[UdpCamera] = []

    def make(port: int) -> UdpCamera:
        made.append(UdpCamera(port))
        return made[-1]

    yield make
    for camera in made:
        camera.close()


@pytest.fixture
def steady() -> Iterator[Steady]:
    """Makes cameras that send at their own pace until the test is over."""
    made: list[SteadyCamera] = []

    def make(port: int, **options: Any) -> SteadyCamera:
        made.append(SteadyCamera(port, **options))
        return made[-1]

    yield make
    for camera in made:
        camera.close()
