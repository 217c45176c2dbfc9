"""Changing the customs register, and the pictures of its cameras."""

from oversite.domains.customs.actions.houses import remove_short_name, save_house, save_short_name
from oversite.domains.customs.actions.positions import (
    Allotment,
    Preview,
    allot_codes,
    assign_camera,
    change_position,
    close_position,
    preview_codes,
)
from oversite.domains.customs.actions.rooms import remove_equipment, remove_room, save_equipment, save_room
from oversite.domains.customs.actions.screens import check_screen, order_screens, push_screen
from oversite.domains.customs.actions.sites import save_registration

__all__ = [
    "Allotment",
    "Preview",
    "allot_codes",
    "assign_camera",
    "change_position",
    "check_screen",
    "close_position",
    "order_screens",
    "preview_codes",
    "push_screen",
    "remove_equipment",
    "remove_room",
    "remove_short_name",
    "save_equipment",
    "save_house",
    "save_registration",
    "save_room",
    "save_short_name",
]
