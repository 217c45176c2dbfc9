"""`oversite simulate cameras`: devices against any platform, until interrupted."""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import resource
import signal
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from oversite.simulator.misbehaviour import BY_CODE, Misbehaviour

if TYPE_CHECKING:
    from oversite.simulator.fleet import Fleet, FleetSettings

_FIRST_ID = "34020000001320000001"
_REPORT_S = 10.0
STANDARD_INPUT = 0


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add the options of the command."""
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.epilog = (
        "While it runs it takes orders, one a line, on its standard input; `help` names them.\n\nmisbehaviour:\n"
        + "\n".join(_described(one) for one in Misbehaviour)
    )
    parser.add_argument("--server", required=True, metavar="HOST:PORT", help="the platform's SIP address")
    parser.add_argument("--server-id", required=True, metavar="ID", help="the platform's identity, 20 digits")
    parser.add_argument("--domain", metavar="ID", help="its SIP domain (default: the first ten digits)")
    parser.add_argument("--count", type=int, default=1, metavar="N", help="how many devices (default 1)")
    parser.add_argument("--channels", type=int, default=1, metavar="N", help="channels each; more than one: recorders")
    parser.add_argument("--transport", choices=("udp", "tcp"), default="udp", help="of the signalling (default udp)")
    parser.add_argument("--password", default="", help="their password")
    parser.add_argument("--first-id", default=_FIRST_ID, metavar="ID", help=f"of the first device ({_FIRST_ID})")
    parser.add_argument("--mode", choices=("live", "loop"), default="live", help="real pictures, or a loop for load")
    parser.add_argument("--codec", choices=("h264", "h265"), default="h264", help="default h264")
    parser.add_argument("--audio", action="store_true", help="send G.711A sound too")
    parser.add_argument("--recordings", type=Path, metavar="DIR", help="remember there what was recorded")
    parser.add_argument("--cache", type=Path, metavar="DIR", help="where clips for loops are kept")
    parser.add_argument("--keepalive", type=float, default=60.0, metavar="S", help="seconds (default 60)")
    parser.add_argument(
        "--misbehave", nargs="+", default=[], metavar="NAME", help="do it wrong, in the ways named below"
    )


def run(options: argparse.Namespace) -> int:
    """Run the devices until SIGINT or SIGTERM; the exit status."""
    try:
        settings = settings_of(options)
    except ValueError as error:
        print(f"oversite simulate: {error}", file=sys.stderr)  # noqa: T201
        return 2
    _allow_sockets(options.count)
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(_run(settings))
    return 0


def settings_of(options: argparse.Namespace) -> FleetSettings:
    """The settings that options stand for; raises `ValueError` that names what is wrong."""
    from oversite.protocol.errors import PeerError
    from oversite.protocol.gb28181.identity import GbId
    from oversite.protocol.media import Codec
    from oversite.simulator.fleet import FleetSettings
    from oversite.simulator.link import Server
    from oversite.simulator.misbehaviour import misbehaviours

    host, colon, port = options.server.rpartition(":")
    if not colon or not port.isdecimal():
        raise ValueError(f"--server wants HOST:PORT, not {options.server!r}")
    try:
        for identity in (options.server_id, options.first_id):
            GbId.parse(identity)
    except PeerError as error:
        raise ValueError(error.reason) from error
    for name in ("count", "channels"):
        if getattr(options, name) < 1:
            raise ValueError(f"--{name} must be at least 1")
    unknown = [name for name in options.misbehave if name not in BY_CODE]
    if unknown:
        raise ValueError(f"no such misbehaviour: {', '.join(unknown)}")
    return FleetSettings(
        server=Server(host, int(port), options.server_id, options.domain or options.server_id[:10]),
        first_id=options.first_id,
        count=options.count,
        channels=options.channels,
        transport="TCP" if options.transport == "tcp" else "UDP",
        password=options.password,
        mode=options.mode,
        codec=Codec(options.codec),
        has_audio=options.audio,
        misbehaviours=frozenset(misbehaviours(options.misbehave)),
        recordings=options.recordings,
        cache=options.cache or Path(tempfile.gettempdir()) / "oversite-clips",
        keepalive_s=options.keepalive,
        retry_s=min(options.keepalive, 60.0),
    )


async def _run(settings: FleetSettings) -> None:
    from oversite.simulator.console import Console, can_listen, listen
    from oversite.simulator.fleet import Fleet

    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    async with Fleet(settings) as fleet:
        listening = asyncio.create_task(listen(Console(fleet), _tell)) if can_listen(STANDARD_INPUT) else None
        while not stop.is_set():
            _report(fleet)
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(_REPORT_S):
                    await stop.wait()
        if listening is not None:
            listening.cancel()
            await asyncio.gather(listening, return_exceptions=True)


def _tell(words: str) -> None:
    print(words, flush=True)  # noqa: T201


def _report(fleet: Fleet) -> None:
    """One line of figures, so that a person sees what goes on."""
    refused = sum(bool(device.registration.refused_status) for device in fleet.devices)
    print(  # noqa: T201
        f"{fleet.registered_count} of {len(fleet.devices)} registered, {refused} refused, {fleet.calls} calls",
        flush=True,
    )


def _described(one: Misbehaviour) -> str:
    quirk = f" (quirk {one.quirk})" if one.quirk else ""
    return f"  {one.code:24}{one.text}{quirk}"


def _allow_sockets(devices: int) -> None:
    """Each device has sockets of its own."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = min(max(soft, 4 * devices + 256), hard)
    resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
