"""What is plugged into sites: the classes that the domains know, tabs of what stands at a site, and acts on it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from oversite.common.slots import Slot
from oversite.screens.acts import Act
from oversite.screens.detail_page import Tab

if TYPE_CHECKING:
    from oversite.base.sites.models import Site


@dataclass(frozen=True, slots=True)
class SiteClass:
    """A class of sites in both languages; `area_kinds` are its kinds of areas: (key, Chinese, English).

    Who steers, what is exported and which checklist holds is plugged in elsewhere by the key of the class.
    """

    label_zh: str
    label_en: str
    area_kinds: tuple[tuple[str, str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class SiteTab:
    """A tab on the page of a site: `make(site, user)` gives it, or nothing for this user."""

    make: Callable[["Site", Any], Tab | None]
    order: int = 50


SITE_CLASSES: Slot[SiteClass] = Slot("site classes")
KEY_AREAS: Slot[Callable[["Site"], frozenset[str]]] = Slot("key areas of a site")
"""Each gives the codes of the areas of a site that rules make key areas, whether or not they are marked so."""
SITE_TABS: Slot[SiteTab] = Slot("site tabs")
SITE_ACTS: Slot[Callable[["Site", Any], Act | None]] = Slot("site acts")
"""Each gives what a user can do at a site, or nothing for this user or this site."""
