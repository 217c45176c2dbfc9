"""A planned camera in the reader's words, as pages, workbooks and prints show it."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from oversite.oversight.rules import choices, labels
from oversite.oversight.rules.engine import words
from oversite.oversight.rules.engine.rule import Rulebook
from oversite.oversight.rules.engine.sights import parse_sights
from oversite.oversight.rules.engine.view import AreaView
from oversite.oversight.rules.visibility import Sight

SIGNS = {"image": _("image notice"), "sound": _("sound notice")}
"""The notices that hang beside a camera."""

HELD = {"locked": _("locked"), "added": _("added by hand")}
"""Why a planned camera stays as it is when the plan is made anew."""


def spec_row(
    spec: Any, areas: dict[str, str], book: Rulebook | None, sight: Sight, views: Mapping[str, AreaView]
) -> dict[str, Any]:
    """A planned camera in the reader's words; `views` are those of the areas by their code."""
    view = views.get(spec["area"] or "")
    vocabulary = book.vocabulary if book else None
    abilities = [choices.said(vocabulary.abilities[each]) for each in spec["abilities"]] if vocabulary else []
    control = words.CONTROL_LABELS.get(spec.get("control_asked") or spec["control"] or "")
    return {
        "id": spec["id"],
        "name": sight.name(spec["id"], spec.get("name") or spec["id"]),
        "area": areas.get(spec["area"] or "", spec["area"] or ""),
        "kind": choices.said(words.KIND_LABELS[spec["kind"]]),
        "abilities": "、".join(abilities),
        "mount": labels.where_it_hangs(spec, book, choices.said, view) if book else "",
        "control": choices.said(control) if control else "",
        "sees": "、".join(dict.fromkeys(_sight(each, book, view) for each in spec["sees"] or ())),
        "clauses": choices.said(book.cite_rules(spec.get("because", ()))) if book else "",
        "code": spec.get("code") or "",
        "signs": "、".join(str(SIGNS.get(each["kind"], each["kind"])) for each in spec.get("sign") or ()),
        "screen_text": " ".join(spec.get("screen_text") or []),
        "is_locked": spec.get("is_locked", False),
        "is_added": spec.get("held") == "added",
        "held": str(HELD.get(spec.get("held"), "")),
    }


def _sight(text: str, book: Rulebook | None, view: AreaView | None) -> str:
    """A sight in words."""
    if book is None:
        return text
    found = []
    for sight in parse_sights(text) or ():
        part = book.vocabulary.parts.get(sight.part)
        at = ""
        if part:
            at = choices.said(labels.numbered(book, sight.part, sight.index, view))
        seen = choices.said(book.vocabulary.subjects[sight.subject]) if sight.subject else ""
        found.append(" ".join(each for each in (at, seen) if each))
    return "、".join(found)
