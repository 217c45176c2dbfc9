"""Which digits the words of the rulebook stand for: classes of sites and kinds of areas in the camera code."""

from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any

import yaml

from oversite.domains.customs.codes import Circumstance, tables


@cache
def _words() -> Mapping[str, Any]:
    text = files(__package__).joinpath("rulebook", "vocabulary.yaml").read_text(encoding="utf-8")
    told: Mapping[str, Any] = yaml.safe_load(text)
    return told


def position_of_area(kind: str) -> str:
    """Digits 16 and 17 for a kind of area, "" where nothing suggests one."""
    word = _words()["areas"].get(kind)
    if word is not None:
        return str(word.get("position") or "")
    entry = tables().find("position", kind)
    return entry.digits if entry is not None else ""


def code_of_class(site_class: str) -> str:
    """Digits 14 and 15 for a class of sites, "" where it has none."""
    word = _words()["classes"].get(site_class)
    return "" if word is None else str(word.get("code") or "")


def circumstances_of(class_code: str) -> list[str]:
    """The special case that a class of sites is by itself."""
    cases = tables().circumstances
    return [each.value for each in Circumstance if cases[each].site_class == class_code]
