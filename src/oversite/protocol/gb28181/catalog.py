"""Catalogue: query, answer in several messages, subscription notices (9.5, 9.11, appendices J, M, N)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, ClassVar
from xml.etree.ElementTree import Element

from oversite.protocol.gb28181.catalog_item import CatalogItem
from oversite.protocol.gb28181.collector import AnswerCollector
from oversite.protocol.gb28181.fields import Fields, add, add_list
from oversite.protocol.gb28181.message import ManscdpMessage


class CatalogEvent(StrEnum):
    """What has happened to a line of the catalogue (appendix N)."""

    ON = "ON"
    OFF = "OFF"
    VLOST = "VLOST"
    DEFECT = "DEFECT"
    ADD = "ADD"
    DEL = "DEL"
    UPDATE = "UPDATE"


@dataclass(frozen=True, slots=True)
class CatalogChange:
    """One line of a notification: what happened, and the line as far as the device repeats it."""

    event: CatalogEvent
    item: CatalogItem


@dataclass(frozen=True, slots=True, kw_only=True)
class CatalogQuery(ManscdpMessage):
    """Asks for the catalogue of a device; also the body of a SUBSCRIBE to it."""

    ROOT: ClassVar[str] = "Query"
    COMMAND: ClassVar[str] = "Catalog"

    start_at: datetime | None = None
    end_at: datetime | None = None

    def write_own(self, root: Element) -> None:
        add(root, "StartTime", self.start_at)
        add(root, "EndTime", self.end_at)

    @classmethod
    def read_own(cls, fields: Fields) -> dict[str, Any]:
        return {"start_at": fields.instant("StartTime"), "end_at": fields.instant("EndTime")}


@dataclass(frozen=True, slots=True, kw_only=True)
class CatalogResponse(ManscdpMessage):
    """One message of an answer. `total` counts all messages together; with none there is no list at all."""

    ROOT: ClassVar[str] = "Response"
    COMMAND: ClassVar[str] = "Catalog"

    total: int | None
    items: tuple[CatalogItem, ...] = ()
    unusable: int = 0

    def write_own(self, root: Element) -> None:
        add(root, "SumNum", self.total)
        if self.total:
            element = add_list(root, "DeviceList", len(self.items))
            for item in self.items:
                item.write_to(element)

    @classmethod
    def read_own(cls, fields: Fields) -> dict[str, Any]:
        found = [CatalogItem.from_fields(item) for item in fields.items("DeviceList") or ()]
        items = tuple(item for item in found if item is not None)
        return {"total": fields.integer("SumNum"), "items": items, "unusable": len(found) - len(items)}


@dataclass(frozen=True, slots=True, kw_only=True)
class CatalogNotify(ManscdpMessage):
    """Changes of the catalogue, sent to a subscriber."""

    ROOT: ClassVar[str] = "Notify"
    COMMAND: ClassVar[str] = "Catalog"

    changes: tuple[CatalogChange, ...] = ()
    unusable: int = 0

    def write_own(self, root: Element) -> None:
        add(root, "SumNum", len(self.changes))
        element = add_list(root, "DeviceList", len(self.changes))
        for change in self.changes:
            change.item.write_to(element, event=change.event)

    @classmethod
    def read_own(cls, fields: Fields) -> dict[str, Any]:
        found = [_change(item) for item in fields.items("DeviceList") or ()]
        changes = tuple(change for change in found if change is not None)
        return {"changes": changes, "unusable": len(found) - len(changes)}


class CatalogCollector(AnswerCollector[CatalogItem]):
    """Gathers the answer to one catalogue query; a line is known by its DeviceID."""

    def key(self, item: CatalogItem) -> str:
        return item.device_id

    def add_response(self, response: CatalogResponse, now: float) -> None:
        """Take in one message of the answer."""
        self.add(response.total, response.items, now, unusable=response.unusable)


def _change(fields: Fields) -> CatalogChange | None:
    item = CatalogItem.from_fields(fields)
    word = fields.text("Event").upper()
    if item is None or word not in CatalogEvent.__members__:
        return None
    return CatalogChange(CatalogEvent(word), item)
