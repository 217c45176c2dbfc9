"""Key areas: each camera is taken out in turn, and what nobody sees then is named (req: C4)."""

from collections.abc import Iterable
from dataclasses import dataclass, field

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
    """Something that must be seen without interruption, by cameras of one of the kinds that can do what is asked."""

    subject: str
    place: Place | None
    kinds: tuple[str, ...]
    abilities: tuple[str, ...]

    def masks(self, view: AreaView) -> tuple[int, int]:
        """The cameras that see it as the rule asks, so that each may stand in for another: (surely, possibly)."""
        sure, possible = view.seeing(self.subject, self.place)
        able = view.able(self.abilities) & view.of_kinds(self.kinds)
        return sure & able, possible & able

    def label(self, view: AreaView) -> Label:
        """What it is called."""
        seen = sentences.sight_label(view.vocabulary, self.subject)
        at = sentences.place_label(view, self.place) if self.place else Label("", "")
        if not seen.zh:
            return at
        return Label(f"{at.zh}{seen.zh}", f"{seen.en} at {at.en}" if at.en else seen.en)


Either = tuple[tuple[Sight, ...], ...]
"""The ways in which a rule may be met, each with all that must be seen then."""


def is_key_area(book: Rulebook, facts: SiteFacts, area: AreaFacts) -> bool:
    """Whether the area is a key area: by its kind, unless excluded, or because customs marked it."""
    rule = book.redundancy
    if rule is None or any(each in area.features or each in facts.features for each in rule.unless):
        return False
    return area.is_key or area.kind in rule.areas


def requirements_of(rules: Iterable[Rule], view: AreaView) -> list[Either]:
    """What the rules that always hold want to be seen in the area, each once; of several ways one is enough."""
    found: dict[Either, None] = {}
    for rule in rules:
        if rule.strength == "always" and not rule.judgement and not rule.document:
            ways = tuple(sights for demand in rule.alternatives if (sights := _sights(demand, view)))
            if ways:
                found[ways] = None
    return list(found)


def _sights(demand: Demand, view: AreaView) -> tuple[Sight, ...]:
    if demand.basis in {"every-camera", "as-necessary"}:
        return ()
    if (demand.points or demand.stands) and not view.places((*demand.points, *demand.stands)):
        return ()
    seen: list[tuple[str, Place | None]] = []
    if demand.each:
        seen += [(subject, place) for place in view.places(demand.each) for subject in demand.sees_at(place[0])]
    else:
        seen += [("", place) for place in view.places(demand.points)]
        seen += [(subject, None) for subject in demand.sees]
    return tuple(Sight(subject, place, kinds, demand.abilities) for kinds in demand.kinds for subject, place in seen)


@dataclass(slots=True)
class _Loss:
    """What the loss of one camera uncovers, what nobody sees even now, and what only may be seen."""

    lost: dict[str, list[Label]] = field(default_factory=dict)
    unseen: list[Label] = field(default_factory=list)
    open_sights: int = 0
    counted: int = 0
    possible: int = 0

    @property
    def rank(self) -> tuple[int, int, int]:
        """The less the better."""
        return len(self.unseen), sum(map(len, self.lost.values())), self.open_sights

    def add(self, sight: Sight, view: AreaView) -> None:
        sure, maybe = sight.masks(view)
        self.counted |= sure
        if sure.bit_count() >= NEEDED:
            return
        if maybe.bit_count() >= NEEDED:
            self.open_sights += 1
            self.possible |= maybe & ~sure
        elif sure:
            self.lost.setdefault(view.ids(sure)[0], []).append(sight.label(view))
        else:
            self.unseen.append(sight.label(view))


def _way_taken(either: Either, view: AreaView) -> tuple[Sight, ...]:
    """The way that leaves the least uncovered."""
    ranked = []
    for sights in either:
        loss = _Loss()
        for sight in sights:
            loss.add(sight, view)
        ranked.append(loss.rank)
    return either[ranked.index(min(ranked))]


def redundancy_finding(book: Rulebook, facts: SiteFacts, view: AreaView, rules: Iterable[Rule]) -> Finding | None:
    """The finding about a key area, none for another area or where nothing need be seen."""
    rule = book.redundancy
    if rule is None or not is_key_area(book, facts, view.area):
        return None
    requirements = requirements_of(rules, view)
    if not requirements:
        return None
    found = _Loss()
    for sight in dict.fromkeys(sight for either in requirements for sight in _way_taken(either, view)):
        found.add(sight, view)
    losses = tuple(Loss(camera, sentences.joined(labels)) for camera, labels in sorted(found.lost.items()))
    is_short = bool(losses or found.unseen)
    outcome = Outcome.NOT_MET if is_short else Outcome.JUDGEMENT if found.open_sights else Outcome.MET
    return Finding(
        rule.id,
        book.key,
        rule.clause,
        view.area.id,
        outcome,
        rule.title,
        view.ids(found.counted),
        view.ids(found.possible),
        _missing(view, losses, found.unseen) if outcome is Outcome.NOT_MET else Label("", ""),
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
