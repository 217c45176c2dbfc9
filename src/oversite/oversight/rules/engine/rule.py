"""A rule: where it holds, what it demands of cameras or facts, and the clause that says so."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from difflib import get_close_matches
from pathlib import Path

from oversite.oversight.rules.engine import words
from oversite.oversight.rules.engine.citation import CitationForms, citations_text
from oversite.oversight.rules.engine.vocabulary import Vocabulary
from oversite.oversight.rules.engine.words import Label

NEAR = 8
"""How many clauses are offered for one that nobody cites."""


@dataclass(frozen=True, slots=True)
class Demand:
    """What cameras must do; a camera counts when it has kind, abilities, mounts and control at once.

    `points`: every instance of these parts is looked at by `count` cameras, and each subject is seen somewhere;
    `each`: every subject is seen at every instance by `count` cameras; `stands`: `count` cameras stand on every
    instance; none of them: each subject is seen by `count` cameras somewhere in the area. `seen_at` says of parts of
    `each` which subjects are asked there, where they differ.
    """

    kind: str = words.ANY
    abilities: tuple[str, ...] = ()
    mount: tuple[str, ...] = ()
    control: str | None = None
    points: tuple[str, ...] = ()
    each: tuple[str, ...] = ()
    stands: tuple[str, ...] = ()
    sees: tuple[str, ...] = ()
    seen_at: tuple[tuple[str, tuple[str, ...]], ...] = ()
    basis: str = "area"
    count: int = 1

    @property
    def kinds(self) -> tuple[tuple[str, ...], ...]:
        """The groups of camera kinds of which each is needed once."""
        return words.DEMANDED_KINDS[self.kind]

    def sees_at(self, part: str) -> tuple[str, ...]:
        """What must be seen at a part of `each`; an empty subject: it must be looked at."""
        return dict(self.seen_at).get(part, self.sees) or ("",)

    @property
    def parts(self) -> tuple[str, ...]:
        """The parts of an area that the demand counts by."""
        return (*self.points, *self.each, *self.stands)

    @property
    def of(self) -> tuple[str, ...]:
        """The parts by which its basis counts."""
        return self.each or self.points or self.stands


@dataclass(frozen=True, slots=True)
class Example:
    """A small site, the outcome that the rule must give there, and where in the files it stands."""

    outcome: str
    cameras: tuple[str, ...]
    parts: dict[str, int]
    features: tuple[str, ...]
    facts: dict[str, object]
    place: str


@dataclass(frozen=True, slots=True, eq=False)
class Rule:
    """One rule of a book; `alternatives` are demands of which one must be met, `require` facts that must hold."""

    id: str
    book: str
    clause: tuple[str, ...]
    classes: tuple[str, ...]
    areas: tuple[str, ...]
    title: Label
    zone: str = ""
    alternatives: tuple[Demand, ...] = ()
    require: tuple[tuple[str, tuple[str, ...]], ...] = ()
    when: tuple[str, ...] = ()
    unless: tuple[str, ...] = ()
    strength: str = "always"
    judgement: Label | None = None
    document: str = ""
    as_for: tuple[str, ...] = ()
    resolves_to: tuple[str, ...] = ()
    derived_from: str = ""
    governs: str = ""
    note: Label | None = None
    control: str | None = None
    examples: tuple[Example, ...] = ()
    place: str = ""

    @property
    def demand(self) -> Demand | None:
        """The demand, or the first of several alternatives."""
        return self.alternatives[0] if self.alternatives else None

    @property
    def is_judged(self) -> bool:
        """Whether evaluation gives a finding for it; references and definitions give none of their own."""
        return not self.as_for and not self.governs

    @property
    def is_officers(self) -> bool:
        """Whether only an officer can say if it is met: facts about cameras never decide it."""
        return bool(self.judgement or self.document) or self.basis == "as-necessary"

    @property
    def names_points(self) -> bool:
        """Whether it names places to watch, although a text that we do not have decides how."""
        return bool(self.document and not self.judgement and self.demand and self.demand.parts)

    @property
    def basis(self) -> str:
        """The basis of its count."""
        if self.demand:
            return self.demand.basis
        return "site" if self.require else "area"

    def cited_by(self, clause: str) -> bool:
        """Whether `clause` is this rule, one of its clauses, or a heading above one of them."""
        return self.id == clause or any(each == clause or each.startswith(f"{clause}.") for each in self.clause)


@dataclass(frozen=True, slots=True)
class Redundancy:
    """The rule that key areas bear the loss of any one camera (req: C4)."""

    id: str
    clause: tuple[str, ...]
    areas: tuple[str, ...]
    unless: tuple[str, ...]
    title: Label


@dataclass(frozen=True)
class Rulebook:
    """A book in one version: its vocabulary and rules, loaded and proved by their examples."""

    key: str
    version: str
    title: Label
    effective_on: date
    ends_on: date | None
    vocabulary: Vocabulary
    rules: tuple[Rule, ...]
    redundancy: Redundancy | None = None
    folder: Path | None = None
    citation: CitationForms = field(default_factory=dict)
    _clauses: dict[str, tuple[str, ...]] = field(default_factory=dict, repr=False)
    _compiled: dict[tuple[str, str, str, str], tuple[Rule, ...]] = field(default_factory=dict, repr=False)
    _index: dict[tuple[str, str], list[Rule]] = field(default_factory=dict, repr=False)

    def __post_init__(self) -> None:
        for rule in self.rules:
            if rule.is_judged:
                for site_class in rule.classes:
                    for area in rule.areas:
                        self._index.setdefault((site_class, area), []).append(rule)

    def is_in_force(self, on: date) -> bool:
        """Whether a site is judged by this version on the day."""
        return self.effective_on <= on and (self.ends_on is None or on <= self.ends_on)

    def cite(self, clauses: Iterable[str]) -> Label:
        """Clauses in the words of the document."""
        return citations_text(clauses, self.citation)

    def cite_rules(self, ids: Iterable[str]) -> Label:
        """The clauses of some rules of the book in the words of the document, each once."""
        if not self._clauses:
            self._clauses.update({rule.id: rule.clause for rule in self.rules})
            if self.redundancy:
                self._clauses[self.redundancy.id] = self.redundancy.clause
        return self.cite(dict.fromkeys(clause for each in ids for clause in self._clauses.get(each, ())))

    def rules_of(self, site_class: str, area_class: str, kind: str, zone: str) -> tuple[Rule, ...]:
        """The rules for an area: those of the site's class and those of its own class; found once (req: C3)."""
        key = (site_class, area_class, kind, zone)
        found = self._compiled.get(key)
        if found is None:
            classes = dict.fromkeys((words.ANY, site_class, area_class))
            at = [rule for each in classes for rule in self._index.get((each, kind), ()) if rule.zone == zone]
            found = self._compiled[key] = tuple(dict.fromkeys(at))
        return found

    def knows(self, site_class: str, kind: str) -> bool:
        """Whether a class has rules for a kind of area."""
        return (site_class, kind) in self._index

    def area_kinds(self, site_class: str) -> tuple[str, ...]:
        """The kinds of area that a class has rules for."""
        return tuple(dict.fromkeys(kind for each, kind in self._index if each == site_class and kind != words.SITE))

    def classes_knowing(self, kind: str) -> tuple[str, ...]:
        """The classes that have rules for a kind of area."""
        return tuple(each for each, known in self._index if known == kind)


