"""The facts that a site is judged by: its areas, its cameras, what was decided about it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from oversite.oversight.rules.engine.sights import Sight, Stand

FactValue = bool | int | str


@dataclass(frozen=True, slots=True)
class CameraFacts:
    """One camera. `sees`, `stands` and `mount` are none where nobody has declared them yet."""

    id: str
    kind: str
    area: str = ""
    name: str = ""
    abilities: frozenset[str] = frozenset()
    control: str | None = None
    sees: tuple[Sight, ...] | None = None
    stands: tuple[Stand, ...] | None = None
    mount: frozenset[str] | None = None
    facts: Mapping[str, FactValue] = field(default_factory=dict)
    code: str = ""
    is_locked: bool = False
    """Whether a plan must keep it as it is."""


@dataclass(frozen=True, slots=True)
class AreaFacts:
    """One area; `parts` counts its pieces, `part_names` names those that have names, in order from 1."""

    id: str
    kind: str
    name: str = ""
    area_class: str = ""
    zone: str = ""
    parts: Mapping[str, int] = field(default_factory=dict)
    part_names: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    features: frozenset[str] = frozenset()
    facts: Mapping[str, FactValue] = field(default_factory=dict)
    is_key: bool = False

    @property
    def label(self) -> str:
        """What people call it."""
        return self.name or self.id


@dataclass(frozen=True, slots=True)
class Displacement:
    """Another authority's rule stands in the place of one of ours (req: C13); `area` "" = in the whole site."""

    rule: str
    by: str
    title: str = ""
    area: str = ""


@dataclass(frozen=True, slots=True)
class Decision:
    """Customs has decided whether a rule "as supervision requires" holds here; `area` "" = in the whole site."""

    rule: str
    is_required: bool
    area: str = ""


@dataclass(frozen=True, slots=True)
class SiteFacts:
    """Everything that is known of a site on a day."""

    code: str
    site_class: str
    name: str = ""
    on: date | None = None
    features: frozenset[str] = frozenset()
    facts: Mapping[str, FactValue] = field(default_factory=dict)
    areas: tuple[AreaFacts, ...] = ()
    cameras: tuple[CameraFacts, ...] = ()
    displaced: tuple[Displacement, ...] = ()
    decisions: tuple[Decision, ...] = ()
