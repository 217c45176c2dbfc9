"""Key areas: each camera is taken out in turn, and what nobody sees then is named (req: C4)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from oversite.oversight.rules.engine import looking, sentences
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


def sights_label(view: AreaView, sights: Iterable[Sight]) -> Label:
    """What several sights are called, those of one place and then of like places together."""
    at: dict[Place | None, list[str]] = {}
    for sight in sights:
        at.setdefault(sight.place, []).append(sight.subject)
    places: dict[str, sentences.Places] = {}
    for place, subjects in at.items():
        part, index = place or ("", 0)
        seen = "&".join(dict.fromkeys(each for each in subjects if each))
        places.setdefault(seen, {}).setdefault(part, []).append(index)
    told = []
    for seen, found in places.items():
        where, what = sentences.all_places(view, found), sentences.sight_label(view.vocabulary, seen)
        both = Label(f"{where.zh}的{what.zh}", f"{what.en} at {where.en}")
        told.append(both if where.zh and what.zh else where if where.zh else what)
    return sentences.listed(told) if any("、" in each.zh for each in told) else sentences.joined(told)


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
        if rule.strength == "always" and (rule.names_points or not rule.is_officers):
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
    """What the loss of one camera uncovers, what nobody sees even now, and what only may be seen.

    `backed` is what the loss of a camera uncovers unless another, of which nobody has said so, sees it too.
    """

    lost: dict[str, list[Sight]] = field(default_factory=dict)
    unseen: list[Sight] = field(default_factory=list)
    backed: dict[str, list[Sight]] = field(default_factory=dict)
    open_sights: list[Sight] = field(default_factory=list)
    counted: int = 0
    possible: int = 0

    @property
    def rank(self) -> tuple[int, int, int]:
        """The less the better."""
        return len(self.unseen), sum(map(len, self.lost.values())), len(self.open_sights)

    def add(self, sight: Sight, view: AreaView) -> None:
        sure, maybe = sight.masks(view)
        self.counted |= sure
        if sure.bit_count() >= NEEDED:
            return
        if maybe.bit_count() >= NEEDED:
            self.open_sights.append(sight)
            self.possible |= maybe & ~sure
            if sure:
                self.backed.setdefault(view.ids(sure)[0], []).append(sight)
        elif sure:
            self.lost.setdefault(view.ids(sure)[0], []).append(sight)
        else:
            self.unseen.append(sight)


def _way_taken(either: Either, view: AreaView) -> tuple[Sight, ...]:
    """The way that leaves the least uncovered."""
    ranked = []
    for sights in either:
        loss = _Loss()
        for sight in sights:
            loss.add(sight, view)
        ranked.append(loss.rank)
    return either[ranked.index(min(ranked))]


def redundancy_finding(
    book: Rulebook, facts: SiteFacts, view: AreaView, rules: Iterable[Rule], vital: Mapping[Rule, int]
) -> Finding | None:
    """The finding about a key area, none for another area or where nothing need be seen.

    `vital` are for the rules that are met the cameras without which they would not be.
    """
    rule = book.redundancy
    if rule is None or not is_key_area(book, facts, view.area):
        return None
    requirements = requirements_of(rules, view)
    if not requirements and not vital:
        return None
    found = _Loss()
    for sight in dict.fromkeys(sight for either in requirements for sight in _way_taken(either, view)):
        found.add(sight, view)
    is_short = bool(found.lost or found.unseen)
    outcome = Outcome.NOT_MET if is_short else Outcome.JUDGEMENT if found.open_sights else Outcome.MET
    opened = _open(view, found) if outcome is Outcome.JUDGEMENT else Label("", "")
    losses = _losses(view, found, vital)
    told = [each for each in (opened, _broken(book, view, losses)) if each.zh]
    return Finding(
        rule.id,
        book.key,
        rule.clause,
        view.area.id,
        outcome,
        rule.title,
        view.ids(found.counted),
        view.ids(found.possible),
        _missing(view, found) if outcome is Outcome.NOT_MET else Label("", ""),
        Label("".join(each.zh for each in told), " ".join(each.en for each in told)),
        losses,
    )


def _losses(view: AreaView, found: _Loss, vital: Mapping[Rule, int]) -> tuple[Loss, ...]:
    """Every camera whose loss uncovers something for sure or perhaps, or breaks a rule, by its id."""
    losses = []
    for number, camera in sorted(enumerate(view.cameras), key=lambda each: each[1].id):
        sights = [*found.lost.get(camera.id, ()), *found.backed.get(camera.id, ())]
        breaks = tuple(rule.id for rule, mask in vital.items() if mask >> number & 1)
        if sights or breaks:
            losses.append(Loss(camera.id, sights_label(view, sights), breaks))
    return tuple(losses)


def _broken(book: Rulebook, view: AreaView, losses: Iterable[Loss]) -> Label:
    """Which rules the loss of a camera breaks, cameras of the same rules together."""
    alike: dict[tuple[str, ...], list[str]] = {}
    for each in losses:
        if each.breaks:
            alike.setdefault(each.breaks, []).append(each.camera)
    told = []
    for breaks, ids in alike.items():
        mask = sum(1 << number for number, camera in enumerate(view.cameras) if camera.id in ids)
        cameras, clauses = sentences.every_camera_label(view, mask), book.cite_rules(breaks)
        one = Label("中任意一个", "any one of ") if len(ids) > 1 else Label("", "")
        told.append(Label(f"{cameras.zh}{one.zh}（{clauses.zh}）", f"{one.en}{cameras.en} ({clauses.en})"))
    if not told:
        return Label("", "")
    what = sentences.listed(told)
    return Label(f"一旦故障，以下条款不再符合：{what.zh}。", f"Rules no longer met without a camera: {what.en}.")


def _open(view: AreaView, found: _Loss) -> Label:
    """Cameras that may back each other up, of which nobody has said what they see; and those that stand alone yet."""
    start, what = looking.opened(view, found.possible), sights_label(view, found.open_sights)
    told = [
        Label(
            f"{start.zh}，确认任意一个故障时，其余摄像头仍能看清：{what.zh}",
            f"{start.en} and make sure that without any one of them the others still show {what.en}",
        )
    ]
    names = {each.id: each.name or each.id for each in view.cameras}
    if found.backed:
        lost = [_lost(names[camera], sights_label(view, sights)) for camera, sights in sorted(found.backed.items())]
        one = sentences.listed(lost)
        told.append(Label(f"否则，{one.zh}", f"else {one.en}"))
    return looking.ended(sentences.listed(told))


def _lost(camera: str, what: Label) -> Label:
    return Label(f"摄像头“{camera}”一旦故障，将看不到{what.zh}", f"without camera “{camera}” nobody sees {what.en}")


def _spares(view: AreaView, sights: Iterable[Sight]) -> Label:
    """The cameras of which nobody has said whether they see it too."""
    mask = 0
    for sight in sights:
        sure, maybe = sight.masks(view)
        mask |= maybe & ~sure
    cameras = sentences.cameras_label(view, mask)
    return Label(f"{cameras.zh}也能看清（尚未申报）", f"{cameras.en} shows it too, which nobody has declared")


def _missing(view: AreaView, found: _Loss) -> Label:
    """What the loss of a camera uncovers; then what no camera surely sees even now."""
    names = {each.id: each.name or each.id for each in view.cameras}
    told = [_lost(names[camera], sights_label(view, sights)) for camera, sights in sorted(found.lost.items())]
    for camera, sights in sorted(found.backed.items()):
        lost, spares = _lost(names[camera], sights_label(view, sights)), _spares(view, sights)
        told.append(Label(f"{lost.zh}，除非{spares.zh}", f"{lost.en}, unless {spares.en}"))
    backed = {sight for sights in found.backed.values() for sight in sights}
    unseen = [*found.unseen, *(sight for sight in found.open_sights if sight not in backed)]
    if unseen:
        what = sights_label(view, unseen)
        told.append(Label(f"尚无摄像头确定监控：{what.zh}", f"no camera surely sees {what.en}"))
    zh, en = "；".join(each.zh for each in told), "; ".join(each.en for each in told)
    return Label(f"{view.area.label}：{zh}。", f"{view.area.label}: {en}.")
