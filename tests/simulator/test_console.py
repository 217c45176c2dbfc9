"""Orders to simulated devices while they run: alarms and misbehaviour on demand."""

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from oversite.protocol.gb28181.alarm import Alarm
from oversite.simulator.clock import WRONG_BY_S
from oversite.simulator.console import HELP, Console, can_listen
from oversite.simulator.fleet import Fleet
from oversite.simulator.misbehaviour import Misbehaviour
from simulator.looping import asynchronous
from simulator.scenes import CAMERA, fleet
from simulator.small_platform import Platform

pytestmark = pytest.mark.req("V5.1")


@asynccontextmanager
async def console() -> AsyncIterator[tuple[Platform, Fleet, Console]]:
    async with Platform() as platform, fleet(platform) as devices:
        await devices.registered()
        yield platform, devices, Console(devices)


@asynchronous
async def test_an_alarm_is_raised_on_demand() -> None:
    async with console() as (platform, _devices, desk):
        assert await desk.carry_out("alarm") == f"alarm 5.2 of {CAMERA}: answered 200"
        assert await desk.carry_out(f"alarm {CAMERA} 2 前门被打开") == f"alarm 2.2 of {CAMERA}: answered 200"
        assert "not been reset" in await desk.carry_out("alarm 2.5")
        alarms = platform.messages(Alarm)
        assert [(one.method, one.alarm_type, one.description) for one in alarms if isinstance(one, Alarm)] == [
            (5, 2, ""),
            (2, 2, "前门被打开"),
        ]


@asynchronous
async def test_a_running_device_misbehaves_and_behaves_again_on_demand() -> None:
    async with console() as (_platform, devices, desk):
        (device,) = devices.devices
        assert await desk.carry_out("misbehave black clock-wrong") == "1 devices: black, clock-wrong"
        assert device.channels[CAMERA].faults == {Misbehaviour.BLACK, Misbehaviour.CLOCK_WRONG}
        assert device.clock.ahead_s == WRONG_BY_S
        assert "misbehaves black clock-wrong" in await desk.carry_out("list")
        assert await desk.carry_out(f"behave clock-wrong at {CAMERA}") == "1 devices: no more clock-wrong"
        assert (device.faults, device.clock.ahead_s) == ({Misbehaviour.BLACK}, 0.0)
        assert await desk.carry_out("behave") == "1 devices: no more anything"
        assert device.channels[CAMERA].faults == set()


@pytest.mark.parametrize(
    ("line", "answer"),
    [
        ("", ""),
        ("# a remark", ""),
        ("dance", HELP),
        ("misbehave", "name at least one of"),
        ("misbehave politely", "no such misbehaviour: politely"),
        ("misbehave short-identity", "only from the start: short-identity"),
        ("misbehave black at", "no such device or channel: (none named)"),
        ("alarm 9", "an alarm's method is 1 to 7"),
        ("alarm 34020000001320009999", "no such device or channel: 34020000001320009999"),
        ("off", "no such device or channel"),
        ("alarm 'x", "not understood"),
    ],
)
@asynchronous
async def test_lines_that_cannot_be_carried_out_are_answered(line: str, answer: str) -> None:
    async with console() as (_platform, _devices, desk):
        assert (await desk.carry_out(line)).startswith(answer)


@asynchronous
async def test_a_channel_is_switched_off_and_on() -> None:
    async with console() as (_platform, devices, desk):
        assert await desk.carry_out(f"off {CAMERA}") == f"{CAMERA} is off: 0 subscribers told"
        assert not devices.devices[0].channels[CAMERA].is_online
        assert await desk.carry_out(f"on {CAMERA}") == f"{CAMERA} is on: 0 subscribers told"


def test_only_a_pipe_or_a_terminal_in_front_gives_orders() -> None:
    reading, writing = os.pipe()
    with Path(__file__).open("rb") as file:
        assert not can_listen(file.fileno())
    assert can_listen(reading)
    os.close(reading)
    os.close(writing)
    assert not can_listen(reading)
