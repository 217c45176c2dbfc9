"""Alarms and the subscription to them (9.4, 9.11)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum
from typing import Any, ClassVar
from xml.etree.ElementTree import Element, SubElement

from oversite.protocol.gb28181.fields import Fields, add
from oversite.protocol.gb28181.message import ManscdpMessage


class AlarmMethod(IntEnum):
    """How an alarm came about. 0 means all of them, in subscriptions only."""

    ALL = 0
    TELEPHONE = 1
    DEVICE = 2
    SMS = 3
    GPS = 4
    VIDEO = 5
    DEVICE_FAULT = 6
    OTHER = 7


class DeviceAlarm(IntEnum):
    """Alarm types of method 2."""

    VIDEO_LOSS = 1
    TAMPER = 2
    DISK_FULL = 3
    OVERHEATED = 4
    UNDERCOOLED = 5


class FaultAlarm(IntEnum):
    """Alarm types of method 6."""

    DISK = 1
    FAN = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Alarm(ManscdpMessage):
    """An alarm. Priority 1 is the gravest, 4 the least; `alarm_type` means something only with its method."""

    ROOT: ClassVar[str] = "Notify"
    COMMAND: ClassVar[str] = "Alarm"

    priority: int | None
    method: int | None
    occurred_at: datetime | None
    description: str = ""
    longitude: float | None = None
    latitude: float | None = None
    alarm_type: int | None = None
    event_type: int | None = None

    @property
    def needs_reset(self) -> bool:
        """A device alarm must be reset before the device sends the next of its kind (9.4)."""
        return self.method == AlarmMethod.DEVICE

    def write_own(self, root: Element) -> None:
        add(root, "AlarmPriority", self.priority)
        add(root, "AlarmMethod", self.method)
        add(root, "AlarmTime", self.occurred_at)
        add(root, "AlarmDescription", self.description or None)
        add(root, "Longitude", self.longitude)
        add(root, "Latitude", self.latitude)
        if self.alarm_type is not None:
            info = SubElement(root, "Info")
            add(info, "AlarmType", self.alarm_type)
            if self.event_type is not None:
                add(SubElement(info, "AlarmTypeParam"), "EventType", self.event_type)

    @classmethod
    def read_own(cls, fields: Fields) -> dict[str, Any]:
        info = fields.child("Info")
        parameter = info.child("AlarmTypeParam") if info else None
        return {
            "priority": fields.integer("AlarmPriority"),
            "method": fields.integer("AlarmMethod"),
            "occurred_at": fields.instant("AlarmTime"),
            "description": fields.text("AlarmDescription"),
            "longitude": fields.number("Longitude"),
            "latitude": fields.number("Latitude"),
            "alarm_type": info.integer("AlarmType") if info else fields.integer("AlarmType"),
            "event_type": parameter.integer("EventType") if parameter else None,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class AlarmQuery(ManscdpMessage):
    """The body of a SUBSCRIBE to alarms; methods are digits strung together, `0` for all."""

    ROOT: ClassVar[str] = "Query"
    COMMAND: ClassVar[str] = "Alarm"

    start_priority: int = 0
    end_priority: int = 0
    methods: str = "0"
    start_at: datetime | None = None
    end_at: datetime | None = None

    def wants(self, alarm: Alarm) -> bool:
        """Whether the subscriber asked for such an alarm."""
        is_method = "0" in self.methods or str(alarm.method) in self.methods
        if not self.start_priority and not self.end_priority:
            return is_method
        return is_method and self.start_priority <= (alarm.priority or 4) <= (self.end_priority or 4)

    def write_own(self, root: Element) -> None:
        add(root, "StartAlarmPriority", self.start_priority)
        add(root, "EndAlarmPriority", self.end_priority)
        add(root, "AlarmMethod", self.methods)
        add(root, "StartTime", self.start_at)
        add(root, "EndTime", self.end_at)

    @classmethod
    def read_own(cls, fields: Fields) -> dict[str, Any]:
        return {
            "start_priority": fields.integer("StartAlarmPriority") or 0,
            "end_priority": fields.integer("EndAlarmPriority") or 0,
            "methods": fields.text("AlarmMethod") or "0",
            "start_at": fields.instant("StartTime", "StartAlarmTime"),
            "end_at": fields.instant("EndTime", "EndAlarmTime"),
        }
