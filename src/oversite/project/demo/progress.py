"""What the demonstration does while it starts, told on standard error as it happens; standard output stays clean."""

import socket
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TextIO

from django.db import DatabaseError, connection

from oversite.common.config import Config

MIGRATIONS_A_LINE = 25
LOOK_EVERY_S = 0.5
PATIENCE_S = 180.0
"""Who waits longer than that for a camera looks at the page of the system, not at this."""


class Progress:
    """Prints each step with the seconds since the start."""

    def __init__(self, stream: TextIO, now: Callable[[], float] = time.monotonic) -> None:
        self._stream = stream
        self._now = now
        self._began_at = now()

    def tell(self, text: str) -> None:
        """One line: what is done now, or was found."""
        print(f"[{self._now() - self._began_at:4.0f} s] {text}", file=self._stream, flush=True)

    def migration(self, done: int, total: int) -> None:
        """One of the changes to the database comes next: a line for every few of them."""
        if done % MIGRATIONS_A_LINE == 0 or done == total:
            self.tell(f"setting up the database: {done} of {total}")


@dataclass(frozen=True, slots=True)
class Outlook:
    """How far the product has come: whether the web answers, and how many cameras are online, of how many."""

    is_web_up: bool
    online: int
    cameras: int

    @property
    def is_complete(self) -> bool:
        """Whether there is nothing left to wait for."""
        return self.is_web_up and self.online >= self.cameras > 0


def follow(progress: Progress, look: Callable[[], Outlook], wait: Callable[[], bool]) -> bool:
    """Tell what changes until everything is there, or `wait` says no more; gives whether everything came."""
    last = Outlook(is_web_up=False, online=0, cameras=0)
    while True:
        seen = look()
        if seen.is_web_up and not last.is_web_up:
            progress.tell("the web answers; you can sign in")
        if seen.cameras and (seen.online, seen.cameras) != (last.online, last.cameras):
            progress.tell(f"cameras online: {seen.online} of {seen.cameras}")
        if seen.is_complete:
            progress.tell("everything is running")
            return True
        last = seen
        if not wait():
            return False


def follow_in_background(progress: Progress, config: Config) -> None:
    """Follow the start of the processes in a thread that ends by itself, or with this process."""
    pause = threading.Event()
    until = time.monotonic() + PATIENCE_S

    def wait() -> bool:
        pause.wait(LOOK_EVERY_S)
        return time.monotonic() < until

    def run() -> None:
        try:
            follow(progress, lambda: outlook(config), wait)
        finally:
            connection.close()

    threading.Thread(target=run, name="demo-progress", daemon=True).start()


def outlook(config: Config) -> Outlook:
    """Ask the web and the register; what does not answer is not there yet."""
    from oversite.video.cameras import queries as register
    from oversite.video.cameras.models import Camera

    try:
        connected = register.with_presence(Camera.objects.filter(is_active=True, device__isnull=False))
        online, cameras = connected.filter(register.online()).count(), connected.count()
    except DatabaseError:
        online = cameras = 0
    return Outlook(_is_web_up(config), online, cameras)


def _is_web_up(config: Config) -> bool:
    try:
        with socket.create_connection((config.host, config.web_port), timeout=2):
            return True
    except OSError:
        return False
