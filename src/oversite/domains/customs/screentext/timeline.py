"""The date and time at the top of the picture (A3.2.2.1)."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from typing import Final

BEIJING: Final = timezone(timedelta(hours=8), "Beijing")
TIME_TYPE: Final = 0
"""How GB/T 28181-2022 A.2.1.12 numbers the form year-month-day hour:minute:second; 1 is the form with 年月日."""


def time_line(at: datetime) -> str:
    """Date, then time, in Beijing time and the extended form of GB/T 7408: `2026-11-22 11:05:09`.

    Raises `ValueError` for a time without a zone.
    """
    if at.tzinfo is None:
        raise ValueError("an instant has a time zone")
    return at.astimezone(BEIJING).strftime("%Y-%m-%d %H:%M:%S")
