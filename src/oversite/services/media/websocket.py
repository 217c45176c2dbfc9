"""A WebSocket on the loop: the sans-I/O part of `websockets` speaks the protocol, shared frames go out as they are."""

import socket
from collections import deque
from collections.abc import Callable
from contextlib import suppress

import structlog
from websockets.frames import Frame, Opcode
from websockets.http11 import Request
from websockets.protocol import State
from websockets.server import ServerProtocol

from oversite.services.media.loop import READ, WRITE, Loop

MESSAGE_BYTES_MAX = 4_096
READ_BYTES = 16_384
SEND_BUFFER_BYTES = 262_144
PING_SECONDS = 20.0
LINGER_SECONDS = 2.0

log = structlog.get_logger("media.websocket")


def binary_frame(payload: bytes) -> bytes:
    """A whole unmasked frame, made once and sent to every viewer."""
    return Frame(Opcode.BINARY, payload).serialize(mask=False, extensions=[])


def text_frame(text: str) -> bytes:
    """A whole unmasked text frame."""
    return Frame(Opcode.TEXT, text.encode()).serialize(mask=False, extensions=[])


class WebSocket:
    """One peer; `on_text` gets its messages, `on_closed` is called once.

    `send` queues a frame and writes what the kernel takes at once; `pending_bytes` is what it did not take.
    """

    def __init__(self, loop: Loop, sock: socket.socket) -> None:
        self.is_open = False
        self.pending_bytes = 0
        self.sent_bytes = 0
        self.on_text: Callable[[str], None] = _ignore
        self.on_closed: Callable[[], None] = _nothing
        self._loop = loop
        self._sock = sock
        self._descriptor = sock.fileno()
        self._protocol = ServerProtocol(max_size=MESSAGE_BYTES_MAX)
        self._queue: deque[memoryview] = deque()
        self._head_is_begun = False
        self._is_closed = False
        self._is_awaiting_pong = False
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, SEND_BUFFER_BYTES)
        loop.prompt.register(self._descriptor, self._on_ready)

    @property
    def pending_frames(self) -> int:
        """Frames that the kernel has not taken whole."""
        return len(self._queue)

    def accept(self, raw: bytes) -> bool:
        """Answer the handshake whose bytes were read already; says whether the socket is open now."""
        self._protocol.receive_data(raw)
        events = self._protocol.events_received()
        if not events or not isinstance(events[0], Request):
            self.close_now()
            return False
        response = self._protocol.accept(events[0])
        self._protocol.send_response(response)
        self.is_open = self._protocol.state is State.OPEN
        self._send_protocol_data()
        if not self.is_open:
            self.close_now()
            return False
        self._loop.call_later(PING_SECONDS, self._ping)
        return True

    def send(self, frame: bytes) -> None:
        """Send a prebuilt frame, or queue what the kernel does not take."""
        if self._is_closed:
            return
        if self._queue:
            self._queue.append(memoryview(frame))
            self.pending_bytes += len(frame)
            return
        try:
            sent = self._sock.send(frame)
        except BlockingIOError:
            sent = 0
        except OSError:
            self.close_now()
            return
        self.sent_bytes += sent
        if sent < len(frame):
            self._head_is_begun = sent > 0
            self._queue.append(memoryview(frame)[sent:])
            self.pending_bytes += len(frame) - sent
            self._loop.prompt.modify(self._descriptor, READ | WRITE)

    def drop_pending(self) -> int:
        """Forget the frames that were not begun; gives how many."""
        kept = 1 if self._queue and self._head_is_begun else 0
        dropped = len(self._queue) - kept
        while len(self._queue) > kept:
            self.pending_bytes -= len(self._queue.pop())
        return dropped

    def close(self, code: int, reason: str) -> None:
        """Say goodbye, then end."""
        if self._is_closed:
            return
        self.drop_pending()
        if self._protocol.state is not State.OPEN or self._queue:
            self.close_now()
            return
        self._protocol.send_close(code, reason)
        self._send_protocol_data()
        self._linger()

    def _linger(self) -> None:
        """Wait for the peer's goodbye, not for long: closing at once could cost it ours."""
        if self._is_closed:
            return
        self._is_closed = True
        self.is_open = False
        self._queue.clear()
        loop, sock, descriptor = self._loop, self._sock, self._descriptor

        def finish() -> None:
            if sock.fileno() >= 0:
                timer.cancel()
                loop.at_close.discard(finish)
                loop.prompt.unregister(descriptor)
                sock.close()

        def drain(_events: int) -> None:
            try:
                if sock.recv(READ_BYTES):
                    return
            except BlockingIOError:
                return
            except OSError:
                pass
            finish()

        timer = loop.call_later(LINGER_SECONDS, finish)
        loop.at_close.add(finish)
        loop.prompt.unregister(descriptor)
        loop.prompt.register(descriptor, drain)
        with suppress(OSError):
            sock.shutdown(socket.SHUT_WR)
        self.on_closed()

    def close_now(self) -> None:
        """End without a word."""
        if self._is_closed:
            return
        self._is_closed = True
        self.is_open = False
        self._loop.prompt.unregister(self._descriptor)
        self._sock.close()
        self._queue.clear()
        self.on_closed()

    def _on_ready(self, events: int) -> None:
        if events & WRITE:
            self._flush()
        if events & ~WRITE and not self._is_closed:
            self._read()

    def _read(self) -> None:
        try:
            data = self._sock.recv(READ_BYTES)
        except BlockingIOError:
            return
        except OSError:
            data = b""
        if not data:
            self.close_now()
            return
        self._protocol.receive_data(data)
        for event in self._protocol.events_received():
            if not isinstance(event, Frame):
                continue
            if event.opcode is Opcode.TEXT:
                self.on_text(bytes(event.data).decode("utf-8", "replace"))
            elif event.opcode is Opcode.PONG:
                self._is_awaiting_pong = False
        self._send_protocol_data()
        if self._protocol.close_expected() and not self._is_closed:
            self.close_now()

    def _send_protocol_data(self) -> None:
        for data in self._protocol.data_to_send():
            if data:
                self.send(data)

    def _flush(self) -> None:
        queue = self._queue
        try:
            while queue:
                head = queue[0]
                sent = self._sock.send(head)
                self.sent_bytes += sent
                self.pending_bytes -= sent
                if sent < len(head):
                    queue[0] = head[sent:]
                    self._head_is_begun = True
                    return
                queue.popleft()
                self._head_is_begun = False
        except BlockingIOError:
            return
        except OSError:
            self.close_now()
            return
        self._loop.prompt.modify(self._descriptor, READ)

    def _ping(self) -> None:
        if self._is_closed:
            return
        if self._is_awaiting_pong and not self.pending_bytes:
            self.close_now()
            return
        self._is_awaiting_pong = True
        self._protocol.send_ping(b"")
        self._send_protocol_data()
        self._loop.call_later(PING_SECONDS, self._ping)


def _ignore(_text: str) -> None:
    """Messages that nobody asked for."""


def _nothing() -> None:
    """Nobody wants to know."""
