"""A camera plan for a site: the fewest cameras that meet every rule and bear the loss of any one (req: C-plan)."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from oversite.oversight.rules.engine import evaluation, words
from oversite.oversight.rules.engine.candidates import candidates
from oversite.oversight.rules.engine.cells import DIAGONALS, Cell, cells_of
from oversite.oversight.rules.engine.facts import AreaFacts, CameraFacts, SiteFacts
from oversite.oversight.rules.engine.findings import Outcome
from oversite.oversight.rules.engine.redundancy import NEEDED, Either, is_key_area, requirements_of
from oversite.oversight.rules.engine.rule import Demand, Rule, Rulebook
from oversite.oversight.rules.engine.solver import COUNTED, Column, Need, Solution, solve
from oversite.oversight.rules.engine.view import AreaView
from oversite.oversight.rules.engine.words import Label

LIMIT_S = 10.0
KIND_COST = {"fixed": 0, "wide": 10, "pan-tilt": 20}
MOST_ALIKE = 50


@dataclass(frozen=True, slots=True)
class PlannedCamera:
    """One camera of a plan: what it must be, and the rules for which it stands there.

    `control_asked` is the control right that those rules ask for, which a locked camera may not have yet.
    """

    facts: CameraFacts
    because: tuple[str, ...]
    is_locked: bool = False
    control_asked: str | None = None


@dataclass(frozen=True, slots=True)
class AreaProof:
    """How good the plan of an area is: no plan has fewer cameras than `bound`; exact where it has just as many.

    `impossible` names what no camera could meet.
    """

    area: str
    cameras: int
    bound: int
    is_exact: bool
    impossible: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Plan:
    """The cameras of a site, and per area how good the plan is."""

    cameras: tuple[PlannedCamera, ...]
    proofs: tuple[AreaProof, ...]

    @property
    def is_exact(self) -> bool:
        """Whether no plan with fewer cameras exists."""
        return all(each.is_exact for each in self.proofs)

    def as_facts(self, facts: SiteFacts) -> SiteFacts:
        """The site as it will be, to be judged."""
        return replace(facts, cameras=tuple(each.facts for each in self.cameras))


def make_plan(book: Rulebook, facts: SiteFacts, *, with_as_required: bool = False, limit_s: float = LIMIT_S) -> Plan:
    """Plan every area around the locked cameras; `with_as_required` plans also what customs may require."""
    everywhere = _everywhere(book, facts)
    cameras: list[PlannedCamera] = [
        PlannedCamera(each, (), is_locked=True) for each in facts.cameras if each.is_locked and not each.area
    ]
    proofs = []
    for area in facts.areas:
        planner = _AreaPlanner(book, facts, area, everywhere, with_as_required=with_as_required)
        planned, proof = planner.plan(limit_s)
        cameras.extend(planned)
        proofs.append(proof)
    return Plan(tuple(cameras), tuple(proofs))


def _everywhere(book: Rulebook, facts: SiteFacts) -> Demand:
    """What every camera of the site must be, by the rules of the whole site."""
    abilities: dict[str, None] = {}
    control = None
    for rule in book.rules_of(facts.site_class, "", words.SITE, ""):
        if rule.basis == "every-camera" and rule.demand and rule.strength == "always":
            abilities.update(dict.fromkeys(rule.demand.abilities))
            control = rule.demand.control or control
    return Demand(abilities=tuple(abilities), control=control)


@dataclass(slots=True)
class _Program:
    """The integer program of an area: a column per candidate, and per choice between alternatives."""

    columns: list[Column]
    needs: list[Need] = field(default_factory=list)
    impossible: list[str] = field(default_factory=list)

    def choice(self) -> int:
        """A column that is 1 where an alternative is taken."""
        self.columns.append(Column(0, 0, 1))
        return len(self.columns) - 1

    def add(self, mask: int, least: int, why: str, only_if: int | None = None) -> None:
        """At least so many of the candidates of a mask."""
        columns = tuple(number for number in range(mask.bit_length()) if mask >> number & 1)
        if not columns and only_if is None:
            self.impossible.append(why)
            return
        need = Need(columns, least, only_if)
        if need not in self.needs:
            self.needs.append(need)


class _AreaPlanner:
    def __init__(
        self, book: Rulebook, facts: SiteFacts, area: AreaFacts, everywhere: Demand, *, with_as_required: bool
    ) -> None:
        self.book = book
        self.facts = facts
        self.area = area
        self.everywhere = everywhere
        empty = AreaView(book.vocabulary, area, ())
        self.rules = self._planned_rules(with_as_required=with_as_required)
        self.locked = [each for each in facts.cameras if each.area == area.id and each.is_locked]
        offered = candidates(area, empty, self.rules, everywhere)
        self.offered = [replace(each, id=f"{number:05}") for number, each in enumerate(offered)]
        self.view = AreaView(book.vocabulary, area, [*self.locked, *self.offered])

    def plan(self, limit_s: float) -> tuple[list[PlannedCamera], AreaProof]:
        """The cameras of the area, the locked ones first, and how good that is."""
        program = self._program()
        solution = solve(program.columns, program.needs, limit_s) if program.needs else Solution((), True, 0.0)
        if solution is None:
            return self._locked_only(), AreaProof(self.area.id, len(self.locked), 0, False, self._conflict(program))
        planned = self._chosen(solution)
        bound = min(len(planned), math.ceil((solution.bound - COUNTED / 2) / COUNTED) + len(self.locked))
        is_exact = solution.is_exact and not program.impossible
        proof = AreaProof(
            self.area.id, len(planned), len(planned) if is_exact else bound, is_exact, tuple(program.impossible)
        )
        return planned, proof

    def _planned_rules(self, *, with_as_required: bool) -> list[Rule]:
        """The rules that the plan must meet: what holds here and is not the officer's."""
        site = replace(self.facts, areas=(self.area,), cameras=())
        outcomes = {each.rule: each.outcome for each in evaluation.evaluate(self.book, site) if each.area}
        area = self.area
        found = []
        for rule in self.book.rules_of(self.facts.site_class, area.area_class, area.kind, area.zone):
            outcome = outcomes[rule.id]
            is_open = outcome is Outcome.NOT_MET or (
                outcome is Outcome.JUDGEMENT and (rule.strength == "as-required" or rule.names_points)
            )
            is_blanket = rule.basis == "every-camera" and outcome is Outcome.NOT_APPLICABLE
            if not rule.alternatives or (rule.is_officers and not rule.names_points):
                continue
            if rule.strength == "as-required" and outcome is Outcome.JUDGEMENT and not with_as_required:
                continue
            if is_open or (is_blanket and not self._is_excluded(rule)):
                found.append(rule)
        return found

    def _is_excluded(self, rule: Rule) -> bool:
        """Whether the conditions of a blanket rule fail here."""
        has = {
            word: evaluation.has_condition(self.book, word, self.area, self.facts)
            for word in (*rule.when, *rule.unless)
        }
        return not all(has[word] for word in rule.when) or any(has[word] for word in rule.unless)

    def _program(self) -> _Program:
        program = _Program([Column(0, 1, 1) for _each in self.locked])
        program.columns += [Column(COUNTED + _preference(each), 0, MOST_ALIKE) for each in self.offered]
        allowed = self._allowed()
        for number in range(len(self.locked), len(program.columns)):
            if not allowed >> number & 1:
                program.columns[number] = replace(program.columns[number], most=0)
        for rule in self.rules:
            if rule.basis != "every-camera":
                self._add_rule(program, rule, allowed)
        if is_key_area(self.book, self.facts, self.area):
            for either in requirements_of(self.rules, self.view):
                self._add_spares(program, either, allowed)
        return program

    def _add_spares(self, program: _Program, either: Either, allowed: int) -> None:
        """One camera more than is needed for everything that one of the ways wants to be seen."""
        why = self.book.redundancy.id if self.book.redundancy else ""
        ways = [program.choice() for _way in either] if len(either) > 1 else [None]
        for way, sights in zip(ways, either, strict=True):
            for sight in sights:
                program.add(sight.masks(self.view)[0] & allowed, NEEDED, why, way)
        if len(either) > 1:
            program.needs.append(Need(tuple(way for way in ways if way is not None), 1))

    def _allowed(self) -> int:
        """The cameras that no blanket rule forbids; the locked ones stand there already."""
        mask = self.view.all
        for rule in self.rules:
            if rule.basis == "every-camera" and rule.demand:
                sure = self.view.qualified(rule.demand)[0]
                for kinds in rule.demand.kinds:
                    sure &= self.view.of_kinds(kinds)
                mask &= sure
        return mask | ((1 << len(self.locked)) - 1)

    def _add_rule(self, program: _Program, rule: Rule, allowed: int) -> None:
        if len(rule.alternatives) == 1:
            self._add_demand(program, rule, rule.alternatives[0], allowed, None)
            return
        chosen = []
        for demand in rule.alternatives:
            if cells_of(demand, self.view):
                chosen.append(program.choice())
                self._add_demand(program, rule, demand, allowed, chosen[-1])
        program.needs.append(Need(tuple(chosen), 1))

    def _add_demand(self, program: _Program, rule: Rule, demand: Demand, allowed: int, only_if: int | None) -> None:
        for cell in cells_of(demand, self.view):
            program.add(cell.sure & allowed, cell.need, rule.id, only_if)
            if cell.corners:
                self._add_diagonal(program, rule, cell, allowed, only_if)

    def _add_diagonal(self, program: _Program, rule: Rule, cell: Cell, allowed: int, only_if: int | None) -> None:
        """One of the two diagonals has a camera at either end."""
        choices = []
        for ends in DIAGONALS:
            choices.append(program.choice())
            for corner in ends:
                program.add(cell.corners[corner - 1][0] & allowed, 1, rule.id, choices[-1])
        program.needs.append(Need(tuple(choices), 1, only_if))

    def _chosen(self, solution: Solution) -> list[PlannedCamera]:
        chosen: list[CameraFacts] = list(self.locked)
        counts = solution.counts[len(self.locked) : len(self.locked) + len(self.offered)] or (0,) * len(self.offered)
        taken = {each.id for each in self.facts.cameras if each.is_locked}
        number = 0
        for offered, count in zip(self.offered, counts, strict=True):
            for _copy in range(count):
                number += 1
                while f"{self.area.id}-{number:02}" in taken:
                    number += 1
                chosen.append(replace(offered, id=f"{self.area.id}-{number:02}"))
        return self._fitted(chosen)

    def _fitted(self, chosen: Sequence[CameraFacts]) -> list[PlannedCamera]:
        """Each camera with only the abilities and the control that the rules it serves ask for."""
        serves = self._served(chosen)
        would_serve = self._served([replace(each, control="exclusive") for each in chosen])
        locked = {each.id for each in self.locked}
        return [
            replace(self._planned(camera, served, camera.id in locked), control_asked=strongest(asking))
            for camera, served, asking in zip(chosen, serves, would_serve, strict=True)
        ]

    def _served(self, cameras: Sequence[CameraFacts]) -> list[list[tuple[Rule, Demand]]]:
        """The demands that each camera counts for."""
        view = AreaView(self.book.vocabulary, self.area, cameras)
        serves: list[list[tuple[Rule, Demand]]] = [[] for _each in cameras]
        for rule in self.rules:
            for demand in rule.alternatives:
                mask = view.all if rule.basis == "every-camera" else 0
                for cell in [] if mask else cells_of(demand, view):
                    mask |= cell.sure
                for number in range(len(cameras)):
                    if mask >> number & 1:
                        serves[number].append((rule, demand))
        return serves

    def _planned(self, camera: CameraFacts, served: Sequence[tuple[Rule, Demand]], is_locked: bool) -> PlannedCamera:
        """A camera that serves no rule by itself backs up others of a key area: it is steered as they are."""
        because = tuple(dict.fromkeys(rule.id for rule, _demand in served))
        demands = [demand for _rule, demand in served]
        if not served and self.book.redundancy:
            because = (self.book.redundancy.id,)
            demands = [Demand(control=each.control) for rule in self.rules for each in rule.alternatives]
            demands += [Demand(abilities=tuple(camera.abilities))]
        return PlannedCamera(camera if is_locked else self._trimmed(camera, demands), because, is_locked)

    def _trimmed(self, camera: CameraFacts, served: Sequence[Demand]) -> CameraFacts:
        demands = [*served, self.everywhere]
        controls = {each.control for each in demands}
        control = next((each for each in ("exclusive", "primary") if each in controls), None)
        return replace(
            camera, abilities=frozenset(word for each in demands for word in each.abilities), control=control
        )

    def _locked_only(self) -> list[PlannedCamera]:
        return [PlannedCamera(each, (), is_locked=True) for each in self.locked]

    def _conflict(self, program: _Program) -> tuple[str, ...]:
        return tuple(dict.fromkeys(program.impossible)) or tuple(rule.id for rule in self.rules)


