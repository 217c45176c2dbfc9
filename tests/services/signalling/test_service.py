"""The service as a whole: when it cannot start, or a part of it fails, it says so at once and leaves nothing open."""

import asyncio
import socket
import time
from datetime import datetime

import pytest

from oversite.services.signalling import service as service_module
from oversite.services.signalling.records import Register, WantedRecord
from services.signalling.stage import MemoryStore, Stage, in_loop

AT_ONCE_S = 10.0
"""A hang has no end; a busy machine may need a moment."""


class BrokenStore(MemoryStore):
    def register(self) -> Register:
        raise ZeroDivisionError("no register")


def ended_within(test: object, error: type[BaseException]) -> float:
    """Seconds until a test in a loop ended with that error."""
    began_s = time.monotonic()
    with pytest.raises(error):
        in_loop(test)()  # type: ignore[arg-type]
    return time.monotonic() - began_s


def test_a_service_that_cannot_start_ends_with_its_error() -> None:
    async def start() -> None:
        async with Stage(BrokenStore()):
            raise AssertionError("not reached")

    assert ended_within(start, ZeroDivisionError) < AT_ONCE_S


def test_an_error_in_the_middle_ends_the_test_with_it_whatever_is_open() -> None:
    async def work() -> None:
        stage = Stage()
        await stage.__aenter__()
        device = stage.device()
        await device.__aenter__()
        await device.register()
        raise ZeroDivisionError("in the middle")

    assert ended_within(work, ZeroDivisionError) < AT_ONCE_S


def test_what_a_test_leaves_open_is_told() -> None:
    async def leave() -> None:
        await asyncio.start_server(lambda *_: None, "127.0.0.1", 0)

    assert ended_within(leave, AssertionError) < AT_ONCE_S


@in_loop
async def test_a_service_that_cannot_open_its_door_leaves_its_other_ports_free() -> None:
    stage = Stage()
    async with stage:
        taken = stage.service.door.port
        other = Stage()
        await other.media.server.start("127.0.0.1", 0)
        with pytest.raises(OSError, match="address already in use"):
            await other.start(door_port=taken)
        await other.media.server.stop()
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as free:
        free.bind(("127.0.0.1", other.service.shell.port))


@in_loop
async def test_a_part_that_fails_is_the_failure_of_the_service(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(service_module, "SWEEP_EVERY_S", 0.01)
    async with Stage() as stage:
        monkeypatch.setattr(stage.service.presence, "sweep", lambda _: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            await stage.service.failure()


@in_loop
async def test_a_store_that_fails_is_no_failure_of_the_service(monkeypatch: pytest.MonkeyPatch) -> None:
    store = MemoryStore()
    asked = asyncio.Event()

    def wanted(now_at: datetime) -> list[WantedRecord]:
        asked.set()
        raise ZeroDivisionError("the database is away")

    monkeypatch.setattr(store, "wanted", wanted)
    async with Stage(store) as stage:
        await asked.wait()
        assert not stage.service._failure.done()
