"""What a planned camera is called: its code, screen text and sign come from the domain of the book."""

from collections.abc import Mapping, Sequence
from typing import Any

from oversite.oversight.rules.engine.facts import SiteFacts
from oversite.oversight.rules.engine.rule import Rulebook
from oversite.oversight.rules.slots import PLAN_LABELS, PlannedLabel

UNLABELLED: PlannedLabel = {"code": None, "screen_text": None, "sign": []}


def labelled(
    book: Rulebook, facts: SiteFacts, site: Mapping[str, Any], cameras: Sequence[Mapping[str, Any]]
) -> list[dict[str, Any]]:
    """The planned cameras with `position`, `code`, `screen_text` and `sign`, as far as the domain can give them.

    `site` is what is known of the site beside its facts, such as its `uid` in the register.
    """
    vocabulary = book.vocabulary
    site_class = vocabulary.classes.get(facts.site_class)
    known = {**site, "class_code": site_class.code if site_class else ""}
    positions = {each.id: vocabulary.areas[each.kind].position for each in facts.areas}
    placed = [{**each, "position": positions.get(each["area"] or "") or None} for each in cameras]
    make = PLAN_LABELS.get(book.key)
    labels = make(known, placed) if make else [UNLABELLED] * len(placed)
    return [{**camera, **label} for camera, label in zip(placed, labels, strict=True)]
