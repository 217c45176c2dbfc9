"""What a device has recorded (9.7): query, answer in several messages."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar, Self
from xml.etree.ElementTree import Element, SubElement

from oversite.protocol.gb28181.collector import AnswerCollector
from oversite.protocol.gb28181.fields import Fields, add, add_list
from oversite.protocol.gb28181.message import ManscdpMessage

RECORD_TYPES = ("all", "time", "alarm", "manual")


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordInfoQuery(ManscdpMessage):
    """Asks for the recordings between two instants. Type is always written: some recorders insist (quirk 8)."""

    ROOT: ClassVar[str] = "Query"
    COMMAND: ClassVar[str] = "RecordInfo"

    start_at: datetime | None
    end_at: datetime | None
    record_type: str = "all"
    is_indistinct: bool = False
    file_path: str = ""
    address: str = ""
    recorder_id: str = ""
    stream_number: int | None = None

    def write_own(self, root: Element) -> None:
        add(root, "StartTime", self.start_at)
        add(root, "EndTime", self.end_at)
        add(root, "FilePath", self.file_path or None)
        add(root, "Address", self.address or None)
        add(root, "Secrecy", 0)
        add(root, "Type", self.record_type)
        add(root, "RecorderID", self.recorder_id or None)
        add(root, "IndistinctQuery", int(self.is_indistinct))
        add(root, "StreamNumber", self.stream_number)

    @classmethod
    def read_own(cls, fields: Fields) -> dict[str, Any]:
        return {
            "start_at": fields.instant("StartTime"),
            "end_at": fields.instant("EndTime"),
            "record_type": fields.text("Type").lower() or "all",
            "is_indistinct": fields.integer("IndistinctQuery") == 1,
            "file_path": fields.text("FilePath"),
            "address": fields.text("Address"),
            "recorder_id": fields.text("RecorderID"),
            "stream_number": fields.integer("StreamNumber"),
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordItem:
    """One recorded file of a device."""

    device_id: str
    start_at: datetime
    end_at: datetime
    name: str = ""
    record_type: str = ""
    file_path: str = ""
    address: str = ""
    recorder_id: str = ""
    file_bytes: int | None = None
    stream_number: int | None = None
    is_damaged: bool = False

    def write_to(self, parent: Element) -> None:
        """Append the file as an `Item`."""
        item = SubElement(parent, "Item")
        add(item, "DeviceID", self.device_id)
        add(item, "Name", self.name)
        add(item, "FilePath", self.file_path or None)
        add(item, "Address", self.address or None)
        add(item, "StartTime", self.start_at)
        add(item, "EndTime", self.end_at)
        add(item, "Secrecy", 0)
        add(item, "Type", self.record_type or None)
        add(item, "RecorderID", self.recorder_id or None)
        add(item, "FileSize", self.file_bytes)
        add(item, "StreamNumber", self.stream_number)

    @classmethod
    def from_fields(cls, fields: Fields) -> Self | None:
        """Read an `Item`; None when it lacks its device or its times, or ends before it begins."""
        device_id = fields.text("DeviceID")
        start_at, end_at = fields.instant("StartTime"), fields.instant("EndTime")
        if not device_id or start_at is None or end_at is None or end_at < start_at:
            return None
        return cls(
            device_id=device_id,
            start_at=start_at,
            end_at=end_at,
            name=fields.text("Name"),
            record_type=fields.text("Type").lower(),
            file_path=fields.text("FilePath"),
            address=fields.text("Address"),
            recorder_id=fields.text("RecorderID"),
            file_bytes=fields.integer("FileSize"),
            stream_number=fields.integer("StreamNumber"),
            is_damaged=fields.is_damaged,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordInfoResponse(ManscdpMessage):
    """One message of an answer; `total` counts all messages together."""

    ROOT: ClassVar[str] = "Response"
    COMMAND: ClassVar[str] = "RecordInfo"

    total: int | None
    name: str = ""
    items: tuple[RecordItem, ...] = ()
    unusable: int = 0

    def write_own(self, root: Element) -> None:
        add(root, "Name", self.name)
        add(root, "SumNum", self.total)
        if self.total:
            element = add_list(root, "RecordList", len(self.items))
            for item in self.items:
                item.write_to(element)

    @classmethod
    def read_own(cls, fields: Fields) -> dict[str, Any]:
        found = [RecordItem.from_fields(item) for item in fields.items("RecordList") or ()]
        items = tuple(item for item in found if item is not None)
        values = {"total": fields.integer("SumNum"), "name": fields.text("Name")}
        return values | {"items": items, "unusable": len(found) - len(items)}


class RecordCollector(AnswerCollector[RecordItem]):
    """Gathers the answer to one query; a file is known by its times, path and stream."""

    def key(self, item: RecordItem) -> Hashable:
        return item.device_id, item.start_at, item.end_at, item.file_path, item.stream_number

    def add_response(self, response: RecordInfoResponse, now: float) -> None:
        """Take in one message of the answer."""
        self.add(response.total, response.items, now, unusable=response.unusable)
