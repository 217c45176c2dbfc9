"""Facts from JSON: what was typed wrong is refused with the place and the allowed words, all of it at once."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from oversite.oversight.rules.engine import words
from oversite.oversight.rules.engine.facts import (
    AreaFacts,
    CameraFacts,
    Decision,
    Displacement,
    FactValue,
    SiteFacts,
)
from oversite.oversight.rules.engine.nearest import nearest_first, nearest_word
from oversite.oversight.rules.engine.problems import FactsError, Problem
from oversite.oversight.rules.engine.rule import Rulebook, near_clauses
from oversite.oversight.rules.engine.sights import Sight, Stand, parse_sights, parse_stand
from oversite.oversight.rules.engine.vocabulary import INNER_SORTS
from oversite.oversight.rules.engine.words import Label

SITE_CLASS, AREA_KIND, CLASS = Label("场所分类", "site class"), Label("区域类别", "area kind"), Label("分类", "class")
ZONE, PART, AREA = Label("分区", "zone"), Label("组成部分", "part"), Label("区域", "area")
CAMERA_KIND, ABILITY, MOUNT = Label("摄像头类别", "camera kind"), Label("功能", "ability"), Label("安装方式", "mount")
CONTROL, SUBJECT, FEATURE = Label("控制权", "control right"), Label("监控内容", "subject"), Label("特征", "feature")
FACT, VALUE, NO_WHY = Label("登记事项", "fact"), Label("取值", "value"), Label("", "")
KNOWN = {
    SITE_CLASS: "classes",
    CLASS: "classes",
    AREA_KIND: "areas",
    ZONE: "zones",
    PART: "parts",
    ABILITY: "abilities",
    MOUNT: "mounts",
    SUBJECT: "subjects",
    FEATURE: "features",
    FACT: "facts",
}
"""Where the vocabulary has the labels of what may be chosen."""
ENGINE_NAMES = {CAMERA_KIND: words.KIND_LABELS, CONTROL: words.CONTROL_LABELS}
FACT_TYPES = {"number": Label("整数", "int"), "yes": Label("true或false", "bool"), "word": Label("文字", "str")}
MAX_AREAS = 2_000
MAX_CAMERAS = 10_000
MAX_PART_COUNT = 500
MAX_PROBLEMS = 50


def read_facts(given: object, book: Rulebook) -> SiteFacts:
    """The facts, every word checked against the book. Raises `FactsError` with all problems found."""
    return _Reader(book).site(given)


@dataclass
class _Reader:
    """Collects problems while it reads, so that a person can mend them all at once."""

    book: Rulebook
    problems: list[Problem] = field(default_factory=list)

    def site(self, given: object) -> SiteFacts:
        top = self._mapping(given, "", ("site", "on", "areas", "cameras", "displaced", "decisions"))
        site = self._mapping(top.get("site", {}), "site", ("code", "name", "class", "features", "facts", *_LABELLING))
        vocabulary = self.book.vocabulary
        classes = {key for key, each in vocabulary.classes.items() if each.sort != "zone"}
        site_class = self._word(site.get("class"), "site.class", classes, SITE_CLASS)
        areas = tuple(
            self._area(each, f"areas[{number}]", site_class)
            for number, each in enumerate(self._list(top.get("areas"), "areas", MAX_AREAS))
        )
        self._once((each.id for each in areas), "areas", Label("区域", "the area"))
        by_id = {each.id: each for each in areas}
        cameras = tuple(
            self._camera(each, f"cameras[{number}]", by_id)
            for number, each in enumerate(self._list(top.get("cameras"), "cameras", MAX_CAMERAS))
        )
        once = Label("（一个摄像头只能属于一个区域）", " (a camera stands in one area)")
        self._once((each.id for each in cameras), "cameras", Label("摄像头", "the camera"), once)
        self._once((each.code for each in cameras), "cameras", Label("编码", "the code"))
        facts = SiteFacts(
            code=self._text(site.get("code"), "site.code"),
            site_class=site_class,
            name=self._text(site.get("name", ""), "site.name"),
            on=self._day(top.get("on")),
            features=self._words(site.get("features"), "site.features", vocabulary.features, FEATURE),
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
        kind = self._word(keys.get("kind"), f"{at}.kind", self._known_kinds(), AREA_KIND)
        area_class = keys.get("class") or ""
        if area_class:
            area_class = self._word(area_class, f"{at}.class", vocabulary.classes, CLASS)
        parts, names = self._parts(keys.get("parts"), f"{at}.parts")
        zone = keys.get("zone") or ""
        return AreaFacts(
            id=self._text(keys.get("id"), f"{at}.id"),
            kind=kind,
            name=self._text(keys.get("name", ""), f"{at}.name"),
            area_class=self._class_of(kind, area_class, site_class, at),
            zone=self._word(zone, f"{at}.zone", vocabulary.zones, ZONE) if zone else "",
            parts=parts,
            part_names=names,
            features=self._words(keys.get("features"), f"{at}.features", vocabulary.features, FEATURE),
            facts=self._facts(keys.get("facts"), f"{at}.facts", "area"),
            is_key=keys.get("is_key") is True,
        )

    def _known_kinds(self) -> set[str]:
        return set(self.book.vocabulary.areas) - {words.SITE}

    def _class_of(self, kind: str, area_class: str, site_class: str, at: str) -> str:
        """The area's own class: as said, or the only functional one that knows the kind where the site's does not."""
        book = self.book
        if area_class and kind:
            if not book.knows(area_class, kind) and not book.knows(site_class, kind):
                allowed = book.area_kinds(area_class)
                self._problem(f"{at}.kind", _no_such(area_class, kind), allowed, book.vocabulary.areas, given=kind)
            return area_class
        if not kind or book.knows(site_class, kind) or book.knows(words.ANY, kind):
            return ""
        classes = book.vocabulary.classes
        inner = [each for each in book.classes_knowing(kind) if each in classes and classes[each].sort in INNER_SORTS]
        if len(inner) == 1:
            return inner[0]
        if inner:
            said = Label(f"“{kind}”在几类功能区中都有，请写明属于哪一类", f"say which class this {kind!r} belongs to")
            self._problem(f"{at}.class", said, inner, classes)
        elif site_class:
            self._problem(f"{at}.kind", _no_such(site_class, kind), book.area_kinds(site_class), book.vocabulary.areas)
        return ""

    def _parts(self, given: object, at: str) -> tuple[dict[str, int], dict[str, tuple[str, ...]]]:
        counts: dict[str, int] = {}
        names: dict[str, tuple[str, ...]] = {}
        for part, value in self._mapping(given or {}, at, None).items():
            self._word(part, at, self.book.vocabulary.parts, PART)
            if isinstance(value, list) and len(value) <= MAX_PART_COUNT:
                names[part] = tuple(self._text(each, f"{at}.{part}") for each in value)
                counts[part] = len(value)
            elif isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= MAX_PART_COUNT:
                said = Label(
                    f"“{value}”不是数量，应为0至{MAX_PART_COUNT}的整数，或名称列表",
                    f"{value!r} is no count: 0 to {MAX_PART_COUNT}, or a list of names",
                )
                self._problem(f"{at}.{part}", said)
            else:
                counts[part] = value
        return counts, names

    def _camera(self, given: object, at: str, areas: Mapping[str, AreaFacts]) -> CameraFacts:
        keys = self._mapping(given, at, _CAMERA_KEYS)
        vocabulary = self.book.vocabulary
        area = keys.get("area") or ""
        if isinstance(area, list):
            said = Label("一个摄像头只能属于一个区域", "a camera stands in one area, not in several")
            self._problem(f"{at}.area", said)
            area = ""
        if area:
            area = self._word(area, f"{at}.area", areas, AREA)
        control = keys.get("control") or None
        sees = self._sights(keys.get("sees"), f"{at}.sees", areas.get(area))
        return CameraFacts(
            id=self._text(keys.get("id"), f"{at}.id"),
            kind=self._word(keys.get("kind"), f"{at}.kind", words.CAMERA_KINDS, CAMERA_KIND),
            area=area,
            name=self._text(keys.get("name", ""), f"{at}.name"),
            abilities=self._words(keys.get("abilities"), f"{at}.abilities", vocabulary.abilities, ABILITY),
            control=self._word(control, f"{at}.control", words.CONTROL_LABELS, CONTROL) if control else None,
            sees=sees,
            stands=self._stands(keys.get("stands"), f"{at}.stands", areas.get(area), is_declared=sees is not None),
            mount=None
            if keys.get("mount") is None and sees is None
            else self._words(keys.get("mount"), f"{at}.mount", vocabulary.mounts, MOUNT),
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
                forms = "subject, subject@part or subject@part:2"
                self._problem(at, Label(f"“{text}”不是监控内容，应写作{forms}", f"{text!r} is no sight: {forms}"))
                continue
            for sight in parsed:
                if sight.subject:
                    self._word(sight.subject, at, self.book.vocabulary.subjects, SUBJECT)
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
                forms = "part, part:2 or part:2/3 (at its third corner)"
                self._problem(at, Label(f"“{text}”不是安装位置，应写作{forms}", f"{text!r} is no stand: {forms}"))
                continue
            if stand.part != words.WHOLE:
                self._place(stand.part, stand.index, at, area)
            found.append(stand)
        return tuple(found)

    def _place(self, part: str, index: int, at: str, area: AreaFacts | None) -> None:
        if not part:
            return
        if part not in self.book.vocabulary.parts:
            self._unknown(part, at, self.book.vocabulary.parts, PART)
        elif area is not None and index > (count := self.book.vocabulary.part_count(part, area.parts)):
            word = self.book.vocabulary.parts[part].label.zh
            said = Label(
                f"没有{part}:{index}：区域“{area.id}”只有{count}个{word}",
                f"{part}:{index} is not there: the area {area.id!r} has {count} of it",
            )
            self._problem(at, said)

    def _facts(self, given: object, at: str, of: str) -> dict[str, FactValue]:
        found: dict[str, FactValue] = {}
        allowed = {name for name, each in self.book.vocabulary.facts.items() if each.of == of}
        types = {"number": int, "yes": bool, "word": str}
        for name, value in self._mapping(given or {}, at, None).items():
            if not self._word(name, at, allowed, FACT):
                continue
            fact = self.book.vocabulary.facts[name]
            if type(value) is not types[fact.type] or not isinstance(value, (bool, int, str)):
                asked = FACT_TYPES[fact.type]
                said = Label(f"“{value}”不对，应为{asked.zh}", f"{value!r} is no {asked.en}")
                self._problem(f"{at}.{name}", said)
            elif isinstance(value, int) and value < 0:
                self._problem(f"{at}.{name}", Label(f"“{value}”小于零", f"{value!r} is below zero"))
            elif fact.values and value not in fact.values:
                self._unknown(value, f"{at}.{name}", fact.values, VALUE)
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
                self._problem(f"{at}.is_required", Label("应为true或false", "true or false is expected"))
            rule = self._cited(keys.get("rule"), f"{at}.rule")
            found.append(Decision(rule, keys.get("is_required") is True, self._area_of(keys, at, areas)))
        return tuple(found)

    def _cited(self, given: object, at: str) -> str:
        text = self._text(given, at)
        if text and not any(each.cited_by(text) for each in self.book.rules):
            redundancy = self.book.redundancy
            if redundancy is None or text != redundancy.id:
                said = Label(f"没有条款号为“{text}”的规则", f"no rule has the id or cites the clause {text!r}")
                self._problem(at, said, near_clauses(text, self.book.rules))
        return text

    def _area_of(self, keys: Mapping[str, Any], at: str, areas: Mapping[str, AreaFacts]) -> str:
        return self._word(keys["area"], f"{at}.area", areas, AREA) if keys.get("area") else ""

    def _day(self, given: object) -> date | None:
        if given is None:
            return None
        try:
            return date.fromisoformat(str(given))
        except ValueError:
            self._problem("on", Label(f"“{given}”不是日期，应如2026-11-22", f"{given!r} is no day: 2026-11-22 is one"))
            return None

    def _mapping(self, given: object, at: str, allowed: Iterable[str] | None) -> dict[str, Any]:
        if not isinstance(given, dict):
            self._problem(at, Label("应为JSON对象", "a JSON object is expected"))
            return {}
        if allowed is not None:
            for key in given:
                if key not in (known := set(allowed)):
                    self._problem(at, Label(f"没有“{key}”这一项", f"unknown key {key!r}"), known, given=str(key))
        return given

    def _list(self, given: object, at: str, most: int) -> list[Any]:
        if given is None:
            return []
        if not isinstance(given, list):
            self._problem(at, Label("应为列表", "a list is expected"))
            return []
        if len(given) > most:
            self._problem(at, Label(f"超过{most}个", f"more than {most} of them"))
        return given[:most]

    def _text(self, given: object, at: str) -> str:
        if not isinstance(given, str) or len(given) > 200:
            said = Label("应为不超过200字的文字", "a text of at most 200 characters is expected")
            self._problem(at, said)
            return ""
        return given

    def _word(self, given: object, at: str, allowed: Iterable[str], what: Label) -> str:
        if not isinstance(given, str) or given not in allowed:
            self._unknown(given, at, allowed, what)
            return ""
        return given

    def _unknown(self, given: object, at: str, allowed: Iterable[str], what: Label) -> None:
        shown = "" if given is None else str(given)
        said = Label(
            f"{what.zh}“{shown}”不认识" if shown else f"缺少{what.zh}",
            f"unknown {what.en} {given!r}" if shown else f"the {what.en} is missing",
        )
        known = getattr(self.book.vocabulary, KNOWN[what]) if what in KNOWN else ENGINE_NAMES.get(what, allowed)
        self._problem(at, said, allowed, known if isinstance(known, Mapping) else None, given=shown)

    def _words(self, given: object, at: str, allowed: Iterable[str], what: Label) -> frozenset[str]:
        return frozenset(
            each for each in (self._word(one, at, allowed, what) for one in self._list(given, at, 100)) if each
        )

    def _once(self, keys: Iterable[str], at: str, what: Label, why: Label = NO_WHY) -> None:
        """Refuse a key that an earlier one has; an empty one is none."""
        seen: dict[str, int] = {}
        for number, key in enumerate(keys):
            if key in seen:
                said = Label(
                    f"{what.zh}“{key}”重复{why.zh}，与第{seen[key] + 1}个相同",
                    f"{what.en} {key!r} stands there twice{why.en}, first as number {seen[key] + 1}",
                )
                self._problem(f"{at}[{number}]", said)
            elif key:
                seen[key] = number

    def _problem(
        self,
        at: str,
        said: Label,
        allowed: Iterable[str] = (),
        known: Mapping[str, object] | None = None,
        *,
        given: str = "",
    ) -> None:
        """Note a problem; of the first ones the word that was most likely meant is looked for."""
        names = {word: getattr(each, "label", each) for word, each in (known or {}).items()}
        labels = {word: each for word, each in names.items() if isinstance(each, Label)}
        words = frozenset(allowed)
        is_looked_for = bool(given and words) and len(self.problems) < MAX_PROBLEMS
        nearest = nearest_word(given, words, labels) if is_looked_for else ""
        self.problems.append(Problem(at, said, nearest_first(nearest, words), labels, nearest))


def _no_such(class_word: str, kind: str) -> Label:
    return Label(f"“{class_word}”没有“{kind}”这类区域", f"{class_word!r} has no area of the kind {kind!r}")


_LABELLING = ("district", "site_serial", "regional_customs", "house")
_CAMERA_KEYS = (
    *("id", "name", "area", "kind", "abilities", "mount", "stands", "control", "sees", "facts", "code"),
    *("is_locked", "screen_text", "sign", "because", "position", "is_allotted", "control_asked"),
)
