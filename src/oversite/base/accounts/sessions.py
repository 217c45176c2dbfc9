"""How long a session lives: fifteen minutes after the last thing its user did."""

from datetime import datetime, timedelta
from importlib import import_module
from typing import cast

from django.conf import settings
from django.contrib.auth import get_user
from django.http import HttpRequest

from oversite.base.accounts.models import User
from oversite.common import clock

IDLE = timedelta(minutes=15)
WRITE_EVERY = timedelta(seconds=30)
"""How much later the next use is before the session is written again."""
ACTIVE_AT = "oversite_active_at"
POLL_HEADER = "X-Oversite-Poll"
"""Sent by whatever asks by itself, on a timer; such a request never counts as use."""


def start(request: HttpRequest, now: datetime) -> None:
    """Count from now."""
    request.session[ACTIVE_AT] = now.timestamp()


def left(request: HttpRequest, now: datetime) -> timedelta:
    """How long until the session ends if nothing is done; negative when it should have ended."""
    active_at = float(request.session.get(ACTIVE_AT, 0))
    return IDLE - timedelta(seconds=now.timestamp() - active_at)


def extend(request: HttpRequest, now: datetime) -> None:
    """Count from now, writing at most every `WRITE_EVERY`."""
    if IDLE - left(request, now) >= WRITE_EVERY:
        start(request, now)


def is_use(request: HttpRequest) -> bool:
    """Whether the request shows that somebody is there: a page opened, a form sent, a part of a page asked for.

    What a script fetches by itself (polling, the event stream) is not; nor is anything marked with `POLL_HEADER`.
    """
    if POLL_HEADER in request.headers or request.headers.get("Accept") == "text/event-stream":
        return False
    if request.method not in {"GET", "HEAD"}:
        return True
    return request.headers.get("HX-Request") == "true" or request.headers.get("Sec-Fetch-Mode", "navigate") == "navigate"


def user_of_session(session_key: str) -> User | None:
    """The user signed in under a session key, for connections that outlive a request (WebSocket, event stream).

    None when the session ended, idled out, or its user must first change the password or enrol a second factor.
    """
    from oversite.base.accounts.queries import pending_step

    request = HttpRequest()
    request.session = import_module(settings.SESSION_ENGINE).SessionStore(session_key)
    user = get_user(request)
    if not user.is_authenticated or left(request, clock.now()) <= timedelta(0):
        return None
    found = cast("User", user)
    return None if pending_step(found) else found
