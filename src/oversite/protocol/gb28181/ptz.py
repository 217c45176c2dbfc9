"""The eight bytes of a PTZ command (2022, A.3) and what they mean.

    A5 | 0F | address low 8 bits | command | data 1 | data 2 | data 3 and address high 4 bits | sum mod 256

A pair of opposite directions can never be asked for together: it cannot be expressed here and is refused when read.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from typing import Final, Self

from oversite.protocol.errors import PeerError, UsageError

LENGTH: Final = 8
_FIRST: Final = 0xA5
_VERSION: Final = 0
_FOCUS_IRIS: Final = 0x40
_WIPER: Final = 1


class PresetVerb(IntEnum):
    """What to do with a preset; the value is the command byte."""

    SET = 0x81
    CALL = 0x82
    DELETE = 0x83


class CruiseVerb(IntEnum):
    """What to do with a tour of presets; the value is the command byte."""

    ADD_POINT = 0x84
    DELETE_POINT = 0x85
    SET_SPEED = 0x86
    SET_DWELL = 0x87
    START = 0x88


class ScanVerb(IntEnum):
    """What to do with a sweep: data 2 of command 0x89."""

    START = 0
    SET_LEFT = 1
    SET_RIGHT = 2


@dataclass(frozen=True, slots=True)
class Move:
    """Turn and zoom until the next command. Directions are -1, 0 or 1; right, up and in are positive.

    Speeds are 0-255 for pan and tilt, 0-15 for zoom. Without a direction it is the stop of everything.
    """

    pan: int = 0
    tilt: int = 0
    zoom: int = 0
    pan_speed: int = 0
    tilt_speed: int = 0
    zoom_speed: int = 0

    @classmethod
    def towards(cls, *, pan: int = 0, tilt: int = 0, zoom: int = 0, speed: int = 0) -> Self:
        """A movement with one speed of 0-255 for all axes that move."""
        return cls(
            pan, tilt, zoom, speed if pan else 0, speed if tilt else 0, max(1, speed >> 4) if zoom and speed else 0
        )

    @property
    def is_stop(self) -> bool:
        return not (self.pan or self.tilt or self.zoom)


@dataclass(frozen=True, slots=True)
class Lens:
    """Turn focus and iris until the next command: focus 1 near, -1 far; iris 1 open, -1 close; speeds 0-255."""

    focus: int = 0
    iris: int = 0
    focus_speed: int = 0
    iris_speed: int = 0


@dataclass(frozen=True, slots=True)
class PresetCommand:
    """Set, call or delete preset 1-255."""

    verb: PresetVerb
    number: int


@dataclass(frozen=True, slots=True)
class CruiseCommand:
    """A tour: its group, the preset of a point, or the speed or dwell (seconds) as a number of 12 bits.

    Deleting preset 0 deletes the tour. A tour is stopped by the stop of everything.
    """

    verb: CruiseVerb
    group: int
    preset: int = 0
    value: int = 0


@dataclass(frozen=True, slots=True)
class ScanCommand:
    """A sweep between two edges: start it or set an edge."""

    verb: ScanVerb
    group: int


@dataclass(frozen=True, slots=True)
class ScanSpeedCommand:
    """The speed of a sweep, a number of 12 bits."""

    group: int
    value: int


@dataclass(frozen=True, slots=True)
class AuxiliaryCommand:
    """Switch something: number 1 is the wiper."""

    is_on: bool
    number: int = _WIPER


PtzAction = Move | Lens | PresetCommand | CruiseCommand | ScanCommand | ScanSpeedCommand | AuxiliaryCommand
STOP: Final = Move()


@dataclass(frozen=True, slots=True)
class PtzCommand:
    """An action for the camera at an address of 12 bits, 1 where nobody says otherwise."""

    action: PtzAction
    address: int = 1

    def __bytes__(self) -> bytes:
        """The eight bytes; raises `UsageError` when a number is out of its range."""
        command, first, second, third = _pack(self.action)
        _within(self.address, 0xFFF, "address")
        body = bytes((_FIRST, _head(), self.address & 0xFF, command, first, second, third << 4 | self.address >> 8))
        return body + bytes((sum(body) & 0xFF,))

    @property
    def hex(self) -> str:
        """The text of the PTZCmd element."""
        return bytes(self).hex().upper()

    @classmethod
    def parse(cls, command: bytes | str) -> Self:
        """Read eight bytes, or the text of a PTZCmd element; raises `PeerError` that names what is wrong."""
        data = _from_hex(command) if isinstance(command, str) else command
        if len(data) != LENGTH:
            raise PeerError(f"PTZ command has {len(data)} bytes instead of {LENGTH}")
        if data[0] != _FIRST or data[1] & 0x0F != (0x0F + (data[1] >> 4)) & 0x0F:
            raise PeerError(f"PTZ command begins with {data[:2].hex()}")
        if sum(data[:7]) & 0xFF != data[7]:
            raise PeerError(f"PTZ command has the sum {data[7]:02X} instead of {sum(data[:7]) & 0xFF:02X}")
        action = _unpack(data[3], data[4], data[5], data[6] >> 4)
        return cls(action, data[2] | (data[6] & 0x0F) << 8)


def _head() -> int:
    return _VERSION << 4 | (0xA + 0x5 + _VERSION) & 0x0F


def _from_hex(text: str) -> bytes:
    digits = "".join(text.split())
    try:
        return bytes.fromhex(digits[: 2 * LENGTH + 2])
    except ValueError as error:
        raise PeerError(f"PTZ command is not hexadecimal: {digits[:20]!r}") from error


def _within(number: int, greatest: int, name: str, least: int = 0) -> int:
    if not least <= number <= greatest:
        raise UsageError(f"{name} {number} is not within {least}-{greatest}")
    return number


def _bits(direction: int, positive: int, negative: int) -> int:
    if direction not in (-1, 0, 1):
        raise UsageError(f"direction {direction} is not -1, 0 or 1")
    return positive if direction > 0 else negative if direction < 0 else 0


def _pack(action: PtzAction) -> tuple[int, int, int, int]:
    match action:
        case Move():
            return _pack_move(action)
        case Lens():
            command = _FOCUS_IRIS | _bits(action.focus, 0x02, 0x01) | _bits(action.iris, 0x04, 0x08)
            return command, _within(action.focus_speed, 255, "speed"), _within(action.iris_speed, 255, "speed"), 0
        case PresetCommand():
            return action.verb, 0, _within(action.number, 255, "preset", 1), 0
        case CruiseCommand():
            return _pack_cruise(action)
        case ScanCommand():
            return 0x89, _within(action.group, 255, "group"), action.verb, 0
        case ScanSpeedCommand():
            _within(action.value, 0xFFF, "value")
            return 0x8A, _within(action.group, 255, "group"), action.value & 0xFF, action.value >> 8
        case AuxiliaryCommand():
            return (0x8C if action.is_on else 0x8D), _within(action.number, 255, "switch"), 0, 0


def _pack_move(action: Move) -> tuple[int, int, int, int]:
    command = _bits(action.zoom, 0x10, 0x20) | _bits(action.tilt, 0x08, 0x04) | _bits(action.pan, 0x01, 0x02)
    pan_speed, tilt_speed = _within(action.pan_speed, 255, "speed"), _within(action.tilt_speed, 255, "speed")
    return command, pan_speed, tilt_speed, _within(action.zoom_speed, 15, "zoom speed")


def _pack_cruise(action: CruiseCommand) -> tuple[int, int, int, int]:
    group = _within(action.group, 255, "group")
    if action.verb in (CruiseVerb.SET_SPEED, CruiseVerb.SET_DWELL):
        _within(action.value, 0xFFF, "value")
        return action.verb, group, action.value & 0xFF, action.value >> 8
    least = 1 if action.verb is CruiseVerb.ADD_POINT else 0
    return action.verb, group, _within(action.preset, 255, "preset", least), 0


def _unpack(command: int, first: int, second: int, third: int) -> PtzAction:
    if command < _FOCUS_IRIS:
        pan, tilt = _direction(command, 0x01, 0x02), _direction(command, 0x08, 0x04)
        return Move(pan, tilt, _direction(command, 0x10, 0x20), first, second, third)
    if command & 0xF0 == _FOCUS_IRIS:
        return Lens(_direction(command, 0x02, 0x01), _direction(command, 0x04, 0x08), first, second)
    if PresetVerb.SET <= command <= PresetVerb.DELETE:
        if second == 0:
            raise PeerError("preset 0 is reserved")
        return PresetCommand(PresetVerb(command), second)
    if CruiseVerb.ADD_POINT <= command <= CruiseVerb.START:
        verb = CruiseVerb(command)
        if verb in (CruiseVerb.SET_SPEED, CruiseVerb.SET_DWELL):
            return CruiseCommand(verb, first, value=third << 8 | second)
        return CruiseCommand(verb, first, preset=second)
    if command == 0x89 and second <= ScanVerb.SET_RIGHT:
        return ScanCommand(ScanVerb(second), first)
    if command == 0x8A:
        return ScanSpeedCommand(first, third << 8 | second)
    if command in (0x8C, 0x8D):
        return AuxiliaryCommand(command == 0x8C, first)
    raise PeerError(f"PTZ command {command:02X} is unknown")


def _direction(command: int, positive: int, negative: int) -> int:
    if command & positive and command & negative:
        raise PeerError(f"PTZ command {command:02X} asks for both of a pair")
    return 1 if command & positive else -1 if command & negative else 0
