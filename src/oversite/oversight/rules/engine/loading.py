"""Loading a rulebook: strict, so that no mistake of the data becomes a wrong verdict."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

from oversite.oversight.rules.engine import examples, nouns
from oversite.oversight.rules.engine.citation import LEVELS, CitationForms, levels_of
from oversite.oversight.rules.engine.reading import Item, RulebookError, missing_key, read_file
from oversite.oversight.rules.engine.references import resolve
from oversite.oversight.rules.engine.rule import Redundancy, Rule, Rulebook
from oversite.oversight.rules.engine.rule_reading import RuleReader
from oversite.oversight.rules.engine.vocabulary import WORD, Vocabulary, read_label, read_vocabulary
from oversite.oversight.rules.engine.words import Label

NOT_RULES = frozenset({"book.yaml", "vocabulary.yaml", "index.yaml"})
BOOK_KEYS = ("book", "version", "title", "effective_on", "ends_on", "redundancy", "citation", "note")
COPIED_NOT = frozenset({"id", "clause", "class", "as", "like"})


def load_book(folder: Path) -> Rulebook:
    """The book of a folder, with every example proved.

    Raises `RulebookError` naming file and line: an unknown word with the allowed ones, a rule without examples, a
    reference that names nothing, or an example whose outcome is another than the one it stands under.
    """
    book = read_book(folder)
    examples.prove(book)
    return book


def read_book(folder: Path) -> Rulebook:
    """The book of a folder, its examples read but not yet proved."""
    if not (folder / "book.yaml").is_file():
        raise RulebookError(folder.name, Label("此文件夹中没有book.yaml", "no book.yaml in this folder"))
    head = read_file(folder / "book.yaml", f"{folder.name}/book.yaml")
    keys = head.only_keys(BOOK_KEYS)
    for needed in ("book", "version", "title", "effective_on"):
        if needed not in keys:
            raise head.fail(missing_key(needed))
    vocabulary = _vocabulary(folder)
    rules = _rules(folder, _book_word(keys["book"]), vocabulary)
    citation = _citation(keys["citation"]) if "citation" in keys else {}
    _check_citations(rules, citation)
    return Rulebook(
        key=keys["book"].text,
        version=keys["version"].text,
        title=read_label(keys["title"]),
        effective_on=_day(keys["effective_on"]),
        ends_on=_day(keys["ends_on"]) if "ends_on" in keys and not keys["ends_on"].is_null else None,
        vocabulary=vocabulary,
        rules=rules,
        redundancy=_redundancy(keys["redundancy"], vocabulary) if "redundancy" in keys else None,
        folder=folder,
        citation=citation,
    )


def read_citation(folder: Path) -> CitationForms:
    """How the book of a folder cites its document; nothing else of it is read."""
    keys = read_file(folder / "book.yaml", f"{folder.name}/book.yaml").only_keys(BOOK_KEYS)
    return _citation(keys["citation"]) if "citation" in keys else {}


def _citation(item: Item) -> CitationForms:
    """How the document cites itself, by the beginning of a path."""
    return {
        start: read_label(each) if isinstance(each.value, dict) else each.words_of(LEVELS, nouns.CITATION_LEVEL)
        for start, each in item.mapping.items()
    }


def _check_citations(rules: Iterable[Rule], citation: CitationForms) -> None:
    """Refuse a clause that the book does not say how to cite: an officer must never read a bare path."""
    for rule in rules if citation else ():
        for clause in rule.clause:
            if levels_of(clause, citation) is None:
                said = Label(
                    f"条款“{clause}”的层级超出book.yaml中citation的规定",
                    f"the clause {clause!r} is deeper than 'citation' of book.yaml says",
                )
                raise RulebookError(rule.place, said)


def _book_word(item: Item) -> str:
    if not WORD.fullmatch(item.text):
        raise item.fail(Label(f"“{item.text}”不能用作规则的代号", f"{item.text!r} is no word for a book"))
    return item.text


def _vocabulary(folder: Path) -> Vocabulary:
    path = folder / "vocabulary.yaml"
    return read_vocabulary(read_file(path, f"{folder.name}/{path.name}")) if path.is_file() else Vocabulary()


def _day(item: Item) -> date:
    if not re.fullmatch(r"\d{4}-\d\d-\d\d", item.text):
        raise item.fail(Label(f"“{item.text}”不是日期，应如2026-11-22", f"{item.text!r} is no day: 2026-11-22 is one"))
    try:
        return date.fromisoformat(item.text)
    except ValueError as error:
        raise item.fail(Label(f"没有“{item.text}”这一天", f"{item.text!r} is no day of the calendar")) from error


def _redundancy(item: Item, vocabulary: Vocabulary) -> Redundancy:
    keys = item.only_keys(("id", "clause", "areas", "unless", "zh", "en", "examples"))
    for needed in ("id", "areas", "zh", "en"):
        if needed not in keys:
            raise item.fail(missing_key(needed))
    unless = keys["unless"].words_of(vocabulary.features, nouns.FEATURE) if "unless" in keys else ()
    clause = keys["clause"].texts() if "clause" in keys else (keys["id"].text,)
    areas = keys["areas"].words_of(vocabulary.areas, nouns.AREA_KIND)
    label = read_label(item, "id", "clause", "areas", "unless", "examples")
    return Redundancy(keys["id"].text, clause, areas, unless, label)


def _rules(folder: Path, book: str, vocabulary: Vocabulary) -> tuple[Rule, ...]:
    """Every rule of the folder's files, copies made and references resolved."""
    written: dict[str, Item] = {}
    for item in _written_rules(folder):
        rule_id = item.mapping.get("id")
        if rule_id is None or not rule_id.text:
            raise item.fail(missing_key("id"))
        if rule_id.text in written:
            other = written[rule_id.text]
            at = f"{other.file}:{other.line}"
            said = Label(f"标识“{rule_id.text}”已用于{at}", f"the id {rule_id.text!r} is taken by {at}")
            raise rule_id.fail(said)
        written[rule_id.text] = item
    reader = RuleReader(book, vocabulary)
    return resolve([reader.read(_filled(each, written, ())) for each in written.values()], vocabulary.parts)


