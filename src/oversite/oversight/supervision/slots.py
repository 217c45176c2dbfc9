"""What domains plug into supervision: the checklist of a site class and the record sheet that its law prescribes."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from oversite.common.slots import Slot


@dataclass(frozen=True, slots=True)
class FollowUp:
    """A question that an item raises once an anomaly is found, such as the reason given on the telephone."""

    key: str
    label_zh: str
    label_en: str
    kind: str
    """`text` or `yes-no`."""


@dataclass(frozen=True, slots=True)
class Item:
    """One thing to look at; `clause` is the requirement it rests on, `areas` the area kinds it belongs to."""

    key: str
    clause: str
    label_zh: str
    label_en: str
    look_for_zh: str
    look_for_en: str
    areas: tuple[str, ...] = ()
    follow_ups: tuple[FollowUp, ...] = ()


@dataclass(frozen=True, slots=True)
class Checklist:
    """The items an officer goes through at a site of some class, in force from a day on."""

    key: str
    version: int
    effective_on: date
    label_zh: str
    label_en: str
    items: tuple[Item, ...]

    def item(self, key: str) -> Item | None:
        """The item called `key`, or none."""
        return next((item for item in self.items if item.key == key), None)

    def items_for(self, area_kind: str) -> tuple[Item, ...]:
        """The items that belong to an area of this kind; all of them where the kind is on none."""
        own = tuple(item for item in self.items if area_kind in item.areas)
        return own or self.items


@dataclass(frozen=True, slots=True)
class RecordSheet:
    """The statutory form that a submitted session is printed on; `form` is a key of the print forms."""

    form: str
    clause: str
    site_classes: tuple[str, ...] = field(default=())


CHECKLISTS: Slot[Checklist] = Slot("supervision.checklists")
SITE_CHECKLISTS: Slot[str] = Slot("supervision.site_checklists")
"""Site class → key of its checklist."""
RECORD_SHEETS: Slot[RecordSheet] = Slot("supervision.record_sheets")
"""Site class → the sheet its sessions are printed on."""


def checklist_of(site_class: str) -> Checklist | None:
    """The checklist of a site class, or none where its domain gives none."""
    key = SITE_CHECKLISTS.get(site_class)
    return CHECKLISTS.get(key) if key else None


def checklist_from(data: Mapping[str, object]) -> Checklist:
    """A checklist from its data file; raises `KeyError` or `TypeError` on a malformed file, at start."""
    items = data["items"]
    if not isinstance(items, list):
        raise TypeError("a checklist's items are a list")
    return Checklist(
        key=str(data["key"]),
        version=int(str(data["version"])),
        effective_on=date.fromisoformat(str(data["effective_on"])),
        label_zh=str(data["label_zh"]),
        label_en=str(data["label_en"]),
        items=tuple(_item_from(entry) for entry in items),
    )


def _item_from(entry: Mapping[str, object]) -> Item:
    texts = {name: str(entry[name]) for name in ("key", "clause", "label_zh", "label_en", "look_for_zh", "look_for_en")}
    areas = entry.get("areas") or []
    follow_ups = entry.get("follow_ups") or []
    if not isinstance(areas, list) or not isinstance(follow_ups, list):
        raise TypeError(f"{texts['key']}: areas and follow_ups are lists")
    return Item(**texts, areas=tuple(map(str, areas)), follow_ups=tuple(FollowUp(**fields) for fields in follow_ups))
