"""Judging a site by a rulebook: facts in, findings out; nothing else is read and nothing is changed (req: C-eval)."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from oversite.oversight.rules.engine import looking, sentences, words
from oversite.oversight.rules.engine.cells import Cell, cells_of
from oversite.oversight.rules.engine.facts import AreaFacts, CameraFacts, FactValue, SiteFacts
from oversite.oversight.rules.engine.findings import NOTHING, Finding, Outcome
from oversite.oversight.rules.engine.redundancy import redundancy_finding
from oversite.oversight.rules.engine.rule import Demand, Rule, Rulebook
from oversite.oversight.rules.engine.view import AreaView
from oversite.oversight.rules.engine.vocabulary import FactWord
from oversite.oversight.rules.engine.words import Label

NO_CAMERA = Label("此处尚无摄像头", "no camera stands here yet")
NOT_REQUIRED = Label("海关已决定此处不需要", "customs has decided that it is not needed here")
AS_MANY = Label(
    "摄像头的数量以实际需要为准，现有的是否足够", "whether there are as many cameras as are in fact necessary"
)


@dataclass(frozen=True, slots=True)
class Verdict:
    """The outcome of one rule in one area before it becomes a finding; masks are of the area's cameras.

    `vital` are those without any one of which a rule that is met would no longer surely be met.
    """

    outcome: Outcome
    cameras: int = 0
    look_at: int = 0
    missing: Label = NOTHING
    reason: Label = NOTHING
    vital: int = 0


def evaluate(book: Rulebook, facts: SiteFacts) -> list[Finding]:
    """Every finding of a site, the site's own first, then area by area in the order given."""
    return _Evaluation(book, facts).findings()


def area_view(book: Rulebook, area: AreaFacts, cameras: Iterable[CameraFacts]) -> AreaView:
    """The cameras of an area, ready to be judged."""
    return AreaView(book.vocabulary, area, [each for each in cameras if each.area == area.id])


def has_condition(book: Rulebook, word: str, area: AreaFacts, site: SiteFacts) -> bool:
    """Whether an area (or its site) has a feature, or at least one of a part."""
    if word in book.vocabulary.parts:
        return book.vocabulary.part_count(word, area.parts) > 0
    return word in area.features or word in site.features


