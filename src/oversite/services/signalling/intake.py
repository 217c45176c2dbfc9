"""Datagrams that have arrived and wait to be served: which comes next when there are more than the processor can bear.

After a power cut thousands of devices register at once and repeat whatever is not answered within half a second
(quirk 17). Served in the order of arrival, most of the work would go into copies of what is answered already, and the
more so the longer the queue. So a copy of what waits is dropped unread, what a device asks anew takes the place of
what it asked before, and whoever stands before the end of a registration goes before those at its beginning.
"""

from __future__ import annotations

import re
from collections import Counter, OrderedDict
from dataclasses import dataclass
from typing import Final

from oversite.protocol.sip.transport import Address

MAX_WAITING: Final = 40_000
MAX_WAITING_BYTES: Final = 64 << 20
PATIENCE_S: Final = 32.0
"""So long a peer waits for the answer to a request (64 times T1, RFC 3261 17.1.2.2)."""
TURN: Final = 8
"""Of so many served one is a beginner, however much else there is."""

_CALL_ID: Final = re.compile(rb"\n(?:Call-ID|i)[ \t]*:[ \t]*([^\r\n]+)", re.IGNORECASE)
_CREDENTIALS: Final = b"\nAuthorization:"

Key = tuple[str, int, bytes]


@dataclass(frozen=True, slots=True)
class Waiting:
    """One datagram, and the monotonic second at which it, or the first copy of it, arrived."""

    data: bytes
    source: Address
    came_s: float


class Intake:
    """The datagrams that wait. `counts` (copies, replaced, outwaited, crowded_out) is for metrics."""

    def __init__(self, *, most: int = MAX_WAITING, most_bytes: int = MAX_WAITING_BYTES) -> None:
        self.counts: Counter[str] = Counter()
        self._most = most
        self._most_bytes = most_bytes
        self._bytes = 0
        self._served = 0
        self._going_on: OrderedDict[Key, Waiting] = OrderedDict()
        self._beginning: OrderedDict[Key, Waiting] = OrderedDict()

    def __len__(self) -> int:
        return len(self._going_on) + len(self._beginning)

    def add(self, data: bytes, source: Address, now_s: float) -> None:
        """One datagram more; dropped where it is a copy or there is no room."""
        is_register = data.startswith(b"REGISTER ")
        key = _key(data, source, is_register=is_register)
        before = self._going_on.get(key) or self._beginning.get(key)
        if before is not None and before.data == data:
            self.counts["copies"] += 1
            return
        is_beginning = is_register and _CREDENTIALS not in data
        lane, other = (self._beginning, self._going_on) if is_beginning else (self._going_on, self._beginning)
        if before is not None:
            self.counts["replaced"] += 1
            self._bytes -= len(before.data)
            other.pop(key, None)
        elif not self._make_room(len(data), is_beginning=is_beginning):
            self.counts["crowded_out"] += 1
            return
        lane[key] = Waiting(data, source, now_s)
        self._bytes += len(data)

    def take(self, now_s: float) -> Waiting | None:
        """The one to serve next; whose sender has given up meanwhile is not among them."""
        while True:
            lane = self._next_lane()
            if lane is None:
                return None
            _, found = lane.popitem(last=False)
            self._bytes -= len(found.data)
            self._served += 1
            if now_s - found.came_s < PATIENCE_S:
                return found
            self.counts["outwaited"] += 1

    def waited_s(self, now_s: float) -> float:
        """How long the one that has waited longest has."""
        firsts = [next(iter(lane.values())) for lane in (self._going_on, self._beginning) if lane]
        return max((now_s - first.came_s for first in firsts), default=0.0)

    def _next_lane(self) -> OrderedDict[Key, Waiting] | None:
        if self._beginning and (not self._going_on or self._served % TURN == TURN - 1):
            return self._beginning
        return self._going_on or None

    def _make_room(self, size_bytes: int, *, is_beginning: bool) -> bool:
        """Where it is full, the newest of those at their beginning makes room for one further on."""
        while len(self) >= self._most or self._bytes + size_bytes > self._most_bytes:
            if is_beginning or not self._beginning:
                return False
            _, gone = self._beginning.popitem()
            self._bytes -= len(gone.data)
            self.counts["crowded_out"] += 1
        return True


def _key(data: bytes, source: Address, *, is_register: bool) -> Key:
    """What two datagrams have in common of which only the newer counts: everything, or the call of a REGISTER."""
    found = _CALL_ID.search(data) if is_register else None
    return source.host, source.port, found[1] if found else data
