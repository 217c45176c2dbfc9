"""HTTP/1.1 between processes on h11: a small server for our door, a small client for the media door."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any, Final

import h11
import structlog

log = structlog.get_logger("oversite.signalling")

MAX_BODY_BYTES: Final = 1024 * 1024
MAX_ANSWER_BYTES: Final = 16 * 1024 * 1024
READ_BYTES: Final = 65_536
REQUEST_WITHIN_S: Final = 10.0
IDLE_S: Final = 60.0
SECRET_HEADER: Final = "x-oversite-door"  # noqa: S105 - the name of the header


class HttpFailed(Exception):
    """The other process did not answer, or not in HTTP."""


@dataclass(frozen=True, slots=True)
class HttpRequest:
    """`path` without query; header names in lower case."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes

    def json(self) -> dict[str, Any]:
        """The body as an object; raises ValueError for anything else."""
        value = json.loads(self.body or b"{}")
        if not isinstance(value, dict):
            raise ValueError("body is not a JSON object")
        return value


@dataclass(frozen=True, slots=True)
class HttpResponse:
    """Status and body; `of` makes one from JSON."""

    status: int
    body: bytes = b""
    content_type: str = "application/json"
    headers: dict[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, status: int, value: Any) -> HttpResponse:
        return cls(status, json.dumps(value, ensure_ascii=True).encode())

    def json(self) -> Any:
        """The body as JSON; None when it is none."""
        try:
            return json.loads(self.body)
        except ValueError:
            return None


Handler = Callable[[HttpRequest], Awaitable[HttpResponse]]


class HttpServer:
    """Serves one handler on loopback; a slow, oversize or broken client only loses its own connection."""

    def __init__(self, handler: Handler) -> None:
        self._handler = handler
        self._server: asyncio.Server | None = None
        self._connections: set[asyncio.Task[None]] = set()
        self.port = 0

    async def start(self, host: str, port: int) -> None:
        """Listen; port 0 takes a free one. Raises OSError."""
        self._server = await asyncio.start_server(self._serve, host, port)
        self.port = self._server.sockets[0].getsockname()[1]

    async def stop(self) -> None:
        if self._server is not None:
            self._server.close()
        for task in list(self._connections):
            task.cancel()
        await asyncio.gather(*self._connections, return_exceptions=True)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._connections.add(task)
        connection = h11.Connection(h11.SERVER, max_incomplete_event_size=16_384)
        try:
            while await self._serve_one(connection, reader, writer):
                connection.start_next_cycle()
        except (h11.ProtocolError, OSError, TimeoutError):
            pass
        except asyncio.CancelledError:
            pass  # the server stops
        finally:
            self._connections.discard(task)
            writer.close()

    async def _serve_one(
        self, connection: h11.Connection, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> bool:
        request = await _read_request(connection, reader)
        if request is None:
            return False
        response = (
            HttpResponse.of(413, {"reason": "body is too long"})
            if len(request.body) > MAX_BODY_BYTES
            else await self._answer(request)
        )
        headers = [("Content-Type", response.content_type), ("Content-Length", str(len(response.body)))]
        headers += list(response.headers.items())
        for event in (
            h11.Response(status_code=response.status, headers=headers),
            h11.Data(data=response.body),
            h11.EndOfMessage(),
        ):
            writer.write(connection.send(event) or b"")
        await writer.drain()
        return connection.our_state is h11.DONE and connection.their_state is h11.DONE

    async def _answer(self, request: HttpRequest) -> HttpResponse:
        try:
            return await self._handler(request)
        except ValueError as error:
            return HttpResponse.of(400, {"reason": str(error)})
        except Exception:
            log.exception("door_failed", path=request.path)
            return HttpResponse.of(500, {"reason": "internal error"})


async def call(
    method: str, host: str, port: int, path: str, *, secret: str, body: Any = None, within_s: float = 5.0
) -> HttpResponse:
    """One request on a connection of its own; raises HttpFailed."""
    data = b"" if body is None else json.dumps(body).encode()
    headers = [("Host", f"{host}:{port}"), (SECRET_HEADER, secret), ("Connection", "close")]
    headers += [("Content-Type", "application/json"), ("Content-Length", str(len(data)))]
    connection = h11.Connection(h11.CLIENT)
    try:
        async with asyncio.timeout(within_s):
            reader, writer = await asyncio.open_connection(host, port)
            try:
                request = h11.Request(method=method, target=path, headers=headers)
                for event in (request, h11.Data(data=data), h11.EndOfMessage()):
                    writer.write(connection.send(event) or b"")
                return await _read_response(connection, reader)
            finally:
                writer.close()
    except TimeoutError:
        raise HttpFailed("no answer in time") from None
    except (OSError, h11.ProtocolError) as error:
        raise HttpFailed(str(error)) from error


async def _read_request(connection: h11.Connection, reader: asyncio.StreamReader) -> HttpRequest | None:
    head: h11.Request | None = None
    body = bytearray()
    within_s = IDLE_S
    while True:
        event = connection.next_event()
        if event is h11.NEED_DATA:
            async with asyncio.timeout(within_s):
                connection.receive_data(await reader.read(READ_BYTES))
            within_s = REQUEST_WITHIN_S
        elif isinstance(event, h11.Request):
            head = event
        elif isinstance(event, h11.Data):
            if len(body) <= MAX_BODY_BYTES:
                body += event.data
        elif isinstance(event, h11.EndOfMessage) and head is not None:
            headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in head.headers}
            path = head.target.decode("latin-1").partition("?")[0]
            return HttpRequest(head.method.decode("ascii"), path, headers, bytes(body))
        else:
            return None


async def _read_response(connection: h11.Connection, reader: asyncio.StreamReader) -> HttpResponse:
    status, content_type = 0, ""
    body = bytearray()
    while True:
        event = connection.next_event()
        if event is h11.NEED_DATA:
            connection.receive_data(await reader.read(READ_BYTES))
        elif isinstance(event, h11.Response):
            status = event.status_code
            content_type = dict(event.headers).get(b"content-type", b"").decode("latin-1")
        elif isinstance(event, h11.Data):
            body += event.data
            if len(body) > MAX_ANSWER_BYTES:
                raise HttpFailed("answer is too long")
        elif isinstance(event, h11.EndOfMessage):
            return HttpResponse(status, bytes(body), content_type)
        elif not isinstance(event, h11.InformationalResponse):
            raise HttpFailed("connection ended early")
