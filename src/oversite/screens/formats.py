"""How a value is shown on a page and written into an Excel cell."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Literal

from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from oversite.common.clock import BEIJING, beijing_text
from oversite.screens.slots import Words

Tone = Literal["now", "soon", "good", "busy", "quiet"]
Align = Literal["start", "end", "center"]
Cell = str | int | float | date | datetime | None
"""What goes into an Excel cell; instants are naive Beijing time there, because Excel knows no zones."""

NOTHING = "—"


@dataclass(frozen=True, slots=True)
class State:
    """A state as a word with a tone: red for now, amber for soon; the colour never stands alone."""

    word: Words
    tone: Tone = "quiet"


def state_html(word: Words, tone: Tone) -> SafeString:
    """The state as a coloured word with its mark."""
    return format_html('<span class="ov-state is-{}">{}</span>', tone, word)


class Format:
    """Plain text; the base of the others."""

    align: Align = "start"
    css = ""
    excel_pattern = ""

    def html(self, value: object) -> str:
        """The value for a page; what is not a `SafeString` is escaped by the template."""
        return NOTHING if value is None or value == "" else str(value)

    def cell(self, value: object) -> Cell:
        """The value for an Excel cell."""
        return None if value is None else str(value)


class CodeFormat(Format):
    """Identities and numbers of papers: equal widths, never broken over lines."""

    css = "ov-code"


class NumberFormat(Format):
    """Numbers with thousands apart, to the right."""

    align: Align = "end"
    css = "ov-number"

    def html(self, value: object) -> str:
        if not isinstance(value, int | float | Decimal):
            return super().html(value)
        return f"{value:,}"

    def cell(self, value: object) -> Cell:
        if isinstance(value, Decimal):
            return float(value)
        return value if isinstance(value, int | float) else super().cell(value)


class InstantFormat(Format):
    """`2026-11-21 14:05:09`, Beijing time."""

    css = "ov-number"
    excel_pattern = "yyyy-mm-dd hh:mm:ss"

    def html(self, value: object) -> str:
        if not isinstance(value, datetime):
            return super().html(value)
        text = beijing_text(value)
        return format_html('<time datetime="{}">{}</time>', value.isoformat(), text)

    def cell(self, value: object) -> Cell:
        if not isinstance(value, datetime):
            return super().cell(value)
        return value.astimezone(BEIJING).replace(tzinfo=None)


class DateFormat(Format):
    """`2026-11-21`."""

    css = "ov-number"
    excel_pattern = "yyyy-mm-dd"

    def html(self, value: object) -> str:
        return value.isoformat() if isinstance(value, date) else super().html(value)

    def cell(self, value: object) -> Cell:
        return value if isinstance(value, date) else super().cell(value)


class DurationFormat(Format):
    """Milliseconds as `3 小时 12 分`."""

    align: Align = "end"
    css = "ov-number"

    def html(self, value: object) -> str:
        return duration_text(value) if isinstance(value, int) else super().html(value)

    def cell(self, value: object) -> Cell:
        return self.html(value) if isinstance(value, int) else super().cell(value)


class BytesFormat(Format):
    """A size with its unit; in Excel the plain number of bytes."""

    align: Align = "end"
    css = "ov-number"

    def html(self, value: object) -> str:
        return bytes_text(value) if isinstance(value, int) else super().html(value)

    def cell(self, value: object) -> Cell:
        return value if isinstance(value, int) else super().cell(value)


class PercentFormat(Format):
    """A share from 0 to 1 as per cent with one decimal."""

    align: Align = "end"
    css = "ov-number"
    excel_pattern = "0.0%"

    def html(self, value: object) -> str:
        return f"{value:.1%}" if isinstance(value, int | float) else super().html(value)

    def cell(self, value: object) -> Cell:
        return value if isinstance(value, int | float) else super().cell(value)


class YesNoFormat(Format):
    """Yes or no, in words."""

    def html(self, value: object) -> str:
        return NOTHING if value is None else str(_("yes") if value else _("no"))

    def cell(self, value: object) -> Cell:
        return None if value is None else self.html(value)


@dataclass(frozen=True)
class StateFormat(Format):
    """A code as its state; a code without a word is shown as it is, so that nothing disappears."""

    states: Mapping[str, State] = field(default_factory=dict)

    def html(self, value: object) -> str:
        if isinstance(value, State):
            return state_html(value.word, value.tone)
        state = self.states.get(str(value))
        return state_html(state.word, state.tone) if state else super().html(value)

    def cell(self, value: object) -> Cell:
        if isinstance(value, State):
            return str(value.word)
        state = self.states.get(str(value))
        return str(state.word) if state else super().cell(value)


def duration_text(duration_ms: int) -> str:
    """The two largest units that say it: days and hours, hours and minutes, minutes and seconds."""
    seconds = abs(duration_ms) // 1000
    days, seconds = divmod(seconds, 86_400)
    hours, seconds = divmod(seconds, 3_600)
    minutes, seconds = divmod(seconds, 60)
    parts = [
        ngettext("%(n)d day", "%(n)d days", days) % {"n": days} if days else "",
        ngettext("%(n)d hour", "%(n)d hours", hours) % {"n": hours} if hours else "",
        ngettext("%(n)d minute", "%(n)d minutes", minutes) % {"n": minutes} if minutes else "",
        ngettext("%(n)d second", "%(n)d seconds", seconds) % {"n": seconds} if seconds else "",
    ]
    text = " ".join([part for part in parts if part][:2])
    if not text:
        return ngettext("%(n)d second", "%(n)d seconds", 0) % {"n": 0}
    return f"−{text}" if duration_ms < 0 else text


def bytes_text(size_bytes: int) -> str:
    """A size in the binary unit that keeps it under 1024."""
    size = float(size_bytes)
    for unit in ("B", "KiB", "MiB", "GiB", "TiB"):
        if abs(size) < 1024 or unit == "TiB":
            return f"{size:.0f} {unit}" if unit == "B" else f"{size:.1f} {unit}"
        size /= 1024
    raise AssertionError("unreachable")


TEXT = Format()
CODE = CodeFormat()
NUMBER = NumberFormat()
INSTANT = InstantFormat()
DATE = DateFormat()
DURATION_MS = DurationFormat()
BYTES = BytesFormat()
PERCENT = PercentFormat()
YES_NO = YesNoFormat()
