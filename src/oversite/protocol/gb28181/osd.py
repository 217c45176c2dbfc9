"""What a device writes into its own picture (GB/T 28181-2022, A.2.1.12): the time, and up to eight lines of text."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Self
from xml.etree.ElementTree import Element, SubElement

from oversite.protocol.gb28181.fields import Fields, add

TAG: Final = "OSDConfig"
LINES_MAX: Final = 8
TEXT_MAX: Final = 32
LINES_READ_MAX: Final = 64
"""More are not read; a device that sends more is at fault anyway."""
_MARKS: Final = ("TimeX", "TimeY", "TimeType", "TextEnable")


@dataclass(frozen=True, slots=True)
class OsdLine:
    """A line of text and its upper left corner in pixels of the window, right and down from its upper left corner."""

    text: str
    x: int = 0
    y: int = 0


@dataclass(frozen=True, slots=True)
class OsdSettings:
    """The window is `length` pixels wide and `width` high, as the standard calls them.

    `time_type` 0 is `YYYY-MM-DD HH:MM:SS`, 1 the form with 年月日; none where a device leaves it out.
    """

    length: int
    width: int
    time_x: int = 0
    time_y: int = 0
    shows_time: bool = True
    shows_text: bool = True
    time_type: int | None = 0
    lines: tuple[OsdLine, ...] = ()

    def write(self, parent: Element) -> None:
        """Append the element."""
        element = SubElement(parent, TAG)
        add(element, "Length", self.length)
        add(element, "Width", self.width)
        add(element, "TimeX", self.time_x)
        add(element, "TimeY", self.time_y)
        add(element, "TimeEnable", int(self.shows_time))
        add(element, "TextEnable", int(self.shows_text))
        add(element, "TimeType", self.time_type)
        add(element, "SumNum", len(self.lines))
        for line in self.lines:
            item = SubElement(element, "Item")
            add(item, "Text", line.text)
            add(item, "X", line.x)
            add(item, "Y", line.y)

    @classmethod
    def read(cls, parent: Fields) -> Self | None:
        """The settings in a message; none where it holds none. An element of another name is known by its content."""
        part = parent.child(TAG) or next(
            (child for child in parent.children() if any(child.has(mark) for mark in _MARKS)), None
        )
        if part is None:
            return None
        items = [item for item in part.children() if item.element.tag == "Item"][:LINES_READ_MAX]
        return cls(
            length=part.integer("Length") or 0,
            width=part.integer("Width") or 0,
            time_x=part.integer("TimeX") or 0,
            time_y=part.integer("TimeY") or 0,
            shows_time=part.integer("TimeEnable") != 0,
            shows_text=part.integer("TextEnable") != 0,
            time_type=part.integer("TimeType"),
            lines=tuple(OsdLine(item.text("Text"), item.integer("X") or 0, item.integer("Y") or 0) for item in items),
        )
