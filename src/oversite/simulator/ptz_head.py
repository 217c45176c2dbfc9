"""A pan-tilt head and its lens: where it looks at any instant, past ones included.

A head is nothing but its log: poses with velocities, each valid until the next. So the recordings of a
simulated camera can be drawn again as it saw them.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass, replace
from typing import Final

from oversite.protocol.gb28181.control import PrecisePtz
from oversite.protocol.gb28181.ptz import (
    AuxiliaryCommand,
    CruiseCommand,
    CruiseVerb,
    Lens,
    Move,
    PresetCommand,
    PresetVerb,
    PtzAction,
    ScanCommand,
    ScanVerb,
)

PAN_DEGREES: Final = 60.0
TILT_DEGREES: Final = 25.0
ZOOM_MAX: Final = 4.0
PAN_SPEED: Final = 40.0
TILT_SPEED: Final = 25.0
ZOOM_SPEED: Final = 1.5
_DWELL_S: Final = 3.0
_TOUR_AHEAD_S: Final = 600.0
_LOG_MAX: Final = 20_000
_WIPER: Final = 1


@dataclass(frozen=True, slots=True)
class Pose:
    """Degrees right of and above the middle, and a factor from 1 (widest) to 4."""

    pan: float = 0.0
    tilt: float = 0.0
    zoom: float = 1.0

    def moved(self, pan: float, tilt: float, zoom: float) -> Pose:
        """This pose and so much more, as far as the mechanics go."""
        return Pose(
            min(max(self.pan + pan, -PAN_DEGREES), PAN_DEGREES),
            min(max(self.tilt + tilt, -TILT_DEGREES), TILT_DEGREES),
            min(max(self.zoom + zoom, 1.0), ZOOM_MAX),
        )


@dataclass(frozen=True, slots=True)
class _Leg:
    """From `at` on (seconds since 1970): this pose, changing by so much a second."""

    at: float
    pose: Pose
    pan: float = 0.0
    tilt: float = 0.0
    zoom: float = 0.0

    def pose_at(self, at: float) -> Pose:
        elapsed = max(at - self.at, 0.0)
        return self.pose.moved(self.pan * elapsed, self.tilt * elapsed, self.zoom * elapsed)


class PtzHead:
    """Follows PTZ commands. All times are seconds since 1970 and passed in."""

    def __init__(self) -> None:
        self.presets: dict[int, tuple[str, Pose]] = {}
        self.home_preset: int | None = None
        self.home_after_s = 60
        self.is_wiping = False
        self.focus = 0.0
        self.commands = 0
        self._legs: list[_Leg] = [_Leg(0.0, Pose())]
        self._starts: list[float] = [0.0]
        self._tours: dict[int, list[int]] = {}
        self._dwell_s: dict[int, float] = {}
        self._edges: dict[int, dict[ScanVerb, Pose]] = {}

    def pose_at(self, at: float) -> Pose:
        """Where it looks, or looked, at an instant."""
        return self._legs[bisect_right(self._starts, at) - 1].pose_at(at)

    def is_moving_at(self, at: float) -> bool:
        """Whether it turns or zooms at an instant."""
        return self.pose_at(at) != self.pose_at(at + 0.05)

    def apply(self, action: PtzAction, at: float) -> None:
        """Carry out one command."""
        self.commands += 1
        match action:
            case Move():
                self._move(action, at)
            case Lens():
                self.focus = max(-1.0, min(1.0, self.focus + 0.1 * action.focus))
            case PresetCommand():
                self._preset(action, at)
            case CruiseCommand():
                self._cruise(action, at)
            case ScanCommand():
                self._scan(action, at)
            case AuxiliaryCommand():
                if action.number == _WIPER:
                    self.is_wiping = action.is_on
        if isinstance(action, Move | PresetCommand) and self.home_preset in self.presets:
            self._go([self.presets[self.home_preset][1]], at + self.home_after_s)

    def look(self, precise: PrecisePtz, at: float) -> None:
        """Turn to an exact position; what is not named stays."""
        pose = self.pose_at(at)
        wanted = Pose(
            pose.pan if precise.pan_degrees is None else precise.pan_degrees,
            pose.tilt if precise.tilt_degrees is None else precise.tilt_degrees,
            pose.zoom if precise.zoom is None else precise.zoom,
        )
        self._go([wanted.moved(0, 0, 0)], at)

    def _move(self, action: Move, at: float) -> None:
        self._set(
            _Leg(
                at,
                self.pose_at(at),
                action.pan * PAN_SPEED * action.pan_speed / 255,
                action.tilt * TILT_SPEED * action.tilt_speed / 255,
                action.zoom * ZOOM_SPEED * max(action.zoom_speed, 1) / 15,
            )
        )

    def _preset(self, action: PresetCommand, at: float) -> None:
        if action.verb is PresetVerb.SET:
            self.presets[action.number] = (f"预置位{action.number}", self.pose_at(at))
        elif action.verb is PresetVerb.DELETE:
            self.presets.pop(action.number, None)
        elif action.number in self.presets:
            self._go([self.presets[action.number][1]], at)

    def _cruise(self, action: CruiseCommand, at: float) -> None:
        tour = self._tours.setdefault(action.group, [])
        if action.verb is CruiseVerb.ADD_POINT:
            tour.append(action.preset)
        elif action.verb is CruiseVerb.DELETE_POINT:
            self._tours[action.group] = [point for point in tour if action.preset and point != action.preset]
        elif action.verb is CruiseVerb.SET_DWELL:
            self._dwell_s[action.group] = float(max(action.value, 1))
        elif action.verb is CruiseVerb.START:
            points = [self.presets[number][1] for number in tour if number in self.presets]
            self._go(points, at, dwell_s=self._dwell_s.get(action.group, _DWELL_S), again=True)

    def _scan(self, action: ScanCommand, at: float) -> None:
        edges = self._edges.setdefault(action.group, {})
        if action.verb is ScanVerb.START:
            pose = self.pose_at(at)
            left = edges.get(ScanVerb.SET_LEFT, replace(pose, pan=-PAN_DEGREES))
            self._go([left, edges.get(ScanVerb.SET_RIGHT, replace(pose, pan=PAN_DEGREES))], at, again=True)
        else:
            edges[action.verb] = self.pose_at(at)

    def _go(self, points: list[Pose], at: float, *, dwell_s: float = 0.0, again: bool = False) -> None:
        """Visit points one after the other, over and over for the next ten minutes if `again`."""
        until = at + _TOUR_AHEAD_S
        pose = self.pose_at(at)
        self._set(_Leg(at, pose))
        while points and at < until:
            for point in points:
                pan, tilt, zoom = point.pan - pose.pan, point.tilt - pose.tilt, point.zoom - pose.zoom
                lasts_s = max(abs(pan) / PAN_SPEED, abs(tilt) / TILT_SPEED, abs(zoom) / ZOOM_SPEED, 0.05)
                self._append(_Leg(at, pose, pan / lasts_s, tilt / lasts_s, zoom / lasts_s))
                self._append(_Leg(at + lasts_s, point))
                pose, at = point, at + lasts_s + dwell_s
            if not again:
                break

    def _set(self, leg: _Leg) -> None:
        """What was planned for later is off."""
        kept = bisect_right(self._starts, leg.at)
        del self._legs[kept:], self._starts[kept:]
        self._append(leg)

    def _append(self, leg: _Leg) -> None:
        self._legs.append(leg)
        self._starts.append(leg.at)
        if len(self._legs) > _LOG_MAX:
            del self._legs[: _LOG_MAX // 4], self._starts[: _LOG_MAX // 4]
            self._starts[0] = 0.0
