"""The simulated devices of the demonstration, in a process of their own."""

import asyncio
import contextlib
import signal
from typing import Any

from oversite.common.config import Config
from oversite.project.demo.facts import device_password, devices
from oversite.simulator.fleet import Fleet, FleetSettings
from oversite.simulator.link import Server


def main(config: Config) -> None:
    """Run the devices until SIGTERM; they register as soon as somebody answers."""
    asyncio.run(_run(config))


def settings_of(config: Config, device: dict[str, Any]) -> FleetSettings:
    """One device of the demonstration as the simulator wants it; those with TCP media use TCP for signalling too."""
    return FleetSettings(
        server=Server(config.host, config.sip_port, config.sip_id, config.sip_domain),
        first_id=device["gb_id"],
        channels=device.get("channels", 1),
        transport="UDP" if device["media_transport"] == "udp" else "TCP",
        password=device_password(config),
        recordings=config.data_dir / "simulated",
        cache=config.data_dir / "simulated",
        retry_s=2.0,
    )


async def _run(config: Config) -> None:
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    async with contextlib.AsyncExitStack() as stack:
        for device in devices():
            await stack.enter_async_context(Fleet(settings_of(config, device)))
        await stop.wait()
