"""Planned cameras that an officer locks or adds by hand, around which the next plan is made (req: C-plan)."""

import json
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _

from oversite.common.errors import Refused
from oversite.oversight.rules import queries

if TYPE_CHECKING:
    from oversite.base.sites.models import Site

KEYS = ("id", "area", "kind", "abilities", "control", "sees", "stands", "mount")
MAX_HELD = 500
MAX_HELD_CHARS = 1_000_000
LOCKED, ADDED = "locked", "added"

Held = dict[str, Any]
"""A planned camera that stays as it is: the keys above as in the facts of a site, and `held`: locked or added."""


def held_of(text: str) -> list[Held]:
    """The held cameras that a page sends back; raises `Refused` where they are of another form."""
    try:
        found = json.loads(text) if text and len(text) <= MAX_HELD_CHARS else []
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, list) or len(found) > MAX_HELD or not all(isinstance(each, dict) for each in found):
        raise Refused("rules.plan.held", _("The locked cameras cannot be read. Plan anew."), "C-plan", 422)
    return [_held(each, LOCKED if each.get("held") == LOCKED else ADDED) for each in found]


def text_of(held: Sequence[Held]) -> str:
    """The held cameras as the page keeps them."""
    return json.dumps(held, ensure_ascii=False)


def held_at(site: "Site") -> list[Held]:
    """The held cameras of the adopted plan that no hardware fills yet."""
    lines = [line for line in queries.lines_of(site) if line.camera is None and line.spec.get("held")]
    return [_held(line.spec, line.spec["held"]) for line in lines]


def lock(held: Sequence[Held], plan: Mapping[str, Any], number: str) -> list[Held]:
    """The held cameras, and with them a proposed one."""
    found = next((each for each in plan["cameras"] if each["id"] == number and not each["is_locked"]), None)
    is_held = any(each["id"] == number for each in held)
    return [*held, _held(found, LOCKED)] if found is not None and not is_held else list(held)


def release(held: Sequence[Held], number: str) -> list[Held]:
    """The held cameras without one."""
    return [each for each in held if each["id"] != number]


def add(held: Sequence[Held], spec: Mapping[str, Any]) -> list[Held]:
    """The held cameras, and one that was entered by hand; it gets the next free name of its area."""
    taken = {each["id"] for each in held}
    name = next(f"{spec['area']}-M{n:02}" for n in range(1, MAX_HELD + 2) if f"{spec['area']}-M{n:02}" not in taken)
    return [*held, _held({**spec, "id": name}, ADDED)]


def as_facts(held: Sequence[Held]) -> list[dict[str, Any]]:
    """The held cameras as facts that a plan keeps."""
    return [{**{key: each[key] for key in KEYS}, "is_locked": True} for each in held]


def marked(cameras: Sequence[Mapping[str, Any]], held: Sequence[Held]) -> list[dict[str, Any]]:
    """Planned cameras, those that are held marked as such: they are planned, and stand nowhere yet."""
    ways = {each["id"]: each["held"] for each in held}
    return [
        {**each, "is_locked": False, "held": ways[each["id"]]} if each["id"] in ways else dict(each) for each in cameras
    ]


def _held(spec: Mapping[str, Any], way: str) -> Held:
    found = {key: spec.get(key) for key in KEYS}
    return {**found, "id": str(spec.get("id"))[:60], "held": way}
