"""What all MANSCDP messages have in common: root, command, serial number, device."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, ClassVar, Final, Self
from xml.etree.ElementTree import Element

from oversite.protocol.errors import PeerError
from oversite.protocol.gb28181.fields import Fields, add
from oversite.protocol.gb28181.xml import decode_xml, encode_xml

CONTENT_TYPE: Final = "Application/MANSCDP+xml"
ROOTS: Final = frozenset({"Query", "Notify", "Response", "Control"})


@dataclass(frozen=True, slots=True, kw_only=True)
class ManscdpMessage:
    """One message. `sn` pairs an answer with its query; `notes` say what was odd about the bytes it came from."""

    ROOT: ClassVar[str] = ""
    COMMAND: ClassVar[str] = ""

    device_id: str
    sn: int = 0
    notes: tuple[str, ...] = field(default=(), compare=False, repr=False)

    @property
    def command(self) -> str:
        """The CmdType as written on the wire."""
        return self.COMMAND

    def to_element(self) -> Element:
        """The message as an element."""
        root = Element(self.ROOT)
        add(root, "CmdType", self.command)
        add(root, "SN", self.sn)
        add(root, "DeviceID", self.device_id)
        self.write_own(root)
        return root

    def to_xml(self, charset: str = "GB18030") -> bytes:
        """The message as bytes; `charset` as the dialect wants it."""
        return encode_xml(self.to_element(), charset)

    def write_own(self, root: Element) -> None:
        """Append what this kind of message adds."""

    @classmethod
    def read_own(cls, fields: Fields) -> dict[str, Any]:
        """The dataclass fields of this kind of message."""
        del fields
        return {}

    @classmethod
    def from_fields(cls, fields: Fields, notes: tuple[str, ...] = ()) -> Self:
        """Read a message from its root's children; raises `PeerError` when it names no device."""
        device_id = fields.text("DeviceID")
        if not device_id:
            raise PeerError(f"{fields.text('CmdType') or 'message'} without DeviceID")
        return cls(device_id=device_id, sn=fields.integer("SN") or 0, notes=notes, **cls.read_own(fields))

    @classmethod
    def from_xml(cls, raw: bytes, *, charset: str | None = None) -> Self:
        """Read this kind of message from bytes; raises `PeerError`, also when it is of another kind."""
        decoded = decode_xml(raw, charset=charset)
        fields = Fields(decoded.element)
        if decoded.element.tag != cls.ROOT or (cls.COMMAND and fields.text("CmdType") != cls.COMMAND):
            raise PeerError(f"{decoded.element.tag[:40]}/{fields.text('CmdType')[:40]} is no {cls.__name__}")
        return cls.from_fields(fields, decoded.notes)


@dataclass(frozen=True, slots=True, kw_only=True)
class UnknownMessage(ManscdpMessage):
    """A message of a kind that we do not know, or do not need to."""

    root: str = ""
    command_name: str = ""

    @property
    def command(self) -> str:
        return self.command_name

    @classmethod
    def read_own(cls, fields: Fields) -> dict[str, Any]:
        return {"root": fields.element.tag[:40], "command_name": fields.text("CmdType")[:60]}


@dataclass(frozen=True, slots=True, kw_only=True)
class ResultResponse(ManscdpMessage):
    """The bare answer OK or ERROR to an alarm, a control that wants one (9.3), or a subscription."""

    ROOT: ClassVar[str] = "Response"

    command_name: str
    result: str = "OK"

    @property
    def command(self) -> str:
        return self.command_name

    @property
    def is_ok(self) -> bool:
        """Whether the peer says that it has done it."""
        return self.result.upper() == "OK"

    def write_own(self, root: Element) -> None:
        add(root, "Result", self.result)

    @classmethod
    def read_own(cls, fields: Fields) -> dict[str, Any]:
        return {"command_name": fields.text("CmdType")[:60], "result": fields.text("Result")}
