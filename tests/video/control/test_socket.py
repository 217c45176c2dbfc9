"""The WebSocket of the steering pad: who gets in, what goes through, what a hostile peer gets (req: A4.2)."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from asgiref.sync import async_to_sync
from django.conf import settings

from oversite.base.audit.models import Entry
from oversite.video.control import socket
from oversite.video.control.models import Lease, Movement

HOST = "wall.example:8000"


class Peer:
    """A browser's end of one connection."""

    def __init__(self, world: Any, session: str, *, origin: str = f"http://{HOST}", camera: str = "") -> None:
        cookie = f"{settings.SESSION_COOKIE_NAME}={session}"
        headers = {"host": HOST, "origin": origin, "cookie": cookie}
        self.scope = {
            "type": "websocket",
            "headers": [(key.encode(), value.encode()) for key, value in headers.items() if value],
            "client": ("10.1.2.3", 5000),
            "camera_uid": camera or str(world.camera.uid),
        }
        self.incoming: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        self.outgoing: asyncio.Queue[dict[str, Any]] = asyncio.Queue()

    async def __aenter__(self) -> "Peer":
        await self.incoming.put({"type": "websocket.connect"})
        self.task = asyncio.create_task(socket.steer(self.scope, self.incoming.get, self.outgoing.put))
        assert (await self.next_event())["type"] == "websocket.accept"
        return self

    async def __aexit__(self, *_error: object) -> None:
        await self.incoming.put({"type": "websocket.disconnect"})
        await asyncio.wait_for(self.task, 10)

    async def say(self, text: str | None = None, **message: Any) -> None:
        await self.incoming.put({"type": "websocket.receive", "text": json.dumps(message) if text is None else text})

    async def next_event(self) -> dict[str, Any]:
        return await asyncio.wait_for(self.outgoing.get(), 10)

    async def hear(self, kind: str) -> dict[str, Any]:
        """The next message of a kind."""
        while True:
            event = await self.next_event()
            if event["type"] != "websocket.send":
                raise AssertionError(event)
            message: dict[str, Any] = json.loads(event["text"])
            if message["type"] == kind:
                return message

    async def closed(self) -> int:
        """The code with which the connection is closed."""
        while (event := await self.next_event())["type"] != "websocket.close":
            pass
        return int(event["code"])


@pytest.fixture
def session_of(sign_in: Any) -> Callable[[Any], str]:
    return lambda user: sign_in(user).cookies[settings.SESSION_COOKIE_NAME].value


def run(play: Callable[[], Awaitable[None]]) -> None:
    async_to_sync(play)()


@pytest.mark.req("A4.2")
def test_taking_moving_losing(world: Any, doors: Any, session_of: Any) -> None:
    branch = session_of(world.person("branch", world.branch, "video.steer"))
    regional = session_of(world.person("regional", world.regional, "video.steer"))

    async def play() -> None:
        async with Peer(world, branch) as near, Peer(world, regional) as far:
            assert (await near.hear("lease"))["lease"] is None
            await near.say(type="take")
            assert (await near.hear("lease"))["lease"]["is_mine"]
            while (told := await far.hear("lease"))["lease"] is None:
                pass
            assert told["may"]["take"] == "special"
            await near.say(type="move", id=7, pan=1)
            assert (await near.hear("state"))["state"] == "acknowledged"
            await far.say(type="take")
            refused = await far.hear("refused")
            assert refused["code"] == "video.control.held"
            assert refused["clause"].endswith("第四条")
            await far.say(type="take", special=True, reason="疫情排查")
            assert (await near.hear("lost"))["by"] == "Regional"

    run(play)
    refusal = Entry.objects.get(act="video.control.held")
    assert (refusal.outcome, refusal.actor, refusal.origin) == ("refused", "regional", "10.1.2.3")
    assert Entry.objects.get(act="video.control.taken").origin == "10.1.2.3"


def test_a_connection_that_breaks_stops_the_camera(world: Any, doors: Any, session_of: Any) -> None:
    branch = session_of(world.person("branch", world.branch, "video.steer"))

    async def play() -> None:
        async with Peer(world, branch) as pad:
            await pad.say(type="take")
            await pad.say(type="move", id=1, pan=1)
            await pad.hear("state")

    run(play)
    assert doors.asked("/door/ptz")[-1]["command"] == {"action": "stop"}
    assert not Movement.objects.filter(ended_at=None).exists()
    assert Lease.objects.get().ended_at is None


@pytest.mark.parametrize(
    ("what", "code"),
    [
        ({"origin": "http://evil.example"}, socket.FORBIDDEN),
        ({"origin": ""}, socket.FORBIDDEN),
        ({"camera": "not-a-uid"}, socket.NOT_FOUND),
        ({"camera": "customs"}, socket.NOT_FOUND),
    ],
)
def test_who_does_not_get_in(world: Any, session_of: Any, what: dict[str, str], code: int) -> None:
    if what.get("camera") == "customs":
        what = {"camera": str(world.customs_camera.uid)}
    session = session_of(world.person("branch", world.branch, "video.steer"))

    async def play() -> None:
        async with Peer(world, session, **what) as pad:
            assert await pad.closed() == code

    run(play)


@pytest.mark.parametrize("session", ["", "nonsense", "x" * 500])
def test_nobody_gets_in_without_a_session(world: Any, session: str) -> None:
    async def play() -> None:
        async with Peer(world, session) as pad:
            assert await pad.closed() == socket.UNAUTHORISED

    run(play)


def test_the_right_to_steer_is_needed(world: Any, session_of: Any) -> None:
    session = session_of(world.person("viewer", world.branch, "video.live"))

    async def play() -> None:
        async with Peer(world, session) as pad:
            assert await pad.closed() == socket.NOT_FOUND

    run(play)


def test_nonsense_is_answered_and_floods_are_cut_off(world: Any, doors: Any, session_of: Any) -> None:
    session = session_of(world.person("branch", world.branch, "video.steer"))

    async def play() -> None:
        async with Peer(world, session) as pad:
            for text in ("{", "[]", '"x"', '{"type": "fly"}', '{"type": "move", "pan": 1e400}', ""):
                await pad.say(text)
                assert (await pad.hear("bad"))["message"]
            await pad.say(type="move", pan=1)
            assert (await pad.hear("refused"))["code"] == "video.control.not-held"
            await pad.say("x" * 5000)
            assert await pad.closed() == socket.TOO_MUCH
        async with Peer(world, session) as pad:
            for _ in range(60):
                await pad.say(type="stop")
            assert await pad.closed() == socket.TOO_MUCH

    run(play)


@pytest.mark.parametrize(
    ("origin", "host", "is_own"),
    [
        ("http://a:8000", "a:8000", True),
        ("https://A:8000", "a:8000", True),
        ("http://a:8001", "a:8000", False),
        ("null", "a:8000", False),
        ("", "", False),
    ],
)
def test_origins(origin: str, host: str, is_own: bool) -> None:
    assert socket.is_own_origin(origin, host) is is_own
