"""The only code of signalling that knows the database. Everything here blocks and runs in one thread of its own."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from typing import Any, Final

import structlog
from django.db import DataError, IntegrityError, close_old_connections, connection, transaction
from django.db.models import Q

from oversite.base.audit import actions as audit
from oversite.base.events import actions as events
from oversite.common import clock
from oversite.protocol.gb28181.identity import GbId
from oversite.services.signalling.records import (
    DUPLICATE,
    AlarmRecord,
    Batch,
    CameraRecord,
    ChannelRecord,
    DeviceRecord,
    DialogRecord,
    NodeRecord,
    PresenceRecord,
    RefusalRecord,
    Register,
    WantedRecord,
)
from oversite.video.cameras.models import Camera, Channel, Device
from oversite.video.cameras.sealing import unseal
from oversite.video.gateway.models import Dialog, MediaNode, WantedStream

log = structlog.get_logger("oversite.signalling")

NODE_ALIVE_S: Final = 30
DUPLICATE_ACT: Final = "cameras.device.duplicate"
EVENTS_EACH: Final = 20
"""More devices than these going on or off within a second are one event: each costs as much as ten rows."""
PRESENCE_COLUMNS: Final = (
    "is_online",
    "registered_at",
    "seen_at",
    "source",
    "transport",
    "dialect",
    "manufacturer",
    "model",
    "firmware",
    "clock_offset_ms",
    "channels_seen",
    "channels_total",
)
CHANNEL_COLUMNS: Final = ("name", "parent_id_text", "is_damaged", "facts", "seen_at")


class Store:
    """Reads the register and what is wanted, writes what has happened in batches."""

    def __init__(self) -> None:
        self._passwords: dict[str, tuple[bytes, str]] = {}

    # Reading

    def register(self) -> Register:
        """All devices and the active cameras."""
        _drop_broken_connection()
        devices = tuple(self._device(row) for row in Device.objects.iterator(2_000))
        rows = Camera.objects.filter(is_active=True).values_list(
            "uid", "gb_id", "device__gb_id", "site__code", "has_sub_stream"
        )
        cameras = tuple(
            CameraRecord(str(uid), gb_id, device_gb_id or "", site_code, has_sub_stream)
            for uid, gb_id, device_gb_id, site_code, has_sub_stream in rows.iterator(2_000)
        )
        return Register(devices, cameras)

    def wanted(self, now_at: datetime) -> list[WantedRecord]:
        """Streams that shall run now; one that somebody wants recorded is recorded."""
        _drop_broken_connection()
        rows = WantedStream.objects.filter(Q(until_at__isnull=True) | Q(until_at__gt=now_at), camera__is_active=True)
        records: dict[tuple[str, int], bool] = {}
        for uid, stream, record in rows.values_list("camera__uid", "stream", "record"):
            key = (str(uid), stream)
            records[key] = records.get(key, False) or record
        return [WantedRecord(uid, stream, record) for (uid, stream), record in records.items()]

    def nodes(self, now_at: datetime) -> list[NodeRecord]:
        """Media nodes that have reported lately."""
        alive = MediaNode.objects.filter(beat_at__gt=now_at - timedelta(seconds=NODE_ALIVE_S))
        return [NodeRecord(row.number, row.door_url, row.streams) for row in alive]

    def dialogs(self) -> list[DialogRecord]:
        """Calls that ran when this was last written."""
        _drop_broken_connection()
        return [_dialog_record(row) for row in Dialog.objects.select_related("camera")]

    def _device(self, row: Device) -> DeviceRecord:
        return DeviceRecord(
            gb_id=row.gb_id,
            password=self._password(row),
            media_transport=row.media_transport,
            charset=row.charset,
            is_active=row.is_active,
            is_online=row.is_online,
            registered_at=row.registered_at,
            seen_at=row.seen_at,
            source=row.source,
            transport=row.transport,
            dialect=row.dialect,
            manufacturer=row.manufacturer,
            model=row.model,
            firmware=row.firmware,
            channels_seen=row.channels_seen,
            channels_total=row.channels_total,
        )

    def _password(self, row: Device) -> str:
        """Unsealed once per change; one that cannot be unsealed lets nobody in."""
        sealed = bytes(row.password_sealed)
        if not sealed:
            return ""
        known = self._passwords.get(row.gb_id)
        if known is not None and known[0] == sealed:
            return known[1]
        try:
            password = unseal(sealed, row.uid)
        except ValueError as error:
            log.error("password_not_unsealed", device=row.gb_id, why=str(error))
            password = secrets.token_hex(16)
        self._passwords[row.gb_id] = (sealed, password)
        return password

    # Writing

    def write(self, batch: Batch) -> None:
        """Write a batch, each kind in a transaction of its own.

        A kind whose values the database refuses is logged and dropped; while the database is away everything
        raises, and the caller keeps the batch. Writing the same batch twice changes nothing.
        """
        _drop_broken_connection()
        self._write_part("dialogs", batch.dialogs, lambda: self._write_dialogs(batch.dialogs))
        self._write_part("presence", batch.presence, lambda: self._write_presence(batch.presence))
        self._write_part("channels", batch.channels, lambda: self._write_channels(batch.channels))
        self._write_part("alarms", batch.alarms, lambda: self._write_alarms(batch.alarms))
        self._write_part("refusals", batch.refusals, lambda: self._write_refusals(batch.refusals))

    def _write_part(self, name: str, rows: list[Any] | dict[str, Any], write: Callable[[], None]) -> None:
        if not rows:
            return
        try:
            with transaction.atomic():
                write()
        except (DataError, IntegrityError, ValueError) as error:
            log.exception("rows_refused", what=name, rows=len(rows), why=str(error))
        rows.clear()

    def _write_dialogs(self, dialogs: dict[str, DialogRecord | None]) -> None:
        Dialog.objects.filter(stream_key__in=[key for key, record in dialogs.items() if record is None]).delete()
        begun = [record for record in dialogs.values() if record is not None]
        uids = {record.camera_uid for record in begun}
        cameras = {str(uid): pk for uid, pk in Camera.objects.filter(uid__in=uids).values_list("uid", "pk")}
        for record in begun:
            if record.camera_uid in cameras:
                _save_dialog(record, cameras[record.camera_uid])

    def _write_presence(self, records: Iterable[PresenceRecord]) -> None:
        by_id = {record.gb_id: record for record in records}
        rows = [_device_row(record) for record in by_id.values()]
        Device.objects.bulk_create(
            rows, update_conflicts=True, unique_fields=["gb_id"], update_fields=PRESENCE_COLUMNS, batch_size=2_000
        )
        _publish_presence([record for record in by_id.values() if record.has_changed])

    def _write_channels(self, records: list[ChannelRecord]) -> None:
        gb_ids = {record.device_gb_id for record in records}
        devices = dict(Device.objects.filter(gb_id__in=gb_ids).values_list("gb_id", "pk"))
        now_at = clock.now()
        known = [record for record in records if record.device_gb_id in devices]
        full = [record for record in known if not record.has_state_only]
        for has_state in (True, False):
            rows = [
                _channel_row(record, devices[record.device_gb_id], now_at)
                for record in full
                if (record.is_online is not None) is has_state
            ]
            columns = [*CHANNEL_COLUMNS, "is_online"] if has_state else list(CHANNEL_COLUMNS)
            Channel.objects.bulk_create(
                rows, update_conflicts=True, unique_fields=["device", "gb_id"], update_fields=columns, batch_size=2_000
            )
        for record in known:
            if record.has_state_only and record.is_online is not None:
                found = Channel.objects.filter(device_id=devices[record.device_gb_id], gb_id=record.gb_id)
                found.update(is_online=record.is_online, seen_at=now_at)

    def _write_alarms(self, records: list[AlarmRecord]) -> None:
        devices = _devices(record.device_gb_id for record in records)
        for record in records:
            device = devices.get(record.device_gb_id)
            agency = device.site.agency if device is not None and device.site is not None else None
            events.publish("device.alarm", ("device", record.device_gb_id), _alarm_data(record), agency=agency)

    def _write_refusals(self, records: list[RefusalRecord]) -> None:
        audit.record_many(
            audit.Act(
                act=DUPLICATE_ACT if record.code == DUPLICATE else f"video.device.refused.{record.code}",
                subject=("device", _clean(record.gb_id)),
                data={"reason": _clean(record.reason), "source": record.source, "times": record.repeated},
                clause="GB/T 28181 9.1",
                outcome="done" if record.code == DUPLICATE else "refused",
            )
            for record in records
        )


def _drop_broken_connection() -> None:
    """A connection that the database ended is opened anew, except inside somebody's transaction."""
    if not connection.in_atomic_block:
        close_old_connections()


