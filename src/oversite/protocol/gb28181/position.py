"""Where things are: mobile positions (9.11) and where a dome camera looks (9.5)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar, Final, Self
from xml.etree.ElementTree import Element, SubElement

from oversite.protocol.gb28181.fields import Fields, add, add_list
from oversite.protocol.gb28181.message import ManscdpMessage

DEFAULT_INTERVAL_S: Final = 5
_NUMBERS: Final = {
    "longitude": "Longitude",
    "latitude": "Latitude",
    "speed_kmh": "Speed",
    "direction_degrees": "Direction",
    "altitude_m": "Altitude",
}
_PTZ_NUMBERS: Final = {
    "pan_degrees": "Pan",
    "tilt_degrees": "Tilt",
    "zoom": "Zoom",
    "horizontal_field_angle": "HorizontalFieldAngle",
    "vertical_field_angle": "VerticalFieldAngle",
    "max_view_distance_m": "MaxViewDistance",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class MobilePositionQuery(ManscdpMessage):
    """The body of a SUBSCRIBE to positions."""

    ROOT: ClassVar[str] = "Query"
    COMMAND: ClassVar[str] = "MobilePosition"

    interval_s: int = DEFAULT_INTERVAL_S

    def write_own(self, root: Element) -> None:
        add(root, "Interval", self.interval_s)

    @classmethod
    def read_own(cls, fields: Fields) -> dict[str, Any]:
        return {"interval_s": fields.integer("Interval") or DEFAULT_INTERVAL_S}


@dataclass(frozen=True, slots=True, kw_only=True)
class Position:
    """Where one device was at an instant, in WGS-84 degrees."""

    device_id: str
    at: datetime | None = None
    longitude: float | None = None
    latitude: float | None = None
    speed_kmh: float | None = None
    direction_degrees: float | None = None
    altitude_m: float | None = None

    def write_numbers(self, element: Element) -> None:
        """Append its numbers to the message (2016) or to an item (2022)."""
        for name, tag in _NUMBERS.items():
            add(element, tag, getattr(self, name))

    @classmethod
    def from_fields(cls, fields: Fields, device_id: str) -> Self:
        """Read the numbers of a message (2016) or of an item (2022)."""
        numbers = {name: fields.number(tag) for name, tag in _NUMBERS.items()}
        return cls(device_id=device_id, at=fields.instant("CaptureTime", "Time"), **numbers)


@dataclass(frozen=True, slots=True, kw_only=True)
class MobilePosition(ManscdpMessage):
    """Positions sent to a subscriber: one flat (2016) or a list (2022); both are read (quirk 31)."""

    ROOT: ClassVar[str] = "Notify"
    COMMAND: ClassVar[str] = "MobilePosition"

    positions: tuple[Position, ...]
    is_list: bool = True

    def write_own(self, root: Element) -> None:
        if not self.is_list:
            add(root, "Time", self.positions[0].at)
            self.positions[0].write_numbers(root)
            return
        add(root, "Time", max((position.at for position in self.positions if position.at), default=None))
        add(root, "SumNum", len(self.positions))
        element = add_list(root, "DeviceList", len(self.positions))
        for position in self.positions:
            item = SubElement(element, "Item")
            add(item, "DeviceID", position.device_id)
            add(item, "CaptureTime", position.at)
            position.write_numbers(item)

    @classmethod
    def read_own(cls, fields: Fields) -> dict[str, Any]:
        items = fields.items("DeviceList")
        if items is None:
            return {"positions": (Position.from_fields(fields, fields.text("DeviceID")),), "is_list": False}
        named = [(item, item.text("DeviceID")) for item in items]
        return {"positions": tuple(Position.from_fields(item, name) for item, name in named if name), "is_list": True}


@dataclass(frozen=True, slots=True, kw_only=True)
class PtzPositionQuery(ManscdpMessage):
    """Asks where a dome camera looks: the only proof of a movement that the protocol itself offers (quirk 30)."""

    ROOT: ClassVar[str] = "Query"
    COMMAND: ClassVar[str] = "PTZPosition"


@dataclass(frozen=True, slots=True, kw_only=True)
class PtzPosition(ManscdpMessage):
    """Where a dome camera looks; degrees, and a factor for zoom."""

    ROOT: ClassVar[str] = "Response"
    COMMAND: ClassVar[str] = "PTZPosition"

    pan_degrees: float | None = None
    tilt_degrees: float | None = None
    zoom: float | None = None
    horizontal_field_angle: float | None = None
    vertical_field_angle: float | None = None
    max_view_distance_m: float | None = None

    def write_own(self, root: Element) -> None:
        for name, tag in _PTZ_NUMBERS.items():
            add(root, tag, getattr(self, name))

    @classmethod
    def read_own(cls, fields: Fields) -> dict[str, Any]:
        return {name: fields.number(tag) for name, tag in _PTZ_NUMBERS.items()}


@dataclass(frozen=True, slots=True, kw_only=True)
class PtzPositionNotify(PtzPosition):
    """The same, sent to a subscriber."""

    ROOT: ClassVar[str] = "Notify"
