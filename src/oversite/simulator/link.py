"""A device's line to its server: the SIP endpoint of `protocol` on a UDP socket or a TCP connection."""

from __future__ import annotations

import asyncio
import contextlib
import re
import secrets
import time
from collections.abc import Callable
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import Final

from oversite.protocol.errors import PeerError
from oversite.protocol.sip.endpoint import Endpoint
from oversite.protocol.sip.events import (
    AckReceived,
    CancelReceived,
    Event,
    RequestReceived,
    ResponseReceived,
    TransactionId,
    TransactionTimedOut,
)
from oversite.protocol.sip.framing import StreamFramer
from oversite.protocol.sip.message import Request, Response
from oversite.protocol.sip.transport import Address, Transport
from oversite.simulator.misbehaviour import Misbehaviour

USER_AGENT: Final = "Oversite simulator"
_LENGTH = re.compile(rb"(?m)^Content-Length: (\d+)")
_PIECE = 700


class NoAnswer(Exception):
    """The server did not answer, or the line is down."""


@dataclass(frozen=True, slots=True)
class Server:
    """Where a device registers."""

    host: str
    port: int
    server_id: str
    domain: str


class Link:
    """Moves bytes and timers for one endpoint.

    Requests of the server go to `received`; `closed` is called when the line is down.
    """

    def __init__(
        self,
        server: Server,
        transport: Transport,
        faults: AbstractSet[Misbehaviour],
        received: Callable[[RequestReceived | AckReceived | CancelReceived], None],
        closed: Callable[[], None],
        *,
        local_host: str = "",
    ) -> None:
        self.server = server
        self.endpoint = Endpoint(user_agent=USER_AGENT, fresh=lambda _: secrets.token_hex(8))
        self.faults = faults
        self.local = Address(local_host or "0.0.0.0", 0, transport)  # noqa: S104
        self._transport = transport
        self._received = received
        self._closed = closed
        self._waiting: dict[TransactionId, asyncio.Future[Response]] = {}
        self._datagrams: asyncio.DatagramTransport | None = None
        self._stream: asyncio.Transport | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._flow = 0

    @property
    def is_open(self) -> bool:
        return self._datagrams is not None or self._stream is not None

    @property
    def to(self) -> Address:
        """The server's end."""
        return Address(self.server.host, self.server.port, self._transport, self._flow)

    async def open(self) -> None:
        """Open the socket or connection; raises `OSError`."""
        loop = asyncio.get_running_loop()
        here = None if self.local.host == "0.0.0.0" else (self.local.host, 0)  # noqa: S104
        target = (self.server.host, self.server.port)
        if self._transport == "UDP":
            self._datagrams, _ = await loop.create_datagram_endpoint(
                lambda: _UdpWire(self), remote_addr=target, local_addr=here
            )
            host, port = self._datagrams.get_extra_info("sockname")[:2]
        else:
            self._flow += 1
            flow = self._flow
            self._stream, _ = await loop.create_connection(lambda: _TcpWire(self, flow), *target, local_addr=here)
            host, port = self._stream.get_extra_info("sockname")[:2]
        self.local = Address(host, port, self._transport, self._flow)

    def close(self) -> None:
        """Close the line at once; whoever waits for an answer gets none."""
        was_open = self.is_open
        for wire in (self._datagrams, self._stream):
            if wire is not None:
                wire.close()
        self._datagrams = self._stream = None
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        for waiting in self._waiting.values():
            if not waiting.done():
                waiting.set_exception(NoAnswer("the line was closed"))
        self._waiting.clear()
        if was_open:
            self._closed()

    async def request(self, request: Request) -> Response:
        """Send a request and wait for its final answer; raises `NoAnswer`."""
        if not self.is_open:
            raise NoAnswer("the line is down")
        if Misbehaviour.UNKNOWN_ROUTE in self.faults:
            request.headers.add("Route", "<sip:nobody@203.0.113.9;lr>")
        answer: asyncio.Future[Response] = asyncio.get_running_loop().create_future()
        transaction = self.endpoint.request(request, self.to, self._named_local(), time.monotonic())
        self._waiting[transaction] = answer
        self.flush()
        try:
            return await answer
        finally:
            self._waiting.pop(transaction, None)

    def respond(self, transaction: TransactionId, response: Response) -> None:
        """Answer a request of the server."""
        self.endpoint.respond(transaction, response, time.monotonic())
        self.flush()

    def receive(self, data: bytes) -> None:
        """Take in one datagram or one whole message."""
        self._handle(self.endpoint.receive(data, self.to, self.local, time.monotonic()))

    def dropped(self, flow: int) -> None:
        """A TCP connection is gone."""
        if flow == self._flow and self.is_open:
            self._handle(self.endpoint.flow_closed(flow, time.monotonic()))
            self.close()

    def flush(self) -> None:
        """Send what the endpoint has to send and set the timer."""
        for data, to in self.endpoint.datagrams_to_send():
            if self.is_open and to.flow == self._flow:
                self._write(data)
        due = self.endpoint.next_timeout()
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        if due is not None and self.is_open:
            delay = max(due - time.monotonic(), 0.0)
            self._timer = asyncio.get_running_loop().call_later(delay, self._wake)

    def _named_local(self) -> Address:
        if Misbehaviour.PRIVATE_CONTACT in self.faults:
            return self.local._replace(host="192.168.1.64", port=5060)
        return self.local

    def _write(self, data: bytes) -> None:
        if self._datagrams is not None:
            if Misbehaviour.WRONG_CONTENT_LENGTH in self.faults:
                data = _LENGTH.sub(lambda found: b"Content-Length: %d" % max(int(found[1]) - 7, 0), data, count=1)
            self._datagrams.sendto(data)
        elif self._stream is not None:
            if Misbehaviour.SPLIT_MESSAGES in self.faults:
                self._stream.write(b"\r\n\r\n" + data[:_PIECE])
                data = data[_PIECE:]
            self._stream.write(data)

    def _wake(self) -> None:
        self._timer = None
        self._handle(self.endpoint.handle_timeout(time.monotonic()))

    def _handle(self, events: list[Event]) -> None:
        for event in events:
            if isinstance(event, ResponseReceived):
                waiting = self._waiting.get(event.transaction)
                if waiting is not None and not waiting.done() and not event.response.is_provisional:
                    waiting.set_result(event.response)
            elif isinstance(event, TransactionTimedOut):
                waiting = self._waiting.get(event.transaction)
                if waiting is not None and not waiting.done():
                    waiting.set_exception(NoAnswer(f"no answer to {event.request.method}"))
            elif isinstance(event, RequestReceived | AckReceived | CancelReceived):
                self._received(event)
        self.flush()


class _UdpWire(asyncio.DatagramProtocol):
    def __init__(self, link: Link) -> None:
        self._link = link

    def datagram_received(self, data: bytes, _: object) -> None:
        self._link.receive(data)


class _TcpWire(asyncio.Protocol):
    def __init__(self, link: Link, flow: int) -> None:
        self._link = link
        self._flow = flow
        self._framer = StreamFramer()
        self._transport: asyncio.BaseTransport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        try:
            messages = self._framer.feed(data)
        except PeerError:
            if self._transport is not None:
                self._transport.close()
            return
        for message in messages:
            self._link.receive(message)

    def connection_lost(self, _: Exception | None) -> None:
        with contextlib.suppress(RuntimeError):
            self._link.dropped(self._flow)
