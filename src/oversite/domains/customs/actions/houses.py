"""Customs houses, and the register of short names."""

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models import Q

from oversite.base.audit.actions import record
from oversite.common.errors import Refused
from oversite.common.sentences import sentence as _
from oversite.domains.customs.actions.changes import apply, camera_editor, forget_other_text, require
from oversite.domains.customs.models import CameraPosition, CustomsHouse, ShortName
from oversite.domains.customs.screentext.text import is_showable
from oversite.video.cameras.actions import save_camera

if TYPE_CHECKING:
    from oversite.base.accounts.models import User

HOUSE_FIELDS = frozenset({"agency", "district", "regional_name", "house_name"})
SHORT_FIELDS = frozenset({"kind", "full", "short", "agency"})


@transaction.atomic
def save_house(actor: "User | None", house: CustomsHouse | None, values: Mapping[str, Any]) -> CustomsHouse:
    """Register what an agency is in codes and on pictures (none given), or change it.

    Its district stays once sites are registered under it. Raises `Refused`.
    """
    require(actor, house.agency if house else values["agency"])
    is_new = house is None
    house = house or CustomsHouse()
    changes = apply(house, values, HOUSE_FIELDS)
    require(actor, house.agency)
    _check_house(house, changes)
    if changes or is_new:
        house.save()
        act = "customs.house.created" if is_new else "customs.house.changed"
        record(act, actor=actor, subject=house, data={"district": house.district, "changes": changes}, clause="C-code")
    if not is_new and {"regional_name", "house_name"} & changes.keys():
        rename(actor, CameraPosition.objects.filter(registration__house=house))
    return house


def _check_house(house: CustomsHouse, changes: Mapping[str, object]) -> None:
    digits = house.district
    if not (len(digits) == 4 and digits.isascii() and digits.isdecimal()):
        raise Refused("customs.house.district", _("The customs district has 4 digits."), "C-code", 422)
    for name in (house.regional_name, house.house_name):
        if not name or not is_showable(name):
            raise Refused("customs.house.name", _("Give both names, without control characters."), "C-OSD", 422)
    others = CustomsHouse.objects.exclude(pk=house.pk)
    if other := others.filter(Q(district=digits) | Q(agency=house.agency)).first():
        raise Refused(
            "customs.house.taken",
            _("The district or the agency belongs to %(other)s already.") % {"other": other},
            "C-code",
            409,
        )
    if house.pk and "district" in changes and house.registrations.exists():
        raise Refused(
            "customs.house.used",
            _("The district stands in codes already and stays. Register another house for another district."),
            "C-code",
            409,
        )


@transaction.atomic
def save_short_name(actor: "User | None", row: ShortName | None, values: Mapping[str, Any]) -> ShortName:
    """Register a short name for a full one, or change it; pictures that bear it are named anew.

    Raises `Refused`: a short name stands for one full name only, and a full name has one short one (A3.2.2.2).
    """
    require(actor, row.agency if row else values["agency"])
    is_new = row is None
    before = "" if row is None else row.full
    row = row or ShortName()
    changes = apply(row, values, SHORT_FIELDS)
    require(actor, row.agency)
    _check_short_name(row)
    if changes or is_new:
        row.save()
        act = "customs.short-name.created" if is_new else "customs.short-name.changed"
        record(act, actor=actor, subject=row, data={"full": row.full, "short": row.short}, clause="C-OSD")
        rename(actor, _named({before, row.full}))
    return row


@transaction.atomic
def remove_short_name(actor: "User", row: ShortName) -> None:
    """Take a short name out; pictures go back to the full one. Raises `Refused` where that does not fit."""
    require(actor, row.agency)
    full, short = row.full, row.short
    record("customs.short-name.removed", actor=actor, subject=row, data={"full": full, "short": short}, clause="C-OSD")
    ShortName.objects.filter(pk=row.pk).delete()
    rename(actor, _named({full}))


def _check_short_name(row: ShortName) -> None:
    for text in (row.full, row.short):
        if not text or not is_showable(text):
            raise Refused("customs.short-name.text", _("Give both names, without control characters."), "C-OSD", 422)
    if len(row.short) >= len(row.full):
        raise Refused("customs.short-name.long", _("The short name is not shorter."), "C-OSD", 422)
    others = ShortName.objects.exclude(pk=row.pk)
    if other := others.filter(Q(short=row.short) | Q(full=row.full) | Q(full=row.short)).first():
        raise Refused(
            "customs.short-name.taken",
            _("“%(short)s” stands for %(full)s already. A short name belongs to one full name only.")
            % {"short": other.short, "full": other.full},
            "C-OSD",
            409,
        )


def _named(full_names: Iterable[str]) -> Any:
    names = [name for name in full_names if name]
    return CameraPosition.objects.filter(
        Q(registration__place_name__in=names)
        | Q(registration__house__house_name__in=names)
        | Q(registration__house__regional_name__in=names)
    )


def rename(actor: "User | None", positions: Any) -> int:
    """Give the cameras of these positions the names that now follow; gives how many. Part of the caller's act."""
    count = 0
    for position in positions.filter(closed_at=None, camera__isnull=False).select_related("camera__site"):
        save_camera(camera_editor(actor), position.camera, {})
        forget_other_text(position)
        count += 1
    return count
