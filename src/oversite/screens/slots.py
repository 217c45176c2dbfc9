"""What the frame must show but cannot know: plugged in from the layers above, in each app's `contributes.py`."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, Protocol

from django.http import HttpRequest
from django.utils.functional import Promise

from oversite.common.slots import Slot

Words = str | Promise
"""A text for people: translated late."""


@dataclass(frozen=True, slots=True)
class MenuEntry:
    """One entry of the left navigation; shown to those who hold `permission` ("" = to everyone signed in)."""

    key: str
    label: Words
    url_name: str
    icon: str
    permission: str
    order: int
    group: Words = ""


@dataclass(frozen=True, slots=True)
class Provision:
    """A document and the place in it that an act or a refusal rests on."""

    document_zh: str
    document_en: str
    place_zh: str
    place_en: str


@dataclass(frozen=True, slots=True)
class TopBarPart:
    """A part of the top bar that an app renders: the agency switch, or the notices with their counts."""

    place: Literal["agency", "notices"]
    template_name: str
    context: Callable[[HttpRequest], Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class DeskRow:
    """One thing on the duty desk: what it is, where it is done, and what is known of it; `tone` colours its label."""

    text: Words
    url: str
    label: Words = ""
    tone: str = "quiet"
    detail: Words = ""
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class DeskList:
    """Rows under one heading on the duty desk; one without rows is not shown.

    `total` counts what waits where there is more than the rows show, `url` leads to all of it.
    """

    title: Words
    rows: Sequence[DeskRow]
    total: int = 0
    url: str = ""


@dataclass(frozen=True, slots=True)
class Found:
    """One thing that the search found: of what kind, its name or number, what else is known of it, and its page."""

    kind: Words
    name: str
    detail: Words
    url: str


@dataclass(frozen=True, slots=True)
class SavedView:
    """A list's filters, sorting and columns under a name; `query` is a query string without the question mark."""

    name: str
    query: str
    is_shared: bool = False


class SavedViewStore(Protocol):
    """Keeps saved views of lists per user."""

    def saved_views(self, user: Any, list_key: str) -> Sequence[SavedView]:
        """The views of one list that the user may use."""

    def save_view(self, user: Any, list_key: str, name: str, query: str) -> None:
        """Keep a view under a name, replacing the user's own of that name."""

    def delete_view(self, user: Any, list_key: str, name: str) -> None:
        """Forget the user's own view of that name."""


@dataclass(frozen=True, slots=True)
class ExportOrder:
    """A list to be written as Excel outside of the request; `view` is the dotted path of its class."""

    view: str
    title: str
    params: str
    kwargs: Mapping[str, Any]


Exporter = Callable[[Any, ExportOrder], str]
"""Takes (user, order), enqueues the job, returns the URL at which its progress shows."""

MediaOrigins = Callable[[HttpRequest], Iterable[str]]
"""The origins, such as `http://10.0.0.5:8001` and `ws://10.0.0.5:8001`, from which pictures come."""

MENU: Slot[MenuEntry] = Slot("menu")
TOP_BAR: Slot[TopBarPart] = Slot("top bar")
STORES: Slot[SavedViewStore] = Slot("saved views")
EXPORTERS: Slot[Exporter] = Slot("exporters")
MEDIA_ORIGINS: Slot[MediaOrigins] = Slot("media origins")
PROVISIONS: Slot[Provision] = Slot("provisions")
"""ID under which code and data cite a provision (`A16.2`) → the document and the article in words."""
DESK_LISTS: Slot[Callable[[Any], DeskList]] = Slot("lists of the duty desk")
"""Each gives what waits for a user, from the app that knows it."""
SEARCHES: Slot[Callable[[Any, str], Sequence[Found]]] = Slot("searches of the search box")
"""What the search box finds beyond sites and cameras: called with the user and what was asked, within their rights."""
