"""The one stream of events of a browser."""

from typing import TYPE_CHECKING

from asgiref.sync import sync_to_async
from django.http import HttpRequest, HttpResponseBase, StreamingHttpResponse
from django.views.decorators.http import require_GET

from oversite.base.events import stream
from oversite.base.events.feed import Viewer

if TYPE_CHECKING:
    from oversite.base.accounts.models import User

ID_DIGITS = 18


@require_GET
async def events(request: HttpRequest) -> HttpResponseBase:
    """Server-Sent Events for the user; anyone who is not signed in gets 401 before this, and the browser gives up."""
    user = await request.auser()
    assert user.is_authenticated
    viewer = await sync_to_async(_viewer)(user)
    return StreamingHttpResponse(
        stream.messages(viewer, _last_event_id(request)),
        content_type="text/event-stream; charset=utf-8",
        headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"},
    )


def _viewer(user: "User") -> Viewer:
    return Viewer(user.pk, user.agency.path, user.permissions)


def _last_event_id(request: HttpRequest) -> int | None:
    text = request.headers.get("Last-Event-ID", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) <= ID_DIGITS else None
