"""The vocabulary of a rulebook: which classes, areas, parts, subjects … it speaks of, in both languages."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from oversite.oversight.rules.engine import nouns, words
from oversite.oversight.rules.engine.reading import Item
from oversite.oversight.rules.engine.words import Label

WORD = re.compile(r"[a-z0-9]+(?:[-_][a-z0-9]+)*")
SORTS = ("site", "ground", "functional", "scene", "zone")
"""What a class is: sites and grounds are registered, functional areas and scenes stand inside them."""
INNER_SORTS = frozenset({"functional", "scene"})


@dataclass(frozen=True, slots=True)
class SiteClassWord:
    """A class of sites or of functional areas; `code` is its two digits in the camera code, "" where it has none."""

    label: Label
    sort: str
    code: str = ""
    clause: str = ""


@dataclass(frozen=True, slots=True)
class AreaWord:
    """A kind of area; `position` is its two digits in the camera code, "" where it has none."""

    label: Label
    position: str = ""


@dataclass(frozen=True, slots=True)
class Part:
    """A countable piece of an area: `default` many where nothing is said, or as many as there are of `follows`."""

    label: Label
    default: int = 1
    follows: str = ""


@dataclass(frozen=True, slots=True)
class FactWord:
    """A plain fact of a site, an area or a camera: a number, yes or no, or a word; `values` are the words it may be."""

    label: Label
    of: str
    type: str
    values: Mapping[str, Label] = field(default_factory=dict)


def _of_engine_parts() -> dict[str, Part]:
    return {word: Part(label, default) for word, (label, default) in words.ENGINE_PARTS.items()}


@dataclass(slots=True)
class Vocabulary:
    """All words of one book, those of the engine included."""

    classes: dict[str, SiteClassWord] = field(default_factory=dict)
    areas: dict[str, AreaWord] = field(
        default_factory=lambda: {word: AreaWord(label) for word, label in words.ENGINE_AREAS.items()}
    )
    parts: dict[str, Part] = field(default_factory=_of_engine_parts)
    subjects: dict[str, Label] = field(default_factory=lambda: dict(words.ENGINE_SUBJECTS))
    features: dict[str, Label] = field(default_factory=dict)
    zones: dict[str, Label] = field(default_factory=dict)
    facts: dict[str, FactWord] = field(default_factory=dict)
    abilities: dict[str, Label] = field(default_factory=lambda: dict(words.ABILITY_LABELS))
    mounts: dict[str, Label] = field(default_factory=lambda: dict(words.MOUNT_LABELS))
    documents: dict[str, Label] = field(default_factory=dict)
    usual_places: dict[str, tuple[str, ...]] = field(default_factory=dict)
    """Of a subject: the parts at which it usually happens. A plan looks for it there; no verdict rests on it."""

    def part_count(self, part: str, declared: Mapping[str, int]) -> int:
        """How many of a part an area has that declares these."""
        if part == words.WHOLE:
            return 1
        if part in declared:
            return declared[part]
        word = self.parts[part]
        return self.part_count(word.follows, declared) if word.follows else word.default


def read_vocabulary(document: Item) -> Vocabulary:
    """The vocabulary of a book; raises `RulebookError` for an unknown key, a bad word or a word that stands already."""
    book = Vocabulary()
    sections = document.only_keys(
        ("classes", "areas", "parts", "subjects", "features", "zones", "facts", "abilities", "mounts", "documents")
    )
    for name, section in sections.items():
        known: dict[str, object] = getattr(book, name)
        for word, item in section.mapping.items():
            if not WORD.fullmatch(word) or word in known or word == words.WHOLE:
                raise item.fail(
                    Label(
                        f"“{word}”不能用作{name}的词：已被占用，或含有a-z、0-9和连字符以外的字符",
                        f"{word!r} cannot be a word of {name}: it is taken, or not of a-z, 0-9 and hyphens",
                    )
                )
            known[word] = _READERS.get(name, read_label)(item)
    for word, item in (sections["parts"].mapping if "parts" in sections else {}).items():
        follows = book.parts[word].follows
        if follows:
            item.mapping["follows"].word_of(set(book.parts) - {word}, nouns.PART)
            if book.parts[follows].follows:
                raise item.fail(
                    Label(
                        f"“{word}”跟随“{follows}”，而后者又跟随其他部位",
                        f"{word!r} follows {follows!r}, which itself follows another part",
                    )
                )
    for word, item in (sections["subjects"].mapping if "subjects" in sections else {}).items():
        if "at" in item.mapping:
            book.usual_places[word] = item.mapping["at"].words_of(set(book.parts), nouns.PART)
    return book


def read_label(item: Item, *more: str) -> Label:
    """`{zh, en}`, both given; `more` are the other keys allowed beside them."""
    keys = item.only_keys(("zh", "en", *more))
    for key in ("zh", "en"):
        if key not in keys or not keys[key].text:
            said = Label(
                f"缺少“{key}”：每个词都要有中英文名称",
                f"{key!r} is missing: every word has a label in both languages",
            )
            raise item.fail(said)
    return Label(keys["zh"].text, keys["en"].text)


def _digits(item: Item, key: str) -> str:
    given = item.mapping.get(key)
    if given is None:
        return ""
    if not re.fullmatch(r"\d\d", given.text):
        raise given.fail(Label(f"{key}应为两位数字，现为“{given.text}”", f"{key} is two digits, not {given.text!r}"))
    return given.text


def _read_class(item: Item) -> SiteClassWord:
    label = read_label(item, "sort", "code", "clause")
    keys = item.mapping
    sort = keys["sort"].word_of(SORTS, nouns.SORT) if "sort" in keys else "site"
    return SiteClassWord(label, sort, _digits(item, "code"), keys["clause"].text if "clause" in keys else "")


def _read_area(item: Item) -> AreaWord:
    return AreaWord(read_label(item, "position"), _digits(item, "position"))


def _read_part(item: Item) -> Part:
    label = read_label(item, "default", "follows")
    keys = item.mapping
    if "default" in keys and "follows" in keys:
        raise item.fail(Label("部位只能写default或follows之一", "a part has a default or follows another, not both"))
    default = keys["default"].whole_number if "default" in keys else 1
    return Part(label, default, keys["follows"].text if "follows" in keys else "")


def _read_subject(item: Item) -> Label:
    return read_label(item, "at")


def _read_fact(item: Item) -> FactWord:
    label = read_label(item, "of", "type", "values")
    keys = item.mapping
    of = keys["of"].word_of(("site", "area", "camera"), nouns.HOLDER) if "of" in keys else "site"
    kind = keys["type"].word_of(("number", "yes", "word"), nouns.FACT_TYPE) if "type" in keys else "yes"
    if ("values" in keys) != (kind == "word"):
        said = Label(
            "values只用于类型为word的登记事项，且必须写明",
            "'values' names the words of a fact of the type word, and of no other",
        )
        raise item.fail(said)
    values = {word: read_label(each) for word, each in keys["values"].mapping.items()} if "values" in keys else {}
    return FactWord(label, of, kind, values)


_READERS = {
    "classes": _read_class,
    "areas": _read_area,
    "parts": _read_part,
    "subjects": _read_subject,
    "facts": _read_fact,
}
