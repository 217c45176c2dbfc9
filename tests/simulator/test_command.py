"""`oversite simulate cameras`."""

import argparse
import asyncio
import signal
import sys
from pathlib import Path

import pytest

from oversite.protocol.media import Codec
from oversite.simulator import command
from oversite.simulator.misbehaviour import Misbehaviour
from simulator.looping import asynchronous
from simulator.scenes import CAMERA
from simulator.small_platform import DOMAIN, ID, PASSWORD, Platform

SCRIPT = """
import argparse, sys
from oversite.simulator import command
parser = argparse.ArgumentParser()
command.add_options(parser)
sys.exit(command.run(parser.parse_args()))
"""


def options(*more: str) -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    command.add_options(parser)
    return parser.parse_args(["--server", "127.0.0.1:5060", "--server-id", ID, *more])


def test_the_options_make_settings(tmp_path: Path) -> None:
    words = "--count 3 --channels 4 --transport tcp --password p --mode loop --codec h265 --audio --misbehave black"
    settings = command.settings_of(options(*words.split(), "silent", "--recordings", str(tmp_path)))
    assert (settings.server.host, settings.server.port, settings.server.domain) == ("127.0.0.1", 5060, DOMAIN)
    assert (settings.count, settings.channels, settings.transport, settings.password) == (3, 4, "TCP", "p")
    assert (settings.mode, settings.codec, settings.has_audio) == ("loop", Codec.H265, True)
    assert settings.misbehaviours == {Misbehaviour.BLACK, Misbehaviour.SILENT}
    assert settings.recordings == tmp_path
    assert settings.first_id == CAMERA


def test_the_help_describes_every_misbehaviour() -> None:
    parser = argparse.ArgumentParser()
    command.add_options(parser)
    text = parser.format_help()
    assert all(one.code in text and one.text in text for one in Misbehaviour)


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        (["--misbehave", "polite"], "no such misbehaviour: polite"),
        (["--server", "nowhere"], "HOST:PORT"),
        (["--first-id", "123"], "3 digits instead of 20"),
        (["--count", "0"], "--count"),
        (["--channels", "0"], "--channels"),
    ],
)
def test_wrong_options_are_named(words: list[str], complaint: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert command.run(options(*words)) == 2
    assert complaint in capsys.readouterr().err


@asynchronous
async def test_devices_run_until_they_are_told_to_stop() -> None:
    async with Platform() as platform:
        server = f"127.0.0.1:{platform.port}"
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-c", SCRIPT, "--server", server, "--server-id", ID, "--count", "2"),
            *("--password", PASSWORD),
            stdout=asyncio.subprocess.PIPE,
        )
        await platform.until(lambda: len(platform.bindings) == 2, 20)
        process.send_signal(signal.SIGTERM)
        out, _ = await process.communicate()
        assert process.returncode == 0
        assert b"of 2 registered" in out
        assert platform.bindings == {}
