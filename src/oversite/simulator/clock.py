"""A device's own clock, right or wrong."""

from __future__ import annotations

import time
from datetime import UTC, datetime

WRONG_BY_S = 90.0


class DeviceClock:
    """UTC as the device believes it: the machine's clock plus what the device is off."""

    def __init__(self) -> None:
        self.ahead_s = 0.0

    def seconds(self) -> float:
        """Seconds since 1970."""
        return time.time() + self.ahead_s

    def instant(self) -> datetime:
        """An aware UTC instant."""
        return datetime.fromtimestamp(self.seconds(), UTC)

    def set(self, right: datetime) -> None:
        """Take over a server's time."""
        self.ahead_s = right.timestamp() - time.time()