class _Evaluation:
    def __init__(self, book: Rulebook, facts: SiteFacts) -> None:
        self.book = book
        self.facts = facts
        self.by_area: dict[str, list[CameraFacts]] = defaultdict(list)
        for camera in facts.cameras:
            self.by_area[camera.area].append(camera)

    def findings(self) -> list[Finding]:
        whole = AreaFacts("", words.SITE, self.facts.name or self.facts.code, features=self.facts.features)
        view = AreaView(self.book.vocabulary, whole, self.facts.cameras)
        rules = self.book.rules_of(self.facts.site_class, "", words.SITE, "")
        found = [self._finding(rule, view, self._judge(rule, view, self.facts.facts)) for rule in rules]
        for area in self.facts.areas:
            found.extend(self._area(area))
        return found

    def _area(self, area: AreaFacts) -> list[Finding]:
        view = AreaView(self.book.vocabulary, area, self.by_area.get(area.id, ()))
        found = []
        holding = []
        vital: dict[Rule, int] = {}
        for rule in self.book.rules_of(self.facts.site_class, area.area_class, area.kind, area.zone):
            verdict = self._judge(rule, view, area.facts)
            if verdict.outcome not in {Outcome.NOT_APPLICABLE, Outcome.GOVERNED_ELSEWHERE}:
                holding.append(rule)
            if verdict.vital and (rule.strength == "always" or self._decision(rule, area)):
                vital[rule] = verdict.vital
            found.append(self._finding(rule, view, verdict))
        redundancy = redundancy_finding(self.book, self.facts, view, holding, vital)
        return [*found, redundancy] if redundancy else found

    def _finding(self, rule: Rule, view: AreaView, verdict: Verdict) -> Finding:
        return Finding(
            rule.id,
            rule.book,
            rule.clause,
            view.area.id,
            verdict.outcome,
            rule.title,
            view.ids(verdict.cameras),
            view.ids(verdict.look_at),
            verdict.missing,
            verdict.reason,
        )

    def _judge(self, rule: Rule, view: AreaView, given: Mapping[str, FactValue]) -> Verdict:
        for each in self.facts.displaced:
            if each.area in {"", view.area.id} and rule.cited_by(each.rule):
                title = f"《{each.title}》" if each.title else ""
                reason = Label(f"从其规定：{title}{each.by}", f"governed by {each.title} {each.by}".replace("  ", " "))
                return Verdict(Outcome.GOVERNED_ELSEWHERE, reason=reason)
        unmet = self._unmet_condition(rule, view.area)
        if unmet is not None:
            return Verdict(Outcome.NOT_APPLICABLE, reason=unmet)
        decided = self._decision(rule, view.area)
        if decided is False:
            return Verdict(Outcome.NOT_APPLICABLE, reason=NOT_REQUIRED)
        if rule.is_officers:
            return self._officers(rule, view)
        verdict = self._checked(rule, view, given)
        if verdict.outcome is Outcome.NOT_MET and rule.strength == "as-required" and not decided:
            reason = looking.customs_decides(verdict.missing)
            return Verdict(Outcome.JUDGEMENT, verdict.cameras, view.all, reason=reason)
        return verdict

    def _officers(self, rule: Rule, view: AreaView) -> Verdict:
        """What only an officer can say: the question, and what the declared cameras leave open of what it names."""
        about = rule.judgement or AS_MANY
        if rule.document:
            title = self.book.vocabulary.documents[rule.document]
            about = Label(f"摄像头的设置是否符合《{title.zh}》", f"whether the cameras are placed as “{title.en}” asks")
        said = looking.question(view, about, view.all)
        found = [judge_demand(demand, view) for demand in rule.alternatives if demand.parts or demand.sees]
        short = next((each.missing for each in found if each.outcome is Outcome.NOT_MET), None)
        if short is not None:
            said = Label(f"{said.zh}已申报的摄像头中，{short.zh}", f"{said.en} As declared: {short.en}")
        return Verdict(Outcome.JUDGEMENT, look_at=view.all, reason=said)

    def _unmet_condition(self, rule: Rule, area: AreaFacts) -> Label | None:
        for word in rule.when:
            if not has_condition(self.book, word, area, self.facts):
                return self._without(word)
        for word in rule.unless:
            if has_condition(self.book, word, area, self.facts):
                label = self._condition_label(word)
                return Label(f"已登记“{label.zh}”，本项不适用", f"registered here: {label.en}")
        return None

    def _without(self, word: str) -> Label:
        """Why a rule does not hold where something is not."""
        label = self._condition_label(word)
        if word in self.book.vocabulary.parts:
            return nothing_of(label)
        return Label(f"未登记“{label.zh}”，本项不适用", f"not registered here: {label.en}")

    def _condition_label(self, word: str) -> Label:
        vocabulary = self.book.vocabulary
        return vocabulary.parts[word].label if word in vocabulary.parts else vocabulary.features[word]

    def _decision(self, rule: Rule, area: AreaFacts) -> bool | None:
        """What customs decided of a rule "as supervision requires", none where it has not."""
        if rule.strength != "as-required":
            return None
        found = None
        for each in self.facts.decisions:
            if each.area in {"", area.id} and rule.cited_by(each.rule):
                found = each.is_required
        return found

    def _checked(self, rule: Rule, view: AreaView, given: Mapping[str, FactValue]) -> Verdict:
        """The worst of what cameras and facts give."""
        if rule.basis == "every-camera":
            return self._every_camera(rule, view)
        verdicts = [self._required(rule, given)] if rule.require else []
        if rule.alternatives:
            verdicts.append(_best([judge_demand(demand, view) for demand in rule.alternatives]))
        return _worst(verdicts)

    def _required(self, rule: Rule, given: Mapping[str, FactValue]) -> Verdict:
        facts = self.book.vocabulary.facts
        unknown = [facts[name].label for name, _needed in rule.require if name not in given]
        wrong = [
            _wrong_fact(facts[name], needed, given[name])
            for name, needed in rule.require
            if name in given and not is_as_required(given[name], needed)
        ]
        if wrong:
            what = sentences.listed(wrong)
            return Verdict(Outcome.NOT_MET, missing=Label(f"{what.zh}。", f"{what.en}."))
        if unknown:
            what = sentences.joined(unknown)
            reason = Label(
                f"以下事项尚未登记，请核实后登记：{what.zh}。",
                f"Not registered yet: {what.en}. Find out and register it.",
            )
            return Verdict(Outcome.JUDGEMENT, reason=reason)
        return Verdict(Outcome.MET)

    def _every_camera(self, rule: Rule, view: AreaView) -> Verdict:
        if not view.all:
            return Verdict(Outcome.NOT_APPLICABLE, reason=NO_CAMERA)
        demand = rule.demand or Demand()
        sure, possible = view.qualified(demand)
        for kinds in demand.kinds:
            of_kinds = view.of_kinds(kinds)
            sure, possible = sure & of_kinds, possible & of_kinds
        for number, camera in enumerate(view.cameras):
            for name, needed in rule.require:
                if name not in camera.facts:
                    sure &= ~(1 << number)
                elif not is_as_required(camera.facts[name], needed):
                    sure, possible = sure & ~(1 << number), possible & ~(1 << number)
        wrong = view.all & ~possible
        if wrong:
            return Verdict(Outcome.NOT_MET, sure, wrong, self._offenders(rule, demand, view, wrong))
        if view.all & ~sure:
            open_ones = view.all & ~sure
            return Verdict(Outcome.JUDGEMENT, sure, open_ones, reason=self._unregistered(rule, demand, view, open_ones))
        return Verdict(Outcome.MET, sure)

    def _offenders(self, rule: Rule, demand: Demand, view: AreaView, wrong: int) -> Label:
        what = sentences.joined(self._asked_of_every(rule, demand))
        cameras = sentences.cameras_label(view, wrong)
        return Label(
            f"全部摄像头均须{what.zh}。不符合的是{cameras.zh}。",
            f"Every camera must be or have: {what.en}. This is not so of {cameras.en}.",
        )

    def _asked_of_every(self, rule: Rule, demand: Demand) -> list[Label]:
        kind = words.KIND_LABELS[demand.kind]
        asked = [] if demand.kind == words.ANY else [Label(f"是{kind.zh}", f"a {kind.en}")]
        asked += sentences.asked_of(self.book.vocabulary, demand)
        return asked + [_asked_fact(self.book.vocabulary.facts[name], values) for name, values in rule.require]

    def _unregistered(self, rule: Rule, demand: Demand, view: AreaView, open_ones: int) -> Label:
        labels = [self.book.vocabulary.facts[name].label for name, _needed in rule.require]
        mounts = [self.book.vocabulary.mounts[each] for each in demand.mount]
        labels += [Label(f"装在{each.zh}", each.en) for each in mounts]
        what, cameras = sentences.joined(labels), sentences.cameras_label(view, open_ones)
        return Label(
            f"请核实并登记{cameras.zh}的以下事项：{what.zh}。", f"Find out and register of {cameras.en}: {what.en}."
        )


