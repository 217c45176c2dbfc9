"""The handler of the pages: one thread for a whole request, lent again, but not while a view still runs in it."""

import asyncio
import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import override_settings
from django.urls import path

from oversite.project.pages import THREADS_KEPT, Pages

ASKED: list[int] = []
GATE = threading.Event()
STARTED = threading.Event()


def watched(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """A middleware that notes its thread on the way in and out."""

    def answer(request: HttpRequest) -> HttpResponse:
        ASKED.append(threading.get_ident())
        response = get_response(request)
        ASKED.append(threading.get_ident())
        return response

    return answer


def quick(_request: HttpRequest) -> HttpResponse:
    ASKED.append(threading.get_ident())
    return HttpResponse(b"quick")


def slow(_request: HttpRequest) -> HttpResponse:
    STARTED.set()
    GATE.wait(10)
    return HttpResponse(b"slow")


async def apart(_request: HttpRequest) -> HttpResponse:
    await asyncio.sleep(0)
    return HttpResponse(b"apart")


urlpatterns = [path("quick", quick), path("slow", slow), path("apart", apart)]


@pytest.fixture
def pages() -> Any:
    ASKED.clear()
    GATE.clear()
    STARTED.clear()
    middleware = [f"{__name__}.watched", "django.middleware.common.CommonMiddleware"]
    with override_settings(ROOT_URLCONF=__name__, MIDDLEWARE=middleware, ALLOWED_HOSTS=["*"]):
        yield Pages()


async def asked(pages: Pages, address: str, *, leaves: asyncio.Event | None = None) -> bytes:
    """The body of the answer; with `leaves` the caller goes away as soon as it is set."""
    scope = {
        "type": "http",
        "method": "GET",
        "path": address,
        "query_string": b"",
        "headers": [(b"host", b"localhost")],
        "asgi": {"version": "3.0"},
    }
    body, told = bytearray(), iter([{"type": "http.request", "body": b"", "more_body": False}])

    async def receive() -> dict[str, Any]:
        for message in told:
            return message
        await (leaves or asyncio.Event()).wait()
        return {"type": "http.disconnect"}

    async def send(message: dict[str, Any]) -> None:
        body.extend(message.get("body", b""))

    await pages(scope, receive, send)
    return bytes(body)


def test_middleware_and_view_share_one_thread_which_the_next_request_gets(pages: Pages) -> None:
    async def twice() -> None:
        assert await asked(pages, "/quick") == b"quick"
        assert await asked(pages, "/quick") == b"quick"

    asyncio.run(twice())
    assert len(ASKED) == 6
    assert len(set(ASKED)) == 1
    assert len(pages.idle) == 1


def test_requests_at_once_have_a_thread_each(pages: Pages) -> None:
    async def at_once() -> list[bytes]:
        waiting = asyncio.create_task(asked(pages, "/slow"))
        await asyncio.to_thread(STARTED.wait, 10)
        first = await asked(pages, "/quick")
        GATE.set()
        return [first, await waiting]

    assert asyncio.run(at_once()) == [b"quick", b"slow"]
    assert len(pages.idle) == 2


def test_a_thread_is_not_lent_while_the_view_of_one_who_left_runs(pages: Pages) -> None:
    async def leave() -> bytes:
        gone = asyncio.Event()
        waiting = asyncio.create_task(asked(pages, "/slow", leaves=gone))
        await asyncio.to_thread(STARTED.wait, 10)
        gone.set()
        await asyncio.wait([waiting], timeout=0.05)
        answer = await asked(pages, "/quick")
        GATE.set()
        await asyncio.wait([waiting])
        return answer

    assert asyncio.run(leave()) == b"quick"


def test_views_that_are_async_are_served_too(pages: Pages) -> None:
    assert asyncio.run(asked(pages, "/apart")) == b"apart"


def test_no_more_threads_wait_than_are_kept(pages: Pages) -> None:
    async def many() -> None:
        waiting = [asyncio.create_task(asked(pages, "/slow")) for _ in range(THREADS_KEPT + 3)]
        await asyncio.to_thread(STARTED.wait, 10)
        GATE.set()
        await asyncio.gather(*waiting)

    asyncio.run(many())
    assert len(pages.idle) <= THREADS_KEPT
