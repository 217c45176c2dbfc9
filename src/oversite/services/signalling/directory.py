"""Devices and cameras as signalling knows them, in memory; the store gets what changed in batches."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from oversite.protocol.gb28181.clock import ClockOffset
from oversite.protocol.gb28181.dialect import Dialect, dialect_of
from oversite.protocol.sip.transport import Address
from oversite.services.signalling.records import CameraRecord, DeviceRecord, PresenceRecord, Register


@dataclass(slots=True, eq=False)
class Device:
    """One device: what the register says of it, and its presence. Instants end in `_at`, monotonic seconds in `_s`."""

    gb_id: str
    password: str = ""
    media_transport: str = "udp"
    charset_override: str = ""
    is_active: bool = True
    is_online: bool = False
    source: Address | None = None
    dialect: Dialect = Dialect.GB2016
    registered_at: datetime | None = None
    seen_at: datetime | None = None
    seen_s: float = 0.0
    expires_s: float = 0.0
    register_call_id: str = ""
    catalog_asked_s: float = float("-inf")
    manufacturer: str = ""
    model: str = ""
    firmware: str = ""
    channels_seen: int = 0
    channels_total: int = 0
    clock: ClockOffset = field(default_factory=ClockOffset)
    has_changed: bool = False
    """Went on or off since the last batch."""

    @property
    def charset(self) -> str:
        return self.charset_override or self.dialect.charset

    @property
    def address(self) -> Address:
        """Where to send to; raises LookupError while nobody knows."""
        if self.source is None or not self.is_online:
            raise LookupError(f"device {self.gb_id} is offline")
        return self.source

    def presence(self) -> PresenceRecord:
        return PresenceRecord(
            gb_id=self.gb_id,
            is_online=self.is_online,
            has_changed=self.has_changed,
            registered_at=self.registered_at,
            seen_at=self.seen_at,
            source=f"{self.source.host}:{self.source.port}" if self.source else "",
            transport=self.source.transport if self.source else "",
            dialect=self.dialect.version,
            manufacturer=self.manufacturer,
            model=self.model,
            firmware=self.firmware,
            clock_offset_ms=self.clock.offset_ms,
            channels_seen=self.channels_seen,
            channels_total=self.channels_total,
        )


class Directory:
    """All devices and cameras. `changed` holds the devices whose presence the store has not yet got."""

    def __init__(self) -> None:
        self.devices: dict[str, Device] = {}
        self.cameras: dict[str, CameraRecord] = {}
        self.changed: dict[str, Device] = {}
        self._by_channel: dict[str, str] = {}
        self._by_flow: dict[int, set[str]] = {}
        self._by_source: dict[Address, str] = {}

    def load(self, register: Register, now_s: float) -> list[Device]:
        """Take over the register; presence that is known here stays. Returns the devices that were new and online."""
        revived = [device for record in register.devices if (device := self._load(record, now_s)) is not None]
        known = {record.gb_id for record in register.devices}
        for gb_id in [gb_id for gb_id, device in self.devices.items() if gb_id not in known]:
            if gb_id not in self.changed:
                self._unbind(self.devices.pop(gb_id))
        self.cameras = {record.uid: record for record in register.cameras}
        self._by_channel = {record.gb_id: record.uid for record in register.cameras}
        return revived

    def _load(self, record: DeviceRecord, now_s: float) -> Device | None:
        device = self.devices.get(record.gb_id)
        is_new = device is None
        if device is None:
            device = self.devices[record.gb_id] = Device(record.gb_id, dialect=dialect_of(record.dialect))
            device.registered_at, device.seen_at = record.registered_at, record.seen_at
            device.manufacturer, device.model, device.firmware = record.manufacturer, record.model, record.firmware
            device.channels_seen, device.channels_total = record.channels_seen, record.channels_total
        device.password, device.media_transport = record.password, record.media_transport
        device.charset_override, device.is_active = record.charset, record.is_active
        if not is_new or not record.is_online:
            return None
        return device if self._revive(device, record, now_s) else None

    def _revive(self, device: Device, record: DeviceRecord, now_s: float) -> bool:
        """A device that was online before a restart still is, if it can be reached: a TCP connection is gone."""
        host, _, port = record.source.rpartition(":")
        if record.transport != "UDP" or not host or not port.isdecimal():
            self.touch(device)
            device.has_changed = True
            return False
        device.is_online = True
        self.bind(device, Address(host, int(port)))
        device.seen_s = now_s
        device.expires_s = now_s + 86_400
        return True

    def device_of(self, camera: CameraRecord) -> Device | None:
        """The device a camera answers through; a camera without one registers itself."""
        return self.devices.get(camera.device_gb_id or camera.gb_id)

    def camera_of_channel(self, gb_id: str) -> CameraRecord | None:
        uid = self._by_channel.get(gb_id)
        return None if uid is None else self.cameras.get(uid)

    def touch(self, device: Device) -> None:
        """The store must hear of this device."""
        self.changed[device.gb_id] = device

    def bind(self, device: Device, source: Address) -> None:
        """Remember where a device is reached (quirks 13, 18)."""
        self._unbind(device)
        device.source = source
        self._by_source[source] = device.gb_id
        if source.flow:
            self._by_flow.setdefault(source.flow, set()).add(device.gb_id)

    def device_at(self, source: Address) -> Device | None:
        """The device that is reached there."""
        return self.devices.get(self._by_source.get(source, ""))

    def _unbind(self, device: Device) -> None:
        source = device.source
        if source is None:
            return
        if source.flow:
            self._by_flow.get(source.flow, set()).discard(device.gb_id)
        if self._by_source.get(source) == device.gb_id:
            del self._by_source[source]

    def devices_of_flow(self, flow: int) -> list[Device]:
        """Forget a closed connection; returns the devices that were reached through it."""
        gb_ids = sorted(self._by_flow.pop(flow, ()))
        found = [self.devices[gb_id] for gb_id in gb_ids if gb_id in self.devices]
        return [device for device in found if device.source is not None and device.source.flow == flow]

    def take_changed(self, limit: int) -> list[PresenceRecord]:
        """At most `limit` presences for the store; each device once, however often it changed."""
        gb_ids = list(self.changed)[:limit]
        records = []
        for gb_id in gb_ids:
            device = self.changed.pop(gb_id)
            records.append(device.presence())
            device.has_changed = False
        return records