def _dialog_record(row: Dialog) -> DialogRecord:
    return DialogRecord(
        stream_key=row.stream_key,
        camera_uid=str(row.camera.uid),
        stream=row.stream,
        kind=row.kind,
        call_id=row.call_id,
        state=row.state,
        node=row.node,
        media_port=row.media_port,
        transport=row.transport,
        ssrc=row.ssrc,
        record=row.record,
        started_at=row.started_at,
    )


def _save_dialog(record: DialogRecord, camera_id: int) -> None:
    Dialog.objects.update_or_create(
        stream_key=record.stream_key,
        defaults={
            "camera_id": camera_id,
            "stream": record.stream,
            "kind": record.kind,
            "call_id": _clean(record.call_id)[:200],
            "state": record.state,
            "node": record.node,
            "media_port": record.media_port,
            "transport": record.transport,
            "ssrc": record.ssrc,
            "record": record.record,
            "started_at": record.started_at,
        },
    )


def _device_row(record: PresenceRecord) -> Device:
    """A whole row, so that a device nobody knew comes in as unclaimed: without a site."""
    kind = Device.Kind.PLATFORM if GbId(record.gb_id).is_platform else Device.Kind.CAMERA
    return Device(
        gb_id=record.gb_id,
        name=record.gb_id,
        kind=Device.Kind.RECORDER if GbId(record.gb_id).is_recorder else kind,
        is_online=record.is_online,
        registered_at=record.registered_at,
        seen_at=record.seen_at,
        source=record.source[:80],
        transport=record.transport,
        dialect=record.dialect,
        manufacturer=_clean(record.manufacturer)[:80],
        model=_clean(record.model)[:80],
        firmware=_clean(record.firmware)[:80],
        clock_offset_ms=record.clock_offset_ms,
        channels_seen=record.channels_seen,
        channels_total=record.channels_total,
    )


