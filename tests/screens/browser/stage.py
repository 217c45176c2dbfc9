"""The sample's pages and a stand-in for the media service, each on a free port of its own."""

import asyncio
import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from socketserver import ThreadingMixIn
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

from django.contrib.staticfiles.handlers import StaticFilesHandler
from django.core.handlers.wsgi import WSGIHandler
from websockets.asyncio.server import ServerConnection, serve
from websockets.exceptions import ConnectionClosed

from screens.browser.footage import MIME, Footage


@dataclass
class LiveScript:
    """What the stand-in sends to the next viewers, and what they said."""

    footage: Footage
    pace_s: float = 0.2
    skip: frozenset[int] = frozenset()
    mime: str = MIME
    close_after: int | None = None
    connections: int = 0
    heard: list[str] = field(default_factory=list)


async def play(connection: ServerConnection, script: LiveScript) -> None:
    """Announce, then a burst of one group of pictures as the cache holds it, then live at the given pace."""
    script.connections += 1

    async def listen() -> None:
        with suppress(ConnectionClosed):
            async for message in connection:
                script.heard.append(str(message))

    listener = asyncio.create_task(listen())
    news = {"mime": script.mime, "codec": "h264", "width": 320, "height": 176}
    with suppress(ConnectionClosed):
        await connection.send(json.dumps(news))
        await connection.send(script.footage.init)
        for number, (data, *_times) in enumerate(script.footage.fragments):
            if number == script.close_after:
                script.close_after = None
                break
            if number not in script.skip:
                await connection.send(data)
            if number >= 5:
                await asyncio.sleep(script.pace_s)
    await connection.close()
    listener.cancel()


@contextmanager
def live_service(script: LiveScript) -> Iterator[int]:
    """A WebSocket server in a thread; gives its port."""
    started, ports = threading.Event(), list[int]()
    loop = asyncio.new_event_loop()
    stop = loop.create_future()

    async def run() -> None:
        async with serve(lambda connection: play(connection, script), "127.0.0.1", 0, max_size=None) as server:
            ports.append(next(iter(server.sockets)).getsockname()[1])
            started.set()
            await stop

    thread = threading.Thread(target=lambda: loop.run_until_complete(run()), daemon=True)
    thread.start()
    started.wait(10)
    try:
        yield ports[0]
    finally:
        loop.call_soon_threadsafe(stop.set_result, None)
        thread.join(10)
        loop.close()


@contextmanager
def recording_service(files: dict[str, bytes]) -> Iterator[tuple[int, list[str]]]:
    """An HTTP server that answers ranges, as the media service does; gives its port and the ranges asked for."""
    asked: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.answer(files.get(self.path.lstrip("/")))

        def do_OPTIONS(self) -> None:
            self.answer(b"")

        def answer(self, content: bytes | None) -> None:
            span = self.headers.get("Range", "")
            self.send_response(404 if content is None else 206 if span else 200)
            body = content or b""
            if span:
                asked.append(f"{self.path} {span}")
                first, last = (int(number) for number in span.removeprefix("bytes=").split("-"))
                body = body[first : last + 1]
            self.send_header("Access-Control-Allow-Origin", "*")
            self.send_header("Access-Control-Allow-Headers", "Range")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_args: Any) -> None:
            pass

    with running(ThreadingHTTPServer(("127.0.0.1", 0), Handler)) as port:
        yield port, asked


class Quiet(WSGIRequestHandler):
    """Says nothing."""

    def log_message(self, *_args: Any) -> None:
        pass


class PageServer(ThreadingMixIn, WSGIServer):
    """One thread for each request."""

    daemon_threads = True


@contextmanager
def page_service() -> Iterator[int]:
    """The sample's pages with the built front end."""
    application: Callable[..., Any] = StaticFilesHandler(WSGIHandler())
    server = make_server("127.0.0.1", 0, application, server_class=PageServer, handler_class=Quiet)
    with running(server) as port:
        yield port


@contextmanager
def running(server: Any) -> Iterator[int]:
    """Serve in a thread until the end of the block."""
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield server.server_address[1]
    finally:
        server.shutdown()
        server.server_close()
        thread.join(10)
