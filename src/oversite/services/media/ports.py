"""The receive ports of this node: RTP even, RTCP odd, each used by one stream at a time."""

import socket
from collections import deque

import structlog

WANTED_BUFFER_BYTES = 4 << 20
STRAY_BUFFER_BYTES = 16_384
TICK_SECONDS = 0.02
HASTY_TICK_SECONDS = 0.005
"""Where a buffer holds little more than one key frame."""

log = structlog.get_logger("media.ports")


class PortsExhausted(Exception):
    """Every port of this node's slice is in use."""


class PortPool:
    """Even ports of an inclusive range; node `node` of `nodes` owns every port pair whose turn it is.

    A returned port is given out again last, because its old sender may not have noticed yet.
    """

    def __init__(self, first: int, last: int, node: int = 0, nodes: int = 1) -> None:
        pairs = list(range(first + first % 2, last, 2))
        share = len(pairs) // nodes
        self._free = deque(pairs[node * share : (node + 1) * share])
        self._slice = frozenset(self._free)
        self._taken: set[int] = set()

    def take(self, port: int | None = None) -> int:
        """A free port, or `port` itself where it is this node's and free.

        Raises `PortsExhausted`; `ValueError` where the port asked for cannot be had.
        """
        if port is None:
            if not self._free:
                raise PortsExhausted(f"all {len(self._slice)} receive ports are in use")
            port = self._free.popleft()
        elif port in self._taken or port not in self._slice:
            raise ValueError(f"port {port} is {'in use' if port in self._taken else 'not of this node'}")
        else:
            self._free.remove(port)
        self._taken.add(port)
        return port

    def give_back(self, port: int) -> None:
        """The stream on this port has ended."""
        if port in self._taken:
            self._taken.discard(port)
            self._free.append(port)

    @property
    def in_use(self) -> int:
        """Ports given out."""
        return len(self._taken)

    @property
    def capacity(self) -> int:
        """Ports of the slice."""
        return len(self._slice)


def udp_socket(host: str, port: int) -> socket.socket:
    """A bound UDP socket that nobody else has; raises `OSError` where the port is taken."""
    sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    try:
        sock.bind((host, port))
    except OSError:
        sock.close()
        raise
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # only now: `connected_udp_socket` shares the port
    sock.setblocking(False)
    return sock


def connected_udp_socket(host: str, port: int, source: tuple[str, int]) -> socket.socket:
    """A socket on a port of ours that only gets what `source` sends: the kernel keeps the others away."""
    sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    try:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        sock.bind((host, port))
        sock.connect(source)
    except OSError:
        sock.close()
        raise
    sock.setblocking(False)
    return sock


def widen_buffer(sock: socket.socket) -> int:
    """Ask for a receive buffer that holds a burst of key frames; gives what the kernel granted."""
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, WANTED_BUFFER_BYTES)
    return sock.getsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF) // 2


def affordable_tick_seconds() -> float:
    """How long packets may lie in the kernel's buffers; says once, at start, when those are smaller than wanted."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        granted = widen_buffer(sock)
    if granted >= WANTED_BUFFER_BYTES:
        return TICK_SECONDS
    log.warning(
        "the kernel grants smaller receive buffers than wanted: bursts may be lost, and receiving costs more",
        wanted_bytes=WANTED_BUFFER_BYTES,
        granted_bytes=granted,
        advice=f"sysctl -w net.core.rmem_max={WANTED_BUFFER_BYTES}",
    )
    return HASTY_TICK_SECONDS
