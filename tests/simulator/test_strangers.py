"""Programs that know nothing of ours: ffprobe reads the program stream, SIPp registers and calls the device."""

import asyncio
import json
import shutil
import socket
import subprocess
from pathlib import Path

import pytest

from oversite.protocol.media import Codec
from oversite.simulator.channel import StreamKind
from oversite.simulator.fleet import Fleet
from oversite.simulator.frames import FrameMaker
from simulator.looping import asynchronous
from simulator.scenes import CAMERA, settings
from simulator.small_platform import MediaSocket, Platform
from simulator.watching import program_stream, stamps

SIPP = Path(__file__).parent / "sipp"

pytestmark = pytest.mark.req("V5.1")

needs_ffprobe = pytest.mark.skipif(shutil.which("ffprobe") is None, reason="needs ffprobe")
needs_sipp = pytest.mark.skipif(shutil.which("sipp") is None, reason="needs SIPp")


@needs_ffprobe
@pytest.mark.parametrize(("codec", "name"), [(Codec.H264, "h264"), (Codec.H265, "hevc")])
def test_ffprobe_reads_the_program_stream(codec: Codec, name: str, tmp_path: Path) -> None:
    platform = Platform()
    platform.port = 5060
    fleet = Fleet(settings(platform, codec=codec))
    channel = next(fleet.channels)
    assert channel.kind == StreamKind(codec, has_audio=False)
    sequence, maker = channel.sequence(0), FrameMaker(codec, has_audio=False, faults=frozenset())
    units = [unit for tick in range(45) for unit in sequence.units(1_790_000_000 + tick / 15, tick * 6000)]
    path = tmp_path / "stream.ps"
    path.write_bytes(b"".join(frame.data for unit in units for frame in maker.frames(unit)))
    probed = probe(path)
    assert probed["stderr"] == ""
    (stream,) = probed["streams"]
    assert (stream["codec_name"], stream["width"], stream["height"]) == (name, 640, 360)
    assert (stream["r_frame_rate"], stream["nb_read_frames"]) == ("15/1", "45")


def probe(path: Path) -> dict:
    done = subprocess.run(
        ["ffprobe", "-v", "warning", "-f", "mpeg", "-show_streams", "-count_frames", "-of", "json", str(path)],
        capture_output=True,
        text=True,
        timeout=30,
        check=True,
    )
    return json.loads(done.stdout) | {"stderr": done.stderr}


async def sipp(scenario: str, port: int, folder: Path, *more: str) -> tuple[int, str]:
    """Run a scenario once; its exit status and what it complained about."""
    errors = folder / f"{scenario}.log"
    command = ["sipp", "-sf", str(SIPP / f"{scenario}.xml"), "-i", "127.0.0.1", "-p", str(port), "-m", "1", "-nostdin"]
    process = await asyncio.create_subprocess_exec(
        *command,
        *("-timeout", "20", "-timeout_error", "-trace_err", "-error_file", str(errors), *more),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        cwd=folder,
    )
    status = await process.wait()
    return status, errors.read_text(encoding="utf-8") if errors.exists() else ""


def free_port() -> int:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as found:
        found.bind(("127.0.0.1", 0))
        port: int = found.getsockname()[1]
        return port


@needs_sipp
@asynchronous
async def test_sipp_registers_the_device_and_gets_its_pictures(tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = tmp_path_factory.mktemp("sipp")
    platform = Platform()
    platform.port = free_port()
    registrar = asyncio.create_task(sipp("registrar", platform.port, folder))
    async with Fleet(settings(platform, keepalive_s=60.0, retry_s=0.3)) as fleet:
        await fleet.registered(15)
        assert await registrar == (0, "")
        device, media = fleet.devices[0], MediaSocket()
        assert device.clock.instant().year == 2026
        target = f"127.0.0.1:{device.link.local.port}"
        caller = asyncio.create_task(
            sipp("caller", platform.port, folder, "-set", "port", str(media.port), "-s", CAMERA, target)
        )
        packets = await media.packets(25, 15)
        assert await caller == (0, "")
        assert stamps(program_stream(packets))
        assert device.book.calls == []
        media.close()
        device.registration.registered.clear()


@needs_sipp
@asynchronous
async def test_sipp_refuses_a_wrong_password(tmp_path_factory: pytest.TempPathFactory) -> None:
    platform = Platform()
    platform.port = free_port()
    registrar = asyncio.create_task(sipp("registrar", platform.port, tmp_path_factory.mktemp("sipp")))
    async with Fleet(settings(platform, "wrong-password", retry_s=0.3)) as fleet:
        assert await registrar == (0, "")
        assert fleet.registered_count == 0
