"""The cameras of one area as bit masks: which of them are of a kind, stand somewhere, see something."""

from collections import defaultdict
from collections.abc import Iterable, Sequence

from oversite.oversight.rules.engine import words
from oversite.oversight.rules.engine.facts import AreaFacts, CameraFacts
from oversite.oversight.rules.engine.rule import Demand
from oversite.oversight.rules.engine.vocabulary import Vocabulary

Place = tuple[str, int]


class AreaView:
    """Camera number *n* is bit *n*. `undeclared` are those of which nobody has said what they see."""

    def __init__(self, vocabulary: Vocabulary, area: AreaFacts, cameras: Sequence[CameraFacts]) -> None:
        self.vocabulary = vocabulary
        self.area = area
        self.cameras = tuple(cameras)
        self.all = (1 << len(self.cameras)) - 1
        self.undeclared = self.unplaced = self.unmounted = 0
        self._kinds: dict[str, int] = defaultdict(int)
        self._abilities: dict[str, int] = defaultdict(int)
        self._mounts: dict[str, int] = defaultdict(int)
        self._controls: dict[str | None, int] = defaultdict(int)
        self._subjects: dict[str, int] = defaultdict(int)
        self._at_large: dict[str, int] = defaultdict(int)
        self._sights: dict[tuple[str, Place], int] = defaultdict(int)
        self._places: dict[Place, int] = defaultdict(int)
        self._looks: dict[Place, int] = defaultdict(int)
        self._stands: dict[Place, int] = defaultdict(int)
        self._corners: dict[tuple[Place, int], int] = defaultdict(int)
        self._counts: dict[str, int] = {}
        for number, camera in enumerate(self.cameras):
            self._add(camera, 1 << number)

    def count(self, part: str) -> int:
        """How many of a part the area has."""
        found = self._counts.get(part)
        if found is None:
            found = self._counts[part] = self.vocabulary.part_count(part, self.area.parts)
        return found

    def places(self, parts: Iterable[str]) -> list[Place]:
        """Every instance of the parts, counted from 1."""
        return [(part, index) for part in parts for index in range(1, self.count(part) + 1)]

    def qualified(self, demand: Demand) -> tuple[int, int]:
        """Who has abilities, control and mounts: (surely, possibly); kinds are asked by `of_kinds`."""
        mask = self.all
        for ability in demand.abilities:
            mask &= self._abilities[ability]
        if demand.control:
            control = self._controls["exclusive"]
            mask &= control | self._controls["primary"] if demand.control == "primary" else control
        possible = mask
        for mount in demand.mount:
            mask &= self._mounts[mount]
            possible &= self._mounts[mount] | self.unmounted
        return mask, possible

    def of_kinds(self, kinds: Iterable[str]) -> int:
        """Cameras of one of the kinds."""
        mask = 0
        for kind in kinds:
            mask |= self._kinds[kind]
        return mask

    def able(self, abilities: Iterable[str]) -> int:
        """Cameras with all the abilities."""
        mask = self.all
        for ability in abilities:
            mask &= self._abilities[ability]
        return mask

    def seeing(self, subject: str, place: Place | None) -> tuple[int, int]:
        """Who sees the subject at the place (none: anywhere; subject "": anything at the place): (surely, possibly)."""
        if place is None:
            sure = self._subjects[subject] if subject else self.all
            return sure, sure | self.undeclared
        if not subject:
            return self._places[place], self._places[place] | self.undeclared
        sure = self._sights[(subject, place)]
        return sure, sure | self._at_large[subject] | self._looks[place] | self.undeclared

    def standing(self, place: Place, corner: int = 0) -> tuple[int, int]:
        """Who stands on the place, at its corner where one is asked: (surely, possibly)."""
        sure = self._corners[(place, corner)] if corner else self._stands[place]
        return sure, sure | self.unplaced

    def ids(self, mask: int) -> tuple[str, ...]:
        """The ids of the cameras of a mask, sorted."""
        return tuple(sorted(each.id for number, each in enumerate(self.cameras) if mask >> number & 1))

    def named(self, mask: int) -> list[CameraFacts]:
        """The cameras of a mask, sorted by id."""
        return sorted(
            (each for number, each in enumerate(self.cameras) if mask >> number & 1), key=lambda each: each.id
        )

    def _add(self, camera: CameraFacts, bit: int) -> None:
        self._kinds[camera.kind] |= bit
        self._controls[camera.control] |= bit
        for ability in camera.abilities:
            self._abilities[ability] |= bit
        if camera.mount is None:
            self.unmounted |= bit
        else:
            for mount in camera.mount:
                self._mounts[mount] |= bit
        self._add_sights(camera, bit)
        self._add_stands(camera, bit)

    def _add_sights(self, camera: CameraFacts, bit: int) -> None:
        if camera.sees is None:
            self.undeclared |= bit
            return
        for sight in camera.sees:
            self._subjects[sight.subject] |= bit
            if not sight.part:
                self._at_large[sight.subject] |= bit
                continue
            for place in self._instances(sight.part, sight.index):
                self._places[place] |= bit
                if sight.subject:
                    self._sights[(sight.subject, place)] |= bit
                else:
                    self._looks[place] |= bit

    def _add_stands(self, camera: CameraFacts, bit: int) -> None:
        if camera.stands is None:
            self.unplaced |= bit
            return
        for stand in camera.stands:
            for place in self._instances(stand.part, stand.index):
                self._stands[place] |= bit
                if stand.corner:
                    self._corners[(place, stand.corner)] |= bit

    def _instances(self, part: str, index: int) -> list[Place]:
        if part == words.WHOLE:
            return [(part, 1)]
        return [(part, index)] if index else self.places((part,))
