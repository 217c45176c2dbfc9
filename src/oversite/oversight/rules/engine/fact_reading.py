"""Facts from JSON: what was typed wrong is refused with the place and the allowed words, all of it at once."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from oversite.common.errors import OversiteError
from oversite.oversight.rules.engine import words
from oversite.oversight.rules.engine.facts import (
    AreaFacts,
    CameraFacts,
    Decision,
    Displacement,
    FactValue,
    SiteFacts,
)
from oversite.oversight.rules.engine.rule import Rulebook
from oversite.oversight.rules.engine.sights import Sight, Stand, parse_sights, parse_stand
from oversite.oversight.rules.engine.vocabulary import INNER_SORTS

MAX_AREAS = 2_000
MAX_CAMERAS = 10_000
MAX_PART_COUNT = 500
MAX_PROBLEMS = 50


class FactsError(OversiteError):
    """The facts cannot be judged; the text has one line per problem, each with its place and the allowed words."""

    def __init__(self, problems: Sequence[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = tuple(problems)


def read_facts(given: object, book: Rulebook) -> SiteFacts:
    """The facts, every word checked against the book. Raises `FactsError` with all problems found."""
    return _Reader(book).site(given)


@dataclass
class _Reader:
    """Collects problems while it reads, so that a person can mend them all at once."""

    book: Rulebook
    problems: list[str] = field(default_factory=list)

    def site(self, given: object) -> SiteFacts:
        top = self._mapping(given, "", ("site", "on", "areas", "cameras", "displaced", "decisions"))
        site = self._mapping(top.get("site", {}), "site", ("code", "name", "class", "features", "facts", *_LABELLING))
        vocabulary = self.book.vocabulary
        classes = {key for key, each in vocabulary.classes.items() if each.sort != "zone"}
        site_class = self._word(site.get("class"), "site.class", classes, "site class")
        areas = tuple(
            self._area(each, f"areas[{number}]", site_class)
            for number, each in enumerate(self._list(top.get("areas"), "areas", MAX_AREAS))
        )
        self._once((each.id for each in areas), "areas", "area")
        by_id = {each.id: each for each in areas}
        cameras = tuple(
            self._camera(each, f"cameras[{number}]", by_id)
            for number, each in enumerate(self._list(top.get("cameras"), "cameras", MAX_CAMERAS))
        )
        self._once((each.id for each in cameras), "cameras", "camera", " (a camera stands in one area)")
        self._once((each.code for each in cameras if each.code), "cameras", "code")
        facts = SiteFacts(
            code=self._text(site.get("code"), "site.code"),
            site_class=site_class,
            name=self._text(site.get("name", ""), "site.name"),
            on=self._day(top.get("on")),
            features=self._words(site.get("features"), "site.features", vocabulary.features, "feature"),
            facts=self._facts(site.get("facts"), "site.facts", "site"),
            areas=areas,
            cameras=cameras,
            displaced=self._displaced(top.get("displaced"), by_id),
            decisions=self._decisions(top.get("decisions"), by_id),
        )
        if self.problems:
            raise FactsError(self.problems[:MAX_PROBLEMS])
        return facts

    def _area(self, given: object, at: str, site_class: str) -> AreaFacts:
        keys = self._mapping(given, at, ("id", "kind", "name", "class", "zone", "parts", "features", "facts", "is_key"))
        vocabulary = self.book.vocabulary
        kind = self._word(keys.get("kind"), f"{at}.kind", self._known_kinds(), "area kind")
        area_class = keys.get("class") or ""
        if area_class:
            area_class = self._word(area_class, f"{at}.class", vocabulary.classes, "class")
        parts, names = self._parts(keys.get("parts"), f"{at}.parts")
        zone = keys.get("zone") or ""
        return AreaFacts(
            id=self._text(keys.get("id"), f"{at}.id"),
            kind=kind,
            name=self._text(keys.get("name", ""), f"{at}.name"),
            area_class=self._class_of(kind, area_class, site_class, at),
            zone=self._word(zone, f"{at}.zone", vocabulary.zones, "zone") if zone else "",
            parts=parts,
            part_names=names,
            features=self._words(keys.get("features"), f"{at}.features", vocabulary.features, "feature"),
            facts=self._facts(keys.get("facts"), f"{at}.facts", "area"),
            is_key=keys.get("is_key") is True,
        )

    def _known_kinds(self) -> set[str]:
        return set(self.book.vocabulary.areas) - {words.SITE}

    def _class_of(self, kind: str, area_class: str, site_class: str, at: str) -> str:
        """The area's own class: as said, or the only functional one that knows the kind where the site's does not."""
        book = self.book
        if area_class:
            if not book.knows(area_class, kind) and not book.knows(site_class, kind):
                allowed = book.area_kinds(area_class)
                self._problem(f"{at}.kind", f"{area_class!r} has no area of the kind {kind!r}", allowed)
            return area_class
        if not kind or book.knows(site_class, kind) or book.knows(words.ANY, kind):
            return ""
        classes = book.vocabulary.classes
        inner = [each for each in book.classes_knowing(kind) if each in classes and classes[each].sort in INNER_SORTS]
        if len(inner) == 1:
            return inner[0]
        if inner:
            self._problem(f"{at}.class", f"say which class this {kind!r} belongs to", inner)
        elif site_class:
            self._problem(f"{at}.kind", f"{site_class!r} has no area of the kind {kind!r}", book.area_kinds(site_class))
        return ""

    def _parts(self, given: object, at: str) -> tuple[dict[str, int], dict[str, tuple[str, ...]]]:
        counts: dict[str, int] = {}
        names: dict[str, tuple[str, ...]] = {}
        for part, value in self._mapping(given or {}, at, None).items():
            self._word(part, at, self.book.vocabulary.parts, "part")
            if isinstance(value, list) and len(value) <= MAX_PART_COUNT:
                names[part] = tuple(self._text(each, f"{at}.{part}") for each in value)
                counts[part] = len(value)
            elif isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= MAX_PART_COUNT:
                self._problem(f"{at}.{part}", f"{value!r} is no count: 0 to {MAX_PART_COUNT}, or a list of names")
            else:
                counts[part] = value
        return counts, names

    def _camera(self, given: object, at: str, areas: Mapping[str, AreaFacts]) -> CameraFacts:
        keys = self._mapping(given, at, _CAMERA_KEYS)
        vocabulary = self.book.vocabulary
        area = keys.get("area") or ""
        if isinstance(area, list):
            self._problem(f"{at}.area", "a camera stands in one area, not in several")
            area = ""
        if area:
            area = self._word(area, f"{at}.area", areas, "area")
        control = keys.get("control") or None
        sees = self._sights(keys.get("sees"), f"{at}.sees", areas.get(area))
        return CameraFacts(
            id=self._text(keys.get("id"), f"{at}.id"),
            kind=self._word(keys.get("kind"), f"{at}.kind", words.CAMERA_KINDS, "camera kind"),
            area=area,
            name=self._text(keys.get("name", ""), f"{at}.name"),
            abilities=self._words(keys.get("abilities"), f"{at}.abilities", vocabulary.abilities, "ability"),
            control=self._word(control, f"{at}.control", words.CONTROL_LABELS, "control right") if control else None,
            sees=sees,
            stands=self._stands(keys.get("stands"), f"{at}.stands", areas.get(area), is_declared=sees is not None),
            mount=None
            if keys.get("mount") is None and sees is None
            else self._words(keys.get("mount"), f"{at}.mount", vocabulary.mounts, "mount"),
            facts=self._facts(keys.get("facts"), f"{at}.facts", "camera"),
            code=self._text(keys.get("code") or "", f"{at}.code"),
            is_locked=keys.get("is_locked") is True,
        )

    def _sights(self, given: object, at: str, area: AreaFacts | None) -> tuple[Sight, ...] | None:
        if given is None:
            return None
        found: list[Sight] = []
        for text in self._list(given, at, 500):
            parsed = parse_sights(text) if isinstance(text, str) else None
            if parsed is None:
                self._problem(at, f"{text!r} is no sight: subject, subject@part or subject@part:2")
                continue
            for sight in parsed:
                if sight.subject:
                    self._word(sight.subject, at, self.book.vocabulary.subjects, "subject")
                self._place(sight.part, sight.index, at, area)
            found.extend(parsed)
        return tuple(found)

    def _stands(self, given: object, at: str, area: AreaFacts | None, *, is_declared: bool) -> tuple[Stand, ...] | None:
        if given is None:
            return () if is_declared else None
        found = []
        for text in self._list(given, at, 50):
            stand = parse_stand(text) if isinstance(text, str) else None
            if stand is None:
                self._problem(at, f"{text!r} is no stand: part, part:2 or part:2/3 (at its third corner)")
                continue
            if stand.part != words.WHOLE:
                self._place(stand.part, stand.index, at, area)
            found.append(stand)
        return tuple(found)

    def _place(self, part: str, index: int, at: str, area: AreaFacts | None) -> None:
        if not part:
            return
        if part not in self.book.vocabulary.parts:
            self._problem(at, f"unknown part {part!r}", self.book.vocabulary.parts)
        elif area is not None and index > (count := self.book.vocabulary.part_count(part, area.parts)):
            self._problem(at, f"{part}:{index} is not there: the area {area.id!r} has {count} of it")

    def _facts(self, given: object, at: str, of: str) -> dict[str, FactValue]:
        found: dict[str, FactValue] = {}
        allowed = {name for name, each in self.book.vocabulary.facts.items() if each.of == of}
        types = {"number": int, "yes": bool, "word": str}
        for name, value in self._mapping(given or {}, at, None).items():
            self._word(name, at, allowed, "fact")
            expected = types[self.book.vocabulary.facts[name].type] if name in allowed else type(value)
            if type(value) is not expected or not isinstance(value, (bool, int, str)):
                self._problem(f"{at}.{name}", f"{value!r} is no {expected.__name__}")
            else:
                found[name] = value
        return found

    def _displaced(self, given: object, areas: Mapping[str, AreaFacts]) -> tuple[Displacement, ...]:
        found = []
        for number, each in enumerate(self._list(given, "displaced", 1000)):
            at = f"displaced[{number}]"
            keys = self._mapping(each, at, ("rule", "by", "title", "area"))
            by = self._text(keys.get("by"), f"{at}.by")
            rule = self._cited(keys.get("rule"), f"{at}.rule")
            found.append(Displacement(rule, by, self._text(keys.get("title", ""), at), self._area_of(keys, at, areas)))
        return tuple(found)

    def _decisions(self, given: object, areas: Mapping[str, AreaFacts]) -> tuple[Decision, ...]:
        found = []
        for number, each in enumerate(self._list(given, "decisions", 1000)):
            at = f"decisions[{number}]"
            keys = self._mapping(each, at, ("rule", "is_required", "area"))
            if not isinstance(keys.get("is_required"), bool):
                self._problem(f"{at}.is_required", "true or false is expected")
            rule = self._cited(keys.get("rule"), f"{at}.rule")
            found.append(Decision(rule, keys.get("is_required") is True, self._area_of(keys, at, areas)))
        return tuple(found)

    def _cited(self, given: object, at: str) -> str:
        text = self._text(given, at)
        if text and not any(each.cited_by(text) for each in self.book.rules):
            redundancy = self.book.redundancy
            if redundancy is None or text != redundancy.id:
                self._problem(at, f"no rule has the id or cites the clause {text!r}")
        return text

    def _area_of(self, keys: Mapping[str, Any], at: str, areas: Mapping[str, AreaFacts]) -> str:
        return self._word(keys["area"], f"{at}.area", areas, "area") if keys.get("area") else ""

    def _day(self, given: object) -> date | None:
        if given is None:
            return None
        try:
            return date.fromisoformat(str(given))
        except ValueError:
            self._problem("on", f"{given!r} is no day: 2026-11-22 is one")
            return None

    def _mapping(self, given: object, at: str, allowed: Iterable[str] | None) -> dict[str, Any]:
        if not isinstance(given, dict):
            self._problem(at or "the file", "a JSON object is expected")
            return {}
        if allowed is not None:
            for key in given:
                if key not in (known := set(allowed)):
                    self._problem(at or "the file", f"unknown key {key!r}", known)
        return given

    def _list(self, given: object, at: str, most: int) -> list[Any]:
        if given is None:
            return []
        if not isinstance(given, list):
            self._problem(at, "a list is expected")
            return []
        if len(given) > most:
            self._problem(at, f"more than {most} of them")
        return given[:most]

    def _text(self, given: object, at: str) -> str:
        if not isinstance(given, str) or len(given) > 200:
            self._problem(at, "a text of at most 200 characters is expected")
            return ""
        return given

    def _word(self, given: object, at: str, allowed: Iterable[str], what: str) -> str:
        known = set(allowed)
        if not isinstance(given, str) or given not in known:
            self._problem(at, f"unknown {what} {given!r}", known)
            return ""
        return given

    def _words(self, given: object, at: str, allowed: Iterable[str], what: str) -> frozenset[str]:
        return frozenset(
            each for each in (self._word(one, at, allowed, what) for one in self._list(given, at, 100)) if each
        )

    def _once(self, keys: Iterable[str], at: str, what: str, why: str = "") -> None:
        seen: set[str] = set()
        for key in keys:
            if key in seen:
                self._problem(at, f"the {what} {key!r} stands there twice{why}")
            seen.add(key)

    def _problem(self, at: str, problem: str, allowed: Iterable[str] = ()) -> None:
        listed = ", ".join(sorted(allowed))
        self.problems.append(f"{at}: {problem}" + (f"; allowed: {listed}" if listed else ""))


_LABELLING = ("district", "site_serial", "regional_customs", "house")
_CAMERA_KEYS = (
    *("id", "name", "area", "kind", "abilities", "mount", "stands", "control", "sees", "facts", "code"),
    *("is_locked", "screen_text", "sign", "because", "position", "is_allotted", "control_asked"),
)
