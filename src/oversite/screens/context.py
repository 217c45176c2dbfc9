"""What the frame needs on every page: the navigation, the top bar and the reader's choices of display."""

from dataclasses import dataclass
from functools import cache, partial
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.urls import NoReverseMatch, get_urlconf, reverse
from django.utils import translation
from django.utils.functional import SimpleLazyObject
from django.utils.safestring import SafeString, mark_safe

from oversite.common import clock
from oversite.screens.page import is_allowed
from oversite.screens.slots import MENU, TOP_BAR, Words

FRAME_URLS = (
    "search",
    "account_logout",
    "account_change_password",
    "mfa_index",
    "session_left",
    "session_alive",
    "set_language",
    "help",
    "home",
)


@dataclass(frozen=True, slots=True)
class MenuItem:
    """A menu entry with its address, for one user."""

    key: str
    label: Words
    url: str
    icon: str


@dataclass(frozen=True, slots=True)
class MenuGroup:
    """Entries that stand together under one word ("" = none)."""

    label: Words
    items: list[MenuItem]


@dataclass(frozen=True, slots=True)
class Language:
    """A language of the screens; its name in itself."""

    code: str
    name: str
    is_current: bool


def frame(request: HttpRequest) -> dict[str, Any]:
    """The context processor of the frame; everything is worked out only when a template asks."""
    return {
        "ov_menu": SimpleLazyObject(partial(menu, request)),
        "ov_agency_part": SimpleLazyObject(partial(_parts, request, "agency")),
        "ov_notices_part": SimpleLazyObject(partial(_parts, request, "notices")),
        "ov_theme": chosen(request, "oversite_theme", ("light", "dark")),
        "ov_nav": chosen(request, "oversite_nav", ("open", "folded")),
        "ov_density": chosen(request, "oversite_density", ("roomy", "dense")),
        "ov_languages": [Language(code, name, code == translation.get_language()) for code, name in settings.LANGUAGES],
        "ov_now_ms": clock.now_us() // 1000,
        "ov_urls": {name: url_or_nothing(name) for name in FRAME_URLS},
    }


def menu(request: HttpRequest) -> list[MenuGroup]:
    """The groups of menu entries that the user may use, in order; an entry without a page yet is left out."""
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return []
    groups: dict[str, MenuGroup] = {}
    for entry in sorted(MENU, key=lambda each: each.order):
        url = url_or_nothing(entry.url_name)
        if url and is_allowed(user, entry.permission):
            group = groups.setdefault(str(entry.group), MenuGroup(entry.group, []))
            group.items.append(MenuItem(entry.key, entry.label, url, entry.icon))
    return list(groups.values())


def chosen(request: HttpRequest, cookie: str, allowed: tuple[str, ...]) -> str:
    """The reader's choice, or nothing when there is none or it is not one of ours."""
    value = request.COOKIES.get(cookie, "")
    return value if value in allowed else ""


def url_or_nothing(name: str) -> str:
    """The address of a named page, or nothing when no app provides it."""
    return _url_or_nothing(name, get_urlconf() or settings.ROOT_URLCONF)


@cache
def _url_or_nothing(name: str, urlconf: str) -> str:
    """Found once: each page shows the whole menu, and the addresses of a process stay as they are."""
    try:
        return reverse(name, urlconf)
    except NoReverseMatch:
        return ""


def _parts(request: HttpRequest, place: str) -> SafeString:
    parts = [part for part in TOP_BAR if part.place == place]
    html = "".join(render_to_string(part.template_name, dict(part.context(request)), request) for part in parts)
    return mark_safe(html)  # noqa: S308  rendered by templates, which escape
