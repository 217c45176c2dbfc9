"""Leaf values of MANSCDP elements, read leniently and written in the standard's forms."""

from __future__ import annotations

import math
from collections.abc import Iterator
from datetime import datetime
from typing import Final
from xml.etree.ElementTree import Element, SubElement

from oversite.protocol.errors import PeerError
from oversite.protocol.gb28181.clock import format_time, parse_time
from oversite.protocol.gb28181.xml import is_damaged

MAX_TEXT: Final = 4096
_MAX_NUMBER: Final = 19

Value = str | int | float | datetime | None


class Fields:
    """The children of one element by tag. A value that cannot be read counts as absent."""

    __slots__ = ("_by_tag", "element")

    def __init__(self, element: Element) -> None:
        self.element = element
        self._by_tag: dict[str, Element] = {}
        for child in element:
            self._by_tag.setdefault(child.tag, child)

    def has(self, tag: str) -> bool:
        """Whether there is such a child, empty or not."""
        return tag in self._by_tag

    def text(self, *tags: str) -> str:
        """The text of the first of these children that has one, without spaces around it; else empty."""
        for tag in tags:
            child = self._by_tag.get(tag)
            if child is not None and child.text and (text := child.text.strip()):
                return text[:MAX_TEXT]
        return ""

    def integer(self, *tags: str) -> int | None:
        """A whole number; `1.0` is taken as 1."""
        number = self.number(*tags)
        return None if number is None else int(number)

    def number(self, *tags: str) -> float | None:
        """A finite number."""
        text = self.text(*tags)
        if not text or len(text) > _MAX_NUMBER:
            return None
        try:
            number = float(text)
        except ValueError:
            return None
        return number if math.isfinite(number) else None

    def instant(self, *tags: str) -> datetime | None:
        """A Beijing time as an aware UTC instant."""
        text = self.text(*tags)
        try:
            return parse_time(text) if text else None
        except PeerError:
            return None

    def child(self, *tags: str) -> Fields | None:
        """The first of these children, to read its own children."""
        for tag in tags:
            child = self._by_tag.get(tag)
            if child is not None:
                return Fields(child)
        return None

    def items(self, *tags: str) -> list[Fields] | None:
        """The `Item` children of a list; None when there is no such list at all."""
        for tag in tags:
            child = self._by_tag.get(tag)
            if child is not None:
                return [Fields(item) for item in child if item.tag == "Item"]
        return None

    def children(self) -> Iterator[Fields]:
        """Every child, to search by content."""
        return (Fields(child) for child in self.element)

    @property
    def is_damaged(self) -> bool:
        """Whether a line in here had to be rescued (quirk 2)."""
        return is_damaged(self.element)


def add(parent: Element, tag: str, value: Value) -> None:
    """Append a leaf; None appends nothing. Instants become Beijing times, floats lose trailing zeros."""
    if value is None:
        return
    if isinstance(value, datetime):
        text = format_time(value)
    elif isinstance(value, float):
        text = f"{value:.10f}".rstrip("0").rstrip(".")
    else:
        text = str(value)
    SubElement(parent, tag).text = text


def add_list(parent: Element, tag: str, count: int) -> Element:
    """Append a list element with its `Num` and return it."""
    return SubElement(parent, tag, {"Num": str(count)})
