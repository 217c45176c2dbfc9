"""The ASGI application of the web process: pages by Django, steering over a WebSocket."""

import os
from collections.abc import Awaitable, Callable
from typing import Any

import django
from asgiref.sync import ThreadSensitiveContext

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "oversite.project.settings")
django.setup(set_prefix=False)

from oversite.project.pages import Pages  # noqa: E402 - the apps must be ready first
from oversite.video.control.socket import steer  # noqa: E402

pages = Pages()

STEER_PATH = "/ws/steer/"

Scope = dict[str, Any]
Receive = Callable[[], Awaitable[dict[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]


async def application(scope: Scope, receive: Receive, send: Send) -> None:
    """Hand each connection to its half; a WebSocket at any other address is closed."""
    if scope["type"] == "http":
        await pages(scope, receive, send)
    elif scope["type"] == "websocket" and scope["path"].startswith(STEER_PATH):
        async with ThreadSensitiveContext():
            await steer({**scope, "camera_uid": scope["path"].removeprefix(STEER_PATH)}, receive, send)
    elif scope["type"] == "websocket":
        await receive()
        await send({"type": "websocket.close", "code": 4404})
