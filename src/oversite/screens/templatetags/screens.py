"""Tags for templates: islands, icons, assets, states, and values as people read them."""

import json
from collections.abc import Mapping
from datetime import datetime
from functools import lru_cache
from typing import Any

from django import template
from django.core.serializers.json import DjangoJSONEncoder
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _t

from oversite.screens import island_texts
from oversite.screens.assets import HOW_TO_BUILD, assets
from oversite.screens.clauses import clause_words
from oversite.screens.formats import INSTANT, NOTHING, Tone, bytes_text, duration_text, state_html

register = template.Library()

ISLANDS = frozenset(
    {
        "wall",
        "player",
        "playback",
        "timeline",
        "ptz",
        "events",
        "jobs",
        "map",
        "charts",
        "field",
        "corners",
        "field-desk",
        "floorplan",
    }
)


class UnknownIconError(LookupError):
    """The icon is not in `frontend/icons.json`."""


@register.simple_tag
def island(name: str, props: Mapping[str, Any] | None = None, css: str = "") -> SafeString:
    """The place of an island with its props; the strings that it shows are added here, in the reader's language."""
    if name not in ISLANDS:
        raise LookupError(f"no island is called {name!r}")
    full = {"language": "zh-CN", **(props or {}), "texts": island_texts.texts(name)}
    return format_html(
        '<div class="{}" data-island="{}" data-props="{}">'
        '<div class="ov-island-failure" data-island-failure hidden>{}</div></div>',
        f"ov-island ov-{name} {css}".strip(),
        name,
        json.dumps(full, cls=DjangoJSONEncoder, ensure_ascii=False),
        _t("This part of the page could not be loaded. Load the page again."),
    )


@register.simple_tag
def icon(name: str, css: str = "") -> SafeString:
    """An icon of the sprite; it is decoration, so the words must be beside it."""
    present = assets()
    if not present.is_built:
        return SafeString("")
    if name not in present.icon_names:
        raise UnknownIconError(name)
    return _drawn(present.icons, name, f"ov-icon {css}".strip())


@lru_cache(maxsize=512)
def _drawn(sprite: str, name: str, css: str) -> SafeString:
    return format_html(
        '<svg class="{}" aria-hidden="true" focusable="false"><use href="{}#{}"/></svg>', css, sprite, name
    )


@register.simple_tag
def built_styles() -> SafeString:
    """The style sheets of the build."""
    return format_html_join("\n", '<link rel="stylesheet" href="{}">', ((url,) for url in assets().styles))


@register.simple_tag
def build_notice() -> SafeString:
    """Says on top of every page that the front end is missing."""
    return SafeString("") if assets().is_built else format_html('<p role="alert">{}</p>', HOW_TO_BUILD)


@register.simple_tag
def built_script() -> SafeString:
    """The one script of the build; it also tells islands where the icons are."""
    present = assets()
    if not present.is_built:
        return SafeString("")
    return format_html('<script type="module" src="{}" data-icons="{}"></script>', present.script, present.icons)


@register.simple_tag
def state(tone: Tone, word: object) -> SafeString:
    """A state as a coloured word."""
    return state_html(str(word), tone)


@register.filter
def clause(value: object) -> str:
    """A cited provision in words."""
    return clause_words(str(value or ""))


@register.simple_tag
def instant(value: datetime | None) -> str:
    """`2026-11-21 14:05:09`, Beijing time."""
    return INSTANT.html(value)


@register.simple_tag
def duration_ms(value: int | None) -> str:
    """`3 小时 12 分`."""
    return NOTHING if value is None else duration_text(value)


@register.simple_tag(name="bytes")
def bytes_tag(value: int | None) -> str:
    """A size with its unit."""
    return NOTHING if value is None else bytes_text(value)