def _written_rules(folder: Path) -> Iterator[Item]:
    """The rules as they stand in the files, with what a file says for all of its rules filled in."""
    for path in sorted(folder.glob("*.yaml")):
        if path.name in NOT_RULES:
            continue
        document = read_file(path, f"{folder.name}/{path.name}")
        keys = document.only_keys(("class", "area", "zone", "rules"))
        if "rules" not in keys:
            said = Label("缺少rules：规则文件须有规则列表", "'rules' is missing: a file of rules has a list of them")
            raise document.fail(said)
        shared: dict[str, Item] = {key: keys[key] for key in ("class", "area", "zone") if key in keys}
        for item in keys["rules"].items:
            own = item.mapping
            given = {key: each for key, each in shared.items() if key not in own and not _is_for_zone(own, key)}
            yield replace(item, value={**own, **given})


def _is_for_zone(own: dict[str, Item], key: str) -> bool:
    """A reference for a zone keeps the areas of the rules it names: it takes no area from the file."""
    return key == "area" and "zone" in own and "as" in own


def _filled(item: Item, written: dict[str, Item], passed: tuple[str, ...]) -> Item:
    """The rule with what it copies from another by `like`."""
    own = item.mapping
    like = own.get("like")
    if like is None:
        return item
    if like.text not in written or like.text in passed:
        said = Label(
            f"like指向“{like.text}”，本规则中没有这一条",
            f"'like' names {like.text!r}, which is no other rule of this book",
        )
        raise like.fail(said)
    source = _filled(written[like.text], written, (*passed, like.text)).mapping
    copied = {key: each for key, each in source.items() if key not in COPIED_NOT}
    return replace(item, value={**copied, **own})
