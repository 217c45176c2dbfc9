"""Controls (9.3). Those of `ANSWERED` want an application response; of the others 200 OK says only: received."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar, Final, assert_never
from xml.etree.ElementTree import Element, SubElement

from oversite.protocol.errors import PeerError
from oversite.protocol.gb28181.fields import Fields, add
from oversite.protocol.gb28181.message import ManscdpMessage
from oversite.protocol.gb28181.ptz import PtzCommand

_DRAG_TAGS: Final = {
    "length": "Length",
    "width": "Width",
    "mid_x": "MidPointX",
    "mid_y": "MidPointY",
    "length_x": "LengthX",
    "length_y": "LengthY",
}


@dataclass(frozen=True, slots=True)
class Ptz:
    """Steer. The priority is of older dialects; who may steer is never decided by it."""

    command: PtzCommand
    priority: int | None = None


@dataclass(frozen=True, slots=True)
class KeyFrame:
    """Send a key frame now. `IFameCmd` is how devices spell it; `IFrameCmd` is read as well."""


@dataclass(frozen=True, slots=True)
class Reboot:
    """Start the device anew."""


@dataclass(frozen=True, slots=True)
class Record:
    """Begin or end a recording on the device."""

    is_on: bool
    stream_number: int | None = None


@dataclass(frozen=True, slots=True)
class Guard:
    """Arm or disarm."""

    is_on: bool


@dataclass(frozen=True, slots=True)
class ResetAlarm:
    """Take an alarm back; without method and type, all of them."""

    method: int | None = None
    alarm_type: int | None = None


@dataclass(frozen=True, slots=True)
class SetHomePosition:
    """Set the guard position: after `reset_s` seconds go to the preset."""

    is_enabled: bool
    reset_s: int | None = None
    preset_number: int | None = None


@dataclass(frozen=True, slots=True)
class PrecisePtz:
    """Look exactly there: degrees, and a factor for zoom. Some devices say OK and do nothing (quirk 30)."""

    pan_degrees: float | None = None
    tilt_degrees: float | None = None
    zoom: float | None = None


@dataclass(frozen=True, slots=True)
class DragZoom:
    """Zoom into a box drawn on a picture of `length` x `width` pixels, or out of it."""

    is_in: bool
    length: int
    width: int
    mid_x: int
    mid_y: int
    length_x: int
    length_y: int


ControlAction = Ptz | KeyFrame | Reboot | Record | Guard | ResetAlarm | SetHomePosition | PrecisePtz | DragZoom
ANSWERED: Final = (Record, Guard, ResetAlarm, SetHomePosition)


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceControl(ManscdpMessage):
    """One control."""

    ROOT: ClassVar[str] = "Control"
    COMMAND: ClassVar[str] = "DeviceControl"

    action: ControlAction

    @property
    def wants_response(self) -> bool:
        """Whether the device is to answer with a `ResultResponse`."""
        return isinstance(self.action, ANSWERED)

    def write_own(self, root: Element) -> None:
        _write_action(self.action, root)

    @classmethod
    def read_own(cls, fields: Fields) -> dict[str, Any]:
        return {"action": _read_action(fields)}


def _write_action(action: ControlAction, root: Element) -> None:
    match action:
        case Ptz():
            add(root, "PTZCmd", action.command.hex)
            if action.priority is not None:
                add(SubElement(root, "Info"), "ControlPriority", action.priority)
        case KeyFrame():
            add(root, "IFameCmd", "Send")
        case Reboot():
            add(root, "TeleBoot", "Boot")
        case Record():
            add(root, "RecordCmd", "Record" if action.is_on else "StopRecord")
            add(root, "StreamNumber", action.stream_number)
        case Guard():
            add(root, "GuardCmd", "SetGuard" if action.is_on else "ResetGuard")
        case ResetAlarm():
            _write_reset(action, root)
        case SetHomePosition():
            element = SubElement(root, "HomePosition")
            add(element, "Enabled", int(action.is_enabled))
            add(element, "ResetTime", action.reset_s)
            add(element, "PresetIndex", action.preset_number)
        case PrecisePtz():
            element = SubElement(root, "PTZPreciseCtrl")
            add(element, "Pan", action.pan_degrees)
            add(element, "Tilt", action.tilt_degrees)
            add(element, "Zoom", action.zoom)
        case DragZoom():
            element = SubElement(root, "DragZoomIn" if action.is_in else "DragZoomOut")
            for name, tag in _DRAG_TAGS.items():
                add(element, tag, getattr(action, name))
        case _:
            assert_never(action)


def _write_reset(action: ResetAlarm, root: Element) -> None:
    add(root, "AlarmCmd", "ResetAlarm")
    if action.method is not None or action.alarm_type is not None:
        info = SubElement(root, "Info")
        add(info, "AlarmMethod", action.method)
        add(info, "AlarmType", action.alarm_type)


def _read_action(fields: Fields) -> ControlAction:
    info = fields.child("Info")
    if fields.has("PTZCmd"):
        priority = info.integer("ControlPriority") if info else None
        return Ptz(PtzCommand.parse(fields.text("PTZCmd")), priority)
    if fields.has("IFameCmd") or fields.has("IFrameCmd"):
        return KeyFrame()
    if fields.has("TeleBoot"):
        return Reboot()
    if fields.has("RecordCmd"):
        is_on = _word(fields, "RecordCmd", on="Record", off="StopRecord")
        return Record(is_on, fields.integer("StreamNumber"))
    if fields.has("GuardCmd"):
        return Guard(_word(fields, "GuardCmd", on="SetGuard", off="ResetGuard"))
    if fields.has("AlarmCmd"):
        part = info or fields
        return ResetAlarm(part.integer("AlarmMethod"), part.integer("AlarmType"))
    return _read_position(fields)


def _read_position(fields: Fields) -> ControlAction:
    if home := fields.child("HomePosition"):
        return SetHomePosition(home.integer("Enabled") == 1, home.integer("ResetTime"), home.integer("PresetIndex"))
    if precise := fields.child("PTZPreciseCtrl"):
        return PrecisePtz(precise.number("Pan"), precise.number("Tilt"), precise.number("Zoom"))
    for tag in ("DragZoomIn", "DragZoomOut"):
        if box := fields.child(tag):
            numbers = {name: box.integer(part) or 0 for name, part in _DRAG_TAGS.items()}
            return DragZoom(is_in=tag == "DragZoomIn", **numbers)
    names = ", ".join(child.tag[:40] for child in fields.element)
    raise PeerError(f"no control that we know among {names[:200]}")


def _word(fields: Fields, tag: str, *, on: str, off: str) -> bool:
    word = fields.text(tag)
    if word not in (on, off):
        raise PeerError(f"{tag} is {word[:40]!r}")
    return word == on
