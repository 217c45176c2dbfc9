"""What an officer does, done without a browser: every step through the product's own door."""

import json
import secrets
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect
from websockets.typing import Origin

from oversite.common.errors import OversiteError
from oversite.project.demo.account import Account
from oversite.project.selftest.visitor import Answer, Visitor

ONLINE_WITHIN_S = 40


class StepFailed(OversiteError):
    """Something that must work did not; the text says what was expected and what came."""


@dataclass(slots=True)
class Officer:
    """Somebody signed in; `cameras` are those they see, by name."""

    visitor: Visitor
    account: Account
    cameras: dict[str, str] = field(default_factory=dict)

    @classmethod
    def sign_in(cls, visitor: Visitor, account: Account) -> "Officer":
        """Sign in with the printed password and choose another, as the first sign-in asks."""
        visitor.get("/accounts/login/")
        visitor.post("/accounts/login/", {"login": account.username, "password": account.password})
        fresh = f"Aa1-{secrets.token_urlsafe(12)}"
        visitor.get("/accounts/password/")
        changed = visitor.post(
            "/accounts/password/", {"oldpassword": account.password, "password1": fresh, "password2": fresh}
        )
        if "/accounts/login" in changed.url or changed.status >= 400:
            raise StepFailed(f"{account.username} could not sign in: {changed.status} at {changed.url}")
        return cls(visitor, account)

    def await_cameras(self, count: int) -> None:
        """Wait until `count` cameras of the tree are online; raises `StepFailed`."""
        deadline = time.monotonic() + ONLINE_WITHIN_S
        online: dict[str, str] = {}
        while time.monotonic() < deadline:
            nodes = expect(self.visitor.get("/cameras/tree.json", wants_json=True), 200).json()["nodes"]
            self.cameras = {camera["name"]: camera["uid"] for camera in _cameras(nodes)}
            online = {camera["name"]: camera["uid"] for camera in _cameras(nodes) if camera["online"]}
            if len(online) >= count:
                return
            time.sleep(0.3)
        raise StepFailed(f"{len(online)} of {count} cameras came online: {sorted(online)}")

    def open_live(self, camera: str, stream: int = 0) -> dict[str, Any]:
        """Open a camera's live picture; raises `StepFailed` with the stage that failed."""
        answer = self.visitor.post_json(f"/video/live/{self.cameras[camera]}", {"stream": stream})
        opened: dict[str, Any] = expect(answer, 200).json()
        return opened

    @contextmanager
    def pad(self, camera: str) -> Iterator["Pad"]:
        """Open the pan-tilt pad of a camera."""
        url = f"ws{self.visitor.origin.removeprefix('http')}/ws/steer/{self.cameras[camera]}"
        cookies = {"Cookie": self.visitor.cookies()}
        with connect(url, origin=Origin(self.visitor.origin), additional_headers=cookies, open_timeout=10) as socket:
            yield Pad(socket)


@dataclass(slots=True)
class Pad:
    """An open pad: what it was told last."""

    socket: ClientConnection
    told: list[dict[str, Any]] = field(default_factory=list)

    def ask(self, **message: object) -> None:
        """Send a message."""
        self.socket.send(json.dumps(message))

    def await_message(self, kind: str, within_s: float = 8.0, **values: object) -> dict[str, Any]:
        """The next message of a kind with these values; raises `StepFailed`."""
        deadline = time.monotonic() + within_s
        seen: list[dict[str, Any]] = []
        while (left := deadline - time.monotonic()) > 0:
            try:
                message: dict[str, Any] = json.loads(self.socket.recv(timeout=left))
            except TimeoutError:
                break
            except ConnectionClosed as closed:
                raise StepFailed(f"the pad was closed: {closed}") from closed
            seen.append(message)
            self.told.append(message)
            if message["type"] == kind and all(message.get(name) == value for name, value in values.items()):
                return message
        raise StepFailed(f"the pad never said {kind} {values}; it said {seen}")

    def await_lease(self, *, is_mine: bool) -> dict[str, Any]:
        """Wait until the lease is (or is not) one's own."""
        while True:
            message = self.await_message("lease")
            lease = message["lease"]
            if bool(lease and lease["is_mine"]) == is_mine:
                return message

    def hold(self, seconds: float, **direction: int) -> None:
        """Hold a direction as a finger does, then let go."""
        until = time.monotonic() + seconds
        number = 0
        while time.monotonic() < until:
            number += 1
            self.ask(type="move", id=number, speed=200, **direction)
            time.sleep(0.3)
        self.ask(type="stop")


def expect(answer: Answer, status: int) -> Answer:
    """The answer, if it has the status; raises `StepFailed` with the beginning of what came instead."""
    if answer.status != status:
        raise StepFailed(f"{answer.url}: {answer.status} instead of {status}: {answer.text[:400]}")
    return answer


def _cameras(nodes: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    for node in nodes:
        if node.get("kind") == "camera":
            yield node
        yield from _cameras(node.get("children") or node.get("nodes") or [])
