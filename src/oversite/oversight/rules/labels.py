"""What a planned camera is called: its code, screen text and sign come from the domain of the book."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from oversite.oversight.rules.engine import sentences
from oversite.oversight.rules.engine.facts import SiteFacts
from oversite.oversight.rules.engine.rule import Rulebook
from oversite.oversight.rules.engine.sights import parse_stand
from oversite.oversight.rules.engine.view import AreaView
from oversite.oversight.rules.engine.words import Label
from oversite.oversight.rules.slots import PLAN_LABELS, PlannedLabel

UNLABELLED: PlannedLabel = {"code": None, "is_allotted": False, "screen_text": None, "sign": []}


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


def where_it_hangs(
    spec: Mapping[str, Any], book: Rulebook, say: Callable[[Label], str], view: AreaView | None = None
) -> str:
    """How a planned camera is mounted and on what it stands, in the words that `say` gives labels."""
    mounts = [say(book.vocabulary.mounts[each]) for each in spec["mount"] or ()]
    return "、".join([*mounts, *(_stand(each, book, say, view) for each in spec["stands"] or ())])


def numbered(book: Rulebook, part: str, index: int, view: AreaView | None = None) -> Label:
    """One of several like places by its number: `1号车道车头前方`; 0, or the only one that its area has: it alone.

    With the view of its area it is called as findings call it.
    """
    word = book.vocabulary.parts[part]
    if not index:
        return word.label
    if view is not None and index <= view.count(part):
        return sentences.place_label(view, (part, index))
    return Label(f"{index}号{sentences.place_noun(book.vocabulary, part)}", f"{word.label.en} {index}")


def _stand(text: str, book: Rulebook, say: Callable[[Label], str], view: AreaView | None) -> str:
    """`1号角`, `corner 1`."""
    stand = parse_stand(text)
    part = book.vocabulary.parts.get(stand.part) if stand else None
    if stand is None or part is None:
        return text
    words = numbered(book, stand.part, stand.index, view)
    if stand.corner:
        words = Label(f"{words.zh}（{stand.corner}号角）", f"{words.en} (corner {stand.corner})")
    return say(words)
