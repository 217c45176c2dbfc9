"""`/api/v1/quarantine`: the register of points, producers, veterinarians and laboratories."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db.models import Q
from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from ninja import Query, Router, Schema

from oversite.domains.quarantine.registry import queries
from oversite.domains.quarantine.registry.models import Laboratory, Point, Pond, Producer, Veterinarian
from oversite.screens.api import Page, PageAsk, Words, answers, caller, filtered, one_of, page

router = Router(tags=["quarantine"])


class PointSummary(Schema):
    """A declaration point."""

    uid: UUID
    code: str
    name: str
    agency: str
    address: str
    hours: str
    phone: str
    area_codes: list[str]
    latitude: float | None
    longitude: float | None
    active: bool


class VeterinarianSummary(Schema):
    """An official veterinarian."""

    uid: UUID
    name: str
    agency: str
    certificate_number: str
    valid_until: date | None
    area_codes: list[str]
    in_office: bool


class LaboratorySummary(Schema):
    """A laboratory with what it is accredited and designated for."""

    uid: UUID
    name: str
    agency: str
    cma_number: str
    cma_valid_until: date | None
    designated_by: str
    designated_until: date | None
    methods: list[str]
    active: bool


class ProducerSummary(Schema):
    """A producer as lists show it; `site` is its site in `/sites`."""

    uid: UUID
    name: str
    credit_code: str
    agency: str
    state: str = one_of(Producer.State)
    category: str
    licence_number: str
    licence_valid_until: date | None
    address: str
    area_code: str
    latitude: float | None
    longitude: float | None
    site: UUID | None


class PondSummary(Schema):
    """A pond with its stock as of an instant."""

    uid: UUID
    code: str
    species: str
    stock: int
    unit: str
    counted_at: datetime
    active: bool


class ProducerDetail(ProducerSummary):
    """A producer with the species of its licence (keys) and its ponds."""

    licence_issuer: str
    water_certificate: str
    species: list[str]
    ponds: list[PondSummary]


class Named(PageAsk):
    """Which rows, by a part of the name."""

    q: Words = ""
    agency: Words = ""


class ProducerFilter(Named):
    """Which producers; `species` is a key of the catalogue."""

    state: Words = ""
    species: Words = ""


@router.get("/points", response=answers(Page[PointSummary]), url_name="quarantine-points", summary="Declaration points")
def quarantine_points(request: HttpRequest, ask: Query[Named]) -> Page[PointSummary]:
    """The declaration points of the caller's subtree; `agency` is a code."""
    found = queries.points(caller(request, queries.READ))
    return page(filtered(found, name__icontains=ask.q, agency__code=ask.agency), ask, _point)


@router.get(
    "/veterinarians",
    response=answers(Page[VeterinarianSummary]),
    url_name="quarantine-veterinarians",
    summary="Official veterinarians",
)
def quarantine_veterinarians(request: HttpRequest, ask: Query[Named]) -> Page[VeterinarianSummary]:
    """The official veterinarians of the caller's subtree, in office or not."""
    found = queries.veterinarians(caller(request, queries.READ))
    return page(filtered(found, user__name__icontains=ask.q, agency__code=ask.agency), ask, _veterinarian)


@router.get(
    "/laboratories",
    response=answers(Page[LaboratorySummary]),
    url_name="quarantine-laboratories",
    summary="Laboratories",
)
def quarantine_laboratories(request: HttpRequest, ask: Query[Named]) -> Page[LaboratorySummary]:
    """The laboratories of the caller's subtree with the diseases (keys) that they are accredited for."""
    found = queries.laboratories(caller(request, queries.READ)).prefetch_related("methods__disease")
    return page(filtered(found, name__icontains=ask.q, agency__code=ask.agency), ask, _laboratory)


@router.get("/producers", response=answers(Page[ProducerSummary]), url_name="quarantine-producers", summary="Producers")
def quarantine_producers(request: HttpRequest, ask: Query[ProducerFilter]) -> Page[ProducerSummary]:
    """The producers of the caller's subtree; `q` is part of the name, the credit code or the licence."""
    found = queries.producers(caller(request, queries.READ))
    found = filtered(found, state=ask.state, agency__code=ask.agency, licensed__species__key=ask.species)
    if ask.q:
        parts = ("name", "credit_code", "licence_number")
        found = found.filter(Q.create([(f"{part}__icontains", ask.q) for part in parts], connector=Q.OR))
    return page(found, ask, lambda producer: ProducerSummary(**_producer(producer)))


@router.get(
    "/producers/{uuid:uid}",
    response=answers(ProducerDetail, also=[404]),
    url_name="quarantine-producer",
    summary="One producer",
)
def quarantine_producer(request: HttpRequest, uid: UUID) -> ProducerDetail:
    """A producer with its licence and ponds."""
    found = get_object_or_404(queries.producers(caller(request, queries.READ)), uid=uid)
    return ProducerDetail(
        **_producer(found),
        licence_issuer=found.licence_issuer,
        water_certificate=found.water_certificate,
        species=list(found.licensed.values_list("species__key", flat=True)),
        ponds=[_pond(pond) for pond in found.ponds.select_related("species")],
    )


def _degrees(value: Any) -> float | None:
    return None if value is None else float(value)


def _point(point: Point) -> PointSummary:
    return PointSummary(
        uid=point.uid,
        code=point.code,
        name=point.name,
        agency=point.agency.code,
        address=point.address,
        hours=point.hours,
        phone=point.phone,
        area_codes=point.area_codes,
        latitude=_degrees(point.latitude),
        longitude=_degrees(point.longitude),
        active=point.is_active,
    )


def _veterinarian(each: Veterinarian) -> VeterinarianSummary:
    return VeterinarianSummary(
        uid=each.uid,
        name=each.user.name,
        agency=each.agency.code,
        certificate_number=each.certificate_number,
        valid_until=each.valid_until_on,
        area_codes=each.area_codes,
        in_office=queries.in_office(each),
    )


def _laboratory(each: Laboratory) -> LaboratorySummary:
    return LaboratorySummary(
        uid=each.uid,
        name=each.name,
        agency=each.agency.code,
        cma_number=each.cma_number,
        cma_valid_until=each.cma_valid_until_on,
        designated_by=each.designated_by,
        designated_until=each.designated_until_on,
        methods=sorted({method.disease.key for method in each.methods.all()}),
        active=each.is_active,
    )


def _producer(each: Producer) -> dict[str, Any]:
    return {
        "uid": each.uid,
        "name": each.name,
        "credit_code": each.credit_code,
        "agency": each.agency.code,
        "state": each.state,
        "category": each.category.key if each.category else "",
        "licence_number": each.licence_number,
        "licence_valid_until": each.licence_valid_until_on,
        "address": each.address,
        "area_code": each.area_code,
        "latitude": _degrees(each.latitude),
        "longitude": _degrees(each.longitude),
        "site": each.site.uid if each.site else None,
    }


def _pond(pond: Pond) -> PondSummary:
    return PondSummary(
        uid=pond.uid,
        code=pond.code,
        species=pond.species.key if pond.species else "",
        stock=pond.stock,
        unit=pond.unit,
        counted_at=pond.counted_at,
        active=pond.is_active,
    )
