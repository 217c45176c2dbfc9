"""Starts every process of the product, restarts what dies, and takes all of it down with itself."""

import ctypes
import logging
import os
import selectors
import signal
import socket
import subprocess
import sys
import time
from dataclasses import dataclass, field

from oversite.common.config import Config
from oversite.common.errors import ConfigError

logger = logging.getLogger("oversite.supervisor")

PR_SET_PDEATHSIG = 1
RESTART_AFTER_S = (0.2, 0.5, 1.0, 2.0)
"""A process that keeps dying is restarted ever more slowly, but never later than after the last of these."""
STEADY_S = 10.0
"""A process that ran this long counts as well again."""
STOP_WITHIN_S = 8.0

_libc = ctypes.CDLL(None, use_errno=True)


def check_ports(config: Config) -> None:
    """Raise `ConfigError` naming the first port that something else already uses."""
    wanted = [
        ("web_port", config.host, config.web_port, socket.SOCK_STREAM),
        *[
            ("media_port", config.host, config.media_port + node, socket.SOCK_STREAM)
            for node in range(config.media_nodes)
        ],
        ("sip_port", config.host, config.sip_port, socket.SOCK_STREAM),
        ("sip_port", config.host, config.sip_port, socket.SOCK_DGRAM),
        ("signalling_door_port", "127.0.0.1", config.signalling_door_port, socket.SOCK_STREAM),
    ]
    for name, host, port, kind in wanted:
        with socket.socket(socket.AF_INET, kind) as probe:
            if kind == socket.SOCK_STREAM:
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((host, port))
            except OSError as error:
                option = "--" + name.replace("_", "-")
                raise ConfigError(
                    f"port {port} ({name}) is taken: {error.strerror}; choose another by {option}"
                ) from error


@dataclass(slots=True)
class Child:
    """One process of the product and what became of it."""

    name: str
    arguments: list[str]
    process: subprocess.Popen[bytes] | None = None
    started_at: float = 0.0
    failures: int = 0
    restart_at: float | None = 0.0

    def start(self, environment: dict[str, str], now: float) -> None:
        """Start the process so that it dies with this one."""
        command = [sys.executable, "-m", "oversite.project.cli", *self.arguments]
        self.process = subprocess.Popen(command, env=environment, preexec_fn=_die_with_parent)  # noqa: PLW1509
        self.started_at, self.restart_at = now, None

    def note_end(self, status: int, now: float) -> None:
        """Plan the restart."""
        self.failures = 0 if now - self.started_at > STEADY_S else self.failures + 1
        delay = RESTART_AFTER_S[min(self.failures, len(RESTART_AFTER_S) - 1)]
        logger.error("%s ended with status %s; starting it again in %.1f s", self.name, status, delay)
        self.process, self.restart_at = None, now + delay


@dataclass(slots=True)
class Supervisor:
    """Keeps one web, signalling and worker process and the media nodes running until told to stop."""

    config: Config
    children: list[Child] = field(default_factory=list)
    stopping: bool = False

    def __post_init__(self) -> None:
        media = [Child(f"media {n}", ["media", "--node", str(n)]) for n in range(self.config.media_nodes)]
        own = [*media, *(Child(name, [name]) for name in ("signalling", "worker", "web"))]
        self.children = [*own, *self.children]

    def run(self) -> int:
        """Supervise until SIGTERM or SIGINT; gives the exit status."""
        reader, writer = os.pipe2(os.O_NONBLOCK | os.O_CLOEXEC)
        signal.set_wakeup_fd(writer, warn_on_full_buffer=False)
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._note_stop)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        with selectors.DefaultSelector() as selector:
            selector.register(reader, selectors.EVENT_READ)
            while not self.stopping:
                selector.select(self._step(time.monotonic()))
                _drain(reader)
        self.stop()
        return 0

    def stop(self) -> None:
        """Ask every process to end, then make it."""
        running = [child.process for child in self.children if child.process]
        for process in running:
            process.terminate()
        deadline = time.monotonic() + STOP_WITHIN_S
        for process in running:
            try:
                process.wait(max(0.1, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()

    def _note_stop(self, *_: object) -> None:
        self.stopping = True

    def _step(self, now: float) -> float:
        """Restart what is due; gives the seconds until something is due again."""
        wait = 60.0
        for child in self.children:
            if child.process and (status := child.process.poll()) is not None:
                child.note_end(status, now)
            if child.restart_at is not None:
                if child.restart_at <= now:
                    child.start(dict(os.environ), now)
                else:
                    wait = min(wait, child.restart_at - now)
        return wait


def _die_with_parent() -> None:
    _libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


def _drain(reader: int) -> None:
    try:
        while os.read(reader, 1024):
            pass
    except BlockingIOError:
        pass
