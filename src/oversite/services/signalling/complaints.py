"""What peers do wrong: counted each time, logged with the device, but never as often as they do it."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import structlog

from oversite.common import clock
from oversite.protocol.sip.transport import Address
from oversite.services.signalling.directory import Directory
from oversite.services.signalling.metrics import Metrics

log = structlog.get_logger("oversite.signalling")

TELL_AGAIN_S: Final = 60.0
MAX_REMEMBERED: Final = 10_000
BEGINNING_BYTES: Final = 200
LINES_A_SECOND: Final = 5
MAX_SHOWN: Final = 500


@dataclass(frozen=True, slots=True)
class Complaint:
    """One kind of fault of one device, or of a host that no device is bound to: how often since the start, the last."""

    what: str
    device: str
    source: str
    why: str
    times: int
    last_at: datetime

    def as_json(self) -> dict[str, Any]:
        """As the door tells it."""
        return {
            "what": self.what,
            "device": self.device,
            "source": self.source,
            "why": self.why[:BEGINNING_BYTES],
            "times": self.times,
            "last_at": self.last_at.isoformat(),
        }


class Complaints:
    """One line of the log per peer and fault a minute, and a few a second of all together: nobody may fill the disk.
    `times` is how often it happened since the line before.
    """

    def __init__(self, directory: Directory, metrics: Metrics) -> None:
        self._directory = directory
        self._metrics = metrics
        self._told: OrderedDict[tuple[str, str], tuple[float, int]] = OrderedDict()
        self._kept: OrderedDict[tuple[str, str], Complaint] = OrderedDict()
        self._second = 0
        self._lines = 0

    def note(self, what: str, source: Address, why: str, data: bytes, now_s: float, *, claimed: str = "") -> None:
        """`what` is the name of the counter. The device is the one that is bound to the source, or the `claimed` one
        where that is at home at the same host.
        """
        self._metrics.count(what)
        device = self._device(source, claimed)
        self._keep(what, device, source, why)
        key = (source.host, what)
        told_s, times = self._told.get(key, (float("-inf"), 0))
        if now_s - told_s < TELL_AGAIN_S or not self._may_write(int(now_s)):
            self._told[key] = (told_s, times + 1)
        else:
            beginning = repr(data[:BEGINNING_BYTES])
            log.warning(what, device=device, source=str(source), why=why, beginning=beginning, times=times + 1)
            self._told[key] = (now_s, 0)
            self._told.move_to_end(key)
        while len(self._told) > MAX_REMEMBERED:
            self._told.popitem(last=False)

    def newest(self, device: str = "") -> list[Complaint]:
        """What went wrong since the start, of one device or of all, the newest first."""
        found = [one for one in reversed(self._kept.values()) if device in ("", one.device)]
        return found[:MAX_SHOWN]

    def _keep(self, what: str, device: str, source: Address, why: str) -> None:
        key = (device or source.host, what)
        known = self._kept.pop(key, None)
        times = 1 if known is None else known.times + 1
        self._kept[key] = Complaint(what, device, str(source), why, times, clock.now())
        if len(self._kept) > MAX_REMEMBERED:
            self._kept.popitem(last=False)

    def _device(self, source: Address, claimed: str) -> str:
        known = self._directory.device_at(source)
        if known is None:
            named = self._directory.devices.get(claimed)
            known = named if named is not None and named.source and named.source.host == source.host else None
        return known.gb_id if known else ""

    def _may_write(self, second: int) -> bool:
        if second != self._second:
            self._second, self._lines = second, 0
        self._lines += 1
        return self._lines <= LINES_A_SECOND
