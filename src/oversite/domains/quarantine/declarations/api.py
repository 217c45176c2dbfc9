"""`/api/v1/quarantine`: declarations, and purchases across provinces."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from ninja import Query, Router, Schema

from oversite.domains.quarantine.declarations import queries
from oversite.domains.quarantine.declarations.flow import State
from oversite.domains.quarantine.declarations.models import Declaration, PurchaseReport
from oversite.screens.api import Day, NewestFirst, Page, Words, answers, caller, filtered, one_of, page

router = Router(tags=["quarantine"])


class DeclarationSummary(Schema):
    """A declaration as lists show it; `producer` is the uid in `/quarantine/producers`, species and unit are keys."""

    uid: UUID
    number: str
    state: str = one_of(State)
    producer: UUID
    producer_name: str
    point: str
    agency: str
    species: str
    amount: int
    unit: str
    purpose: str
    from_area: str
    to_area: str
    to_address: str
    departs_on: date
    submitted_at: datetime | None
    outcome: str


class DeclarationDetail(DeclarationSummary):
    """A declaration with the way that it takes and how it stands."""

    origin: str
    pond: str
    from_address: str
    consignee_name: str
    transport: str
    vehicle: str
    carrier_name: str
    musts: list[str]
    follows: UUID | None
    decided_at: datetime | None
    refusal_reason: str
    correction_text: str
    correction_due_on: date | None
    visit_on: date | None
    archived_at: datetime | None


class DeclarationFilter(NewestFirst):
    """Which declarations."""

    state: Words = ""
    species: Words = ""
    producer: UUID | None = None
    departs_from: Day | None = None
    departs_until: Day | None = None


class Purchase(Schema):
    """Seed from another province that its buyer reported."""

    uid: UUID
    buyer_name: str
    producer: UUID | None
    agency: str
    species: str
    amount: int
    unit: str
    from_area: str
    seller_name: str
    certificate_number: str
    to_area: str
    arrived_at: datetime
    reported_at: datetime
    late: bool


class PurchaseFilter(NewestFirst):
    """Which purchases."""

    late: bool | None = None


@router.get(
    "/declarations",
    response=answers(Page[DeclarationSummary]),
    url_name="quarantine-declarations",
    summary="Declarations",
)
def quarantine_declarations(request: HttpRequest, ask: Query[DeclarationFilter]) -> Page[DeclarationSummary]:
    """The declarations at the points of the caller's subtree, and those of the caller's own unit."""
    found = filtered(
        queries.declarations(caller(request, queries.READ)),
        state=ask.state,
        species__key=ask.species,
        producer__uid=ask.producer,
        departs_on__gte=ask.departs_from,
        departs_on__lte=ask.departs_until,
    )
    return page(found, ask, lambda each: DeclarationSummary(**_summary(each)))


@router.get(
    "/declarations/{uuid:uid}",
    response=answers(DeclarationDetail, also=[404]),
    url_name="quarantine-declaration",
    summary="One declaration",
)
def quarantine_declaration(request: HttpRequest, uid: UUID) -> DeclarationDetail:
    """A declaration and how it stands."""
    found = get_object_or_404(queries.declarations(caller(request, queries.READ)), uid=uid)
    return DeclarationDetail(
        **_summary(found),
        origin=found.origin,
        pond=found.pond.code if found.pond else "",
        from_address=found.from_address,
        consignee_name=found.consignee_name,
        transport=found.transport,
        vehicle=found.vehicle,
        carrier_name=found.carrier_name,
        musts=found.musts,
        follows=found.follows.uid if found.follows else None,
        decided_at=found.decided_at,
        refusal_reason=found.refusal_reason,
        correction_text=found.correction_text,
        correction_due_on=found.correction_due_on,
        visit_on=found.visit_on,
        archived_at=found.archived_at,
    )


@router.get(
    "/purchases",
    response=answers(Page[Purchase]),
    url_name="quarantine-purchases",
    summary="Purchases across provinces",
)
def quarantine_purchases(request: HttpRequest, ask: Query[PurchaseFilter]) -> Page[Purchase]:
    """What buyers reported in the caller's subtree."""
    found = queries.purchases(caller(request, queries.READ))
    return page(filtered(found, is_late=ask.late), ask, _purchase)


def _summary(each: Declaration) -> dict[str, Any]:
    return {
        "uid": each.uid,
        "number": each.number,
        "state": each.state,
        "producer": each.producer.uid,
        "producer_name": each.producer.name,
        "point": each.point.code,
        "agency": each.agency.code,
        "species": each.species.key,
        "amount": each.amount,
        "unit": each.unit,
        "purpose": each.purpose,
        "from_area": each.from_area,
        "to_area": each.to_area,
        "to_address": each.to_address,
        "departs_on": each.departs_on,
        "submitted_at": each.submitted_at,
        "outcome": each.outcome,
    }


def _purchase(each: PurchaseReport) -> Purchase:
    return Purchase(
        uid=each.uid,
        buyer_name=each.buyer_name,
        producer=each.producer.uid if each.producer else None,
        agency=each.agency.code,
        species=each.species.key,
        amount=each.amount,
        unit=each.unit,
        from_area=each.from_area,
        seller_name=each.seller_name,
        certificate_number=each.certificate_number,
        to_area=each.to_area,
        arrived_at=each.arrived_at,
        reported_at=each.reported_at,
        late=each.is_late,
    )
