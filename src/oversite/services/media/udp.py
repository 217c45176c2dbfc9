"""A stream over UDP: who sends it is found out, and from then on the kernel keeps everybody else away.

Two sockets share the port. The first hears anyone. As soon as a source has sent what this stream needs, a second one,
connected to that source, takes its packets; the first then only hears strangers, and is looked at ten times a second.
"""

import socket
from collections.abc import Callable

import structlog

from oversite.protocol.rtp.rtcp import is_rtcp
from oversite.services.media.loop import Loop
from oversite.services.media.ports import STRAY_BUFFER_BYTES, connected_udp_socket, udp_socket, widen_buffer
from oversite.services.media.receiver import Receiver

DATAGRAM_BYTES_MAX = 65_536
DRAIN_MAX = 256
STRANGERS_PER_ROUND = 32
FAITHFUL_SECONDS = 2.0
"""A source silent for so long may be replaced by one with the right SSRC, its port may have changed (quirk 18)."""
FORGOTTEN_SECONDS = 6.0
"""After this, by any source that sends RTP."""

Address = tuple[str, int]

log = structlog.get_logger("media.udp")


class UdpTransport:
    """RTP on an even port, RTCP on the next; one wake-up drains up to the end of a picture."""

    def __init__(
        self, loop: Loop, receiver: Receiver, host: str, port: int, buffer: bytearray, give_back: Callable[[int], None]
    ) -> None:
        self.port = port
        self.foreign_packets = 0
        self.source: Address | None = None
        self.refusals = 0
        self._loop = loop
        self._receiver = receiver
        self._host = host
        self._view = memoryview(buffer)
        self._give_back = give_back
        self._candidate: Address | None = None
        self._stray = udp_socket(host, port)
        try:
            self._rtcp = udp_socket(host, port + 1)
        except OSError:
            self._stray.close()
            raise
        self._bound: socket.socket | None = None
        widen_buffer(self._stray)
        loop.paced.register(self._stray.fileno(), self._on_unbound)
        loop.slow.register(self._rtcp.fileno(), self._on_rtcp)

    def close(self) -> None:
        """Give sockets and port back."""
        if self.port < 0:
            return
        self._release()
        self._loop.paced.unregister(self._stray.fileno())
        self._loop.slow.unregister(self._stray.fileno())
        self._loop.slow.unregister(self._rtcp.fileno())
        self._stray.close()
        self._rtcp.close()
        self._give_back(self.port)
        self.port = -1

    def send_report(self, report: bytes) -> None:
        """Send a receiver report to the port above the source's."""
        if self.source is None:
            return
        try:
            self._rtcp.sendto(report, (self.source[0], min(self.source[1] + 1, 65_535)))
        except OSError:
            self.refusals += 1

    def _on_ready(self, _events: int) -> None:
        """The hot path: packets of the one source."""
        view, now, bound = self._view, self._loop.now, self._bound
        if bound is None:
            return
        receiver = self._receiver
        receiver.heard_at = now
        receive, recv_into = receiver.rtp.receive, bound.recv_into
        try:
            for _ in range(DRAIN_MAX):
                count = recv_into(view)
                units = receive(view[:count], now)
                if units:
                    receiver.take(units, now)
                if view[1] > 0x7F:  # the marker: a picture is over, the next wake-up brings the next
                    return
        except BlockingIOError:
            return
        except OSError:
            self.refusals += 1

    def _on_unbound(self, _events: int) -> None:
        """Nobody is bound yet: the first source with the announced SSRC, or with a whole picture, is."""
        now = self._loop.now
        for _ in range(DRAIN_MAX):
            packet = self._next_stray()
            if packet is None:
                return
            count, source = packet
            if self._hear_candidate(self._view[:count], source, now):
                self._bind(source)
                return

    def _hear_candidate(self, packet: memoryview, source: Address, now: float) -> bool:
        receiver = self._receiver
        is_announced = self._has_ssrc(packet, receiver.spec.announced_ssrc)
        if self._candidate not in {None, source} and not is_announced:
            self.foreign_packets += 1
            return False
        if not is_announced and (len(packet) < 12 or is_rtcp(packet)):
            self.foreign_packets += 1
            return False
        self._candidate = source
        receiver.heard_at = now
        units = receiver.rtp.receive(packet, now)
        receiver.take(units, now)
        return is_announced or bool(units)

    def _bind(self, source: Address) -> None:
        try:
            bound = connected_udp_socket(self._host, self.port, source)
        except OSError as error:
            log.warning("a source cannot be bound", stream=self._receiver.spec.stream_key, error=str(error))
            return
        widen_buffer(bound)
        self._release()
        self._bound, self.source = bound, source
        self._candidate = None
        self._loop.paced.unregister(self._stray.fileno())
        self._loop.slow.unregister(self._stray.fileno())
        self._take_left_over(source)
        self._stray.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, STRAY_BUFFER_BYTES)
        self._loop.slow.register(self._stray.fileno(), self._on_strangers)
        self._loop.paced.register(bound.fileno(), self._on_ready)
        log.info("source", stream=self._receiver.spec.stream_key, ip=source[0], port=source[1])

    def _release(self) -> None:
        if self._bound is not None:
            self._loop.paced.unregister(self._bound.fileno())
            self._bound.close()
            self._bound = None

    def _take_left_over(self, source: Address) -> None:
        """What the source sent before it was bound lies in the first socket, and comes first."""
        now, receiver = self._loop.now, self._receiver
        for _ in range(DRAIN_MAX * 16):
            packet = self._next_stray()
            if packet is None:
                return
            count, sender = packet
            if sender == source:
                receiver.take(receiver.rtp.receive(self._view[:count], now), now)
            else:
                self.foreign_packets += 1

    def _on_strangers(self, _events: int) -> None:
        """Somebody else sends to our port: an intruder, or our device from a new address."""
        receiver = self._receiver
        silence = self._loop.now - receiver.heard_at
        for _ in range(STRANGERS_PER_ROUND):
            packet = self._next_stray()
            if packet is None:
                return
            count, source = packet
            view = self._view[:count]
            is_ours = self._has_ssrc(view, receiver.rtp.stats.ssrc) or self._has_ssrc(
                view, receiver.spec.announced_ssrc
            )
            may_move = silence > (FAITHFUL_SECONDS if is_ours else FORGOTTEN_SECONDS)
            if may_move and count > 12 and view[0] >> 6 == 2 and not is_rtcp(view):
                log.info("the source has moved", stream=receiver.spec.stream_key, ip=source[0], port=source[1])
                self._bind(source)
                receiver.heard_at = self._loop.now
                return
            self.foreign_packets += 1

    def _on_rtcp(self, _events: int) -> None:
        for _ in range(STRANGERS_PER_ROUND):
            try:
                count, source = self._rtcp.recvfrom_into(self._view)
            except BlockingIOError:
                return
            except OSError:
                self.refusals += 1
                return
            if self.source is not None and source[0] == self.source[0]:
                self._receiver.rtp.receive_rtcp(self._view[:count], self._loop.now)
            else:
                self.foreign_packets += 1

    def _next_stray(self) -> tuple[int, Address] | None:
        try:
            return self._stray.recvfrom_into(self._view)
        except BlockingIOError:
            return None
        except OSError:
            self.refusals += 1
            return None

    @staticmethod
    def _has_ssrc(packet: memoryview, ssrc: int | None) -> bool:
        return ssrc is not None and len(packet) > 12 and int.from_bytes(packet[8:12], "big") == ssrc
