"""Key areas: each camera is taken out in turn, and what nobody sees then is named (req: C4)."""

from collections.abc import Iterable
from dataclasses import dataclass

from oversite.oversight.rules.engine import sentences
from oversite.oversight.rules.engine.facts import AreaFacts, SiteFacts
from oversite.oversight.rules.engine.findings import Finding, Loss, Outcome
from oversite.oversight.rules.engine.rule import Demand, Rule, Rulebook
from oversite.oversight.rules.engine.view import AreaView, Place
from oversite.oversight.rules.engine.words import Label

NEEDED = 2
"""With any one camera out, one is left."""


@dataclass(frozen=True, slots=True)
class Sight:
    """Something that must be seen without interruption, with what the cameras must be able to do."""

    subject: str
    place: Place | None
    abilities: tuple[str, ...]

    def masks(self, view: AreaView) -> tuple[int, int]:
        """The cameras that see it, of whatever kind: (surely, possibly)."""
        sure, possible = view.seeing(self.subject, self.place)
        able = view.able(self.abilities)
        return sure & able, possible & able

    def label(self, view: AreaView) -> Label:
        """What it is called."""
        seen = sentences.sight_label(view.vocabulary, self.subject)
        at = sentences.place_label(view, self.place) if self.place else Label("", "")
        if not seen.zh:
            return at
        return Label(f"{at.zh}{seen.zh}", f"{seen.en} at {at.en}" if at.en else seen.en)


def is_key_area(book: Rulebook, facts: SiteFacts, area: AreaFacts) -> bool:
    """Whether the area is a key area: by its kind, unless excluded, or because customs marked it."""
    rule = book.redundancy
    if rule is None or any(each in area.features or each in facts.features for each in rule.unless):
        return False
    return area.is_key or area.kind in rule.areas


def sights_of(rules: Iterable[Rule], view: AreaView) -> list[Sight]:
    """What the rules that always hold want to be seen in the area, each once."""
    found: dict[Sight, None] = {}
    for rule in rules:
        if rule.strength == "always" and rule.demand and not rule.judgement and not rule.document:
            for sight in _sights(rule.demand, view):
                found[sight] = None
    return list(found)


def _sights(demand: Demand, view: AreaView) -> list[Sight]:
    if demand.basis in {"every-camera", "as-necessary"}:
        return []
    able = demand.abilities
    if demand.each:
        places = view.places(demand.each)
        return [Sight(subject, place, able) for place in places for subject in demand.sees_at(place[0])]
    if (demand.points or demand.stands) and not view.places((*demand.points, *demand.stands)):
        return []
    points = [Sight("", place, able) for place in view.places(demand.points)]
    return points + [Sight(subject, None, able) for subject in demand.sees]


def redundancy_finding(book: Rulebook, facts: SiteFacts, view: AreaView, rules: Iterable[Rule]) -> Finding | None:
    """The finding about a key area, none for another area or where nothing need be seen."""
    rule = book.redundancy
    if rule is None or not is_key_area(book, facts, view.area):
        return None
    sights = sights_of(rules, view)
    if not sights:
        return None
    lost: dict[str, list[Label]] = {}
    unseen: list[Label] = []
    open_sights = 0
    counted = possible = 0
    for sight in sights:
        sure, maybe = sight.masks(view)
        counted |= sure
        if sure.bit_count() >= NEEDED:
            continue
        if maybe.bit_count() >= NEEDED:
            open_sights += 1
            possible |= maybe & ~sure
        elif sure:
            lost.setdefault(view.ids(sure)[0], []).append(sight.label(view))
        else:
            unseen.append(sight.label(view))
    losses = tuple(Loss(camera, sentences.joined(labels)) for camera, labels in sorted(lost.items()))
    outcome = Outcome.NOT_MET if losses or unseen else Outcome.JUDGEMENT if open_sights else Outcome.MET
    return Finding(
        rule.id,
        book.key,
        rule.clause,
        view.area.id,
        outcome,
        rule.title,
        view.ids(counted),
        view.ids(possible),
        _missing(view, losses, unseen) if outcome is Outcome.NOT_MET else Label("", ""),
        _OPEN if outcome is Outcome.JUDGEMENT else Label("", ""),
        losses,
    )


_OPEN = Label(
    "相关摄像头尚未申报监控内容，请打开画面确认冗余",
    "cameras do not say what they see: look whether they back each other up",
)


def _missing(view: AreaView, losses: Iterable[Loss], unseen: list[Label]) -> Label:
    names = {each.id: each.name or each.id for each in view.cameras}
    told = [
        Label(
            f"摄像头“{names[each.camera]}”一旦故障，将看不到{each.uncovers.zh}",
            f"without camera “{names[each.camera]}” nobody sees {each.uncovers.en}",
        )
        for each in losses
    ]
    if unseen:
        what = sentences.joined(unseen)
        told.append(Label(f"尚无摄像头确定监控：{what.zh}", f"no camera surely sees {what.en}"))
    zh, en = "；".join(each.zh for each in told), "; ".join(each.en for each in told)
    return Label(f"{view.area.label}：{zh}。", f"{view.area.label}: {en}.")
