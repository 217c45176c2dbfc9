"""Answers that come in several messages with the same SN (2022, appendix M; quirk 12)."""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from dataclasses import dataclass
from typing import Final, Generic, TypeVar

Item = TypeVar("Item")

MAX_COLLECTED: Final = 100_000
IDLE_TIMEOUT_S: Final = 30.0


@dataclass(frozen=True, slots=True)
class Collected(Generic[Item]):
    """What has come: `received` of `total`. Only a complete answer may be read as "and there is nothing else"."""

    items: tuple[Item, ...]
    received: int
    total: int | None
    is_complete: bool
    unusable: int


class AnswerCollector(Generic[Item]):
    """Gathers the items of one query until all have come or nothing has come for a while."""

    def __init__(self, sn: int, now: float, *, idle_timeout_s: float = IDLE_TIMEOUT_S) -> None:
        self.sn = sn
        self._idle_timeout_s = idle_timeout_s
        self._last_at = now
        self._items: dict[Hashable, Item] = {}
        self._repeated = 0
        self._unusable = 0
        self._total: int | None = None

    def key(self, item: Item) -> Hashable:
        """What tells an item from another."""
        return item

    def add(self, total: int | None, items: Iterable[Item], now: float, *, unusable: int = 0) -> None:
        """Take in one message: its SumNum, its items, and how many items in it could not be read.

        The same item in two messages is a repetition of the message and counts once. Twice in one message, it is
        the device's own way of counting, and counts towards its SumNum.
        """
        self._last_at = now
        if total is not None and total >= 0:
            self._total = total
        self._unusable += unusable
        seen: set[Hashable] = set()
        for item in items:
            key = self.key(item)
            if key in seen:
                self._repeated += 1
            seen.add(key)
            if key in self._items or len(self._items) < MAX_COLLECTED:
                self._items[key] = item

    @property
    def received(self) -> int:
        """How many different items have come."""
        return len(self._items)

    @property
    def is_complete(self) -> bool:
        """Whether as many have come as the device says it has."""
        return self._total is not None and self._unusable == 0 and self.received + self._repeated >= self._total

    def is_over(self, now: float) -> bool:
        """Whether there is no sense in waiting any longer."""
        return self.is_complete or now >= self.next_timeout

    @property
    def next_timeout(self) -> float:
        """When waiting ends if nothing more comes, on the monotonic clock of `now`."""
        return self._last_at + self._idle_timeout_s

    @property
    def collected(self) -> Collected[Item]:
        """What has come so far."""
        return Collected(tuple(self._items.values()), self.received, self._total, self.is_complete, self._unusable)
