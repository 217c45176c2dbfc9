"""The SSRC numbers of one domain: 10,000 live and 10,000 history, written as ten digits in `y=`.

An SSRC is `0` (live) or `1` (history), digits 4-8 of the domain's identity and four digits of its own
(GB/T 28181-2022 annex G). A number that is reserved stays reserved until the caller releases it, even if no
packet has come yet; after its release it rests, so that late packets of the old stream meet no new one.
"""

from __future__ import annotations

import re
from collections import deque
from enum import StrEnum
from typing import Final

from oversite.protocol.errors import PeerError, UsageError

POOL_SIZE: Final = 10_000
COOL_DOWN_S: Final = 30.0
_DIGITS = re.compile(r"[0-9]{1,10}")


class SsrcKind(StrEnum):
    """What the leading digit says."""

    LIVE = "live"
    HISTORY = "history"


class SsrcState(StrEnum):
    """Where a number stands in its life."""

    FREE = "free"
    RESERVED = "reserved"
    ACTIVE = "active"
    COOL_DOWN = "cool-down"


class SsrcExhausted(UsageError):
    """All 10,000 numbers of a kind are in use or resting."""


class _Shelf:
    """The numbers of one kind. Free ones are taken in the order in which they became free."""

    def __init__(self, prefix: str) -> None:
        self.prefix = prefix
        self.free = deque(range(POOL_SIZE))
        self.taken: dict[int, SsrcState] = {}
        self.cooling: deque[tuple[float, int]] = deque()

    def warm(self, now: float) -> None:
        while self.cooling and self.cooling[0][0] <= now:
            _, number = self.cooling.popleft()
            if self.taken.get(number) is SsrcState.COOL_DOWN:
                del self.taken[number]
                self.free.append(number)

    def take(self, now: float) -> int:
        self.warm(now)
        while self.free:
            number = self.free.popleft()
            if number not in self.taken:
                return number
        raise SsrcExhausted(f"no SSRC left of {POOL_SIZE} beginning with {self.prefix}")


class SsrcPool:
    """Hands out the SSRC numbers of a domain. Both kinds have a shelf of their own."""

    def __init__(self, domain5: str, *, cool_down_s: float = COOL_DOWN_S) -> None:
        """`domain5`: digits 4-8 of the domain's identity (see `domain_digits`); cool-down in seconds."""
        if len(domain5) != 5 or not _DIGITS.fullmatch(domain5):
            raise UsageError(f"five digits are wanted: {domain5!r}")
        self._cool_down_s = cool_down_s
        self._shelves = {SsrcKind.LIVE: _Shelf("0" + domain5), SsrcKind.HISTORY: _Shelf("1" + domain5)}

    def reserve(self, kind: SsrcKind | str, now: float) -> str:
        """Take a number, ten digits with its leading zero; raises `SsrcExhausted` (a `UsageError`)."""
        shelf = self._shelves[SsrcKind(kind)]
        number = shelf.take(now)
        shelf.taken[number] = SsrcState.RESERVED
        return f"{shelf.prefix}{number:04d}"

    def activate(self, ssrc: str) -> None:
        """Its stream has arrived. A number of another domain, chosen by the device, is nobody's business here."""
        found = self._find(ssrc)
        if found is not None and found[0].taken.get(found[1]) is SsrcState.RESERVED:
            found[0].taken[found[1]] = SsrcState.ACTIVE

    def release(self, ssrc: str, now: float) -> None:
        """Its call is over: it rests, then may be taken again. Releasing twice changes nothing."""
        found = self._find(ssrc)
        if found is None:
            return
        shelf, number = found
        if shelf.taken.get(number) in (SsrcState.RESERVED, SsrcState.ACTIVE):
            shelf.taken[number] = SsrcState.COOL_DOWN
            shelf.cooling.append((now + self._cool_down_s, number))

    def restore(self, ssrc: str) -> bool:
        """Take over a number that a dialog from before a restart still uses; False if it is not of this domain."""
        found = self._find(ssrc)
        if found is None:
            return False
        found[0].taken[found[1]] = SsrcState.ACTIVE
        return True

    def state(self, ssrc: str) -> SsrcState | None:
        """Where the number stands; None for a number of another domain."""
        found = self._find(ssrc)
        return None if found is None else found[0].taken.get(found[1], SsrcState.FREE)

    def taken_count(self, kind: SsrcKind | str) -> int:
        """How many numbers of the kind are reserved, active or resting."""
        return len(self._shelves[SsrcKind(kind)].taken)

    def _find(self, ssrc: str) -> tuple[_Shelf, int] | None:
        for shelf in self._shelves.values():
            if len(ssrc) == 10 and ssrc.startswith(shelf.prefix) and _DIGITS.fullmatch(ssrc):
                return shelf, int(ssrc[6:])
        return None


def domain_digits(domain: str) -> str:
    """Digits 4-8 of a domain's identity, of which ten or twenty digits are given; raises `UsageError`."""
    if len(domain) < 8 or not (domain.isascii() and domain.isdecimal()):
        raise UsageError(f"not the identity of a domain: {domain!r}")
    return domain[3:8]


def parse_ssrc(text: str) -> str:
    """Ten digits from what stands in `y=`; lost leading zeros are put back (quirk 32). Raises `PeerError`."""
    digits = text.strip()
    if not _DIGITS.fullmatch(digits) or int(digits) > 0xFFFFFFFF:
        raise PeerError(f"not an SSRC: {digits[:40]!r}")
    return digits.zfill(10)


def ssrc_number(ssrc: str) -> int:
    """The 32-bit number that stands in the RTP header for ten digits."""
    return int(parse_ssrc(ssrc))
