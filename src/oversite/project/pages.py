"""Django's handler for the pages, with one step from the event loop into a thread and back for each request.

Left to itself Django goes that way for each middleware and once more for the view, in a new thread with a new
connection to the database for each request: most of what a small page costs.
"""

from collections import deque
from typing import Any, Final

from asgiref.sync import AsyncToSync, SyncToAsync, ThreadSensitiveContext, sync_to_async
from django.core.handlers.asgi import ASGIHandler
from django.http import HttpRequest, HttpResponseBase

THREADS_KEPT: Final = 8
"""Threads that wait for the next request; more are made as they are needed, and end with their request."""


class Pages(ASGIHandler):
    """Everything below the middleware that only speaks async (static files) runs in the request's thread in one go.

    A request has a thread for itself as long as it lasts; the thread serves another one afterwards, with the
    connection to the database that it has.
    """

    def __init__(self) -> None:
        super().__init__()
        self.idle: deque[ThreadSensitiveContext] = deque()
        self.busy: set[int] = set()

    def load_middleware(self, is_async: bool = False) -> None:
        """Build the chain from the view upwards as if for WSGI, and enter it at the first part that is async."""
        del is_async
        super().load_middleware(is_async=False)
        chain: Any = self._middleware_chain  # type: ignore[has-type]
        self._middleware_chain = chain.awaitable if isinstance(chain, AsyncToSync) else sync_to_async(chain)

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Serve one request in a thread that waits, or in a new one."""
        thread = self.idle.pop() if self.idle else ThreadSensitiveContext()
        token = SyncToAsync.thread_sensitive_context.set(thread)
        try:
            await self.handle(scope, receive, send)
        finally:
            SyncToAsync.thread_sensitive_context.reset(token)
            self._keep(thread)

    def _get_response(self, request: HttpRequest) -> HttpResponseBase:
        """The view; whoever went away while it runs leaves its thread busy."""
        thread = id(SyncToAsync.thread_sensitive_context.get())
        self.busy.add(thread)
        try:
            answer: HttpResponseBase = super()._get_response(request)  # type: ignore[misc] # not in the stubs
            return answer
        finally:
            self.busy.discard(thread)

    def _keep(self, thread: ThreadSensitiveContext) -> None:
        if len(self.idle) < THREADS_KEPT and id(thread) not in self.busy:
            self.idle.append(thread)
        elif (executor := SyncToAsync.context_to_thread_executor.pop(thread, None)) is not None:
            executor.shutdown(wait=False)