def strongest(served: Sequence[tuple[Rule, Demand]]) -> str | None:
    """The strongest control right that the demands ask for."""
    asked = {demand.control for _rule, demand in served}
    return next((each for each in ("exclusive", "primary") if each in asked), None)


def _preference(camera: CameraFacts) -> int:
    """Between equally many cameras: the simpler kind, free to stand where it is easiest."""
    return KIND_COST[camera.kind] + 2 * bool(camera.stands) + bool(camera.mount)


def honesty(plan: Plan) -> Label:
    """What may be claimed of the plan, in a sentence."""
    if any(each.impossible for each in plan.proofs):
        names = "、".join(each.area for each in plan.proofs if each.impossible)
        return Label(f"以下区域无法满足全部规定：{names}", f"No plan can meet every rule in: {names}")
    if plan.is_exact:
        return Label("已证明各区域所需摄像头数量最少", "proven: no plan with fewer cameras exists for any area")
    rest = [each for each in plan.proofs if not each.is_exact]
    gaps = "、".join(f"{each.area} {each.cameras}（下限{each.bound}）" for each in rest)
    gaps_en = ", ".join(f"{each.area} {each.cameras} (bound {each.bound})" for each in rest)
    return Label(f"以下区域为已知最优，尚未证明：{gaps}", f"best found, not proven, in: {gaps_en}")
