"""DeviceInfo and DeviceStatus (9.5)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar
from xml.etree.ElementTree import Element, SubElement

from oversite.protocol.gb28181.catalog_item import online
from oversite.protocol.gb28181.fields import Fields, add, add_list
from oversite.protocol.gb28181.message import ManscdpMessage


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceInfoQuery(ManscdpMessage):
    """Asks what a device is."""

    ROOT: ClassVar[str] = "Query"
    COMMAND: ClassVar[str] = "DeviceInfo"


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceInfoResponse(ManscdpMessage):
    """What a device is; `channels` is None when it does not say."""

    ROOT: ClassVar[str] = "Response"
    COMMAND: ClassVar[str] = "DeviceInfo"

    result: str = "OK"
    name: str = ""
    manufacturer: str = ""
    model: str = ""
    firmware: str = ""
    channels: int | None = None

    def write_own(self, root: Element) -> None:
        add(root, "DeviceName", self.name or None)
        add(root, "Result", self.result)
        add(root, "Manufacturer", self.manufacturer)
        add(root, "Model", self.model)
        add(root, "Firmware", self.firmware)
        add(root, "Channel", self.channels)

    @classmethod
    def read_own(cls, fields: Fields) -> dict[str, Any]:
        return {
            "result": fields.text("Result") or "OK",
            "name": fields.text("DeviceName", "Name"),
            "manufacturer": fields.text("Manufacturer"),
            "model": fields.text("Model"),
            "firmware": fields.text("Firmware"),
            "channels": fields.integer("Channel", "MaxCamera"),
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceStatusQuery(ManscdpMessage):
    """Asks how a device is."""

    ROOT: ClassVar[str] = "Query"
    COMMAND: ClassVar[str] = "DeviceStatus"


@dataclass(frozen=True, slots=True)
class AlarmInputState:
    """An alarm input and its duty: ONDUTY, OFFDUTY or ALARM."""

    device_id: str
    duty: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceStatusResponse(ManscdpMessage):
    """How a device is. `device_time` tells how far its clock is off."""

    ROOT: ClassVar[str] = "Response"
    COMMAND: ClassVar[str] = "DeviceStatus"

    result: str = "OK"
    is_online: bool | None = None
    is_sound: bool | None = None
    reason: str = ""
    is_encoding: bool | None = None
    is_recording: bool | None = None
    device_time: datetime | None = None
    alarm_inputs: tuple[AlarmInputState, ...] = ()

    def write_own(self, root: Element) -> None:
        add(root, "Result", self.result)
        add(root, "Online", _word(self.is_online, "ONLINE", "OFFLINE"))
        add(root, "Status", _word(self.is_sound, "OK", "ERROR"))
        add(root, "Reason", self.reason or None)
        add(root, "Encode", _word(self.is_encoding, "ON", "OFF"))
        add(root, "Record", _word(self.is_recording, "ON", "OFF"))
        add(root, "DeviceTime", self.device_time)
        if self.alarm_inputs:
            element = add_list(root, "Alarmstatus", len(self.alarm_inputs))
            for state in self.alarm_inputs:
                item = SubElement(element, "Item")
                add(item, "DeviceID", state.device_id)
                add(item, "DutyStatus", state.duty)

    @classmethod
    def read_own(cls, fields: Fields) -> dict[str, Any]:
        inputs = fields.items("Alarmstatus", "AlarmStatus") or ()
        return {
            "result": fields.text("Result") or "OK",
            "is_online": online(fields.text("Online")),
            "is_sound": online(fields.text("Status")),
            "reason": fields.text("Reason"),
            "is_encoding": online(fields.text("Encode")),
            "is_recording": online(fields.text("Record")),
            "device_time": fields.instant("DeviceTime"),
            "alarm_inputs": tuple(AlarmInputState(item.text("DeviceID"), item.text("DutyStatus")) for item in inputs),
        }


def _word(value: bool | None, yes: str, no: str) -> str | None:
    if value is None:
        return None
    return yes if value else no
