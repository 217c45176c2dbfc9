"""Fleets for tests: at the small platform, with short intervals."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from oversite.simulator.device import Device
from oversite.simulator.fleet import Fleet, FleetSettings
from oversite.simulator.link import Server
from oversite.simulator.misbehaviour import misbehaviours
from simulator.small_platform import DOMAIN, ID, PASSWORD, Platform

CAMERA = "34020000001320000001"
RECORDER = "34020000001180000001"


def settings(platform: Platform, *faults: str, **more: Any) -> FleetSettings:
    values: dict[str, Any] = {
        "server": Server("127.0.0.1", platform.port, ID, DOMAIN),
        "first_id": CAMERA,
        "password": PASSWORD,
        "transport": platform.transport,
        "misbehaviours": frozenset(misbehaviours(faults)),
        "keepalive_s": 0.2,
        "retry_s": 0.2,
    }
    return FleetSettings(**(values | more))


@asynccontextmanager
async def fleet(platform: Platform, *faults: str, **more: Any) -> AsyncIterator[Fleet]:
    """Devices that have registered."""
    async with Fleet(settings(platform, *faults, **more)) as devices:
        await devices.registered()
        yield devices


@asynccontextmanager
async def one_device(*faults: str, transport: str = "UDP", **more: Any) -> AsyncIterator[tuple[Platform, Device]]:
    """A platform and one registered device."""
    async with Platform(transport=transport) as platform, fleet(platform, *faults, **more) as devices:
        yield platform, devices.devices[0]
