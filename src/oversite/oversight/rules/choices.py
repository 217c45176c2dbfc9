"""What may be chosen when an area or camera is declared: only words that some rule there asks about."""

from collections.abc import Iterable

from oversite.base.sites.queries import in_language
from oversite.oversight.rules.engine import words
from oversite.oversight.rules.engine.facts import AreaFacts, SiteFacts
from oversite.oversight.rules.engine.rule import Demand, Rule, Rulebook
from oversite.oversight.rules.engine.sentences import place_label
from oversite.oversight.rules.engine.sights import Sight, parse_sights
from oversite.oversight.rules.engine.view import AreaView, Place
from oversite.oversight.rules.engine.vocabulary import INNER_SORTS
from oversite.oversight.rules.engine.words import Label

Choice = tuple[str, str]
MAX_SIGHTS = 400


def said(label: Label) -> str:
    """The label in the reader's language."""
    return in_language(label.zh, label.en)


def rules_about(book: Rulebook, site_class: str, area: AreaFacts) -> list[Rule]:
    """Every rule that may hold in an area, whatever its zone."""
    zones = ("", *book.vocabulary.zones)
    found = [rule for zone in zones for rule in book.rules_of(site_class, area.area_class, area.kind, zone)]
    return list(dict.fromkeys(found))


def class_choices(book: Rulebook, kind: str) -> list[Choice]:
    """The functional areas that know a kind."""
    classes = book.vocabulary.classes
    known = [word for word in book.classes_knowing(kind) if word in classes and classes[word].sort in INNER_SORTS]
    return [(word, said(classes[word].label)) for word in known]


def zone_choices(book: Rulebook, site_class: str) -> list[Choice]:
    """The zones that rules of a class of sites speak of."""
    zones = {rule.zone for rule in book.rules if rule.zone and site_class in rule.classes}
    return [(word, said(label)) for word, label in book.vocabulary.zones.items() if word in zones]


def parts_asked(book: Rulebook, rules: Iterable[Rule]) -> list[str]:
    """The parts that are counted, without those that follow another."""
    parts = book.vocabulary.parts
    asked: dict[str, None] = {}
    for rule in rules:
        for word in (*(part for each in rule.alternatives for part in each.parts), *rule.when, *rule.unless):
            if word in parts:
                asked[parts[word].follows or word] = None
    return list(asked)


def area_facts_asked(rules: Iterable[Rule]) -> frozenset[str]:
    """The facts of an area that some rule there requires."""
    return frozenset(name for rule in rules for name, _needed in rule.require)


def features_asked(book: Rulebook, rules: Iterable[Rule]) -> list[Choice]:
    """The features that conditions ask for."""
    features = book.vocabulary.features
    asked = {word for rule in rules for word in (*rule.when, *rule.unless)}
    asked |= set(book.redundancy.unless) if book.redundancy else set()
    return [(word, said(label)) for word, label in features.items() if word in asked]


def sights_asked(book: Rulebook, area: AreaFacts, rules: Iterable[Rule]) -> list[Choice]:
    """What the rules want to be seen in the area, place by place."""
    view = AreaView(book.vocabulary, area, ())
    found: dict[str, str] = {}
    for rule in rules:
        for demand in rule.alternatives:
            for subject, place in _sights(demand, view):
                found.setdefault(_sight_word(subject, place), _sight_name(view, subject, place))
    return list(found.items())[:MAX_SIGHTS]


def _sights(demand: Demand, view: AreaView) -> list[tuple[str, Place | None]]:
    if demand.each:
        return [(subject, place) for place in view.places(demand.each) for subject in demand.sees_at(place[0])]
    points = view.places(demand.points)
    found: list[tuple[str, Place | None]] = [("", place) for place in points]
    found += [(subject, place) for place in points for subject in demand.sees]
    return found + ([] if points else [(subject, None) for subject in demand.sees])


def _sight_word(subject: str, place: Place | None) -> str:
    return subject + (f"@{place[0]}:{place[1]}" if place else "")


def _sight_name(view: AreaView, subject: str, place: Place | None) -> str:
    at = said(place_label(view, place)) if place else ""
    seen = said(view.vocabulary.subjects[subject]) if subject else ""
    return " · ".join(each for each in (at, seen) if each)


def with_declared(offered: list[Choice], declared: Iterable[str]) -> tuple[list[Choice], list[str]]:
    """The choices with whatever else is declared behind them, and those that are declared.

    `plate&driver@lane` ticks both subjects at every lane; what no choice says is offered in its own words.
    """
    sights = [sight for text in declared for sight in parse_sights(text) or ()]
    words = {word: parsed[0] for word, _name in offered if (parsed := parse_sights(word))}
    ticked = [word for word, asked in words.items() if any(_says(sight, asked) for sight in sights)]
    rest = [str(sight) for sight in sights if not any(_says(sight, asked) for asked in words.values())]
    return [*offered, *((word, word) for word in dict.fromkeys(rest))], [*ticked, *dict.fromkeys(rest)]


def _says(sight: Sight, asked: Sight) -> bool:
    """Whether a declared sight says what a choice asks."""
    is_there = sight.part == asked.part and sight.index in {0, asked.index}
    return is_there and (not asked.subject or sight.subject == asked.subject)


def stands_asked(book: Rulebook, area: AreaFacts, rules: Iterable[Rule]) -> list[Choice]:
    """Where the rules want cameras to stand."""
    view = AreaView(book.vocabulary, area, ())
    found: dict[str, str] = {}
    for rule in rules:
        for demand in rule.alternatives:
            for place in view.places(demand.stands):
                found[f"{place[0]}:{place[1]}"] = said(place_label(view, place))
            if demand.basis == "diagonal":
                places = view.places(demand.each) if demand.each else [(words.WHOLE, 1)]
                found |= {
                    f"{part}:{index}/{corner}": f"{said(place_label(view, (part, index)))} {corner}"
                    for part, index in places
                    for corner in (1, 2, 3, 4)
                }
    return list(found.items())


def mounts_asked(book: Rulebook, rules: Iterable[Rule]) -> list[Choice]:
    """How the rules want cameras to be mounted."""
    asked = {word for rule in rules for each in rule.alternatives for word in each.mount}
    return [(word, said(label)) for word, label in book.vocabulary.mounts.items() if word in asked]


def area_of(facts: SiteFacts, code: str) -> AreaFacts | None:
    """The area with a code."""
    return next((each for each in facts.areas if each.id == code), None)
