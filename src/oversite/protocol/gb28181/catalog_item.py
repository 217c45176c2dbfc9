"""One line of a catalogue (2022, A.2.1.9 and appendix O), normalised as it is read (quirk 11)."""

from __future__ import annotations

from dataclasses import dataclass
from dataclasses import fields as dataclass_fields
from datetime import datetime
from enum import StrEnum
from typing import Any, Final, Self
from xml.etree.ElementTree import Element, SubElement

from oversite.protocol.gb28181.fields import Fields, Value, add
from oversite.protocol.gb28181.identity import GbId, GbType, is_civil_code, is_gb_id

_ON: Final = frozenset({"ON", "ONLINE", "OK"})
_OFF: Final = frozenset({"OFF", "OFFLINE", "NOTONLINE", "VLOST", "DEFECT", "ERROR"})
_TEXTS: Final = {
    "name": "Name",
    "manufacturer": "Manufacturer",
    "model": "Model",
    "owner": "Owner",
    "civil_code": "CivilCode",
    "block": "Block",
    "address": "Address",
    "certificate_number": "CertNum",
    "ip_address": "IPAddress",
    "security_level_code": "SecurityLevelCode",
}
_INFO_TEXTS: Final = {
    "resolution": "Resolution",
    "download_speed": "DownloadSpeed",
    "capture_position_type": "CapturePositionType",
    "management_unit": "ManagementUnit",
    "contact": "ContactInfo",
    "stream_numbers": "StreamNumberList",
}
_INFO_INTEGERS: Final = {
    "ptz_type": "PTZType",
    "direction_type": "DirectionType",
    "record_save_days": "RecordSaveDays",
}
_INFO_NUMBERS: Final = {
    "horizontal_field_angle": "HorizontalFieldAngle",
    "vertical_field_angle": "VerticalFieldAngle",
    "max_view_distance_m": "MaxViewDistance",
}


class ItemKind(StrEnum):
    """What a line of a catalogue stands for, read from its identity (2022, appendix J)."""

    CIVIL_CODE = "civil-code"
    BUSINESS_GROUP = "business-group"
    VIRTUAL_ORGANISATION = "virtual-organisation"
    PLATFORM = "platform"
    DEVICE = "device"
    CHANNEL = "channel"


@dataclass(frozen=True, slots=True, kw_only=True)
class CatalogItem:
    """A camera, recorder, group or division. `is_online` is None when the device says nothing about it."""

    device_id: str
    name: str = ""
    manufacturer: str = ""
    model: str = ""
    owner: str = ""
    civil_code: str = ""
    block: str = ""
    address: str = ""
    is_parent: bool = False
    parent_ids: tuple[str, ...] = ()
    business_group_id: str = ""
    certificate_number: str = ""
    ip_address: str = ""
    port: int | None = None
    security_level_code: str = ""
    is_secret: bool = False
    is_online: bool | None = None
    longitude: float | None = None
    latitude: float | None = None
    ptz_type: int | None = None
    point_type: int | None = None
    capture_position_type: str = ""
    direction_type: int | None = None
    horizontal_field_angle: float | None = None
    vertical_field_angle: float | None = None
    max_view_distance_m: float | None = None
    installed_at: datetime | None = None
    management_unit: str = ""
    contact: str = ""
    record_save_days: int | None = None
    resolution: str = ""
    download_speed: str = ""
    stream_numbers: str = ""
    is_damaged: bool = False

    @property
    def parent_id(self) -> str:
        """The nearest parent: devices also write the whole way to it as `a/b`."""
        return self.parent_ids[-1] if self.parent_ids else ""

    @property
    def kind(self) -> ItemKind:
        """What the line stands for."""
        if is_civil_code(self.device_id):
            return ItemKind.CIVIL_CODE
        if not is_gb_id(self.device_id):
            return ItemKind.CHANNEL
        gb_id = GbId(self.device_id)
        if gb_id.is_group:
            is_group = gb_id.type_code == GbType.BUSINESS_GROUP
            return ItemKind.BUSINESS_GROUP if is_group else ItemKind.VIRTUAL_ORGANISATION
        if gb_id.is_platform:
            return ItemKind.PLATFORM
        return ItemKind.DEVICE if gb_id.is_recorder else ItemKind.CHANNEL

    def write_to(self, parent: Element, *, event: str | None = None) -> None:
        """Append the line as an `Item`, with an `Event` first inside a notification."""
        item = SubElement(parent, "Item")
        add(item, "DeviceID", self.device_id)
        add(item, "Event", event)
        for name, tag in _TEXTS.items():
            add(item, tag, getattr(self, name) or None)
        add(item, "Parental", int(self.is_parent))
        add(item, "ParentID", "/".join(self.parent_ids) or None)
        add(item, "BusinessGroupID", self.business_group_id or None)
        add(item, "Secrecy", int(self.is_secret))
        add(item, "Port", self.port)
        add(item, "Status", None if self.is_online is None else ("ON" if self.is_online else "OFF"))
        add(item, "Longitude", self.longitude)
        add(item, "Latitude", self.latitude)
        info = [(tag, self._value(name)) for name, tag in (*_INFO_TEXTS.items(), *_INFO_INTEGERS.items())]
        info += [(tag, self._value(name)) for name, tag in _INFO_NUMBERS.items()]
        info += [("PointType", self.point_type), ("InstallTime", self.installed_at)]
        if any(value is not None for _, value in info):
            element = SubElement(item, "Info")
            for tag, value in info:
                add(element, tag, value)

    def _value(self, name: str) -> Value:
        value: Value = getattr(self, name)
        return None if value == "" else value

    @classmethod
    def from_fields(cls, fields: Fields) -> Self | None:
        """Read an `Item`; None when it names no device. What newer editions put into `Info`, older have beside it."""
        device_id = fields.text("DeviceID")
        if not device_id:
            return None
        info = fields.child("Info")
        both = [fields] if info is None else [info, fields]
        values: dict[str, Any] = {name: fields.text(tag) for name, tag in _TEXTS.items()}
        for part in reversed(both):
            values |= {name: text for name, tag in _INFO_TEXTS.items() if (text := part.text(tag))}
            values |= {name: part.integer(tag) for name, tag in _INFO_INTEGERS.items() if part.text(tag)}
            values |= {name: part.number(tag) for name, tag in _INFO_NUMBERS.items() if part.text(tag)}
            if part.text("PointType", "PositionType"):
                values["point_type"] = part.integer("PointType", "PositionType")
            if part.text("InstallTime"):
                values["installed_at"] = part.instant("InstallTime")
        return cls(
            device_id=device_id,
            is_parent=fields.integer("Parental") == 1,
            parent_ids=tuple(part for part in fields.text("ParentID").split("/") if part)[-8:],
            business_group_id=fields.text("BusinessGroupID") or (info.text("BusinessGroupID") if info else ""),
            port=fields.integer("Port"),
            is_secret=fields.integer("Secrecy") == 1,
            is_online=online(fields.text("Status")),
            longitude=fields.number("Longitude"),
            latitude=fields.number("Latitude"),
            is_damaged=fields.is_damaged,
            **values,
        )

    def changed_fields(self, other: CatalogItem) -> tuple[str, ...]:
        """The names of the fields in which two readings of the same line differ."""
        names = (field.name for field in dataclass_fields(self))
        return tuple(name for name in names if getattr(self, name) != getattr(other, name))


def online(status: str) -> bool | None:
    """What devices write for on and off: ON ONLINE OK, OFF OFFLINE and the like; None for anything else."""
    word = status.strip().upper()
    if word in _ON:
        return True
    return False if word in _OFF else None
