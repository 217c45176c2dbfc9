"""Keeping points, veterinarians, producers, ponds and laboratories; who keeps what was confirmed unconfirms it."""

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from django.db import models, transaction

from oversite.base.agencies.queries import is_inside
from oversite.base.audit.actions import record
from oversite.common import clock
from oversite.common.errors import Refused
from oversite.common.sentences import sentence as _
from oversite.domains.quarantine.changes import applied
from oversite.domains.quarantine.registry.actions.campaigns import note_changed
from oversite.domains.quarantine.registry.actions.sites import settle_area, settle_site
from oversite.domains.quarantine.registry.models import (
    CampaignItem,
    Laboratory,
    LaboratoryMethod,
    LaboratoryPerson,
    LicensedSpecies,
    Point,
    PointOfficer,
    Pond,
    Producer,
    Veterinarian,
)

if TYPE_CHECKING:
    from oversite.base.accounts.models import User
    from oversite.base.agencies.models import Agency
    from oversite.domains.quarantine.rules.models import Species

CHANGE, OWN = "quarantine.registry.change", "quarantine.registry.own"
PLACE = ("address", "latitude", "longitude")
POINT_FIELDS = ("code", "name", "agency", "hours", "phone", "fax", "area_codes", "is_active", *PLACE)
VETERINARIAN_FIELDS = (
    "user",
    "agency",
    "certificate_number",
    "valid_until_on",
    "area_codes",
    "phone",
    "is_active",
)
OWN_FIELDS = (
    *PLACE,
    "licence_number",
    "licence_valid_until_on",
    "licence_issuer",
    "water_certificate",
    "area_code",
    "contact_name",
    "contact_phone",
)
PRODUCER_FIELDS = (*OWN_FIELDS, "name", "credit_code", "agency", "category")
POND_FIELDS = ("code", "species", "stock", "unit", "area_m2", "is_active")
LABORATORY_FIELDS = (
    *PLACE,
    "name",
    "agency",
    "unit",
    "cma_number",
    "cma_valid_until_on",
    "cnas_number",
    "cnas_valid_until_on",
    "designated_by",
    "designation_number",
    "designated_until_on",
    "contact_name",
    "contact_phone",
    "is_active",
)
OWN_LABORATORY_FIELDS = frozenset({*PLACE, "contact_name", "contact_phone"})


@transaction.atomic
def save_point(
    user: "User | None", point: Point | None, values: Mapping[str, Any], officers: Iterable["User"] | None = None
) -> Point:
    """Open or change a declaration point, with those who take declarations there (req: Q4)."""
    point = point or Point()
    _require_inside(user, point, values)
    changes = _saved(user, point, values, POINT_FIELDS, "quarantine.point.saved", "Q4")
    if officers is not None:
        chosen = {officer.pk: officer for officer in officers}
        point.officers.exclude(user_id__in=chosen).delete()
        present = set(point.officers.values_list("user_id", flat=True))
        PointOfficer.objects.bulk_create(
            [PointOfficer(point=point, user=officer) for pk, officer in chosen.items() if pk not in present]
        )
        changes["officers"] = [", ".join(officer.username for officer in chosen.values())]
    note_changed(CampaignItem.Kind.POINT, point, point.agency)
    return point


@transaction.atomic
def save_veterinarian(user: "User | None", each: Veterinarian | None, values: Mapping[str, Any]) -> Veterinarian:
    """Enter an official veterinarian or change the entry; raises `Refused` where the person is entered already."""
    each = each or Veterinarian()
    _require_inside(user, each, values)
    person = values.get("user")
    if person is not None and Veterinarian.objects.filter(user=person).exclude(pk=each.pk).exists():
        raise Refused(
            "quarantine.veterinarian.twice", _("This person is entered as veterinarian already."), "Q-acc", 409
        )
    _saved(user, each, values, VETERINARIAN_FIELDS, "quarantine.veterinarian.saved", "Q-acc")
    note_changed(CampaignItem.Kind.VETERINARIAN, each, each.agency)
    return each


@transaction.atomic
def save_producer(
    user: "User | None",
    producer: Producer | None,
    values: Mapping[str, Any],
    species: Iterable["Species"] | None = None,
) -> Producer:
    """Enter a producer or change its data; a producer itself changes its own data, not its name, code or category.

    `species` are those on the licence. Raises `Refused` where a pond still holds one that is taken off it.
    """
    producer = producer or Producer(applied_at=clock.now())
    _require_own(user, producer, values, OWN_FIELDS)
    _saved(user, producer, values, PRODUCER_FIELDS, "quarantine.producer.saved", "Q19")
    if species is not None:
        _set_species(producer, {each.pk: each for each in species})
    settle_site(producer)
    note_changed(CampaignItem.Kind.PRODUCER, producer, producer.unit or producer.agency)
    return producer


