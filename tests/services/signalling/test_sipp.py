"""SIPp, which shares no line with our parser, registers at the server and is called by it."""

import asyncio
import shutil
import signal
import socket
from pathlib import Path

import pytest

from services.signalling.stage import CAMERA_UID, DEVICE_ID, Stage, in_loop

SCENARIOS = Path(__file__).parent / "sipp"
SIPP = shutil.which("sipp")

pytestmark = pytest.mark.skipif(SIPP is None, reason="sipp (package sip-tester) is not installed")


def free_port(transport: str) -> int:
    kind = socket.SOCK_DGRAM if transport == "u1" else socket.SOCK_STREAM
    with socket.socket(socket.AF_INET, kind) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


async def sipp(
    stage: Stage, scenario: str, port: int, transport: str, folder: Path, *more: str
) -> asyncio.subprocess.Process:
    assert SIPP is not None
    arguments = ["-sf", str(SCENARIOS / scenario), "-i", "127.0.0.1", "-p", str(port), "-t", transport, "-nostdin"]
    arguments += ["-trace_err", "-error_file", str(folder / f"{scenario}.errors"), "-timeout", "20s", *more]
    return await asyncio.create_subprocess_exec(
        SIPP,
        f"127.0.0.1:{stage.service.shell.port}",
        *arguments,
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.DEVNULL,
        cwd=folder,
    )


def errors(folder: Path, scenario: str) -> str:
    path = folder / f"{scenario}.errors"
    return path.read_text(errors="replace") if path.exists() else ""


@pytest.mark.req("V5.1")
@pytest.mark.parametrize("transport", ["u1", "t1"])
@in_loop
async def test_sipp_registers_with_digest(transport: str, tmp_path: Path) -> None:
    async with Stage() as stage:
        process = await sipp(stage, "register.xml", free_port(transport), transport, tmp_path, "-m", "1")
        assert await process.wait() == 0, errors(tmp_path, "register.xml")
        device = stage.service.directory.devices[DEVICE_ID]
        assert device.registered_at is not None


@pytest.mark.req("V5.1")
@in_loop
async def test_sipp_is_called_and_hung_up_on(tmp_path: Path) -> None:
    async with Stage() as stage:
        port = free_port("u1")
        process = await sipp(stage, "register.xml", port, "u1", tmp_path, "-m", "1")
        assert await process.wait() == 0, errors(tmp_path, "register.xml")
        camera = await sipp(stage, "camera.xml", port, "u1", tmp_path, "-m", "1000")
        try:
            response = await stage.ask("POST", "/door/play", {"camera_uid": CAMERA_UID, "stream": 0})
            assert (response.status, response.json().get("stage")) == (200, "playing"), errors(tmp_path, "camera.xml")
            closed = await stage.ask("DELETE", f"/door/sessions/{CAMERA_UID}-0")
            assert closed.status == 200
            assert (
                stage.service.metrics.registry.get_sample_value(
                    "oversite_signalling_events_total", {"what": "bye_unanswered"}
                )
                is None
            )
        finally:
            camera.send_signal(signal.SIGUSR1)
            await camera.wait()
        assert errors(tmp_path, "camera.xml") == ""
