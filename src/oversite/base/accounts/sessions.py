"""How long a session lives: fifteen minutes after the last thing its user did."""

from datetime import datetime, timedelta

from django.http import HttpRequest

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
    if ACTIVE_AT not in request.session:
        return IDLE
    active_at = float(request.session[ACTIVE_AT])
    return IDLE - timedelta(seconds=now.timestamp() - active_at)


def extend(request: HttpRequest, now: datetime) -> None:
    """Count from now, writing at most every `WRITE_EVERY`."""
    if ACTIVE_AT not in request.session or IDLE - left(request, now) >= WRITE_EVERY:
        start(request, now)


def is_use(request: HttpRequest) -> bool:
    """Whether the request shows that somebody is there: a page opened, a form sent, a part of a page asked for.

    What a script fetches by itself (polling, the event stream) is not; nor is anything marked with `POLL_HEADER`.
    """
    if POLL_HEADER in request.headers or request.headers.get("Accept") == "text/event-stream":
        return False
    if request.method not in {"GET", "HEAD"}:
        return True
    return (
        request.headers.get("HX-Request") == "true" or request.headers.get("Sec-Fetch-Mode", "navigate") == "navigate"
    )
