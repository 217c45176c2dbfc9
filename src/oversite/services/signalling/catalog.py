"""Catalogues: answers and notices become channel records; a partial answer never deletes (quirks 12, 34)."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from typing import Any, Final

import structlog

from oversite.protocol.gb28181.catalog import CatalogEvent, CatalogNotify
from oversite.protocol.gb28181.catalog_item import CatalogItem
from oversite.services.signalling.directory import Device
from oversite.services.signalling.metrics import Metrics
from oversite.services.signalling.records import ChannelRecord

log = structlog.get_logger("oversite.signalling")

OFF_SHARE: Final = 0.5
OFF_LEAST: Final = 8
OFF_WINDOW_S: Final = 60.0
MAX_WAITING: Final = 200_000
_STATES: Final = {
    CatalogEvent.ON: True,
    CatalogEvent.OFF: False,
    CatalogEvent.VLOST: False,
    CatalogEvent.DEFECT: False,
    CatalogEvent.DEL: False,
}


class Catalog:
    """Channel records on their way to the store; of one channel only the newest waits."""

    def __init__(self, metrics: Metrics) -> None:
        self._metrics = metrics
        self._waiting: dict[tuple[str, str], ChannelRecord] = {}
        self._offs: dict[str, tuple[float, set[str]]] = {}

    def announce(self, device: Device, items: tuple[CatalogItem, ...]) -> None:
        """Items of an answer, complete or not."""
        for item in items:
            self._wait(device, item, item.is_online)

    def notify(self, device: Device, notify: CatalogNotify, now_s: float) -> None:
        """Changes from a subscription. OFF for half of the channels within a minute is taken for a mistake of
        the lower platform (quirk 34): names are kept up to date, states are not.
        """
        offs = {change.item.device_id for change in notify.changes if _STATES.get(change.event) is False}
        is_flood = bool(offs) and self._is_flood(device, offs, now_s)
        if is_flood:
            log.warning("catalog_offs_refused", device=device.gb_id, channels=len(offs))
            self._metrics.count("catalog_offs_refused", len(offs))
        for change in notify.changes:
            state = _STATES.get(change.event, change.item.is_online)
            if is_flood and state is False:
                continue
            self._wait(device, change.item, state, has_state_only=change.event in _STATES)

    def lose(self, device_gb_id: str, channel_gb_id: str) -> None:
        """The device said that it has no such channel: it is off until the device announces it again."""
        key = (device_gb_id, channel_gb_id)
        if len(self._waiting) < MAX_WAITING or key in self._waiting:
            self._waiting[key] = ChannelRecord(*key, "", "", False, is_damaged=False, has_state_only=True, facts={})

    def take(self, limit: int) -> list[ChannelRecord]:
        """At most `limit` records for the store."""
        keys = list(self._waiting)[:limit]
        return [self._waiting.pop(key) for key in keys]

    def _is_flood(self, device: Device, offs: set[str], now_s: float) -> bool:
        began_s, gone = self._offs.get(device.gb_id, (now_s, set()))
        if now_s - began_s > OFF_WINDOW_S:
            began_s, gone = now_s, set()
        gone |= offs
        self._offs[device.gb_id] = (began_s, gone)
        return len(gone) >= OFF_LEAST and len(gone) > OFF_SHARE * device.channels_seen

    def _wait(self, device: Device, item: CatalogItem, is_online: bool | None, *, has_state_only: bool = False) -> None:
        key = (device.gb_id, item.device_id)
        if len(self._waiting) >= MAX_WAITING and key not in self._waiting:
            self._metrics.count("channels_dropped")
            return
        self._waiting[key] = ChannelRecord(
            device_gb_id=device.gb_id,
            gb_id=item.device_id[:20],
            name=item.name[:160],
            parent_id=item.parent_id[:64],
            is_online=is_online,
            is_damaged=item.is_damaged,
            has_state_only=has_state_only,
            facts=facts(item),
        )


def facts(item: CatalogItem) -> dict[str, Any]:
    """What a channel says of itself, as JSON; empty things are left out."""
    return {
        name: value.isoformat() if isinstance(value, datetime) else value
        for name, value in asdict(item).items()
        if value not in ("", None, ()) and name not in {"device_id", "is_damaged"}
    }
