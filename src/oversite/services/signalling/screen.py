"""The text in a picture as the door speaks of it."""

from __future__ import annotations

from typing import Any, Final

from oversite.protocol.gb28181.config_download import ConfigDownloadResponse
from oversite.protocol.gb28181.osd import LINES_MAX, TEXT_MAX, OsdLine, OsdSettings

PIXELS_MAX: Final = 16_384


def screen_as_json(told: ConfigDownloadResponse) -> dict[str, Any]:
    """What a device writes into its picture; `screen` is null where it says nothing of it."""
    osd = told.osd
    if osd is None:
        return {"result": told.result, "screen": None}
    screen = {
        "width": osd.length,
        "height": osd.width,
        "time_x": osd.time_x,
        "time_y": osd.time_y,
        "shows_time": osd.shows_time,
        "shows_text": osd.shows_text,
        "time_type": osd.time_type,
        "lines": [{"text": line.text, "x": line.x, "y": line.y} for line in osd.lines],
    }
    return {"result": told.result, "screen": screen}


def screen_from_json(told: object) -> OsdSettings:
    """Settings for a device; raises `ValueError` for anything that the standard has no place for."""
    if not isinstance(told, dict) or not isinstance(told.get("lines"), list):
        raise ValueError("screen wants width, height and lines")
    lines = tuple(_line(line) for line in told["lines"])
    if len(lines) > LINES_MAX:
        raise ValueError(f"at most {LINES_MAX} lines")
    return OsdSettings(
        length=_pixels(told, "width"),
        width=_pixels(told, "height"),
        time_x=_pixels(told, "time_x"),
        time_y=_pixels(told, "time_y"),
        time_type=0,
        lines=lines,
    )


def _line(told: object) -> OsdLine:
    text = told.get("text") if isinstance(told, dict) else None
    if not isinstance(told, dict) or not isinstance(text, str) or not 0 < len(text) <= TEXT_MAX:
        raise ValueError(f"a line has 1 to {TEXT_MAX} characters")
    return OsdLine(text, _pixels(told, "x"), _pixels(told, "y"))


def _pixels(told: dict[str, Any], name: str) -> int:
    value = told.get(name)
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= PIXELS_MAX:
        raise ValueError(f"{name} is a number of pixels")
    return value