@transaction.atomic
def save_pond(user: "User | None", producer: Producer, pond: Pond | None, values: Mapping[str, Any]) -> Pond:
    """Add or change a pond; what is entered as stock counts from now on, so declarations before it no longer do."""
    _require_own(user, producer, {}, ())
    pond = pond or Pond(producer=producer)
    stocked = values.get("species")
    if stocked is not None and not producer.licensed.filter(species=stocked).exists():
        raise Refused(
            "quarantine.pond.unlicensed",
            _("%(species)s is not on the licence of %(producer)s. Enter the licence first.")
            % {"species": stocked, "producer": producer.name},
            "Q19",
            422,
        )
    if producer.ponds.filter(code=values.get("code", pond.code)).exclude(pk=pond.pk).exists():
        raise Refused("quarantine.pond.twice", _("There is a pond with this number already."), "Q19", 409)
    pond.counted_at = clock.now()
    _saved(user, pond, values, POND_FIELDS, "quarantine.pond.saved", "Q19", producer)
    settle_area(pond)
    note_changed(CampaignItem.Kind.PRODUCER, producer, producer.unit or producer.agency)
    return pond


@transaction.atomic
def save_laboratory(user: "User | None", laboratory: Laboratory | None, values: Mapping[str, Any]) -> Laboratory:
    """Enter a laboratory or change its data; it changes its own address and contact itself (req: Q7)."""
    laboratory = laboratory or Laboratory()
    _require_own(user, laboratory, values, OWN_LABORATORY_FIELDS)
    _saved(user, laboratory, values, LABORATORY_FIELDS, "quarantine.laboratory.saved", "Q7")
    note_changed(CampaignItem.Kind.LABORATORY, laboratory, laboratory.unit or laboratory.agency)
    return laboratory


@transaction.atomic
def save_method(
    user: "User | None", laboratory: Laboratory, method: LaboratoryMethod | None, values: Mapping[str, Any]
) -> LaboratoryMethod:
    """Add or change a method that a laboratory is accredited for."""
    _require_inside(user, laboratory, {})
    method = method or LaboratoryMethod(laboratory=laboratory)
    fields = ("disease", "standard", "valid_until_on")
    _saved(user, method, values, fields, "quarantine.laboratory.saved", "Q7", laboratory)
    note_changed(CampaignItem.Kind.LABORATORY, laboratory, laboratory.unit or laboratory.agency)
    return method


@transaction.atomic
def save_person(
    user: "User | None", laboratory: Laboratory, person: LaboratoryPerson | None, values: Mapping[str, Any]
) -> LaboratoryPerson:
    """Add or change somebody of a laboratory."""
    _require_own(user, laboratory, {}, ())
    person = person or LaboratoryPerson(laboratory=laboratory)
    fields = ("user", "name", "duty", "qualification", "is_active")
    _saved(user, person, values, fields, "quarantine.laboratory.saved", "Q7", laboratory)
    note_changed(CampaignItem.Kind.LABORATORY, laboratory, laboratory.unit or laboratory.agency)
    return person


def _set_species(producer: Producer, chosen: dict[int, "Species"]) -> None:
    kept = producer.ponds.filter(is_active=True, stock__gt=0).exclude(species=None).exclude(species_id__in=chosen)
    if pond := kept.first():
        raise Refused(
            "quarantine.licence.stocked",
            _("Pond %(pond)s still holds a species that is taken off the licence. Correct the pond first.")
            % {"pond": pond.code},
            "Q19",
            409,
        )
    producer.licensed.exclude(species_id__in=chosen).delete()
    present = set(producer.licensed.values_list("species_id", flat=True))
    LicensedSpecies.objects.bulk_create(
        [LicensedSpecies(producer=producer, species=each) for pk, each in chosen.items() if pk not in present]
    )


def _saved(
    user: "User | None",
    row: models.Model,
    values: Mapping[str, Any],
    fields: Iterable[str],
    act: str,
    clause: str,
    subject: models.Model | None = None,
) -> dict[str, list[str]]:
    """Set, save and record under `subject` (the row itself by default)."""
    changes = applied(row, values, tuple(fields))
    if changes or row.pk is None:
        row.save()
        record(act, actor=user, subject=subject or row, data={"row": str(row), **changes}, clause=clause)
    return changes


def _require_inside(user: "User | None", row: Any, values: Mapping[str, Any]) -> None:
    """The user keeps the register, and what is kept lies in their subtree, before and after."""
    if user is None:
        return
    user.require(CHANGE, "Q11")
    present: Agency | None = row.agency if row.agency_id else None
    for agency in (present, values.get("agency")):
        if agency is not None and not is_inside(agency, user.agency):
            raise Refused("quarantine.registry.outside", _("This unit is not in your subtree."), "A4.1", 404)


def _require_own(user: "User | None", row: Any, values: Mapping[str, Any], own: Iterable[str]) -> None:
    """As above, or the unit itself with its own fields."""
    if user is None or user.has_perm(CHANGE):
        _require_inside(user, row, values)
        return
    user.require(OWN, "Q19")
    if row.unit_id is None or row.unit_id != user.agency_id:
        raise Refused("quarantine.registry.outside", _("This unit is not yours."), "A4.1", 404)
    if foreign := set(values) - set(own):
        raise Refused(
            "quarantine.registry.agency_only",
            _("Only the agency in charge changes this. Ask it to."),
            "Q19",
            403,
            {"fields": sorted(foreign)},
        )
