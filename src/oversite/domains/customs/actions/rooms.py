"""Machine rooms and cabinets, and the equipment that they house (req: C8)."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from django.db import transaction

from oversite.base.audit.actions import record
from oversite.common.errors import Refused
from oversite.common.sentences import sentence as _
from oversite.domains.customs.actions.changes import apply, require
from oversite.domains.customs.models import MachineRoom, RoomEquipment

if TYPE_CHECKING:
    from oversite.base.accounts.models import User
    from oversite.base.sites.models import Site

ROOM_FIELDS = frozenset({"kind", "name", "stands_at", "network_security", "assessed_on", "basis"})
EQUIPMENT_FIELDS = frozenset({"purpose", "name", "model", "device"})


@transaction.atomic
def save_room(actor: "User | None", site: "Site", room: MachineRoom | None, values: Mapping[str, Any]) -> MachineRoom:
    """Register a machine room or cabinet of a site (none given), or change it; raises `Refused`."""
    require(actor, site.agency)
    is_new = room is None
    room = room or MachineRoom(site=site)
    changes = apply(room, values, ROOM_FIELDS)
    if MachineRoom.objects.filter(site=site, name=room.name).exclude(pk=room.pk).exists():
        raise Refused("customs.room.taken", _("The site has a room or cabinet of this name already."), "C8", 409)
    if room.network_security and not (room.assessed_on and room.basis):
        raise Refused("customs.room.basis", _("Say when it was assessed and on what basis."), "C8", 422)
    if changes or is_new:
        room.save()
        data = {"room": room.name, "changes": changes}
        record("customs.room.changed", actor=actor, subject=site, data=data, clause="C8")
    return room


@transaction.atomic
def remove_room(actor: "User", room: MachineRoom) -> None:
    """Take a room or cabinet out, with its list of equipment."""
    require(actor, room.site.agency)
    record("customs.room.removed", actor=actor, subject=room.site, data={"room": room.name}, clause="C8")
    room.delete()


@transaction.atomic
def save_equipment(
    actor: "User | None", room: MachineRoom, equipment: RoomEquipment | None, values: Mapping[str, Any]
) -> RoomEquipment:
    """Put a piece of equipment into a room, or change it."""
    require(actor, room.site.agency)
    equipment = equipment or RoomEquipment(room=room)
    changes = apply(equipment, values, EQUIPMENT_FIELDS)
    if equipment.device is not None and equipment.device.site_id != room.site_id:
        raise Refused("customs.room.device", _("The device belongs to another site."), "C8", 422)
    if changes:
        equipment.save()
        data = {"room": room.name, "equipment": equipment.name, "changes": changes}
        record("customs.room.changed", actor=actor, subject=room.site, data=data, clause="C8")
    return equipment


@transaction.atomic
def remove_equipment(actor: "User", equipment: RoomEquipment) -> None:
    """Take a piece of equipment out."""
    room = equipment.room
    require(actor, room.site.agency)
    data = {"room": room.name, "equipment": equipment.name, "removed": True}
    record("customs.room.changed", actor=actor, subject=room.site, data=data, clause="C8")
    equipment.delete()
