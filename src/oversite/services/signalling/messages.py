"""MESSAGE and NOTIFY from devices: read the MANSCDP body and give it to whom it concerns."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Final

import structlog

from oversite.protocol.errors import PeerError
from oversite.protocol.gb28181.alarm import Alarm
from oversite.protocol.gb28181.catalog import CatalogNotify
from oversite.protocol.gb28181.device import DeviceStatusResponse
from oversite.protocol.gb28181.manscdp import parse_manscdp
from oversite.protocol.gb28181.message import ManscdpMessage, ResultResponse
from oversite.protocol.gb28181.notify import Keepalive, MediaStatus
from oversite.protocol.sip.message import Request
from oversite.protocol.sip.transport import Address
from oversite.services.signalling.agent import Agent
from oversite.services.signalling.catalog import Catalog
from oversite.services.signalling.complaints import Complaints
from oversite.services.signalling.directory import Device, Directory
from oversite.services.signalling.metrics import Metrics
from oversite.services.signalling.presence import Presence
from oversite.services.signalling.queries import Queries
from oversite.services.signalling.records import AlarmRecord

log = structlog.get_logger("oversite.signalling")

MAX_ALARMS: Final = 10_000
REGISTER_AGAIN: Final = 403
_KEEPALIVE: Final = b"<CmdType>Keepalive</CmdType>"


class Messages:
    """Answers with a status; never raises on what a device sends. `on_media_end(call_id, device_id, source)` is
    told of MediaStatus 121, whose sender is not to be trusted to be the device (quirk 4).
    """

    def __init__(
        self,
        directory: Directory,
        presence: Presence,
        queries: Queries,
        catalog: Catalog,
        agent: Agent,
        metrics: Metrics,
        complaints: Complaints,
        *,
        on_media_end: Callable[[str, str, Address], None],
    ) -> None:
        self._directory = directory
        self._presence = presence
        self._queries = queries
        self._catalog = catalog
        self._agent = agent
        self._metrics = metrics
        self._complaints = complaints
        self._on_media_end = on_media_end
        self._alarms: list[AlarmRecord] = []

    def receive(self, request: Request, source: Address, now_s: float, now_at: datetime) -> int:
        """The status to answer with."""
        gb_id = ""
        try:
            gb_id = request.from_.uri.user
            if _KEEPALIVE in request.body and b"<Info>" not in request.body:
                return self._keep_alive(gb_id, source, now_s, now_at)
            return self._receive(gb_id, request, source, now_s, now_at)
        except PeerError as error:
            self._complaints.note("malformed_body", source, error.reason, request.body, now_s, claimed=gb_id)
            return 400

    def take_alarms(self) -> list[AlarmRecord]:
        found, self._alarms = self._alarms, []
        return found

    def _keep_alive(self, gb_id: str, source: Address, now_s: float, now_at: datetime) -> int:
        device = self._presence.may_keep_alive(gb_id, source)
        if device is None:
            self._metrics.count("keepalive_refused")
            return REGISTER_AGAIN
        self._presence.keep_alive(device, source, now_s, now_at)
        return 200

    def _receive(self, gb_id: str, request: Request, source: Address, now_s: float, now_at: datetime) -> int:
        device = self._directory.devices.get(gb_id)
        message = parse_manscdp(request.body, charset=(device.charset_override if device else "") or None)
        if message.notes:
            self._complaints.note("mended_body", source, "; ".join(message.notes), request.body, now_s, claimed=gb_id)
        if isinstance(message, MediaStatus):
            if message.is_end:
                self._on_media_end(request.call_id, message.device_id, source)
            return 200
        if isinstance(message, Keepalive):
            return self._keep_alive(gb_id, source, now_s, now_at)
        if device is None or device.source is None or not device.is_online or device.source.host != source.host:
            self._metrics.count("message_from_stranger")
            return REGISTER_AGAIN
        self._dispatch(device, message, now_s, now_at)
        return 200

    def _dispatch(self, device: Device, message: ManscdpMessage, now_s: float, now_at: datetime) -> None:
        if isinstance(message, Alarm):
            self._alarm(device, message, now_at)
        elif isinstance(message, CatalogNotify):
            self._catalog.notify(device, message, now_s)
        elif message.ROOT == "Response":
            if isinstance(message, DeviceStatusResponse) and message.device_time is not None:
                device.clock.add(message.device_time, now_at)
                self._directory.touch(device)
            self._queries.receive(device, message)
        else:
            self._metrics.count("message_unknown")
            log.debug("message_unknown", device=device.gb_id, command=message.command)

    def _alarm(self, device: Device, alarm: Alarm, now_at: datetime) -> None:
        """Keep it for the store and confirm it (9.4); a device that is told nothing sends it again and again."""
        if alarm.occurred_at is not None:
            device.clock.add(alarm.occurred_at, now_at)
        if len(self._alarms) < MAX_ALARMS:
            self._alarms.append(
                AlarmRecord(
                    device_gb_id=device.gb_id,
                    source_gb_id=alarm.device_id[:20],
                    priority=alarm.priority,
                    method=alarm.method,
                    alarm_type=alarm.alarm_type,
                    description=alarm.description[:500],
                    occurred_at=alarm.occurred_at,
                    received_at=now_at,
                )
            )
        self._metrics.count("alarm")
        log.info("alarm", device=device.gb_id, alarm_source=alarm.device_id[:20], method=alarm.method)
        confirmation = ResultResponse(device_id=alarm.device_id, sn=alarm.sn, command_name="Alarm")
        self._agent.send(self._agent.new_message(device, confirmation), device.address)
