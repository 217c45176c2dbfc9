"""A demand in an area, cut into cells: so many cameras that count, for one thing at one place."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from oversite.oversight.rules.engine import words
from oversite.oversight.rules.engine.rule import Demand
from oversite.oversight.rules.engine.view import AreaView, Place

DIAGONALS = ((1, 3), (2, 4))


@dataclass(frozen=True, slots=True)
class Cell:
    """`need` cameras of `kinds` that see `subject` at `place` (`on` it, where they must stand there).

    `sure` are the cameras that count, `possible` those that may; `corners` holds both again for each corner, where
    two must stand on a diagonal.
    """

    kinds: tuple[str, ...]
    subject: str
    place: Place | None
    need: int
    sure: int
    possible: int
    is_stand: bool = False
    corners: tuple[tuple[int, int], ...] = ()

    @property
    def unsure(self) -> int:
        """The cameras that someone must look at to know whether they count here."""
        mask = self.possible & ~self.sure
        for sure, possible in self.corners:
            mask |= possible & ~sure
        return mask

    @property
    def vital(self) -> int:
        """The cameras without any one of which not enough surely count, of a cell that has enough."""
        if not self.corners:
            return self.sure if self.sure.bit_count() == self.need else 0
        return sum(bit for bit in _bits(self.sure) if not self._without(bit).has(0))

    def _without(self, bit: int) -> "Cell":
        corners = tuple((sure & ~bit, possible & ~bit) for sure, possible in self.corners)
        return replace(self, sure=self.sure & ~bit, possible=self.possible & ~bit, corners=corners)

    def has(self, mask_number: int) -> bool:
        """Whether enough cameras count: 0 surely, 1 possibly."""
        mask = self.possible if mask_number else self.sure
        if mask.bit_count() < self.need:
            return False
        if not self.corners:
            return True
        at = [each[mask_number] for each in self.corners]
        return any(at[a - 1] and at[b - 1] and (at[a - 1] | at[b - 1]).bit_count() >= 2 for a, b in DIAGONALS)


def _bits(mask: int) -> Iterator[int]:
    while mask:
        bit = mask & -mask
        yield bit
        mask ^= bit


def cells_of(demand: Demand, view: AreaView) -> list[Cell]:
    """The cells of a demand; none where the area has none of the parts it counts by."""
    able = view.qualified(demand)
    found: list[Cell] = []
    for kinds in demand.kinds:
        of_kinds = view.of_kinds(kinds)
        sure, possible = able[0] & of_kinds, able[1] & of_kinds
        found.extend(_Cutter(view, demand, kinds, sure, possible).cells())
    return found


@dataclass(slots=True)
class _Cutter:
    """Cuts one demand for one group of kinds; `sure` and `possible` are the cameras that qualify apart from place."""

    view: AreaView
    demand: Demand
    kinds: tuple[str, ...]
    sure: int
    possible: int

    def cells(self) -> list[Cell]:
        demand = self.demand
        if demand.basis == "diagonal":
            places = self.view.places(demand.each) if demand.each else [(words.WHOLE, 1)]
            return [self._diagonal(place) for place in places]
        if demand.each:
            return [
                self._seen(subject, place, demand.count)
                for place in self.view.places(demand.each)
                for subject in demand.sees_at(place[0])
            ]
        if demand.points or demand.stands:
            return self._points()
        return [self._seen(subject, None, demand.count) for subject in demand.sees or ("",)]

    def _points(self) -> list[Cell]:
        demand = self.demand
        found = [self._seen("", place, demand.count) for place in self.view.places(demand.points)]
        found += [self._stood(place) for place in self.view.places(demand.stands)]
        if found:
            found += [self._seen(subject, None, 1) for subject in demand.sees]
        return found

    def _seen(self, subject: str, place: Place | None, need: int) -> Cell:
        sure, possible = self.view.seeing(subject, place)
        return Cell(self.kinds, subject, place, need, self.sure & sure, self.possible & possible)

    def _stood(self, place: Place) -> Cell:
        sure, possible = self.view.standing(place)
        sure, possible = self.sure & sure, self.possible & possible
        return Cell(self.kinds, "", place, self.demand.count, sure, possible, is_stand=True)

    def _diagonal(self, place: Place) -> Cell:
        """Everything that must be seen is seen by two on opposite corners of the place."""
        view, sure, possible = self.view, self.sure, self.possible
        for subject in self.demand.sees:
            seen = view.seeing(subject, None if place[0] == words.WHOLE else place)
            sure, possible = sure & seen[0], possible & seen[1]
        corners = []
        for corner in (1, 2, 3, 4):
            at = view.standing(place, corner)
            corners.append((sure & at[0], possible & at[1]))
        subject = "&".join(self.demand.sees)
        return Cell(self.kinds, subject, place, self.demand.count, sure, possible, corners=tuple(corners))
