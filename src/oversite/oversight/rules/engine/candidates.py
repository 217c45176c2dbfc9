"""The cameras that a plan may choose from: kind, where it looks, where it stands, how it is mounted.

What one camera can do is assumed once, here: it watches one place closely; a wide-angle or pan-tilt camera sees the
area as a whole besides. Everything else follows from the rules.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import product

from oversite.oversight.rules.engine import words
from oversite.oversight.rules.engine.facts import AreaFacts, CameraFacts
from oversite.oversight.rules.engine.rule import Demand, Rule
from oversite.oversight.rules.engine.sights import Sight, Stand
from oversite.oversight.rules.engine.view import AreaView, Place

OVERVIEW_KINDS = frozenset({"wide", "pan-tilt"})
NOWHERE = Stand("")


@dataclass(slots=True)
class Choices:
    """What the demands of an area ask for, gathered."""

    at: dict[Place, set[str]] = field(default_factory=dict)
    at_large: set[str] = field(default_factory=set)
    overview: set[str] = field(default_factory=set)
    stands: set[Place] = field(default_factory=set)
    diagonals: set[Place] = field(default_factory=set)
    mounts: set[frozenset[str]] = field(default_factory=lambda: {frozenset()})
    abilities: set[str] = field(default_factory=set)
    is_exclusive: bool = False

    def add(self, demand: Demand, view: AreaView) -> None:
        """Take in one demand."""
        self.abilities.update(demand.abilities)
        self.mounts.add(frozenset(demand.mount))
        for place in view.places((*demand.each, *demand.points)):
            asked = demand.sees_at(place[0]) if demand.each else _usual_at(place[0], demand, view)
            self.at.setdefault(place, set()).update(each for each in asked if each)
        self.stands.update(view.places(demand.stands))
        if demand.basis == "diagonal":
            self.diagonals.update(view.places(demand.each) if demand.each else [(words.WHOLE, 1)])
        if not demand.each and not demand.points:
            self.at_large.update(demand.sees)
            if words.PANORAMA in demand.sees:
                self.overview.update(demand.sees)


def _usual_at(part: str, demand: Demand, view: AreaView) -> list[str]:
    """What a plan looks for at one of the points: what usually happens there, and what has no place of its own."""
    points = {each for each in demand.points if view.count(each)}
    usual = {subject: points.intersection(view.vocabulary.usual_places.get(subject, ())) for subject in demand.sees}
    return [subject for subject in demand.sees if not usual[subject] or part in usual[subject]]


def candidates(area: AreaFacts, view: AreaView, rules: Iterable[Rule], everywhere: Demand) -> list[CameraFacts]:
    """One camera of every sort that may help in the area; `everywhere` is what each camera of the site must be.

    They have every ability and the strongest control that is asked anywhere in the area; a plan takes away from the
    chosen ones what they do not need.
    """
    choices = Choices()
    controls = set()
    for rule in rules:
        for demand in rule.alternatives:
            controls.add(demand.control)
            if rule.basis == "every-camera":
                choices.abilities.update(demand.abilities)
            else:
                choices.add(demand, view)
    control = next((each for each in ("exclusive", "primary") if each in {*controls, everywhere.control}), None)
    abilities = frozenset({*choices.abilities, *everywhere.abilities})
    return [
        CameraFacts(
            id="",
            kind=kind,
            area=area.id,
            abilities=abilities,
            control=control,
            sees=_sees(choices, kind, look),
            stands=(stand,) if stand.part else (),
            mount=mount,
        )
        for kind, (look, stand), mount in product(
            words.CAMERA_KINDS, _places(choices), sorted(choices.mounts, key=sorted)
        )
    ]


def _places(choices: Choices) -> Sequence[tuple[Place | None, Stand]]:
    """Where a camera looks (none: at the area at large) together with where it stands."""
    looks: list[Place | None] = [None, *sorted(choices.at)]
    stands = [NOWHERE, *(Stand(part, index) for part, index in sorted(choices.stands))]
    found = list(product(looks, stands))
    for place in sorted(choices.diagonals):
        look = None if place[0] == words.WHOLE else place
        found += [(look, Stand(place[0], place[1], corner)) for corner in (1, 2, 3, 4)]
    return found


def _sees(choices: Choices, kind: str, look: Place | None) -> tuple[Sight, ...]:
    if look is None:
        return tuple(Sight(each) for each in sorted(choices.at_large))
    close = [Sight(subject, *look) for subject in sorted(choices.at[look])] or [Sight("", *look)]
    far = [Sight(subject) for subject in sorted(choices.overview)] if kind in OVERVIEW_KINDS else []
    return (*close, *far)
