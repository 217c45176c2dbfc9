"""What a device says it shows against what it must show."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from oversite.domains.customs.screentext.layout import Position
from oversite.domains.customs.screentext.limits import LINES_MAX
from oversite.domains.customs.screentext.timeline import TIME_TYPE
from oversite.domains.customs.words import Words

_TEXT_OFF: Final = Words("设备未显示文字。", "The device shows no text.")
_CUT: Final = Words(
    "设备把文字截断为“{found}”（{count} 个字符）。请按设备限制登记字符数，并使用简称。",
    "The device cut the text to “{found}” ({count} characters). Enter its limit, and use the short name.",
)
_OTHER: Final = Words("设备显示的是“{found}”，应为“{wanted}”。", "The device shows “{found}”; it must be “{wanted}”.")
_LINES: Final = Words("文字占 {count} 行，最多允许两行。", "The text takes {count} lines; two are allowed.")
_TIME_OFF: Final = Words("设备未显示日期和时间。", "The device does not show date and time.")
_TIME_FORM: Final = Words(
    "日期和时间的格式不是“年-月-日 时:分:秒”。", "Date and time are not in the form year-month-day hour:minute:second."
)
_PLACE: Final = Words(
    "日期和时间应在画面上方，名称应在下方。", "Date and time belong at the top, the name at the bottom."
)


@dataclass(frozen=True, slots=True)
class ReadScreen:
    """What a device says of its screen text; none where it does not say."""

    lines: tuple[Position, ...]
    shows_text: bool = True
    shows_time: bool = True
    time_type: int | None = None
    time_y: int | None = None
    height: int | None = None


@dataclass(frozen=True, slots=True)
class Comparison:
    """Whether it is as it must be, and every difference in words."""

    differences: tuple[Words, ...]

    @property
    def is_match(self) -> bool:
        """No difference."""
        return not self.differences


def compare(wanted: tuple[str, ...], read: ReadScreen) -> Comparison:
    """Compare the text, its lines, the form of the time and where both stand (req: C-OSD)."""
    found: list[Words] = []
    shown = [line.text for line in read.lines if line.text.strip()]
    text, name = "".join(shown), "".join(wanted)
    if not read.shows_text or not text:
        found.append(_TEXT_OFF)
    elif text != name:
        is_cut = len(text) < len(name) and all(
            any(whole.startswith(line) for whole in (*wanted, name)) for line in shown
        )
        found.append((_CUT if is_cut else _OTHER).filled(found=text, wanted=name, count=len(text)))
    if len(shown) > LINES_MAX:
        found.append(_LINES.filled(count=len(shown)))
    if not read.shows_time:
        found.append(_TIME_OFF)
    elif read.time_type not in (None, TIME_TYPE):
        found.append(_TIME_FORM)
    if not _is_placed(read):
        found.append(_PLACE)
    return Comparison(tuple(found))


def _is_placed(read: ReadScreen) -> bool:
    if read.height is None or read.time_y is None or not read.lines:
        return True
    middle = read.height / 2
    return read.time_y < middle and all(line.y >= middle for line in read.lines if line.text.strip())
