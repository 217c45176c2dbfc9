"""The ASGI application behind `/ws/steer/<camera_uid>`: sign-in by session cookie, origin checked, one per pad.

The asyncio half only moves messages; what they do is in `steering.py`. One poll of the lease per connection and half
second tells everybody who looks at the pad who steers; a change in this process is told at once.
"""

import asyncio
import contextlib
import json
import time
from collections.abc import Awaitable, Callable, Iterator
from http.cookies import CookieError, SimpleCookie
from typing import Any, TypeAlias
from urllib.parse import urlsplit
from uuid import UUID

from asgiref.sync import sync_to_async
from django.conf import settings
from django.db import connections
from django.utils import translation

from oversite.base.accounts.queries import user_of_session
from oversite.base.audit.actions import record_refusal
from oversite.base.audit.origin import from_origin
from oversite.common import config
from oversite.common.errors import Refused
from oversite.video.cameras import queries as register
from oversite.video.control.steering import BadMessage, Message, Steering, refusal

Scope: TypeAlias = dict[str, Any]
Receive: TypeAlias = Callable[[], Awaitable[dict[str, Any]]]
Send: TypeAlias = Callable[[dict[str, Any]], Awaitable[None]]

LOOK_S = 0.5
RIGHTS_S = 15.0
VERIFY_AFTER_S = 1.0
RELEASE_LOST_S = 2.0
MESSAGE_BYTES_MAX = 2048
MESSAGES_PER_S = 20.0

UNAUTHORISED, FORBIDDEN, NOT_FOUND, TOO_MUCH = 4401, 4403, 4404, 4429

_watchers: dict[str, set[asyncio.Event]] = {}
"""Camera uid → the connections of this process that look at it."""


async def steer(scope: Scope, receive: Receive, send: Send) -> None:
    """Serve one connection; `scope["camera_uid"]` names the camera."""
    message = await receive()
    if message["type"] != "websocket.connect":
        return
    opened = await _open(scope)
    if isinstance(opened, int):
        await send({"type": "websocket.accept"})
        await send({"type": "websocket.close", "code": opened})
        return
    await send({"type": "websocket.accept"})
    await _Connection(opened, scope, receive, send).run()


class _Connection:
    """One accepted connection."""

    def __init__(self, steering: Steering, scope: Scope, receive: Receive, send: Send) -> None:
        self.steering = steering
        self.receive = receive
        self.send = send
        self.origin = _client(scope)
        self.session_key = _session_key(scope)
        self.changed = asyncio.Event()
        self.busy = asyncio.Lock()
        self.allowance = MESSAGES_PER_S
        self.counted_at = time.monotonic()

    async def run(self) -> None:
        """Until the browser goes, the session ends or the right does."""
        with _watching(str(self.steering.camera.uid), self.changed):
            tasks = [asyncio.create_task(self._watch()), asyncio.create_task(self._listen())]
            try:
                await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
            finally:
                for task in tasks:
                    task.cancel()
                await asyncio.gather(*tasks, return_exceptions=True)
                await self._call(lambda: self.steering.finish(time.monotonic()))

    async def _listen(self) -> None:
        while True:
            event = await self.receive()
            if event["type"] == "websocket.disconnect":
                return
            answers = await self._answer(event.get("text") or "")
            if answers is None:
                await self.send({"type": "websocket.close", "code": TOO_MUCH})
                return
            await self._tell(answers)

    async def _answer(self, text: str) -> list[Message] | None:
        """The answers to one message; none when the peer sends too much."""
        if len(text) > MESSAGE_BYTES_MAX or not self._may_speak():
            return None
        try:
            message = json.loads(text)
            if not isinstance(message, dict):
                raise BadMessage("a message is an object")
        except ValueError as error:
            return [{"type": "bad", "message": str(error)[:100]}]
        answers: list[Message] = await self._call(lambda: self._handle(message))
        if message.get("type") in {"take", "release"}:
            _wake(str(self.steering.camera.uid), but=self.changed)
        if message.get("type") == "take" and self.steering.was_mine:
            await self._call(self.steering.remember_picture)
        return answers

    def _handle(self, message: Message) -> list[Message]:
        try:
            return self.steering.handle(message, time.monotonic())
        except Refused as refused:
            record_refusal(refused, actor=self.steering.user, subject=self.steering.camera)
            return [refusal(refused)]
        except BadMessage as error:
            return [{"type": "bad", "message": str(error)}]

    async def _watch(self) -> None:
        """Tell of changes of the lease, check the right now and then, look whether the camera turned."""
        checked_at = time.monotonic()
        await self._tell(await self._call(lambda: self.steering.look(force=True)))
        while True:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self.changed.wait(), LOOK_S)
            self.changed.clear()
            now = time.monotonic()
            await self._tell(await self._call(lambda now=now: self._round(now)))  # type: ignore[misc]
            if now - checked_at >= RIGHTS_S:
                checked_at = now
                if code := await self._call(self._lost_right):
                    await self.send({"type": "websocket.close", "code": code})
                    return

    def _lost_right(self) -> int:
        """The code to close with when the session ended or the right did; 0 while both stand."""
        if user_of_session(self.session_key) is None:
            return UNAUTHORISED
        return 0 if self.steering.may_still_steer() else FORBIDDEN

    def _round(self, now: float) -> list[Message]:
        steering = self.steering
        messages = steering.look()
        if steering.movement is not None and now - steering.sent_at > RELEASE_LOST_S:
            messages += steering.finish(now)
        if steering.to_verify and now - steering.sent_at > VERIFY_AFTER_S:
            messages += steering.verify()
        return messages

    async def _call(self, work: Callable[[], Any]) -> Any:
        """Run database work in this connection's thread, one piece at a time."""
        async with self.busy:
            return await sync_to_async(_in_database)(work, self.origin)

    async def _tell(self, messages: list[Message]) -> None:
        for message in messages:
            await self.send({"type": "websocket.send", "text": json.dumps(message, ensure_ascii=False)})

    def _may_speak(self) -> bool:
        now = time.monotonic()
        self.allowance = min(MESSAGES_PER_S, self.allowance + (now - self.counted_at) * MESSAGES_PER_S)
        self.counted_at = now
        self.allowance -= 1
        return self.allowance >= 0


