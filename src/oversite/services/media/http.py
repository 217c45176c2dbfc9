"""HTTP/1.1 on the loop: h11 speaks the protocol, this file moves the bytes and bounds what a peer may do."""

import json
import socket
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import h11
import structlog

from oversite.services.media.loop import GONE, READ, WRITE, Loop, Timer
from oversite.services.media.slices import RecordedSlice

HEAD_BYTES_MAX = 16_384
BODY_BYTES_MAX = 4 << 20
EARLY_BYTES_MAX = 65_536
"""What a peer may send before it has the answer to its last request."""
READ_BYTES = 65_536
CONNECTIONS_MAX = 4_096
HEAD_SECONDS = 10.0
IDLE_SECONDS = 60.0
STUCK_SECONDS = 30.0
ACCEPTS_PER_ROUND = 64

log = structlog.get_logger("media.http")

Headers = Iterable[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class HttpRequest:
    """A whole request; header names in lower case, the last of equal names wins."""

    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    body: bytes
    peer_ip: str
    raw_head: bytes

    def json(self) -> dict[str, Any]:
        """The body as a JSON object; raises `ValueError` where it is none."""
        found = json.loads(self.body or b"{}")
        if not isinstance(found, dict):
            raise ValueError("the body must be a JSON object")
        return found


SendFile = Callable[[socket.socket, RecordedSlice, Callable[[int, bool], None]], None]
"""Sends a slice from elsewhere than the loop, then calls back in the loop with the bytes sent and whether all went."""


class Exchange:
    """One request and its answer, which may come later; `on_gone` is called if the peer leaves before."""

    def __init__(self, connection: "HttpConnection", request: HttpRequest) -> None:
        self.request = request
        self.on_gone: Callable[[], None] | None = None
        self.is_answered = False
        self._connection = connection

    def answer(
        self,
        status: int,
        body: bytes = b"",
        content_type: str = "application/json",
        headers: Headers = (),
    ) -> None:
        """Send a whole answer; a second one is ignored."""
        if self._take_turn():
            fields = [("Content-Length", str(len(body))), ("Cache-Control", "no-store"), *headers]
            if body:
                fields.append(("Content-Type", content_type))
            self._connection.send_answer(status, fields, body if self.request.method != "HEAD" else b"")

    def answer_json(self, status: int, value: object, headers: Headers = ()) -> None:
        """Send JSON."""
        self.answer(status, json.dumps(value, separators=(",", ":")).encode(), headers=headers)

    def refuse(self, status: int, reason: str, headers: Headers = ()) -> None:
        """Send an error as `{"reason": …}`."""
        self.answer_json(status, {"reason": reason}, headers)

    def answer_file(self, status: int, headers: Headers, slice_: RecordedSlice, on_sent: Callable[[int], None]) -> None:
        """Send bytes of a file; `on_sent` learns how many went out, also when the peer left early."""
        if self._take_turn():
            self._connection.send_file(status, [("Content-Length", str(slice_.count)), *headers], slice_, on_sent)
        else:
            slice_.close()

    def hand_over(self) -> tuple[socket.socket, bytes]:
        """Give the socket to another protocol: the socket and what was read of it so far, head included."""
        self.is_answered = True
        self.on_gone = None
        return self._connection.hand_over()

    def abort(self) -> None:
        """End the connection, whatever is on its way."""
        self._connection.close()

    def _take_turn(self) -> bool:
        if self.is_answered or self._connection.is_closed:
            return False
        self.is_answered = True
        self.on_gone = None
        return True


Serve = Callable[[Exchange], None]


class HttpConnection:
    """One peer; serves its requests one after the other."""

    def __init__(self, server: "HttpServer", sock: socket.socket, peer_ip: str) -> None:
        self.is_closed = False
        self._server = server
        self._loop = server.loop
        self._sock = sock
        self._descriptor = sock.fileno()
        self._peer_ip = peer_ip
        self._h11 = h11.Connection(h11.SERVER, max_incomplete_event_size=HEAD_BYTES_MAX)
        self._raw = bytearray()
        self._early_bytes = 0
        self._head: h11.Request | None = None
        self._body = bytearray()
        self._exchange: Exchange | None = None
        self._out = bytearray()
        self._pending_file: tuple[RecordedSlice, Callable[[int], None]] | None = None
        self._is_sending_file = False
        self._deadline: Timer | None = None
        self._loop.prompt.register(self._descriptor, self._on_ready)
        self._set_deadline(HEAD_SECONDS)

    def send_answer(self, status: int, headers: list[tuple[str, str]], body: bytes) -> None:
        """Queue an answer for sending."""
        self._begin_answer(status, headers)
        if body:
            self._out += self._h11.send(h11.Data(data=body)) or b""
        self._end_answer()

    def send_file(
        self, status: int, headers: list[tuple[str, str]], slice_: RecordedSlice, on_sent: Callable[[int], None]
    ) -> None:
        """Queue a head, then hand the socket to the sender of files."""
        self._begin_answer(status, headers)
        self._h11.send_with_data_passthrough(h11.Data(data=_Placeholder(slice_.count)))  # type: ignore[arg-type]
        self._pending_file = (slice_, on_sent)
        self._flush()

    def hand_over(self) -> tuple[socket.socket, bytes]:
        """Leave the socket to somebody else."""
        raw = bytes(self._raw)
        self._forget()
        return self._sock, raw

    def close(self) -> None:
        """End the connection."""
        if self.is_closed:
            return
        self._forget()
        if self._is_sending_file:
            self._sock.shutdown(socket.SHUT_RDWR)  # the sender of files notices and gives the socket back
            return
        self._sock.close()
        if self._pending_file is not None:
            slice_, on_sent = self._pending_file
            slice_.close()
            on_sent(0)
        if self._exchange is not None and self._exchange.on_gone is not None:
            self._exchange.on_gone()

    def _forget(self) -> None:
        self.is_closed = True
        if self._deadline is not None:
            self._deadline.cancel()
        if not self._is_sending_file:
            self._loop.prompt.unregister(self._descriptor)
        self._server.connections.discard(self)

    def _begin_answer(self, status: int, headers: list[tuple[str, str]]) -> None:
        self._out += self._h11.send(h11.Response(status_code=status, headers=[*headers])) or b""

    def _end_answer(self) -> None:
        self._out += self._h11.send(h11.EndOfMessage()) or b""
        self._exchange = None
        self._flush()

    def _on_ready(self, events: int) -> None:
        if events & GONE and not events & READ:
            self.close()
            return
        if events & WRITE:
            self._flush()
        if events & READ and not self.is_closed:
            self._read()

    def _read(self) -> None:
        try:
            data = self._sock.recv(READ_BYTES)
        except BlockingIOError:
            return
        except OSError:
            self.close()
            return
        if not data:
            self.close()
            return
        if self._exchange is not None:
            self._early_bytes += len(data)
            if self._early_bytes > EARLY_BYTES_MAX:
                self.close()
                return
        if self._head is None or self._exchange is not None:
            self._raw += data
        self._feed(data)

    def _feed(self, data: bytes) -> None:
        try:
            self._h11.receive_data(data)
            self._take_events()
        except h11.RemoteProtocolError as error:
            self._refuse_peer(error.error_status_hint or 400)

    def _take_events(self) -> None:
        while not self.is_closed and self._exchange is None:
            event = self._h11.next_event()
            if event is h11.NEED_DATA or event is h11.PAUSED:
                return
            if isinstance(event, h11.Request):
                self._head = event
                self._set_deadline(STUCK_SECONDS)
                if self._h11.they_are_waiting_for_100_continue:
                    self._out += self._h11.send(h11.InformationalResponse(status_code=100, headers=[])) or b""
                    self._flush()
            elif isinstance(event, h11.Data):
                self._body += event.data
                if len(self._body) > BODY_BYTES_MAX:
                    self._refuse_peer(413)
                    return
            elif isinstance(event, h11.EndOfMessage):
                self._serve()
            elif isinstance(event, h11.ConnectionClosed):
                self.close()

    def _serve(self) -> None:
        if self._head is None:
            return
        target = urlsplit(self._head.target.decode("latin-1"))
        request = HttpRequest(
            method=self._head.method.decode("ascii"),
            path=target.path,
            query=dict(parse_qsl(target.query, max_num_fields=32)),
            headers={name.decode("latin-1"): value.decode("latin-1") for name, value in self._head.headers},
            body=bytes(self._body),
            peer_ip=self._peer_ip,
            raw_head=bytes(self._raw),
        )
        self._body.clear()
        self._set_deadline(None)
        self._exchange = exchange = Exchange(self, request)
        try:
            self._server.serve(exchange)
        except Exception:  # one bad request must not end the loop; the fault stays loud in the log
            log.exception("a request failed", method=request.method, path=request.path)
            self._server.faults += 1
            exchange.refuse(500, "internal error")

    def _refuse_peer(self, status: int) -> None:
        self._server.malformed += 1
        if self._h11.our_state in {h11.IDLE, h11.SEND_RESPONSE} and self._exchange is None:
            self.send_answer(status, [("Content-Length", "0"), ("Connection", "close")], b"")
        if not self.is_closed:
            self.close()

    def _flush(self) -> None:
        if self.is_closed or self._is_sending_file:
            return
        try:
            while self._out:
                sent = self._sock.send(self._out)
                del self._out[:sent]
        except BlockingIOError:
            self._loop.prompt.modify(self._descriptor, READ | WRITE)
            self._set_deadline(STUCK_SECONDS)
            return
        except OSError:
            self.close()
            return
        if self._pending_file is not None:
            self._start_file()
            return
        self._loop.prompt.modify(self._descriptor, READ)
        if self._exchange is None:
            self._next_cycle()

    def _start_file(self) -> None:
        if self._pending_file is None:
            return
        slice_, on_sent = self._pending_file
        self._is_sending_file = True
        self._set_deadline(None)
        self._loop.prompt.unregister(self._descriptor)

        def done(sent: int, is_whole: bool) -> None:
            slice_.close()
            on_sent(sent)
            self._is_sending_file = False
            self._pending_file = None
            self._exchange = None
            if self.is_closed:
                self._sock.close()
                return
            self._loop.prompt.register(self._descriptor, self._on_ready)
            if is_whole:
                self._end_answer()
            else:
                self.close()

        self._server.send_file(self._sock, slice_, done)

    def _next_cycle(self) -> None:
        if self._h11.our_state is h11.MUST_CLOSE or self._h11.their_state is h11.MUST_CLOSE:
            self.close()
        elif self._h11.our_state is h11.DONE and self._h11.their_state is h11.DONE:
            self._head = None
            self._raw.clear()
            self._early_bytes = 0
            self._h11.start_next_cycle()
            self._set_deadline(IDLE_SECONDS)
            try:
                self._take_events()
            except h11.RemoteProtocolError as error:
                self._refuse_peer(error.error_status_hint or 400)

    def _set_deadline(self, seconds: float | None) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
        self._deadline = None if seconds is None else self._loop.call_later(seconds, self.close)


class HttpServer:
    """Accepts peers on one port and serves their requests with `serve`."""

    def __init__(self, loop: Loop, listener: socket.socket, serve: Serve, send_file: SendFile) -> None:
        self.loop = loop
        self.serve = serve
        self.send_file = send_file
        self.connections: set[HttpConnection] = set()
        self.malformed = 0
        self.faults = 0
        self.turned_away = 0
        self._listener = listener
        listener.setblocking(False)
        loop.prompt.register(listener.fileno(), self._on_ready)

    @property
    def port(self) -> int:
        """The TCP port."""
        return int(self._listener.getsockname()[1])

    def close(self) -> None:
        """Stop listening and end every connection."""
        self.loop.prompt.unregister(self._listener.fileno())
        self._listener.close()
        for connection in list(self.connections):
            connection.close()

    def _on_ready(self, _events: int) -> None:
        for _ in range(ACCEPTS_PER_ROUND):
            try:
                sock, address = self._listener.accept()
            except OSError:
                return
            if len(self.connections) >= CONNECTIONS_MAX:
                self.turned_away += 1
                sock.close()
                continue
            sock.setblocking(False)
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self.connections.add(HttpConnection(self, sock, address[0]))


class _Placeholder:
    """Stands for the bytes of a file in h11's accounting; only its length is asked for."""

    def __init__(self, count: int) -> None:
        self._count = count

    def __len__(self) -> int:
        return self._count


def listen(host: str, port: int) -> socket.socket:
    """A listening TCP socket; raises `OSError` where the port is taken."""
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
        listener.listen(256)
    except OSError:
        listener.close()
        raise
    return listener
