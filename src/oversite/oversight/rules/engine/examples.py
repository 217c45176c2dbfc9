"""The examples of a rulebook: small sites in one line per camera, each proving one outcome of its rule."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from oversite.oversight.rules.engine import nouns, words
from oversite.oversight.rules.engine.evaluation import evaluate
from oversite.oversight.rules.engine.facts import AreaFacts, CameraFacts, Decision, FactValue, SiteFacts
from oversite.oversight.rules.engine.reading import RulebookError, unknown
from oversite.oversight.rules.engine.rule import Example, Rule, Rulebook
from oversite.oversight.rules.engine.rule_reading import fact_value
from oversite.oversight.rules.engine.sights import Sight, Stand, parse_sights, parse_stand
from oversite.oversight.rules.engine.vocabulary import Vocabulary
from oversite.oversight.rules.engine.words import Label

TIMES = re.compile(r"(?:(?P<count>\d{1,3})\*|(?P<part>[a-z0-9-]+)\*)?(?P<kind>[a-z-]+)")
PLACE = "P"


def prove(book: Rulebook) -> None:
    """Judge every example by its own rule alone; raises `RulebookError` where the outcome is another one."""
    for rule in book.rules:
        for example in rule.examples:
            outcome, sentence = judged(book, rule, example)
            if outcome != example.outcome:
                more = Label(f"（{sentence.zh}）", f" ({sentence.en})") if sentence.en else sentence
                said = Label(
                    f"规则“{rule.id}”对标为{example.outcome}的示例判为{outcome}{more.zh}",
                    f"the rule {rule.id!r} says {outcome}{more.en} to its example of {example.outcome}",
                )
                raise RulebookError(example.place, said)


def judged(book: Rulebook, rule: Rule, example: Example) -> tuple[str, Label]:
    """The outcome of an example, and why."""
    alone = Rulebook(book.key, book.version, book.title, book.effective_on, None, book.vocabulary, (rule,))
    facts = example_facts(book.vocabulary, rule, example)
    finding = evaluate(alone, facts)[0]
    return finding.outcome.value, finding.missing if finding.missing.en else finding.reason


def example_facts(vocabulary: Vocabulary, rule: Rule, example: Example) -> SiteFacts:
    """The small site of an example: one area of the first kind that the rule holds for.

    A rule "as supervision requires" can only be not met where customs has decided that it is needed, so in its example
    of not met customs has.
    """
    is_decided = rule.strength == "as-required" and example.outcome == "not_met"
    is_site = rule.areas[0] == words.SITE
    area = AreaFacts(
        PLACE,
        rule.areas[0],
        zone=rule.zone,
        parts=example.parts,
        features=frozenset(example.features),
        facts=_plain(example.facts),
    )
    cameras: list[CameraFacts] = []
    for line in example.cameras:
        for camera in CameraLine(vocabulary, rule, example, line).cameras():
            number = len(cameras) + 1
            cameras.append(_numbered(camera, number))
    return SiteFacts(
        code="example",
        site_class=rule.classes[0],
        facts=_plain(example.facts) if is_site else {},
        features=frozenset(example.features) if is_site else frozenset(),
        areas=() if is_site else (area,),
        cameras=tuple(cameras),
        decisions=(Decision(rule.id, is_required=True),) if is_decided else (),
    )


def _plain(facts: dict[str, object]) -> dict[str, FactValue]:
    return {name: value for name, value in facts.items() if isinstance(value, (bool, int, str))}


def _numbered(camera: CameraFacts, number: int) -> CameraFacts:
    return CameraFacts(
        f"c{number}",
        camera.kind,
        PLACE,
        "",
        camera.abilities,
        camera.control,
        camera.sees,
        camera.stands,
        camera.mount,
        camera.facts,
    )


@dataclass(slots=True)
class CameraLine:
    """One line of an example, such as `2*fixed primary +audio ^high on=corner:1 plate&driver@lane:1`."""

    vocabulary: Vocabulary
    rule: Rule
    example: Example
    line: str
    abilities: set[str] = field(default_factory=set)
    mounts: set[str] = field(default_factory=set)
    sees: list[Sight] = field(default_factory=list)
    stands: list[Stand] = field(default_factory=list)
    facts: dict[str, FactValue] = field(default_factory=dict)
    is_declared: bool = True

    def cameras(self) -> Iterator[CameraFacts]:
        """The cameras of the line; raises `RulebookError` for what it cannot be."""
        first, *rest = self.line.split() or [""]
        match = TIMES.fullmatch(first)
        if match is None or match["kind"] not in words.CAMERA_KINDS:
            raise self._error(Label(f"“{first}”不是摄像头", f"{first!r} is no camera"), words.CAMERA_KINDS)
        demand = self.rule.demand
        control = demand.control if demand else None
        for word in rest:
            if word in {*words.CONTROL_LABELS, "none"}:
                control = None if word == "none" else word
            else:
                self._take(word)
        if match["part"]:
            if match["part"] not in self.vocabulary.parts:
                raise self._error(unknown(nouns.PART, match["part"]), self.vocabulary.parts)
            for index in range(1, self.vocabulary.part_count(match["part"], self.example.parts) + 1):
                yield self._camera(match["kind"], control, match["part"], index)
        else:
            for _number in range(int(match["count"] or 1)):
                yield self._camera(match["kind"], control, "", 0)

    def _camera(self, kind: str, control: str | None, part: str, index: int) -> CameraFacts:
        """A camera; where the line stands for one per part, what it says of that part is of this instance."""
        sees = tuple(
            Sight(each.subject, each.part, index if each.part == part and not each.index else each.index)
            for each in self.sees
        )
        stands = tuple(
            Stand(each.part, index if each.part == part and not each.index else each.index, each.corner)
            for each in self.stands
        )
        is_placed = self.is_declared or stands
        return CameraFacts(
            id="",
            kind=kind,
            abilities=frozenset(self.abilities),
            control=control,
            sees=sees if self.is_declared else None,
            stands=stands if is_placed else None,
            mount=frozenset(self.mounts) if self.is_declared or self.mounts else None,
            facts=self.facts,
        )

    def _take(self, given: str) -> None:
        if given == "?":
            self.is_declared = False
        elif given.startswith("+"):
            self.abilities.add(self._word(given[1:], self.vocabulary.abilities, nouns.ABILITY))
        elif given.startswith("^"):
            self.mounts.add(self._word(given[1:], self.vocabulary.mounts, nouns.MOUNT))
        elif given.startswith("~"):
            name, _, value = given[1:].partition("=")
            self._word(name, self.vocabulary.facts, nouns.FACT)
            self.facts.update(_plain({name: fact_value(value, self.vocabulary.facts[name])}))
        elif given.startswith("on="):
            stand = parse_stand(given[3:])
            if stand is None:
                said = Label(
                    f"“{given}”不是安装位置：应如on=part:1或on=part:1/3",
                    f"{given!r} is no stand: on=part:1 or on=part:1/3",
                )
                raise self._error(said)
            if stand.part != words.WHOLE:
                self._word(stand.part, self.vocabulary.parts, nouns.PART)
            self.stands.append(stand)
        else:
            self._sights(given)

    def _sights(self, given: str) -> None:
        parsed = parse_sights(given)
        if parsed is None:
            said = Label(
                f"“{given}”不是监控内容：应如subject&subject@part:1", f"{given!r} is no sight: subject&subject@part:1"
            )
            raise self._error(said)
        for sight in parsed:
            if sight.subject:
                self._word(sight.subject, self.vocabulary.subjects, nouns.SUBJECT)
            if sight.part:
                self._word(sight.part, self.vocabulary.parts, nouns.PART)
        self.sees.extend(parsed)

    def _word(self, word: str, allowed: Iterable[str], what: Label) -> str:
        known = set(allowed)
        if word not in known:
            raise self._error(unknown(what, word), known)
        return word

    def _error(self, said: Label, allowed: Iterable[str] = ()) -> RulebookError:
        return RulebookError(self.example.place, said, allowed)
