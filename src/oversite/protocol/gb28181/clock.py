"""Times on the wire, which are Beijing times, and how far a device's clock is off."""

from __future__ import annotations

import re
from collections import deque
from datetime import UTC, datetime, timedelta, timezone
from typing import Final

from oversite.protocol.errors import PeerError

BEIJING: Final = timezone(timedelta(hours=8), "CST")

_TIME = re.compile(
    r"(\d{4})-(\d{1,2})-(\d{1,2})[T ]+(\d{1,2}):(\d{1,2}):(\d{1,2})(?:[.,](\d{1,9}))?\s*(Z|[+-]\d{2}:?\d{2})?",
    re.ASCII,
)
_WINDOW: Final = 16
_SECOND_MS: Final = 1000


def format_date(at: datetime) -> str:
    """The `Date` header of the 200 to REGISTER: Beijing time with milliseconds, no zone (9.10)."""
    local = at.astimezone(BEIJING)
    return f"{local:%Y-%m-%dT%H:%M:%S}.{local.microsecond // 1000:03d}"


def format_time(at: datetime) -> str:
    """A time inside XML: Beijing time in whole seconds, no zone."""
    return f"{at.astimezone(BEIJING):%Y-%m-%dT%H:%M:%S}"


def parse_time(text: str) -> datetime:
    """A time of the wire as an aware UTC instant.

    Without a zone it is Beijing time; a blank instead of `T`, missing zeros, fractions and zones are accepted.
    Raises `PeerError`.
    """
    found = _TIME.fullmatch(text.strip())
    if found is None:
        raise PeerError(f"not a time: {text[:40]!r}")
    *numbers, fraction, zone = found.groups()
    year, month, day, hour, minute, second = map(int, numbers)
    microsecond = int((fraction or "0")[:6].ljust(6, "0"))
    try:
        at = datetime(year, month, day, hour, minute, second, microsecond, tzinfo=_zone(zone))
        return at.astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise PeerError(f"not a time: {text[:40]!r}") from error


def _zone(text: str | None) -> timezone:
    if text is None:
        return BEIJING
    if text == "Z":
        return UTC
    minutes = int(text[1:3]) * 60 + int(text[-2:])
    return timezone(timedelta(minutes=-minutes if text[0] == "-" else minutes))


class ClockOffset:
    """How far a device's clock is ahead of ours, from the times it writes into its messages.

    A time cut to whole seconds and a message on its way both make a clock look slow, never fast. So each sample is
    a lower bound, and (with the second that was cut off) nearly an upper one: what all samples of a window agree
    on is taken at its middle.
    """

    def __init__(self) -> None:
        self._bounds_ms: deque[tuple[int, int]] = deque(maxlen=_WINDOW)

    def add(self, device_at: datetime, received_at: datetime) -> int:
        """Take one sample in and return the offset in milliseconds, positive when the device is ahead."""
        least = round((device_at - received_at).total_seconds() * 1000)
        self._bounds_ms.append((least, least if device_at.microsecond else least + _SECOND_MS))
        return self._estimate()

    def reset(self) -> None:
        """Forget what was measured: the device has just been given the time."""
        self._bounds_ms.clear()

    @property
    def offset_ms(self) -> int | None:
        """The offset in milliseconds, None when nothing is known."""
        return self._estimate() if self._bounds_ms else None

    def _estimate(self) -> int:
        least = max(bound for bound, _ in self._bounds_ms)
        most = min(bound for _, bound in self._bounds_ms)
        return (least + max(least, most)) // 2