def in_force(books: Iterable[Rulebook], on: date) -> dict[str, Rulebook]:
    """Of each book the version to judge by on the day: the one that came into force last."""
    newest: dict[str, Rulebook] = {}
    for book in books:
        if book.is_in_force(on):
            other = newest.get(book.key)
            if other is None or other.effective_on < book.effective_on:
                newest[book.key] = book
    return newest


def near_clauses(text: str, rules: Iterable[Rule]) -> list[str]:
    """Clauses that somebody who wrote `text` may have meant: those right above and beside it, then those alike."""
    known = sorted({part for rule in rules for clause in rule.clause for part in _headings(clause)}, key=_in_order)
    beside = [each for each in known if "." in text and each.rpartition(".")[0] == text.rpartition(".")[0]]
    return list(dict.fromkeys([*beside[:NEAR], *get_close_matches(text, known, NEAR, 0.6)]))[:NEAR]


def _in_order(clause: str) -> list[tuple[int, str]]:
    """Paths in the order of the document: 2 before 10."""
    return [(int("".join(filter(str.isdigit, step)) or 0), step) for step in clause.split(".")]


def _headings(clause: str) -> Iterator[str]:
    steps = clause.split(".")
    return (".".join(steps[:depth]) for depth in range(1, len(steps) + 1))
