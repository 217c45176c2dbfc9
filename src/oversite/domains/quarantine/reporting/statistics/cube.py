"""Counting declarations once, by every dimension at once, and what else the page of figures needs.

The number of queries is fixed, whatever the number of rows.
"""

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from django.db.models import BigIntegerField, Case, CharField, Count, F, Q, Sum, Value, When
from django.db.models.functions import Cast, Substr
from django.utils.translation import gettext as _t

from oversite.domains.quarantine.declarations.flow import State
from oversite.domains.quarantine.declarations.queries import declarations
from oversite.domains.quarantine.declarations.words import Purpose
from oversite.domains.quarantine.laboratory.queries import released_tests
from oversite.domains.quarantine.registry.queries import producers
from oversite.domains.quarantine.reporting import queries
from oversite.domains.quarantine.reporting.statistics.folding import Cell, Figures, Row, add, fold
from oversite.domains.quarantine.reporting.words import is_english
from oversite.domains.quarantine.rules.divisions import JIANGSU
from oversite.domains.quarantine.rules.quantities import Unit
from oversite.domains.quarantine.rules.queries import all_species

if TYPE_CHECKING:
    from oversite.base.accounts.models import User

THOUSANDS = (Unit.TEN_THOUSAND_TAIL, Unit.TEN_THOUSAND_PIECE, Unit.TEN_THOUSAND_GRAIN)
CITY = {code[:4]: name for code, name in JIANGSU.items()}
SPECIES_SHOWN = 20
NOT_DECLARED = (State.DRAFT, State.WITHDRAWN)


@dataclass(frozen=True, slots=True)
class Asked:
    """Which declarations: leaving from one day to another, and of one city, species or purpose, where asked."""

    first: date
    last: date
    city: str = ""
    species: str = ""
    purpose: str = ""


def _chosen(user: "User", asked: Asked) -> Any:
    rows = declarations(user, queries.STATISTICS).select_related(None)
    rows = rows.filter(departs_on__gte=asked.first, departs_on__lte=asked.last).exclude(state__in=NOT_DECLARED)
    if asked.city:
        rows = rows.filter(from_area__startswith=asked.city[:4])
    if asked.species:
        rows = rows.filter(species_id=int(asked.species))
    return rows.filter(purpose=asked.purpose) if asked.purpose else rows


def cells(user: "User", asked: Asked) -> list[Cell]:
    """The declarations counted, in one query."""
    city, to_city = Substr("from_area", 1, 4), Substr("to_area", 1, 4)
    same_province = Q(to_province=F("from_province"))
    counted = Case(
        When(unit__in=THOUSANDS, then=F("amount") * 10_000),
        When(unit=Unit.KILOGRAM, then=Value(0)),
        default=F("amount"),
        output_field=BigIntegerField(),
    )
    is_certified = Q(outcome="certified")
    rows = (
        _chosen(user, asked)
        .order_by()
        .annotate(
            city=city,
            to_city=to_city,
            from_province=Substr("from_area", 1, 2),
            to_province=Substr("to_area", 1, 2),
            month=Substr(Cast("departs_on", CharField()), 1, 7),
            counted=counted,
        )
        .annotate(
            direction=Case(
                When(to_city=F("city"), then=Value("city")),
                When(same_province, then=Value("province")),
                default=Value("outside"),
            )
        )
        .values_list("city", "species_id", "purpose", "direction", "month")
        .annotate(
            declared=Count("id"),
            certified=Count("id", filter=is_certified),
            unqualified=Count("id", filter=Q(outcome="treated") | Q(state=State.UNQUALIFIED)),
            all_amount=Sum("counted"),
            certified_amount=Sum("counted", filter=is_certified, default=0),
            kilograms=Sum("amount", filter=Q(unit=Unit.KILOGRAM), default=0),
            certified_kilograms=Sum("amount", filter=is_certified & Q(unit=Unit.KILOGRAM), default=0),
        )
    )
    return [Cell(*row) for row in rows]


def directions() -> dict[str, str]:
    """Where seed goes, in words."""
    return {"city": _t("within the city"), "province": _t("within the province"), "outside": _t("to other provinces")}


def figures(user: "User", asked: Asked) -> Figures:
    """Every figure of the page, in a fixed number of queries."""
    found, other = cells(user, asked), _t("others")
    species = {str(each.pk): str(each) for each in all_species()}
    total = Row("", _t("together"))
    for cell in found:
        add(total, cell)
    by_species = [row for row in fold(found, lambda cell: str(cell.species), species, other) if row.declared]
    months = {cell.month: cell.month for cell in sorted(found, key=lambda cell: cell.month)}
    figured = Figures(
        total=total,
        cities=fold(found, lambda cell: cell.city, CITY, other),
        species=sorted(by_species, key=lambda row: -row.declared)[:SPECIES_SHOWN],
        purposes=fold(found, lambda cell: cell.purpose, {each.value: str(each.label) for each in Purpose}, other),
        directions=fold(found, lambda cell: cell.direction, directions(), other),
        months=fold(found, lambda cell: cell.month, months, other),
        diseases=_diseases(user, asked),
    )
    _add_rates(user, asked, figured)
    return figured


def _diseases(user: "User", asked: Asked) -> list[tuple[str, int, int]]:
    rows = released_tests(user, queries.STATISTICS).filter(tested_on__gte=asked.first, tested_on__lte=asked.last)
    if asked.species:
        rows = rows.filter(sample__species_id=int(asked.species))
    counted = rows.order_by().values_list("disease__name_zh", "disease__name_en")
    told = counted.annotate(tests=Count("id"), positive=Count("id", filter=Q(result="positive")))
    found = [(en if is_english() and en else zh, tests, positive) for zh, en, tests, positive in told]
    return sorted(found, key=lambda row: -row[1])


def _add_rates(user: "User", asked: Asked, found: Figures) -> None:
    """Obliged is who is confirmed and licensed for a catalogued species; declaring, who declared in the period."""
    obliged = producers(user, queries.STATISTICS).select_related(None).filter(state="confirmed")
    obliged = obliged.filter(licensed__species__is_catalogued=True)
    if asked.city:
        obliged = obliged.filter(area_code__startswith=asked.city[:4])
    if asked.species:
        obliged = obliged.filter(licensed__species_id=int(asked.species))
    city_of = dict(obliged.order_by().values_list("pk", Substr("area_code", 1, 4)).distinct())
    declaring = set(_chosen(user, asked).order_by().values_list("producer_id", flat=True).distinct())
    rows = {row.key: row for row in found.cities}
    for producer, city in city_of.items():
        for row in (found.total, rows.get(city)):
            if row is not None:
                row.obliged += 1
                row.declaring += producer in declaring