def _channel_row(record: ChannelRecord, device_id: int, now_at: datetime) -> Channel:
    return Channel(
        device_id=device_id,
        gb_id=_clean(record.gb_id)[:20],
        name=_clean(record.name)[:160],
        parent_id_text=_clean(record.parent_id)[:64],
        is_online=bool(record.is_online),
        is_damaged=record.is_damaged,
        facts={key: _clean(value) if isinstance(value, str) else value for key, value in record.facts.items()},
        seen_at=now_at,
    )


def _publish_presence(changed: list[PresenceRecord]) -> None:
    if len(changed) > EVENTS_EACH:
        online = sum(record.is_online for record in changed)
        events.publish("devices.changed", None, {"online": online, "offline": len(changed) - online})
        return
    devices = _devices(record.gb_id for record in changed)
    for record in changed:
        device = devices.get(record.gb_id)
        agency = device.site.agency if device is not None and device.site is not None else None
        kind = "device.online" if record.is_online else "device.offline"
        events.publish(kind, ("device", record.gb_id), {"gb_id": record.gb_id}, agency=agency)


def _devices(gb_ids: Iterable[str]) -> dict[str, Device]:
    found = Device.objects.filter(gb_id__in=set(gb_ids)).select_related("site__agency")
    return {device.gb_id: device for device in found}


def _alarm_data(record: AlarmRecord) -> dict[str, Any]:
    return {
        "device": record.device_gb_id,
        "source": _clean(record.source_gb_id),
        "priority": record.priority,
        "method": record.method,
        "type": record.alarm_type,
        "description": _clean(record.description),
        "occurred_at": record.occurred_at.isoformat() if record.occurred_at else None,
        "received_at": record.received_at.isoformat(),
    }


def _clean(text: str) -> str:
    """What every database takes: no half characters, no NUL."""
    return text.encode("utf-8", "replace").decode().replace("\0", "")
