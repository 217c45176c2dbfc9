"""Sockets: framing over TCP, slow senders, garbage."""

import asyncio

import pytest

from oversite.services.signalling import shell as shell_module
from services.signalling.stage import Stage, in_loop

OPTIONS = (
    b"OPTIONS sip:34020000002000000001@3402000000 SIP/2.0\r\nVia: SIP/2.0/TCP 10.0.0.9:5060;rport;branch=z9hG4bK%d\r\n"
    b"From: <sip:34020000001320000009@3402000000>;tag=1\r\nTo: <sip:34020000002000000001@3402000000>\r\n"
    b"Call-ID: a%d\r\nCSeq: 1 OPTIONS\r\nContent-Length: 0\r\n\r\n"
)


async def connect(stage: Stage) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    return await asyncio.open_connection("127.0.0.1", stage.service.shell.port)


async def is_cut_off(reader: asyncio.StreamReader) -> bool:
    """Whether the other end closes without a word."""
    try:
        return await reader.read() == b""
    except ConnectionError:
        return True


@pytest.mark.quirk(15)
@in_loop
async def test_quirk_15_two_messages_in_one_write_and_one_in_two() -> None:
    async with Stage() as stage:
        reader, writer = await connect(stage)
        both = b"\r\n\r\n" + OPTIONS % (1, 1) + OPTIONS % (2, 2)
        writer.write(both[:150])
        await writer.drain()
        await asyncio.sleep(0)
        writer.write(both[150:])
        for number in (b"1", b"2"):
            head = await reader.readuntil(b"\r\n\r\n")
            assert head.startswith(b"SIP/2.0 200 OK")
            assert b"branch=z9hG4bK" + number in head
        writer.close()


@pytest.mark.parametrize("data", [b"\x80" * 40_000, b"OPTIONS sip:a@b SIP/2.0\r\nContent-Length: 99999999\r\n\r\n"])
@in_loop
async def test_a_stream_without_frames_is_cut_off(data: bytes) -> None:
    async with Stage() as stage:
        reader, writer = await connect(stage)
        writer.write(data)
        assert await is_cut_off(reader)
        writer.close()


@in_loop
async def test_a_sender_that_does_not_end_its_message_is_cut_off(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shell_module, "SLOW_SENDER_S", 0.2)
    async with Stage() as stage:
        reader, writer = await connect(stage)
        writer.write(b"OPTIONS sip:a@b SIP/2.0\r\n")
        assert await is_cut_off(reader)
        writer.close()


@in_loop
async def test_other_methods_are_refused_with_what_is_allowed() -> None:
    async with Stage() as stage, stage.device() as device:
        for method, status in (("INVITE", 488), ("SUBSCRIBE", 405), ("BYE", 481), ("INFO", 481), ("OPTIONS", 200)):
            assert (await device.ask(device.request(method))).status == status


@in_loop
async def test_a_time_that_has_passed_already_is_served_and_an_earlier_one_too(monkeypatch: pytest.MonkeyPatch) -> None:
    async with Stage() as stage, stage.device() as device:
        shell, now = stage.service.shell, asyncio.get_running_loop().time()
        for due_at in (now - 1, now - 2):
            with monkeypatch.context() as late:
                late.setattr(shell._endpoint, "next_timeout", lambda due_at=due_at: due_at)
                shell.flush()
        assert (await device.register()).status == 200
