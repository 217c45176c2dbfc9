"""Setting the configuration of a device (9.3, A.2.3.2); it answers with a `ResultResponse`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar
from xml.etree.ElementTree import Element

from oversite.protocol.gb28181.fields import Fields
from oversite.protocol.gb28181.message import ManscdpMessage
from oversite.protocol.gb28181.osd import OsdSettings


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceConfig(ManscdpMessage):
    """What is to be set; `osd` is none where the message sets something that we do not know."""

    ROOT: ClassVar[str] = "Control"
    COMMAND: ClassVar[str] = "DeviceConfig"

    osd: OsdSettings | None = None

    def write_own(self, root: Element) -> None:
        if self.osd is not None:
            self.osd.write(root)

    @classmethod
    def read_own(cls, fields: Fields) -> dict[str, Any]:
        return {"osd": OsdSettings.read(fields)}
