"""Steering under a lease, and the stop that always comes."""

import asyncio
from datetime import timedelta

import pytest

from oversite.protocol.gb28181.control import DeviceControl, Ptz
from oversite.protocol.gb28181.ptz import (
    STOP,
    AuxiliaryCommand,
    Lens,
    Move,
    PresetCommand,
    PresetVerb,
    PtzAction,
)
from oversite.protocol.sip.message import Request
from oversite.services.signalling import control as control_module
from oversite.services.signalling.control import LENS_STOP, action_of
from services.signalling.device import ScriptedDevice
from services.signalling.stage import CAMERA_UID, NOW_AT, Stage, in_loop

LEASE = "0b0f5a0e-2a1c-4a44-8d52-7a9ad2a2a001"
LEFT = {"action": "move", "pan": -1, "tilt": 0, "zoom": 0, "speed": 32}


async def lease(stage: Stage, seconds: float = 120) -> None:
    body = {"camera_uid": CAMERA_UID, "expires_at": (NOW_AT + timedelta(seconds=seconds)).isoformat()}
    assert (await stage.ask("PUT", f"/door/leases/{LEASE}", body)).status == 200


async def steer(stage: Stage, command: object) -> tuple[int, dict[str, object]]:
    body = {"camera_uid": CAMERA_UID, "lease": LEASE, "command": command}
    response = await stage.ask("POST", "/door/ptz", body)
    return response.status, response.json()


async def action(device: ScriptedDevice, nth: int) -> PtzAction:
    control = await device.received_message(DeviceControl, nth)
    assert isinstance(control.action, Ptz)
    return control.action.command.action


@pytest.mark.req("V5.1")
@in_loop
async def test_a_movement_goes_out_and_its_200_means_acknowledged() -> None:
    async with Stage() as stage, stage.device() as device:
        await device.register()
        await lease(stage)
        assert await steer(stage, LEFT) == (200, {"state": "acknowledged", "sip_status": 200})
        assert await action(device, 1) == Move(pan=-1, pan_speed=32)
        sent = next(one for one in device.requests if b"PTZCmd" in one.body)
        assert b"A50F0102200000D7" in sent.body


@pytest.mark.req("C9.1")
@in_loop
async def test_without_a_lease_nothing_moves() -> None:
    async with Stage() as stage, stage.device() as device:
        await device.register()
        status, told = await steer(stage, LEFT)
        assert (status, told["code"]) == (409, "no_lease")
        await lease(stage)
        await stage.ask("DELETE", f"/door/leases/{LEASE}")
        assert (await steer(stage, LEFT))[0] == 409
        assert not [one for one in device.requests if b"PTZCmd" in one.body]


@in_loop
async def test_a_movement_that_is_not_renewed_is_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(control_module, "STOP_AFTER_S", 0.2)
    async with Stage() as stage, stage.device() as device:
        await device.register()
        await lease(stage)
        await steer(stage, LEFT)
        assert await action(device, 2) == STOP
        await steer(stage, {"action": "focus", "direction": 1, "speed": 16})
        assert await action(device, 4) == LENS_STOP


@in_loop
async def test_a_renewed_movement_goes_on_and_a_stop_stops_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(control_module, "STOP_AFTER_S", 60)
    async with Stage() as stage, stage.device() as device:
        await device.register()
        await lease(stage)
        moving = stage.service.control._leases[LEASE]
        timers = []
        for _ in range(3):
            await steer(stage, LEFT)
            assert moving.stop_timer is not None
            timers.append(moving.stop_timer)
        assert [timer.cancelled() for timer in timers] == [True, True, False]
        assert timers[0].when() < timers[1].when() < timers[2].when()
        await steer(stage, {"action": "stop"})
        assert timers[2].cancelled()
        assert (moving.stop_with, moving.stop_timer) == (None, None)
        assert [await action(device, nth) for nth in (1, 2, 3, 4)][-1] == STOP


@pytest.mark.parametrize("ending", ["expiry", "withdrawal", "end of the service"])
@in_loop
async def test_when_the_lease_ends_the_stop_is_sent(ending: str) -> None:
    async with Stage() as stage, stage.device() as device:
        await device.register()
        await lease(stage, 0.2 if ending == "expiry" else 60)
        await steer(stage, LEFT)
        if ending == "withdrawal":
            await stage.ask("DELETE", f"/door/leases/{LEASE}")
        elif ending == "end of the service":
            await stage.service.control.stop()
        assert await action(device, 2) == STOP


@in_loop
async def test_a_stop_that_gets_no_answer_is_sent_again_and_a_lost_movement_is_not(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(control_module, "ANSWER_S", 0.2)
    async with Stage() as stage, stage.device() as device:
        await device.register()
        await lease(stage)
        silent: list[Request] = []

        def swallow(request: Request) -> None:
            if b"PTZCmd" in request.body:
                silent.append(request)

        device.answers["MESSAGE"] = swallow
        moved = asyncio.create_task(steer(stage, LEFT))
        await stage.until(lambda: len(silent) == 1)
        stopped = asyncio.create_task(steer(stage, {"action": "stop"}))
        assert (await moved)[1] == {"state": "sent", "sip_status": None}
        assert (await stopped)[1] == {"state": "sent", "sip_status": None}
        assert len(silent) == 2
        repeated = [
            transaction.request
            for transaction in stage.service.endpoint._by_id.values()
            if transaction.request is not None and b"PTZCmd" in transaction.request.body
        ]
        assert repeated == [], "nothing is left that could be sent again"


@in_loop
async def test_an_offline_device_and_a_command_that_is_none() -> None:
    async with Stage() as stage:
        await lease(stage)
        assert (await steer(stage, LEFT))[0] == 409
        for command in ({"action": "fly"}, {"action": "move", "pan": 2}, {"action": "preset", "verb": "call"}, "left"):
            assert (await steer(stage, command))[0] == 400


@pytest.mark.parametrize(
    ("command", "expected"),
    [
        ({"action": "move", "pan": 1, "tilt": 1, "zoom": -1, "speed": 255}, Move(1, 1, -1, 255, 255, 15)),
        ({"action": "iris", "direction": -1, "speed": 32}, Lens(iris=-1, iris_speed=32)),
        ({"action": "preset", "verb": "set", "number": 7}, PresetCommand(PresetVerb.SET, 7)),
        ({"action": "wiper", "on": True}, AuxiliaryCommand(True)),
        ({"action": "stop"}, STOP),
    ],
)
def test_commands_of_the_door_are_commands_of_the_standard(command: dict[str, object], expected: PtzAction) -> None:
    assert action_of(command, None) == expected
