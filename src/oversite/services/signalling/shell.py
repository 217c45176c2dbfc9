"""The only code that touches sockets of SIP: UDP and TCP on one port, moved into and out of the endpoint."""

from __future__ import annotations

import asyncio
import socket
import time
from collections.abc import Callable
from itertools import count
from typing import Final, cast

import structlog

from oversite.protocol.errors import PeerError
from oversite.protocol.sip.endpoint import Endpoint
from oversite.protocol.sip.events import Event, Malformed
from oversite.protocol.sip.framing import StreamFramer
from oversite.protocol.sip.transport import Address
from oversite.services.signalling.intake import Intake

log = structlog.get_logger("oversite.signalling")

RECEIVE_BUFFER_BYTES: Final = 4 * 1024 * 1024
FREE_PORT_ATTEMPTS: Final = 16
UNSENT_BYTES: Final = 4 * 1024 * 1024
"""A connection whose peer does not read is closed when so much waits for it."""
SLOW_SENDER_S: Final = 20.0
IDLE_S: Final = 600.0
MAX_CONNECTIONS: Final = 60_000
SLICE_S: Final = 0.002
"""So long datagrams are served before the sockets are read again: what is read can be weighed, the rest is lost."""
BEHIND_S: Final = 0.25


class Shell:
    """Sockets and the one timer. `on_event` gets every event, `on_flow_closed` every TCP connection that ends."""

    def __init__(
        self,
        endpoint: Endpoint,
        *,
        advertise_ip: str,
        on_event: Callable[[Event], None],
        on_flow_closed: Callable[[int], None],
    ) -> None:
        self._endpoint = endpoint
        self._advertise_ip = advertise_ip
        self._on_event = on_event
        self._on_flow_closed = on_flow_closed
        self._loop = asyncio.get_running_loop()
        self._udp: asyncio.DatagramTransport | None = None
        self._server: asyncio.Server | None = None
        self._flows: dict[int, _Connection] = {}
        self._flow_ids = count(1)
        self._timer: asyncio.Handle | None = None
        self._timer_due_s = 0.0
        self._flush: asyncio.Handle | None = None
        self._serving: asyncio.Handle | None = None
        self.intake = Intake()
        self.port = 0

    async def start(self, host: str, port: int) -> None:
        """Open both sockets on one port; port 0 takes one that is free for both. Raises OSError."""
        for left in reversed(range(1 if port else FREE_PORT_ATTEMPTS)):
            self._server = await self._loop.create_server(lambda: _Connection(self), host, port, backlog=1024)
            self.port = self._server.sockets[0].getsockname()[1]
            try:
                udp = _bound(host, self.port)
                break
            except OSError:
                self._server.close()
                if not left:
                    raise
        transport, _ = await self._loop.create_datagram_endpoint(lambda: _Datagrams(self), sock=udp)
        self._udp = transport

    async def stop(self) -> None:
        """Close everything, after sending what waits."""
        self.flush()
        for handle in (self._timer, self._serving):
            if handle is not None:
                handle.cancel()
        if self._server is not None:
            self._server.close()
        for connection in list(self._flows.values()):
            connection.close()
        if self._udp is not None:
            self._udp.close()
        await asyncio.sleep(0)

    def local(self, source: Address) -> Address:
        """Our own end as peers know it."""
        return Address(self._advertise_ip, self.port, source.transport, source.flow)

    def wake(self) -> None:
        """Something is to be sent: do it when the running callback is over."""
        if self._flush is None:
            self._flush = self._loop.call_soon(self.flush)

    def flush(self) -> None:
        """Send what the endpoint has and set the timer anew."""
        self._flush = None
        for data, to in self._endpoint.datagrams_to_send():
            if to.transport == "TCP":
                self._write(data, to.flow)
            elif self._udp is not None and not self._udp.is_closing():
                self._send_datagram(self._udp, data, to)
        due_at = self._endpoint.next_timeout()
        if due_at is None or (self._timer is not None and due_at >= self._timer_due_s):
            return
        if self._timer is not None:
            self._timer.cancel()
        # A time that has passed gives a plain handle under uvloop, which cannot say when it is due.
        self._timer, self._timer_due_s = self._loop.call_at(due_at, self._tick), due_at

    def _send_datagram(self, udp: asyncio.DatagramTransport, data: bytes, to: Address) -> None:
        try:
            udp.sendto(data, (to.host, to.port))
        except (OSError, ValueError) as error:
            self._endpoint.counts["not_sent"] += 1
            log.debug("datagram_not_sent", to=str(to), why=str(error))

    @property
    def is_behind(self) -> bool:
        """Whether datagrams wait so long that what can wait should."""
        return self.intake.waited_s(time.monotonic()) > BEHIND_S

    def queue(self, data: bytes, source: Address) -> None:
        """One datagram in; it is served when its turn comes."""
        self.intake.add(data, source, time.monotonic())
        if self._serving is None:
            self._serving = self._loop.call_soon(self._serve)

    def _serve(self) -> None:
        """Serve what waits, for a moment at a time."""
        self._serving = None
        until_s = time.monotonic() + SLICE_S
        while (now_s := time.monotonic()) < until_s:
            waiting = self.intake.take(now_s)
            if waiting is None:
                return
            self.receive(waiting.data, waiting.source)
        self._serving = self._loop.call_soon(self._serve)

    def receive(self, data: bytes, source: Address) -> None:
        """One message in."""
        self._tell(self._endpoint.receive(data, source, self.local(source), self._loop.time()))

    def _tick(self) -> None:
        self._timer = None
        self._tell(self._endpoint.handle_timeout(self._loop.time()))

    def _tell(self, events: list[Event]) -> None:
        for event in events:
            self._on_event(event)
        self.flush()

    def _write(self, data: bytes, flow: int) -> None:
        connection = self._flows.get(flow)
        if connection is None or not connection.send(data):
            self._loop.call_soon(self._end_flow, flow)

    # What connections report

    def open_flow(self, connection: _Connection) -> int | None:
        """The id of a new connection, None when there are too many."""
        if len(self._flows) >= MAX_CONNECTIONS:
            return None
        flow = next(self._flow_ids)
        self._flows[flow] = connection
        return flow

    def close_flow(self, flow: int) -> None:
        if self._flows.pop(flow, None) is not None:
            self._end_flow(flow)

    def refuse(self, source: Address, reason: str, data: bytes) -> None:
        """A stream that has no frame any more."""
        self._endpoint.counts["malformed"] += 1
        self._on_event(Malformed(source, reason, data[:200]))

    def _end_flow(self, flow: int) -> None:
        self._tell(self._endpoint.flow_closed(flow, self._loop.time()))
        self._on_flow_closed(flow)


