"""The one place in which a request meets the audit: where it comes from, and what was refused to it."""

from collections.abc import Awaitable
from typing import TYPE_CHECKING, cast

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils.deprecation import MiddlewareMixin

from oversite.base.audit.actions import record_refusal
from oversite.base.audit.origin import from_origin
from oversite.common.errors import Refused

if TYPE_CHECKING:
    from oversite.base.audit.actions import Actor


class AuditMiddleware(MiddlewareMixin):
    """Rows of a request carry its address; a `Refused` becomes a row and a page, a notice or JSON.

    A page that catches a refusal to show it inside itself leaves it at `request.refused`, and it becomes a row as well.
    """

    def __call__(self, request: HttpRequest) -> HttpResponseBase | Awaitable[HttpResponseBase]:
        """Answer, with the address known to every row."""
        if self.async_mode:
            return self._answer_async(request)
        with from_origin(request.META.get("REMOTE_ADDR", "")):
            response = cast("HttpResponseBase", self.get_response(request))
            self._record_shown(request)
            return response

    async def _answer_async(self, request: HttpRequest) -> HttpResponseBase:
        from asgiref.sync import sync_to_async

        with from_origin(request.META.get("REMOTE_ADDR", "")):
            response = await cast("Awaitable[HttpResponseBase]", self.get_response(request))
            if hasattr(request, "refused"):
                await sync_to_async(self._record_shown)(request)
            return response

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Turn a refusal into an answer; anything else stays an error."""
        if not isinstance(exception, Refused):
            return None
        from oversite.screens.errors import refusal_response

        _write(request, exception)
        return refusal_response(request, exception)

    def _record_shown(self, request: HttpRequest) -> None:
        refused = getattr(request, "refused", None)
        if isinstance(refused, Refused):
            _write(request, refused)


def _write(request: HttpRequest, refused: Refused) -> None:
    actor = cast("Actor", getattr(request, "user", None))
    record_refusal(refused, actor=actor, subject=getattr(request, "subject", None))
