"""The configuration of a device, as far as its basic parameters and the text in its picture (9.5)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar
from xml.etree.ElementTree import Element, SubElement

from oversite.protocol.gb28181.fields import Fields, add
from oversite.protocol.gb28181.message import ManscdpMessage
from oversite.protocol.gb28181.osd import OsdSettings

_MARKS = ("HeartBeatInterval", "HeartBeatCount", "Expiration")


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfigDownloadQuery(ManscdpMessage):
    """Asks for parts of the configuration; several types are joined with `/` on the wire."""

    ROOT: ClassVar[str] = "Query"
    COMMAND: ClassVar[str] = "ConfigDownload"

    config_types: tuple[str, ...] = ("BasicParam",)

    def write_own(self, root: Element) -> None:
        add(root, "ConfigType", "/".join(self.config_types))

    @classmethod
    def read_own(cls, fields: Fields) -> dict[str, Any]:
        return {"config_types": tuple(part for part in fields.text("ConfigType").split("/") if part)}


@dataclass(frozen=True, slots=True)
class BasicParameters:
    """How a device registers: its name, expiry of a registration, keepalive interval and count of misses."""

    name: str = ""
    expires_s: int | None = None
    keepalive_s: int | None = None
    keepalive_misses: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfigDownloadResponse(ManscdpMessage):
    """The basic parameters and the text in the picture; None when the answer holds others, or the device refuses."""

    ROOT: ClassVar[str] = "Response"
    COMMAND: ClassVar[str] = "ConfigDownload"

    result: str = "OK"
    basic: BasicParameters | None = None
    osd: OsdSettings | None = None

    def write_own(self, root: Element) -> None:
        add(root, "Result", self.result)
        if self.basic is not None:
            element = SubElement(root, "BasicParam")
            add(element, "Name", self.basic.name)
            add(element, "Expiration", self.basic.expires_s)
            add(element, "HeartBeatInterval", self.basic.keepalive_s)
            add(element, "HeartBeatCount", self.basic.keepalive_misses)
        if self.osd is not None:
            self.osd.write(root)

    @classmethod
    def read_own(cls, fields: Fields) -> dict[str, Any]:
        part = fields.child("BasicParam") or _by_content(fields)
        basic = None
        if part is not None:
            basic = BasicParameters(
                part.text("Name", "DeviceName"),
                part.integer("Expiration"),
                part.integer("HeartBeatInterval"),
                part.integer("HeartBeatCount"),
            )
        return {"result": fields.text("Result") or "OK", "basic": basic, "osd": OsdSettings.read(fields)}


def _by_content(fields: Fields) -> Fields | None:
    """Some devices name the element otherwise than the type that was asked for (quirk 10)."""
    return next((part for part in fields.children() if any(part.has(mark) for mark in _MARKS)), None)
