"""Judging a site by a rulebook: facts in, findings out; nothing else is read and nothing is changed (req: C-eval)."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from oversite.oversight.rules.engine import sentences, words
from oversite.oversight.rules.engine.cells import Cell, cells_of
from oversite.oversight.rules.engine.facts import AreaFacts, CameraFacts, FactValue, SiteFacts
from oversite.oversight.rules.engine.findings import NOTHING, Finding, Outcome
from oversite.oversight.rules.engine.redundancy import redundancy_finding
from oversite.oversight.rules.engine.rule import Demand, Rule, Rulebook
from oversite.oversight.rules.engine.view import AreaView
from oversite.oversight.rules.engine.words import Label

NO_CAMERA = Label("此处尚无摄像头", "no camera stands here yet")
UNDECLARED = Label("相关摄像头尚未申报监控内容，请打开画面确认", "cameras do not say what they see: open them and look")
CUSTOMS_DECIDES = Label(
    "是否需要由海关决定，现有摄像头未达到", "customs decides whether this is needed; the cameras here do not do it"
)
NOT_REQUIRED = Label("海关已决定此处不需要", "customs has decided that it is not needed here")
AS_MANY = Label("数量以实际需要为准，请现场确认是否足够", "as many as are in fact necessary: look whether they suffice")


@dataclass(frozen=True, slots=True)
class Verdict:
    """The outcome of one rule in one area before it becomes a finding; masks are of the area's cameras."""

    outcome: Outcome
    cameras: int = 0
    look_at: int = 0
    missing: Label = NOTHING
    reason: Label = NOTHING


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
        for rule in self.book.rules_of(self.facts.site_class, area.area_class, area.kind, area.zone):
            verdict = self._judge(rule, view, area.facts)
            if verdict.outcome not in {Outcome.NOT_APPLICABLE, Outcome.GOVERNED_ELSEWHERE}:
                holding.append(rule)
            found.append(self._finding(rule, view, verdict))
        redundancy = redundancy_finding(self.book, self.facts, view, holding)
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
        if rule.judgement or rule.document or rule.basis == "as-necessary":
            return Verdict(Outcome.JUDGEMENT, look_at=view.all, reason=self._officer(rule))
        verdict = self._checked(rule, view, given)
        if verdict.outcome is Outcome.NOT_MET and rule.strength == "as-required" and not decided:
            return Verdict(Outcome.JUDGEMENT, verdict.cameras, view.all, verdict.missing, CUSTOMS_DECIDES)
        return verdict

    def _officer(self, rule: Rule) -> Label:
        """What the officer must look at."""
        if rule.judgement:
            return rule.judgement
        if rule.document:
            title = self.book.vocabulary.documents[rule.document]
            return Label(f"按《{title.zh}》的要求判断", f"to be judged by “{title.en}”")
        return AS_MANY

    def _unmet_condition(self, rule: Rule, area: AreaFacts) -> Label | None:
        for word in rule.when:
            if not has_condition(self.book, word, area, self.facts):
                label = self._condition_label(word)
                return Label(f"此处没有：{label.zh}", f"there is none here: {label.en}")
        for word in rule.unless:
            if has_condition(self.book, word, area, self.facts):
                label = self._condition_label(word)
                return Label(f"因此不适用：{label.zh}", f"not applicable because of: {label.en}")
        return None

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
        unknown, wrong = [], []
        for name, needed in rule.require:
            label = self.book.vocabulary.facts[name].label
            if name not in given:
                unknown.append(label)
            elif not is_as_required(given[name], needed):
                wrong.append(_needed_label(label, needed))
        if wrong:
            what = sentences.joined(wrong)
            return Verdict(Outcome.NOT_MET, missing=Label(f"未达到：{what.zh}。", f"Not reached: {what.en}."))
        if unknown:
            what = sentences.joined(unknown)
            return Verdict(Outcome.JUDGEMENT, reason=Label(f"尚未登记：{what.zh}", f"not registered yet: {what.en}"))
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
            return Verdict(Outcome.JUDGEMENT, sure, view.all & ~sure, reason=self._unregistered(rule, demand))
        return Verdict(Outcome.MET, sure)

    def _offenders(self, rule: Rule, demand: Demand, view: AreaView, wrong: int) -> Label:
        names = "、".join(each.name or each.id for each in view.named(wrong)[:10])
        needed = (
            [sentences.wanted(self.book.vocabulary, demand, demand.kinds[0])]
            if demand != Demand(basis=demand.basis)
            else []
        )
        needed += [_needed_label(self.book.vocabulary.facts[name].label, values) for name, values in rule.require]
        what = sentences.joined(needed)
        return Label(
            f"全部摄像头应为：{what.zh}；不符的有：{names}。",
            f"Every camera must be: {what.en}; these are not: {names}.",
        )

    def _unregistered(self, rule: Rule, demand: Demand) -> Label:
        labels = [self.book.vocabulary.facts[name].label for name, _needed in rule.require]
        labels += [self.book.vocabulary.mounts[each] for each in demand.mount]
        what = sentences.joined(labels)
        return Label(f"摄像头尚未登记：{what.zh}", f"not registered yet of these cameras: {what.en}")


def judge_demand(demand: Demand, view: AreaView) -> Verdict:
    """One demand in one area."""
    cells = cells_of(demand, view)
    if not cells:
        label = sentences.joined(view.vocabulary.parts[each].label for each in demand.parts)
        return Verdict(Outcome.NOT_APPLICABLE, reason=Label(f"此处没有：{label.zh}", f"there is none here: {label.en}"))
    cameras = possible = 0
    failed: list[Cell] = []
    open_cells: list[Cell] = []
    for cell in cells:
        cameras |= cell.sure
        if cell.has(0):
            continue
        open_cells.append(cell)
        possible |= cell.possible & ~cell.sure
        if not cell.has(1):
            failed.append(cell)
    if not open_cells:
        return Verdict(Outcome.MET, cameras)
    if failed:
        return Verdict(Outcome.NOT_MET, cameras, possible, sentences.missing(view, demand, failed))
    return Verdict(Outcome.JUDGEMENT, cameras, possible, sentences.missing(view, demand, open_cells), UNDECLARED)


RANK = {Outcome.MET: 0, Outcome.JUDGEMENT: 1, Outcome.NOT_MET: 2, Outcome.NOT_APPLICABLE: 3}


def _best(verdicts: list[Verdict]) -> Verdict:
    return min(verdicts, key=lambda each: RANK[each.outcome])


def _worst(verdicts: list[Verdict]) -> Verdict:
    judged = [each for each in verdicts if each.outcome is not Outcome.NOT_APPLICABLE]
    return max(judged, key=lambda each: RANK[each.outcome]) if judged else verdicts[0]


def is_as_required(value: FactValue, needed: tuple[str, ...]) -> bool:
    """Whether a fact is at least the number, or one of the words, that a rule asks."""
    if isinstance(value, bool):
        return ("yes" if value else "no") in needed
    if isinstance(value, int):
        return value >= int(needed[0])
    return value in needed


def _needed_label(label: Label, needed: tuple[str, ...]) -> Label:
    if needed in {("yes",), ("no",)}:
        return label if needed == ("yes",) else Label(f"无{label.zh}", f"no {label.en}")
    if len(needed) == 1 and needed[0].isdecimal():
        return Label(f"{label.zh}不少于{needed[0]}", f"{label.en} at least {needed[0]}")
    return Label(f"{label.zh}为{'、'.join(needed)}之一", f"{label.en} one of {', '.join(needed)}")
