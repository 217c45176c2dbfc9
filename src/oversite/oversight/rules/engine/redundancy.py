"""Key areas: each camera is taken out in turn, and what nobody sees then is named (req: C4)."""

from collections.abc import Iterable
from dataclasses import dataclass

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
    """Something that must be seen without interruption, with what the cameras must be able to do."""

    subject: str
    place: Place | None
    abilities: tuple[str, ...]

    def masks(self, view: AreaView) -> tuple[int, int]:
        """The cameras that see it, of whatever kind: (surely, possibly)."""
        sure, possible = view.seeing(self.subject, self.place)
        able = view.able(self.abilities)
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
        if rule.strength == "always" and rule.demand and (rule.names_points or not rule.is_officers):
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
    lost: dict[str, list[Sight]] = {}
    unseen: list[Sight] = []
    open_sights: list[Sight] = []
    counted = possible = 0
    for sight in sights:
        sure, maybe = sight.masks(view)
        counted |= sure
        if sure.bit_count() >= NEEDED:
            continue
        if maybe.bit_count() >= NEEDED:
            open_sights.append(sight)
            possible |= maybe & ~sure
        elif sure:
            lost.setdefault(view.ids(sure)[0], []).append(sight)
        else:
            unseen.append(sight)
    losses = tuple(Loss(camera, sights_label(view, sights)) for camera, sights in sorted(lost.items()))
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
        _open(view, possible, open_sights) if outcome is Outcome.JUDGEMENT else Label("", ""),
        losses,
    )


def _open(view: AreaView, possible: int, open_sights: Iterable[Sight]) -> Label:
    """Cameras that may back each other up, of which nobody has said what they see."""
    start, what = looking.opened(view, possible), sights_label(view, open_sights)
    return looking.ended(
        Label(
            f"{start.zh}，确认任意一个故障时，其余摄像头仍能看清：{what.zh}",
            f"{start.en} and make sure that without any one of them the others still show {what.en}",
        )
    )


def _missing(view: AreaView, losses: Iterable[Loss], unseen: list[Sight]) -> Label:
    names = {each.id: each.name or each.id for each in view.cameras}
    told = [
        Label(
            f"摄像头“{names[each.camera]}”一旦故障，将看不到{each.uncovers.zh}",
            f"without camera “{names[each.camera]}” nobody sees {each.uncovers.en}",
        )
        for each in losses
    ]
    if unseen:
        what = sights_label(view, unseen)
        told.append(Label(f"尚无摄像头确定监控：{what.zh}", f"no camera surely sees {what.en}"))
    zh, en = "；".join(each.zh for each in told), "; ".join(each.en for each in told)
    return Label(f"{view.area.label}：{zh}。", f"{view.area.label}: {en}.")
