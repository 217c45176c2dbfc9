"""A stream over TCP (RFC 4571): the device connects to us (passive), or we to it (active)."""

import errno
import socket
from collections.abc import Callable

import structlog

from oversite.protocol.rtp.framing import RtpFramer
from oversite.services.media.loop import READ, WRITE, Loop, Timer
from oversite.services.media.ports import widen_buffer
from oversite.services.media.receiver import Receiver

CANDIDATES_MAX = 4
CANDIDATE_SECONDS = 10.0
PROOF_PACKETS = 3
"""So many RTP packets make a connection the stream's, where its SSRC is not the announced one (quirk 6)."""
FAITHFUL_SECONDS = 5.0
READS_PER_ROUND = 4
CONNECT_TRIES = 3
CONNECT_SECONDS = 3.0
RETRY_SECONDS = 1.0
"""Between two tries (GB/T 28181 annex D)."""

log = structlog.get_logger("media.tcp")


class TcpPeer:
    """One connection, as yet a candidate or already the stream's."""

    def __init__(self, sock: socket.socket, address: tuple[str, int], now: float) -> None:
        self.sock = sock
        self.address = address
        self.since = now
        self.heard_at = now
        self.framer = RtpFramer()
        self.early: list[bytes] = []
        """Packets that came before it was clear whose connection this is."""


class TcpTransport:
    """Frames from one connection at a time; others wait their turn, few and not for long."""

    def __init__(
        self, loop: Loop, receiver: Receiver, host: str, port: int, buffer: bytearray, give_back: Callable[[int], None]
    ) -> None:
        self.port = port
        self.foreign_packets = 0
        self.refusals = 0
        self._loop = loop
        self._receiver = receiver
        self._host = host
        self._view = memoryview(buffer)
        self._give_back = give_back
        self._listener: socket.socket | None = None
        self._peers: dict[int, TcpPeer] = {}
        self._chosen: TcpPeer | None = None
        self._retry: Timer | None = None
        self._is_closed = False
        if receiver.spec.transport == "tcp-passive":
            self._listen()

    def close(self) -> None:
        """Give sockets and port back."""
        if self._is_closed:
            return
        self._is_closed = True
        if self._retry is not None:
            self._retry.cancel()
        for peer in list(self._peers.values()):
            self._drop(peer)
        if self._listener is not None:
            self._loop.slow.unregister(self._listener.fileno())
            self._listener.close()
        self._give_back(self.port)

    def send_report(self, report: bytes) -> None:
        """Nothing: devices read no RTCP from a media connection, and some stumble over it."""

    # The device connects

    def _listen(self) -> None:
        listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        try:
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listener.bind((self._host, self.port))
            listener.listen(CANDIDATES_MAX)
        except OSError:
            listener.close()
            raise
        listener.setblocking(False)
        self._listener = listener
        self._loop.slow.register(listener.fileno(), self._on_connection)

    def _on_connection(self, _events: int) -> None:
        if self._listener is None:
            return
        for _ in range(CANDIDATES_MAX):
            try:
                sock, address = self._listener.accept()
            except OSError:
                return
            self._forget_the_slow()
            chosen = self._chosen
            if chosen is not None and self._loop.now - chosen.heard_at > FAITHFUL_SECONDS:
                self._drop(chosen)
            if len(self._peers) >= CANDIDATES_MAX:
                self.refusals += 1
                sock.close()
                continue
            self._adopt(sock, address)

    def _adopt(self, sock: socket.socket, address: tuple[str, int]) -> TcpPeer:
        sock.setblocking(False)
        widen_buffer(sock)
        peer = TcpPeer(sock, address, self._loop.now)
        descriptor = sock.fileno()
        self._peers[descriptor] = peer
        self._loop.paced.register(descriptor, lambda _events: self._on_ready(peer))
        return peer

    def _forget_the_slow(self) -> None:
        for peer in list(self._peers.values()):
            if peer is not self._chosen and self._loop.now - peer.since > CANDIDATE_SECONDS:
                self.refusals += 1
                self._drop(peer)

    def _drop(self, peer: TcpPeer) -> None:
        descriptor = peer.sock.fileno()
        if self._peers.pop(descriptor, None) is None:
            return
        self._loop.paced.unregister(descriptor)
        peer.sock.close()
        if peer is self._chosen:
            self._chosen = None
            log.info("the media connection has ended", stream=self._receiver.spec.stream_key)

    # We connect to the device

    def connect(self, host: str, port: int, tries: int = CONNECT_TRIES) -> None:
        """Connect to the device, `tries` times a second apart; then the stream fails with `no_connection`."""
        if self._is_closed or self._chosen is not None:
            return
        sock = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        sock.setblocking(False)
        try:
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            sock.bind((self._host, self.port))
            code = sock.connect_ex((host, port))
        except OSError as failure:
            code = failure.errno or errno.EIO
        if code not in {0, errno.EINPROGRESS}:
            sock.close()
            self._try_again(host, port, tries)
            return

        deadline = self._loop.call_later(CONNECT_SECONDS, lambda: settled(errno.ETIMEDOUT))
        descriptor = sock.fileno()

        def settled(error: int) -> None:
            deadline.cancel()
            self._loop.prompt.unregister(descriptor)
            if error or self._is_closed:
                sock.close()
                self._try_again(host, port, tries)
            else:
                self._chosen = self._adopt(sock, (host, port))

        self._loop.prompt.register(
            descriptor, lambda _events: settled(sock.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)), READ | WRITE
        )

    def _try_again(self, host: str, port: int, tries: int) -> None:
        if self._is_closed:
            return
        if tries <= 1:
            self._receiver.fail("no_connection")
            return
        self._retry = self._loop.call_later(RETRY_SECONDS, lambda: self.connect(host, port, tries - 1))

    # Frames

    def _on_ready(self, peer: TcpPeer) -> None:
        view, now = self._view, self._loop.now
        peer.heard_at = now
        for _ in range(READS_PER_ROUND):
            try:
                count = peer.sock.recv_into(view)
            except BlockingIOError:
                return
            except OSError:
                count = 0
            if not count:
                self._drop(peer)
                return
            packets = peer.framer.feed(view[:count])
            if peer is self._chosen:
                self._take(packets, now)
            elif packets:
                self._prove(peer, packets, now)
            if count < len(view):
                return

    def _take(self, packets: list[memoryview], now: float) -> None:
        receiver = self._receiver
        receiver.heard_at = now
        receive = receiver.rtp.receive
        for packet in packets:
            units = receive(packet, now)
            if units:
                receiver.take(units, now)

    def _prove(self, peer: TcpPeer, packets: list[memoryview], now: float) -> None:
        """Choose a candidate that sends what was announced, or enough of anything while nobody else is chosen."""
        announced = self._receiver.spec.announced_ssrc
        if self._chosen is not None:
            self.foreign_packets += len(packets)
            return
        peer.early += [bytes(packet) for packet in packets]
        has_ssrc = any(int.from_bytes(packet[8:12], "big") == announced for packet in packets)
        if has_ssrc or announced is None or len(peer.early) >= PROOF_PACKETS:
            self._chosen = peer
            receiver = self._receiver
            receiver.take(receiver.rtp.flush(now), now)
            log.info("source", stream=receiver.spec.stream_key, ip=peer.address[0], port=peer.address[1])
            for other in [item for item in self._peers.values() if item is not peer]:
                self._drop(other)
            early, peer.early = peer.early, []
            self._take([memoryview(packet) for packet in early], now)
