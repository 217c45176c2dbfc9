"""Presets and the guard position (9.5)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar
from xml.etree.ElementTree import Element, SubElement

from oversite.protocol.gb28181.fields import Fields, add, add_list
from oversite.protocol.gb28181.message import ManscdpMessage


@dataclass(frozen=True, slots=True, kw_only=True)
class PresetQuery(ManscdpMessage):
    """Asks for the presets of a camera."""

    ROOT: ClassVar[str] = "Query"
    COMMAND: ClassVar[str] = "PresetQuery"


@dataclass(frozen=True, slots=True)
class Preset:
    """A stored position, numbered 1-255."""

    number: int
    name: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PresetResponse(ManscdpMessage):
    """The presets of a camera."""

    ROOT: ClassVar[str] = "Response"
    COMMAND: ClassVar[str] = "PresetQuery"

    presets: tuple[Preset, ...] = ()

    def write_own(self, root: Element) -> None:
        add(root, "SumNum", len(self.presets))
        element = add_list(root, "PresetList", len(self.presets))
        for preset in self.presets:
            item = SubElement(element, "Item")
            add(item, "PresetID", preset.number)
            add(item, "PresetName", preset.name)

    @classmethod
    def read_own(cls, fields: Fields) -> dict[str, Any]:
        found = [(item.integer("PresetID"), item.text("PresetName")) for item in fields.items("PresetList") or ()]
        return {"presets": tuple(Preset(number, name) for number, name in found if number is not None)}


@dataclass(frozen=True, slots=True, kw_only=True)
class HomePositionQuery(ManscdpMessage):
    """Asks for the guard position of a camera."""

    ROOT: ClassVar[str] = "Query"
    COMMAND: ClassVar[str] = "HomePositionQuery"


@dataclass(frozen=True, slots=True, kw_only=True)
class HomePositionResponse(ManscdpMessage):
    """The guard position: after `reset_s` seconds without a command the camera goes to the preset by itself.

    Some devices answer with the command `HomePosition` (quirk 29).
    """

    ROOT: ClassVar[str] = "Response"
    COMMAND: ClassVar[str] = "HomePositionQuery"

    is_enabled: bool = False
    reset_s: int | None = None
    preset_number: int | None = None

    def write_own(self, root: Element) -> None:
        element = SubElement(root, "HomePosition")
        add(element, "Enabled", int(self.is_enabled))
        add(element, "ResetTime", self.reset_s)
        add(element, "PresetIndex", self.preset_number)

    @classmethod
    def read_own(cls, fields: Fields) -> dict[str, Any]:
        part = fields.child("HomePosition") or fields
        return {
            "is_enabled": part.integer("Enabled") == 1,
            "reset_s": part.integer("ResetTime"),
            "preset_number": part.integer("PresetIndex"),
        }