class _Datagrams(asyncio.DatagramProtocol):
    def __init__(self, shell: Shell) -> None:
        self._shell = shell

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        self._shell.queue(data, Address(addr[0], addr[1]))

    def error_received(self, exc: Exception) -> None:
        log.debug("udp_error", error=str(exc))


class _Connection(asyncio.Protocol):
    """One TCP connection; idle ones and those that begin a message and do not end it are cut off."""

    def __init__(self, shell: Shell) -> None:
        self._shell = shell
        self._framer = StreamFramer()
        self._transport: asyncio.Transport | None = None
        self._source = Address("", 0, "TCP")
        self._watch: asyncio.TimerHandle | None = None
        self._heard_s = 0.0
        self._message_began_s = 0.0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)
        flow = self._shell.open_flow(self)
        peer = transport.get_extra_info("peername")
        if flow is None or peer is None:
            self._transport.abort()
            return
        self._source = Address(peer[0], peer[1], "TCP", flow)
        self._heard_s = self._message_began_s = asyncio.get_running_loop().time()
        self._look()

    def data_received(self, data: bytes) -> None:
        was_waiting = self._framer.is_waiting
        self._heard_s = asyncio.get_running_loop().time()
        try:
            messages = self._framer.feed(data)
        except PeerError as error:
            self._shell.refuse(self._source, error.reason, data)
            self.close()
            return
        for message in messages:
            self._shell.receive(message, self._source)
        if messages or not was_waiting:
            self._message_began_s = self._heard_s

    def connection_lost(self, exc: Exception | None) -> None:
        del exc
        if self._watch is not None:
            self._watch.cancel()
        self._shell.close_flow(self._source.flow)

    def send(self, data: bytes) -> bool:
        """False when the peer does not read any more."""
        if self._transport is None or self._transport.is_closing():
            return False
        if self._transport.get_write_buffer_size() > UNSENT_BYTES:
            self._transport.abort()
            return False
        self._transport.write(data)
        return True

    def close(self) -> None:
        if self._transport is not None:
            self._transport.abort()

    def _look(self) -> None:
        loop = asyncio.get_running_loop()
        now = loop.time()
        is_slow = self._framer.is_waiting and now - self._message_began_s > SLOW_SENDER_S
        if is_slow or now - self._heard_s > IDLE_S:
            self._shell.refuse(self._source, "slow sender" if is_slow else "idle connection", b"")
            self.close()
            return
        self._watch = loop.call_later(SLOW_SENDER_S / 2, self._look)


def _bound(host: str, port: int) -> socket.socket:
    """A UDP socket at that address. Raises OSError when it is taken."""
    udp = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET, socket.SOCK_DGRAM)
    try:
        udp.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, RECEIVE_BUFFER_BYTES)
        udp.setblocking(False)
        udp.bind((host, port))
    except OSError:
        udp.close()
        raise
    return udp
