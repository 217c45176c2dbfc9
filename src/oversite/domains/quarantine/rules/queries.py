"""Reading the rules: what is in force on a day."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Q, QuerySet

from oversite.common import clock
from oversite.domains.quarantine.rules.models import (
    Disease,
    FarmCategory,
    MustRule,
    Named,
    Procedure,
    ProcedureEntry,
    Setting,
    Species,
)
from oversite.domains.quarantine.rules.slots import SETTINGS


def today() -> date:
    """The present Beijing day, which all dated rules go by."""
    return clock.now().astimezone(clock.BEIJING).date()


def species() -> QuerySet[Species]:
    """The catalogue, as far as it is in use."""
    return Species.objects.filter(is_active=True)


def all_species() -> QuerySet[Species]:
    """Every species that there ever was in the catalogue, for figures of former days."""
    return Species.objects.all()


def diseases() -> QuerySet[Disease]:
    """The diseases in use."""
    return Disease.objects.filter(is_active=True)


def farm_categories() -> QuerySet[FarmCategory]:
    """The categories of producers in use."""
    return FarmCategory.objects.filter(is_active=True)


def named(kind: type[Named]) -> QuerySet[Named]:
    """Every species, disease or category, those out of use too."""
    found: QuerySet[Named] = kind._default_manager.all()  # noqa: SLF001
    return found


def procedures() -> QuerySet[Procedure]:
    """Every version of every procedure."""
    return Procedure.objects.all()


def musts() -> QuerySet[MustRule]:
    """Every must with its dates."""
    return MustRule.objects.all()


def settings() -> QuerySet[Setting]:
    """Every dated figure, old values included, as far as an app knows it."""
    return Setting.objects.filter(key__in=[key for key, _kind in SETTINGS.items()])


def setting(key: str, on: date | None = None) -> str:
    """The value of a dated figure on a Beijing day (today by default); raises `KeyError` for one nobody plugged in.

    Before the first value the first one counts, so that old days never stay without a rule.
    """
    kind = SETTINGS[key]
    values = Setting.objects.filter(key=key)
    found = values.filter(effective_on__lte=on or today()).order_by("-effective_on").first()
    found = found or values.order_by("effective_on").first()
    return found.value if found else kind.shipped[0].value if kind.shipped else ""


def in_force(prefix: str, on: date | None = None) -> dict[str, Setting]:
    """The rows in force of every dated figure whose key begins with `prefix`, by key; one query."""
    day, found = on or today(), dict[str, Setting]()
    for row in Setting.objects.filter(key__startswith=prefix).order_by("key", "effective_on"):
        if row.key not in found or row.effective_on <= day:
            found[row.key] = row
    return found


def number(key: str, on: date | None = None) -> int:
    """A dated figure as a whole number."""
    return int(setting(key, on))


def is_on(key: str, on: date | None = None) -> bool:
    """A dated figure as yes or no."""
    return setting(key, on) == "yes"


@dataclass(frozen=True, slots=True)
class Requirement:
    """What the procedure in force asks for one species: a disease, whether it must be tested for, and by what."""

    disease_key: str
    disease: str
    needs_test: bool
    period_days: int | None
    method: str
    procedure: str
    source: str


def procedure_for(each: Species, on: date | None = None) -> Procedure | None:
    """The procedure in force for a species on a day, or none: then the province has yet to enter one."""
    day = on or today()
    return (
        Procedure.objects.filter(group=each.group, state=Procedure.State.PUBLISHED, effective_on__lte=day)
        .filter(Q(ends_on=None) | Q(ends_on__gt=day))
        .order_by("-effective_on")
        .first()
    )


def requirements(each: Species, on: date | None = None) -> list[Requirement]:
    """The diseases to be looked for in a species on a day (req: Q14)."""
    procedure = procedure_for(each, on)
    if procedure is None:
        return []
    entries = ProcedureEntry.objects.filter(procedure=procedure).select_related("disease")
    wanted = entries.filter(Q(is_whole_group=True) | Q(species=each)).distinct().order_by("id")
    return [
        Requirement(
            entry.disease.key,
            str(entry.disease),
            entry.needs_test,
            entry.period_days,
            entry.method,
            procedure.title,
            entry.source or procedure.source,
        )
        for entry in wanted
    ]


def musts_in_force(on: date | None = None) -> Sequence[MustRule]:
    """The musts that hold on a day: of each condition the newest."""
    day = on or today()
    rows = MustRule.objects.filter(effective_on__lte=day).filter(Q(ends_on=None) | Q(ends_on__gt=day))
    newest = {rule.condition: rule for rule in rows.order_by("effective_on")}
    return list(newest.values())


def disease_names(keys: Sequence[str]) -> str:
    """The diseases with these keys, by the names that people read."""
    known = {each.key: str(each) for each in Disease.objects.filter(key__in=keys)}
    return "、".join(known.get(key, key) for key in keys)
