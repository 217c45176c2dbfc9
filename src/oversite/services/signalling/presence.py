"""Who is there: keepalives, three misses, broken connections (GB/T 28181 9.6; quirks 18, 19)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from heapq import heappop, heappush
from typing import Final

import structlog

from oversite.protocol.sip.transport import Address
from oversite.services.signalling.directory import Device, Directory
from oversite.services.signalling.metrics import Metrics

log = structlog.get_logger("oversite.signalling")

KEEPALIVE_S: Final = 60.0
MISSES: Final = 3
STORE_SEEN_EVERY_S: Final = 300.0


class Presence:
    """Keeps devices online while they are heard. `on_offline` is told of each that went."""

    def __init__(
        self,
        directory: Directory,
        metrics: Metrics,
        *,
        on_offline: Callable[[Device], None],
        silent_after_s: float = KEEPALIVE_S * MISSES,
    ) -> None:
        self._directory = directory
        self._metrics = metrics
        self._on_offline = on_offline
        self._silent_after_s = silent_after_s
        self._deadlines: list[tuple[float, str]] = []
        self._watched: set[str] = set()
        """Devices with an entry among the deadlines: one each, however often they come and go."""
        self._online: set[str] = set()

    def came(self, device: Device) -> None:
        """The device has registered, or was online before a restart."""
        if device.gb_id not in self._watched:
            self._watched.add(device.gb_id)
            heappush(self._deadlines, (device.seen_s + self._silent_after_s, device.gb_id))
        self._online.add(device.gb_id)
        self._metrics.devices_online.set(len(self._online))

    def may_keep_alive(self, gb_id: str, source: Address) -> Device | None:
        """The device if its keepalive counts: registered, online, from the host it registered from.

        Others are answered so that they register again (quirk 19): a keepalive carries no digest, and whoever
        may move the binding gets the device's calls. A new port of the same host is taken (quirk 18).
        """
        device = self._directory.devices.get(gb_id)
        if device is None or not device.is_online or not device.is_active or device.source is None:
            return None
        return device if device.source.host == source.host else None

    def keep_alive(self, device: Device, source: Address, now_s: float, now_at: datetime) -> None:
        """Heard: the binding follows the source; the store hears of it every few minutes."""
        if device.source != source:
            self._directory.bind(device, source)
            self._directory.touch(device)
        elif device.seen_at is None or (now_at - device.seen_at).total_seconds() >= STORE_SEEN_EVERY_S:
            self._directory.touch(device)
        device.seen_s, device.seen_at = now_s, now_at

    def go(self, device: Device, why: str) -> None:
        """The device is gone."""
        if not device.is_online:
            return
        device.is_online, device.has_changed = False, True
        self._online.discard(device.gb_id)
        self._metrics.devices_online.set(len(self._online))
        self._metrics.count(f"offline_{why}")
        self._directory.touch(device)
        log.info("device_offline", device=device.gb_id, why=why)
        self._on_offline(device)

    def flow_closed(self, flow: int) -> None:
        """A TCP connection ended: who came through it is offline (9.1)."""
        for device in self._directory.devices_of_flow(flow):
            self.go(device, "connection_lost")

    def sweep(self, now_s: float) -> None:
        """Find the silent and the expired; each device is looked at about once per deadline."""
        while self._deadlines and self._deadlines[0][0] <= now_s:
            _, gb_id = heappop(self._deadlines)
            device = self._directory.devices.get(gb_id)
            if device is None or not device.is_online:
                self._watched.discard(gb_id)
                continue
            deadline_s = min(device.seen_s + self._silent_after_s, device.expires_s)
            if deadline_s > now_s:
                heappush(self._deadlines, (deadline_s, gb_id))
                continue
            self._watched.discard(gb_id)
            self.go(device, "expired" if device.expires_s <= now_s else "silent")