def judge_demand(demand: Demand, view: AreaView) -> Verdict:
    """One demand in one area."""
    cells = cells_of(demand, view)
    if not cells:
        label = sentences.joined(view.vocabulary.parts[each].label for each in demand.parts)
        return Verdict(Outcome.NOT_APPLICABLE, reason=nothing_of(label))
    cameras = possible = vital = 0
    failed: list[Cell] = []
    open_cells: list[Cell] = []
    for cell in cells:
        cameras |= cell.sure
        if cell.has(0):
            vital |= cell.vital
            continue
        open_cells.append(cell)
        possible |= cell.unsure
        if not cell.has(1):
            failed.append(cell)
    if not open_cells:
        return Verdict(Outcome.MET, cameras, vital=vital)
    if failed:
        return Verdict(Outcome.NOT_MET, cameras, possible, sentences.missing(view, demand, failed))
    reason = looking.undeclared(view, demand, open_cells, possible)
    return Verdict(Outcome.JUDGEMENT, cameras, possible, reason=reason)


RANK = {Outcome.MET: 0, Outcome.JUDGEMENT: 1, Outcome.NOT_MET: 2, Outcome.NOT_APPLICABLE: 3}


def _best(verdicts: list[Verdict]) -> Verdict:
    """The best; what several ways meet, breaks only without a camera that all of them need."""
    best = min(verdicts, key=lambda each: RANK[each.outcome])
    vital = best.vital
    for each in verdicts:
        vital &= each.vital if each.outcome is Outcome.MET else vital
    return best if vital == best.vital else replace(best, vital=vital)


