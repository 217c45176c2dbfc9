"""A throw-away installation with the demonstration: own data folder, free ports, every process for real."""

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

from oversite.common.config import Config
from oversite.project.demo.account import Account
from oversite.project.selftest.visitor import Visitor

READY_WITHIN_S = 180
"""A loaded machine is slow, not broken: how long it took is among the figures."""
RTP_PORTS = 200


@dataclass(slots=True)
class Installation:
    """A running product; `accounts` are those of the demonstration by user name."""

    config: Config
    process: subprocess.Popen[str]
    log: Path
    accounts: dict[str, Account] = field(default_factory=dict)

    @property
    def origin(self) -> str:
        """The address of the web process."""
        return self.config.web_url

    def visitor(self) -> Visitor:
        """Somebody who has not signed in yet."""
        return Visitor(self.origin)

    def await_web(self) -> None:
        """Wait until the web process answers; raises `RuntimeError` with the log when it does not."""
        deadline = time.monotonic() + READY_WITHIN_S
        while time.monotonic() < deadline and self.process.poll() is None:
            try:
                with urlopen(f"{self.origin}/healthz", timeout=2) as answer:  # noqa: S310
                    if answer.status == 200:
                        return
            except (URLError, OSError):
                time.sleep(0.1)
        raise RuntimeError(f"the web process did not answer:\n{self.log.read_text()[-4000:]}")

    def command(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run an `oversite` command on this installation."""
        return subprocess.run(
            [sys.executable, "-m", "oversite.project.cli", *arguments],
            env=environment(self.config),
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
        )

    def stop(self) -> None:
        """Stop every process."""
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(15)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        if self.process.stdout:
            self.process.stdout.close()


@contextlib.contextmanager
def installation(folder: Path | None = None) -> Iterator[Installation]:
    """Start the demonstration on free ports; raises `RuntimeError` with the log when it does not come up."""
    with contextlib.ExitStack() as stack:
        if folder is None:
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="oversite-selftest-")))
        config = free_config(folder)
        log = folder / "product.log"
        errors = stack.enter_context(log.open("w"))
        process = subprocess.Popen(
            [sys.executable, "-m", "oversite.project.cli", "demo", "--json"],
            env=environment(config),
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
        )
        running = Installation(config, process, log)
        stack.callback(running.stop)
        running.accounts = _accounts(running)
        running.await_web()
        yield running


def free_config(folder: Path) -> Config:
    """A configuration for `folder` whose ports nobody uses now."""
    web, media, sip, door = (_free_port() for _ in range(4))
    first = _free_range(RTP_PORTS)
    return replace(
        Config(),
        data_dir=folder / "data",
        web_port=web,
        media_port=media,
        sip_port=sip,
        signalling_door_port=door,
        rtp_ports=(first, first + RTP_PORTS - 1),
    )


def environment(config: Config) -> dict[str, str]:
    """The environment of a process of this installation: nothing of ours from outside."""
    outside = {name: value for name, value in os.environ.items() if not name.startswith("OVERSITE_")}
    return outside | config.as_environment()


def _accounts(running: Installation) -> dict[str, Account]:
    assert running.process.stdout is not None
    line = running.process.stdout.readline()
    if not line:
        raise RuntimeError(f"the product did not start:\n{running.log.read_text()[-4000:]}")
    return {row["username"]: Account(**{**row, "roles": tuple(row["roles"])}) for row in json.loads(line)["accounts"]}


def _free_port() -> int:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as datagrams, socket.socket() as stream:
        stream.bind(("127.0.0.1", 0))
        port: int = stream.getsockname()[1]
        try:
            datagrams.bind(("127.0.0.1", port))
        except OSError:
            return _free_port()
        return port


def _free_range(count: int) -> int:
    """The first of `count` ports below the ephemeral range, spread by process so that two runs do not meet."""
    span = (30000 - 12000) // count
    return 12000 + (os.getpid() % span) * count