async def _open(scope: Scope) -> Steering | int:
    """Whoever connects, judged: the steering of one camera, or the code to close with."""
    headers = _headers(scope)
    if not is_own_origin(headers.get("origin", ""), headers.get("host", "")):
        return FORBIDDEN
    session_key = _session_key(scope)
    if not session_key:
        return UNAUTHORISED
    try:
        uid = UUID(scope["camera_uid"])
    except ValueError:
        return NOT_FOUND
    found: Steering | int = await sync_to_async(_in_database)(lambda: _steering(session_key, uid), _client(scope))
    return found


def _headers(scope: Scope) -> dict[str, str]:
    return {key.decode("latin-1").lower(): value.decode("latin-1") for key, value in scope["headers"]}


def _session_key(scope: Scope) -> str:
    try:
        cookies = SimpleCookie(_headers(scope).get("cookie", ""))
    except CookieError:
        return ""
    cookie = cookies.get(settings.SESSION_COOKIE_NAME)
    return "" if cookie is None else cookie.value


def _steering(session_key: str, uid: UUID) -> Steering | int:
    user = user_of_session(session_key)
    if user is None:
        return UNAUTHORISED
    camera = register.camera(user, uid, "video.steer")
    return NOT_FOUND if camera is None else Steering(user, camera)


def is_own_origin(origin: str, host: str) -> bool:
    """Whether a page of ours opened the connection: the very host that was asked, or the public address."""
    if not origin or not host:
        return False
    return urlsplit(origin).netloc.lower() == host.lower() or origin == config.current().web_url


def _in_database(work: Callable[[], Any], origin: str) -> Any:
    for connection in connections.all(initialized_only=True):
        if not connection.in_atomic_block:
            connection.close_if_unusable_or_obsolete()
    with from_origin(origin), translation.override(settings.LANGUAGE_CODE):
        return work()


def _client(scope: Scope) -> str:
    client = scope.get("client")
    return str(client[0]) if client else ""


@contextlib.contextmanager
def _watching(camera_uid: str, event: asyncio.Event) -> Iterator[None]:
    watchers = _watchers.setdefault(camera_uid, set())
    watchers.add(event)
    try:
        yield
    finally:
        watchers.discard(event)
        if not watchers:
            _watchers.pop(camera_uid, None)


def _wake(camera_uid: str, but: asyncio.Event) -> None:
    for event in _watchers.get(camera_uid, ()):
        if event is not but:
            event.set()
