"""Puts packets back into order within a small window and counts what is lost (RFC 3550 appendix A)."""

from collections import deque

_JUMP_MAX = 3_000
"""A step further than this is a restarted sender, once the next packet confirms it."""
_MISORDER_MAX = 100
_HELD_BYTES_MAX = 96 * 1024
_HELD_SECONDS_MAX = 0.25


class SequenceWindow:
    """Knows the next sequence number due, and holds early packets until it comes or is given up.

    Indexes are sequence numbers extended by their cycles. `window` 0 is for transports that keep order:
    then nothing is held, and repeated numbers are let through.
    """

    def __init__(self, window: int) -> None:
        self.window = window
        self.next_index = -1
        """Extended number of the packet due; -1 before the first packet."""
        self.base_index = 0
        self.held: dict[int, bytes] = {}
        """Early packets by extended number."""
        self.lost = 0
        """Packets given up, or never to come."""
        self.reordered = 0
        self.late = 0
        """Packets that came after they had been given up."""
        self.duplicates = 0
        self._held_bytes = 0
        self._held_since = 0.0
        self._given_up: deque[int] = deque(maxlen=64)
        self._restart_sequence = -1
        self._lost_before_restart = 0
        self._late_before_restart = 0

    def start(self, sequence: int) -> None:
        """Begin (again) with this number due."""
        self._lost_before_restart = self.lost
        self._late_before_restart = self.late
        self.base_index = self.next_index = sequence
        self.held.clear()
        self._held_bytes = 0
        self._given_up.clear()
        self._restart_sequence = -1

    @property
    def expected(self) -> int:
        """Packets that should have come since the start, by number (RFC 3550 A.3)."""
        return self.next_index - self.base_index

    @property
    def lost_since_start(self) -> int:
        """Packets given up since the last start."""
        return self.lost - self._lost_before_restart

    @property
    def missing_since_start(self) -> int:
        """Packets that never came since the last start: those given up without those that came late."""
        return self.lost_since_start - (self.late - self._late_before_restart)

    def distance(self, sequence: int) -> int:
        """How far the number lies ahead of the one due; negative when it lies behind."""
        return ((sequence - self.next_index + 0x8000) & 0xFFFF) - 0x8000

    def shift(self, distance: int) -> None:
        """Number on from elsewhere without counting anything, for transports that keep order."""
        self.next_index += distance
        self.base_index += distance

    @staticmethod
    def is_far(distance: int) -> bool:
        """True when no loss or reordering explains the distance."""
        return not -_MISORDER_MAX <= distance <= _JUMP_MAX

    def is_restart(self, sequence: int, distance: int) -> bool:
        """True when two packets in a row say that the sender has begun anew elsewhere."""
        if not self.is_far(distance):
            self._restart_sequence = -1
            return False
        if sequence == self._restart_sequence:
            return True
        self._restart_sequence = (sequence + 1) & 0xFFFF
        return False

    def count_behind(self, distance: int) -> None:
        """Count a packet whose number has passed: given up before, or a duplicate."""
        index = self.next_index + distance
        if index in self._given_up:
            self._given_up.remove(index)
            self.late += 1
        else:
            self.duplicates += 1

    def hold(self, distance: int, packet: bytes, now: float) -> bool:
        """Keep an early packet; True when the wait for the one due should end."""
        index = self.next_index + distance
        if index in self.held:
            self.duplicates += 1
            return False
        if not self.held:
            self._held_since = now
        else:
            self.reordered += index < max(self.held)
        self.held[index] = packet
        self._held_bytes += len(packet)
        return (
            len(self.held) >= self.window
            or self._held_bytes > _HELD_BYTES_MAX
            or now - self._held_since > _HELD_SECONDS_MAX
        )

    def give_up(self, index: int) -> None:
        """Count all before `index` as lost; that one is due now."""
        missing = range(self.next_index, index)
        self.lost += len(missing)
        self._given_up.extend(missing[-64:])
        self.next_index = index

    def take_held(self) -> bytes | None:
        """The held packet that is due now, if any; the caller processes it and moves on."""
        packet = self.held.pop(self.next_index, None)
        if packet is not None:
            self._held_bytes -= len(packet)
        return packet
