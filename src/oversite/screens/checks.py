"""System checks of the screens."""

from collections.abc import Sequence
from typing import Any

from django.core.checks import CheckMessage, Error, register

from oversite.screens.assets import HOW_TO_BUILD, assets
from oversite.screens.slots import MENU


@register()
def front_end_is_built(**_kwargs: Any) -> Sequence[CheckMessage]:
    """The front end is there."""
    return [] if assets().is_built else [Error(HOW_TO_BUILD, id="screens.E001")]


@register()
def menu_icons_exist(**_kwargs: Any) -> Sequence[CheckMessage]:
    """Every menu entry's icon is in the sprite."""
    present = assets()
    return [
        Error(
            f"the icon {entry.icon!r} of the menu entry {entry.key!r} is not in frontend/icons.json", id="screens.E002"
        )
        for entry in MENU
        if present.is_built and entry.icon not in present.icon_names
    ]
