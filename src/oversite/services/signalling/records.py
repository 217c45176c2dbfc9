"""What passes between signalling and its store: plain values, no rows."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

DUPLICATE: Final = "duplicate"
"""The code of a `RefusalRecord` that refused nothing: one identity in two places."""


@dataclass(frozen=True, slots=True)
class DeviceRecord:
    """A device of the register. An empty `password` means the domain's registration password."""

    gb_id: str
    password: str
    media_transport: str
    charset: str
    is_active: bool
    is_online: bool
    registered_at: datetime | None
    seen_at: datetime | None
    source: str
    transport: str
    dialect: str
    manufacturer: str = ""
    model: str = ""
    firmware: str = ""
    channels_seen: int = 0
    channels_total: int = 0


@dataclass(frozen=True, slots=True)
class CameraRecord:
    """A camera of the register and the device it answers through."""

    uid: str
    gb_id: str
    device_gb_id: str
    site_code: str
    has_sub_stream: bool


@dataclass(frozen=True, slots=True)
class Register:
    """Everything signalling must know about devices and cameras."""

    devices: tuple[DeviceRecord, ...]
    cameras: tuple[CameraRecord, ...]


@dataclass(frozen=True, slots=True)
class WantedRecord:
    """A stream that shall run now, all its reasons taken together."""

    camera_uid: str
    stream: int
    record: bool


@dataclass(frozen=True, slots=True)
class NodeRecord:
    """A media node: where its door is and how busy it is."""

    number: int
    door_url: str
    streams: int


@dataclass(frozen=True, slots=True)
class DialogRecord:
    """A running INVITE dialog; `state` is what `Dialog.to_dict` gave, and the device's identity."""

    stream_key: str
    camera_uid: str
    stream: int
    kind: str
    call_id: str
    state: dict[str, Any]
    node: int
    media_port: int
    transport: str
    ssrc: str
    record: bool
    started_at: datetime


@dataclass(frozen=True, slots=True)
class PresenceRecord:
    """What the register shows of a device's presence; one that is not there yet becomes an unclaimed device."""

    gb_id: str
    is_online: bool
    has_changed: bool
    registered_at: datetime | None
    seen_at: datetime | None
    source: str
    transport: str
    dialect: str
    manufacturer: str
    model: str
    firmware: str
    clock_offset_ms: int | None
    channels_seen: int
    channels_total: int


@dataclass(frozen=True, slots=True)
class ChannelRecord:
    """One item of a catalogue, as announced. `is_online` None leaves what is known; `has_state_only` leaves all
    the rest.
    """

    device_gb_id: str
    gb_id: str
    name: str
    parent_id: str
    is_online: bool | None
    is_damaged: bool
    has_state_only: bool
    facts: dict[str, Any] = field(hash=False)


@dataclass(frozen=True, slots=True)
class AlarmRecord:
    """An alarm that a device raised; `occurred_at` is the device's own time."""

    device_gb_id: str
    source_gb_id: str
    priority: int | None
    method: int | None
    alarm_type: int | None
    description: str
    occurred_at: datetime | None
    received_at: datetime


@dataclass(frozen=True, slots=True)
class RefusalRecord:
    """A registration for the audit: refused for `code`, or let in as a `DUPLICATE`."""

    gb_id: str
    code: str
    reason: str
    source: str
    repeated: int


@dataclass(slots=True)
class Batch:
    """What is waiting to be written."""

    presence: list[PresenceRecord] = field(default_factory=list)
    channels: list[ChannelRecord] = field(default_factory=list)
    alarms: list[AlarmRecord] = field(default_factory=list)
    refusals: list[RefusalRecord] = field(default_factory=list)
    dialogs: dict[str, DialogRecord | None] = field(default_factory=dict)
    """By stream key: the newest state of a call, None for one that has ended."""

    @property
    def is_empty(self) -> bool:
        return not (self.presence or self.channels or self.alarms or self.refusals or self.dialogs)