def _worst(verdicts: list[Verdict]) -> Verdict:
    judged = [each for each in verdicts if each.outcome is not Outcome.NOT_APPLICABLE]
    if not judged:
        return verdicts[0]
    worst = max(judged, key=lambda each: RANK[each.outcome])
    return max(judged, key=lambda each: each.vital) if worst.outcome is Outcome.MET else worst


def is_as_required(value: FactValue, needed: tuple[str, ...]) -> bool:
    """Whether a fact is at least the number, or one of the words, that a rule asks."""
    if isinstance(value, bool):
        return ("yes" if value else "no") in needed
    if isinstance(value, int):
        return value >= int(needed[0])
    return value in needed


def nothing_of(label: Label) -> Label:
    """Why a rule about parts that an area has none of does not hold there."""
    return Label(f"此处没有{label.zh}", f"there is none here: {label.en}")


def _asked_fact(fact: FactWord, needed: tuple[str, ...]) -> Label:
    """What a fact must be, as a demand of a camera."""
    if fact.type == "yes":
        return fact.label if needed == ("yes",) else Label(f"非{fact.label.zh}", f"not {fact.label.en}")
    label = _needed_label(fact, needed)
    return Label(label.zh.replace("应", "", 1), label.en.replace(" must be", "", 1))


def _needed_label(fact: FactWord, needed: tuple[str, ...]) -> Label:
    """A fact with the value that it must have."""
    zh, en = fact.label.zh, fact.label.en
    if fact.type == "yes":
        answer = _said(fact, needed == ("yes",))
        return Label(f"{zh}：应为“{answer.zh}”", f"{en}: must be {answer.en}")
    if fact.type == "number":
        return Label(f"{zh}应不少于{needed[0]}", f"{en} must be at least {needed[0]}")
    told = [_said(fact, each) for each in needed]
    return Label(
        f"{zh}应为{_alternatives([each.zh for each in told])}",
        f"{en} must be {' or '.join(each.en for each in told)}",
    )


def _alternatives(words_zh: Sequence[str]) -> str:
    """`甲、乙或丙`."""
    *first, last = words_zh
    return f"{'、'.join(first)}或{last}" if first else last


def _wrong_fact(fact: FactWord, needed: tuple[str, ...], value: FactValue) -> Label:
    asked, found = _needed_label(fact, needed), _said(fact, value)
    quoted = Label(f"“{found.zh}”", found.en) if fact.type != "number" else found
    return Label(f"{asked.zh}，登记为{quoted.zh}", f"{asked.en}, registered is {quoted.en}")


def _said(fact: FactWord, value: FactValue) -> Label:
    """A value of a fact as people say it."""
    if isinstance(value, bool):
        return Label("是", "yes") if value else Label("否", "no")
    return fact.values.get(str(value)) or Label(str(value), str(value))
