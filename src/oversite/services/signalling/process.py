"""The signalling process: configuration in, service running until SIGTERM or until a part of it fails."""

from __future__ import annotations

import asyncio
import secrets
import signal
import sys
from concurrent.futures import ThreadPoolExecutor
from typing import Final

import structlog
import uvloop

from oversite.common import clock
from oversite.common.config import Config
from oversite.common.keys import ensure_key, read_key
from oversite.services.signalling.records import NodeRecord
from oversite.services.signalling.service import Service, Settings

log = structlog.get_logger("oversite.signalling")

REGISTRATION_PASSWORD: Final = "registration-password"  # noqa: S105 - the name of a file
STOP_WITHIN_S: Final = 5.0
SWITCH_S: Final = 0.0005
"""The loop may not wait long for the thread of the store to let it go on."""


def registration_password(config: Config) -> str:
    """The domain's registration password: printable text in DATA/keys, made at first start."""
    fresh = secrets.token_urlsafe(12).encode()
    return ensure_key(config.keys_dir, REGISTRATION_PASSWORD, fresh).decode()


def settings_of(config: Config) -> Settings:
    """What the service must know, from the configuration and the keys."""
    return Settings(
        host=config.host,
        advertise_ip=config.advertise_ip,
        sip_port=config.sip_port,
        door_port=config.signalling_door_port,
        sip_id=config.sip_id,
        domain=config.sip_domain,
        door_secret=read_key(config.keys_dir, "door").hex(),
        registration_password=registration_password(config),
        nonce_key=secrets.token_bytes(32),
        nodes=tuple(NodeRecord(number, config.media_url(number), 0) for number in range(config.media_nodes)),
    )


def main(config: Config) -> None:
    """Run until SIGTERM or SIGINT."""
    sys.setswitchinterval(SWITCH_S)
    uvloop.run(_run(config))


async def _run(config: Config) -> None:
    from oversite.services.signalling.store import Store

    loop = asyncio.get_running_loop()
    stopping = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stopping.set)
    with ThreadPoolExecutor(max_workers=1, thread_name_prefix="store") as thread:

        async def in_thread(call: object, *arguments: object) -> object:
            return await loop.run_in_executor(thread, call, *arguments)  # type: ignore[arg-type]

        service = Service(settings_of(config), Store(), in_thread=in_thread, now_at=clock.now)
        await service.start()
        failing = loop.create_task(service.failure())
        failing.add_done_callback(lambda _: stopping.set())
        await stopping.wait()
        try:
            async with asyncio.timeout(STOP_WITHIN_S):
                await service.stop()
        except TimeoutError:
            log.warning("stop_took_too_long")
        if failing.done():
            failing.result()
