"""Steering: commands under a lease, and the stop that is always sent (design: Control; GB/T 28181 A.3)."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import structlog

from oversite.protocol.gb28181.control import DeviceControl, Ptz
from oversite.protocol.gb28181.ptz import (
    STOP,
    AuxiliaryCommand,
    Lens,
    Move,
    PresetCommand,
    PresetVerb,
    PtzAction,
    PtzCommand,
)
from oversite.services.signalling.agent import Agent, NoAnswer
from oversite.services.signalling.directory import Directory
from oversite.services.signalling.metrics import Metrics
from oversite.services.signalling.records import CameraRecord

log = structlog.get_logger("oversite.signalling")

STOP_AFTER_S: Final = 2.0
ANSWER_S: Final = 2.0
STOP_TRIES: Final = 3
MAX_LEASES: Final = 10_000
LENS_STOP: Final = Lens()
_VERBS: Final = {"set": PresetVerb.SET, "call": PresetVerb.CALL, "delete": PresetVerb.DELETE}


class NotAllowed(Exception):
    """No lease covers the command."""


@dataclass(frozen=True, slots=True)
class Steered:
    """`acknowledged`: the device says received. `sent`: it says nothing (yet). 200 OK is not yet a movement."""

    state: str
    sip_status: int | None = None


@dataclass(slots=True, eq=False)
class Lease:
    """Our copy of a lease. `stop_with` is what ends the movement under way, if any."""

    uid: str
    camera: CameraRecord
    expiry: asyncio.TimerHandle | None = None
    stop_timer: asyncio.TimerHandle | None = None
    stop_with: PtzAction | None = None


class Control:
    """Holds the copies of leases and sends commands and stops."""

    def __init__(self, agent: Agent, directory: Directory, metrics: Metrics, *, now_at: Callable[[], datetime]) -> None:
        self._agent = agent
        self._directory = directory
        self._metrics = metrics
        self._now_at = now_at
        self._loop = asyncio.get_running_loop()
        self._leases: dict[str, Lease] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._in_flight: dict[str, asyncio.Task[Steered]] = {}

    # Leases

    def put_lease(self, uid: str, camera: CameraRecord, expires_at: datetime) -> None:
        """Take or renew a lease. Raises ValueError when it is over already or there are too many."""
        seconds = (expires_at - self._now_at()).total_seconds()
        if seconds <= 0:
            raise ValueError("the lease is over")
        lease = self._leases.get(uid)
        if lease is not None and lease.camera.uid != camera.uid:
            self.drop_lease(uid)
            lease = None
        if lease is None:
            if len(self._leases) >= MAX_LEASES:
                raise ValueError("too many leases")
            lease = self._leases[uid] = Lease(uid, camera)
        if lease.expiry is not None:
            lease.expiry.cancel()
        lease.expiry = self._loop.call_later(seconds, self.drop_lease, uid)

    def drop_lease(self, uid: str) -> bool:
        """The lease ends: what moves is stopped. False when there was none."""
        lease = self._leases.pop(uid, None)
        if lease is None:
            return False
        if lease.expiry is not None:
            lease.expiry.cancel()
        if lease.stop_with is not None:
            self._stop(lease, "lease ended")
        return True

    # Commands

    async def steer(self, uid: str, camera_uid: str, command: dict[str, Any]) -> Steered:
        """Send one command. Raises NotAllowed, ValueError (no such command), LookupError (device offline)."""
        lease = self._leases.get(uid)
        if lease is None or lease.camera.uid != camera_uid:
            raise NotAllowed("no such lease for this camera")
        action = action_of(command, lease.stop_with)
        self._watch(lease, action)
        return await self._send(lease.camera, action)

    async def stop(self) -> None:
        """The service ends: nothing may keep moving."""
        for uid in list(self._leases):
            self.drop_lease(uid)
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def _watch(self, lease: Lease, action: PtzAction) -> None:
        stop_with = stop_of(action)
        if stop_with is None and action not in (STOP, LENS_STOP):
            return
        if lease.stop_timer is not None:
            lease.stop_timer.cancel()
        lease.stop_with = stop_with
        lease.stop_timer = (
            None if stop_with is None else self._loop.call_later(STOP_AFTER_S, self._stop, lease, "not renewed")
        )

    def _stop(self, lease: Lease, why: str) -> None:
        action = lease.stop_with
        if lease.stop_timer is not None:
            lease.stop_timer.cancel()
        lease.stop_with = lease.stop_timer = None
        if action is None:
            return
        log.info("stop_sent", camera=lease.camera.gb_id, why=why)
        self._metrics.count("stop_sent")
        task = self._loop.create_task(self._stop_surely(lease.camera, action))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _stop_surely(self, camera: CameraRecord, action: PtzAction) -> None:
        for _ in range(STOP_TRIES):
            try:
                steered = await self._send(camera, action)
            except LookupError:
                return
            if steered.state == "acknowledged":
                return
        log.warning("stop_unanswered", camera=camera.gb_id)
        self._metrics.count("stop_unanswered")

    async def _send(self, camera: CameraRecord, action: PtzAction) -> Steered:
        """The newest command wins: an older one that waits for its answer is not repeated any more, or a lost
        movement sent again could come behind the stop.
        """
        older = self._in_flight.get(camera.uid)
        if older is not None:
            older.cancel()
        task = self._loop.create_task(self._exchange(camera, action))
        self._in_flight[camera.uid] = task
        try:
            return await asyncio.shield(task)
        except asyncio.CancelledError:
            current = asyncio.current_task()
            if task.cancelled() and not (current is not None and current.cancelling()):
                return Steered("sent")
            raise
        finally:
            if self._in_flight.get(camera.uid) is task:
                del self._in_flight[camera.uid]

    async def _exchange(self, camera: CameraRecord, action: PtzAction) -> Steered:
        device = self._directory.device_of(camera)
        if device is None:
            raise LookupError("device is not in the register")
        control = DeviceControl(device_id=camera.gb_id, sn=self._agent.next_sn(), action=Ptz(PtzCommand(action)))
        try:
            answer = await self._agent.tell(device, control, within_s=ANSWER_S)
        except NoAnswer:
            self._metrics.count("steer_unanswered")
            return Steered("sent")
        state = "acknowledged" if answer.response.is_success else "failed"
        return Steered(state, answer.response.status)


def stop_of(action: PtzAction) -> PtzAction | None:
    """What ends a movement; None for what does not move on by itself."""
    if isinstance(action, Move) and not action.is_stop:
        return STOP
    if isinstance(action, Lens) and action != LENS_STOP:
        return LENS_STOP
    return None


def action_of(command: dict[str, Any], moving: PtzAction | None) -> PtzAction:
    """The command of the door as what goes over the wire. Raises ValueError.

    A stop ends what moves: the lens has a stop of its own.
    """
    kind = command.get("action")
    if kind == "move":
        speed = _integer(command, "speed", 0, 255)
        pan, tilt, zoom = (_integer(command, name, -1, 1) for name in ("pan", "tilt", "zoom"))
        return Move.towards(pan=pan, tilt=tilt, zoom=zoom, speed=speed)
    if kind in {"focus", "iris"}:
        direction, speed = _integer(command, "direction", -1, 1), _integer(command, "speed", 0, 255)
        if kind == "focus":
            return Lens(focus=direction, focus_speed=speed if direction else 0)
        return Lens(iris=direction, iris_speed=speed if direction else 0)
    if kind == "preset" and command.get("verb") in _VERBS:
        return PresetCommand(_VERBS[command["verb"]], _integer(command, "number", 1, 255))
    if kind == "wiper":
        return AuxiliaryCommand(bool(command.get("on")))
    if kind == "stop":
        return moving or STOP
    raise ValueError(f"no such command: {kind!r}")


def _integer(command: dict[str, Any], name: str, least: int, most: int) -> int:
    value = command.get(name, 0)
    if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= most:
        raise ValueError(f"{name} must be from {least} to {most}")
    return value
