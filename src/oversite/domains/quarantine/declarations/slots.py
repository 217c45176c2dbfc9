"""What declarations cannot know: when disease was found at a producer, which an app above files."""

from collections.abc import Callable
from datetime import date
from typing import TYPE_CHECKING

from oversite.common.slots import Slot
from oversite.screens.acts import Act
from oversite.screens.detail_page import Tab

if TYPE_CHECKING:
    from oversite.base.accounts.models import User
    from oversite.domains.quarantine.declarations.models import Declaration
    from oversite.domains.quarantine.registry.models import Producer

LAST_POSITIVES: Slot[Callable[["Producer"], date | None]] = Slot("last positive findings")
"""Gives the day of the newest positive finding at a producer, or none."""
DECLARATION_ACTS: Slot[Callable[["Declaration", "User"], list[Act]]] = Slot("declaration acts")
"""Acts of apps above on the page of a declaration: assign, inspect."""
DECLARATION_TABS: Slot[Callable[["Declaration", "User"], Tab | None]] = Slot("declaration tabs")
"""Tabs of apps above on the page of a declaration."""
