"""What peers do wrong: counted each time, logged with the device, but never as often as they do it."""

from __future__ import annotations

from collections import OrderedDict
from typing import Final

import structlog

from oversite.protocol.sip.transport import Address
from oversite.services.signalling.directory import Directory
from oversite.services.signalling.metrics import Metrics

log = structlog.get_logger("oversite.signalling")

TELL_AGAIN_S: Final = 60.0
MAX_REMEMBERED: Final = 10_000
BEGINNING_BYTES: Final = 200


class Complaints:
    """One line of the log per peer and fault a minute; `times` is how often it happened since the last one."""

    def __init__(self, directory: Directory, metrics: Metrics) -> None:
        self._directory = directory
        self._metrics = metrics
        self._told: OrderedDict[tuple[str, str], tuple[float, int]] = OrderedDict()

    def note(self, what: str, source: Address, why: str, data: bytes, now_s: float, *, device: str = "") -> None:
        """`what` is the name of the counter; without `device` the one that is bound to the source is named."""
        self._metrics.count(what)
        key = (source.host, what)
        told_s, times = self._told.get(key, (float("-inf"), 0))
        times += 1
        if now_s - told_s < TELL_AGAIN_S:
            self._told[key] = (told_s, times)
            return
        known = self._directory.device_at(source)
        named = device[:64] or (known.gb_id if known else "")
        log.warning(what, device=named, source=str(source), why=why, beginning=repr(data[:BEGINNING_BYTES]), times=times)
        self._told[key] = (now_s, 0)
        self._told.move_to_end(key)
        while len(self._told) > MAX_REMEMBERED:
            self._told.popitem(last=False)
