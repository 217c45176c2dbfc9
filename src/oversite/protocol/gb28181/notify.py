"""Keepalive and MediaStatus: what a device reports of itself."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar, Final
from xml.etree.ElementTree import Element, SubElement

from oversite.protocol.gb28181.fields import Fields, add
from oversite.protocol.gb28181.message import ManscdpMessage

END_OF_FILE: Final = "121"
_MAX_FAULTY: Final = 10_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Keepalive(ManscdpMessage):
    """The device is alive (9.6); `faulty_ids` are the sub-devices that are not."""

    ROOT: ClassVar[str] = "Notify"
    COMMAND: ClassVar[str] = "Keepalive"

    status: str = "OK"
    faulty_ids: tuple[str, ...] = ()

    @property
    def is_ok(self) -> bool:
        """Whether the device calls itself sound."""
        return self.status.upper() in ("OK", "ON", "")

    def write_own(self, root: Element) -> None:
        add(root, "Status", self.status)
        if self.faulty_ids:
            info = SubElement(root, "Info")
            for faulty_id in self.faulty_ids:
                add(info, "DeviceID", faulty_id)

    @classmethod
    def read_own(cls, fields: Fields) -> dict[str, Any]:
        info = fields.element.find("Info")
        found = () if info is None else info.findall("DeviceID")[:_MAX_FAULTY]
        faulty = tuple(part.text.strip() for part in found if part.text)
        return {"status": fields.text("Status") or "OK", "faulty_ids": faulty}


@dataclass(frozen=True, slots=True, kw_only=True)
class MediaStatus(ManscdpMessage):
    """A playback or download has come to its end (9.8, 9.9). Its call is found by Call-ID, not by From (quirk 4)."""

    ROOT: ClassVar[str] = "Notify"
    COMMAND: ClassVar[str] = "MediaStatus"

    notify_type: str = END_OF_FILE

    @property
    def is_end(self) -> bool:
        """Whether all that was asked for has been sent."""
        return self.notify_type == END_OF_FILE

    def write_own(self, root: Element) -> None:
        add(root, "NotifyType", self.notify_type)

    @classmethod
    def read_own(cls, fields: Fields) -> dict[str, Any]:
        return {"notify_type": fields.text("NotifyType")}
