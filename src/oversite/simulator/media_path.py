"""The ways of RTP packets from a device: UDP, TCP to the server (active), TCP from the server (passive)."""

from __future__ import annotations

import asyncio
import contextlib
import socket
from collections.abc import Callable, Sequence
from typing import Final

from oversite.protocol.rtp.framing import frame_packet

TCP_TRIES: Final = 3
TCP_RETRY_S: Final = 1.0
_BACKLOG_MAX: Final = 4 * 1024 * 1024
_SEND_BUFFER: Final = 1024 * 1024


class MediaPath:
    """A way to one receiver. `lost` is called once when a connection breaks that we did not close."""

    def __init__(self, local_host: str, lost: Callable[[], None]) -> None:
        self.local_host = local_host
        self.port = 0
        self.sent = 0
        self.dropped = 0
        self._lost = lost

    async def prepare(self) -> None:
        """Take the port that the answer names."""

    async def connect(self) -> None:
        """Be ready to send; raises `OSError` when the receiver cannot be reached."""

    def send(self, packets: Sequence[bytes]) -> None:
        """Send packets, or drop them when the way is blocked; never waits."""
        raise NotImplementedError

    def close(self) -> None:
        """Give everything back."""


class UdpPath(MediaPath):
    """Datagrams from a port of our own."""

    def __init__(self, local_host: str, lost: Callable[[], None], target: tuple[str, int]) -> None:
        super().__init__(local_host, lost)
        self._target = target
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)

    async def prepare(self) -> None:
        self.socket.setblocking(False)
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, _SEND_BUFFER)
        self.socket.bind((self.local_host, 0))
        self.port = self.socket.getsockname()[1]

    async def connect(self) -> None:
        self.socket.connect(self._target)

    def send(self, packets: Sequence[bytes]) -> None:
        for packet in packets:
            try:
                self.socket.send(packet)
                self.sent += 1
            except OSError:
                # A full buffer, or nobody listening any more: either way the packet is gone.
                self.dropped += 1

    def close(self) -> None:
        self.socket.close()


class TcpPath(MediaPath):
    """RFC 4571 on one connection; a receiver that does not keep up loses packets."""

    def __init__(self, local_host: str, lost: Callable[[], None]) -> None:
        super().__init__(local_host, lost)
        self._writer: asyncio.StreamWriter | None = None
        self._watching: asyncio.Task[None] | None = None

    def send(self, packets: Sequence[bytes]) -> None:
        writer = self._writer
        if writer is None or writer.is_closing() or writer.transport.get_write_buffer_size() > _BACKLOG_MAX:
            self.dropped += len(packets)
            return
        writer.write(b"".join([frame_packet(packet) for packet in packets]))
        self.sent += len(packets)

    def send_framed(self, data: bytes) -> None:
        """Send bytes that are framed already."""
        writer = self._writer
        if writer is not None and not writer.is_closing() and writer.transport.get_write_buffer_size() < _BACKLOG_MAX:
            writer.write(data)
            self.sent += 1

    def close(self) -> None:
        if self._watching is not None:
            self._watching.cancel()
        if self._writer is not None:
            self._writer.close()

    def _use(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._writer = writer
        self._watching = asyncio.create_task(self._watch(reader))

    async def _watch(self, reader: asyncio.StreamReader) -> None:
        """What the receiver sends back (receiver reports) is read and forgotten."""
        with contextlib.suppress(OSError):
            while await reader.read(65_536):
                pass
        self._lost()


class TcpActivePath(TcpPath):
    """The device connects (the default of GB/T 28181, appendix D): at least three tries, a second apart."""

    def __init__(self, local_host: str, lost: Callable[[], None], target: tuple[str, int]) -> None:
        super().__init__(local_host, lost)
        self._target = target
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_STREAM)

    async def prepare(self) -> None:
        self._socket.setblocking(False)
        self._socket.bind((self.local_host, 0))
        self.port = self._socket.getsockname()[1]

    async def connect(self) -> None:
        for left in reversed(range(TCP_TRIES)):
            try:
                await asyncio.get_running_loop().sock_connect(self._socket, self._target)
                self._use(*await asyncio.open_connection(sock=self._socket))
                return
            except OSError:
                self._socket.close()
                if not left:
                    raise
                await asyncio.sleep(TCP_RETRY_S)
                self._socket = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
                self._socket.setblocking(False)

    def close(self) -> None:
        super().close()
        if self._writer is None:
            self._socket.close()


class TcpPassivePath(TcpPath):
    """The server connects to us."""

    def __init__(self, local_host: str, lost: Callable[[], None], *, wait_s: float = 10.0) -> None:
        super().__init__(local_host, lost)
        self._wait_s = wait_s
        self._server: asyncio.Server | None = None
        self._arrived = asyncio.Event()

    async def prepare(self) -> None:
        self._server = await asyncio.start_server(self._accept, self.local_host, 0)
        self.port = self._server.sockets[0].getsockname()[1]

    async def connect(self) -> None:
        try:
            async with asyncio.timeout(self._wait_s):
                await self._arrived.wait()
        except TimeoutError as error:
            raise OSError("the server did not connect") from error

    def close(self) -> None:
        super().close()
        if self._server is not None:
            self._server.close()

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self._writer is not None:
            writer.close()
            return
        self._use(reader, writer)
        self._arrived.set()
