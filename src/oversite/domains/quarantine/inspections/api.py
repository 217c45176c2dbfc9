"""`/api/v1/quarantine`: inspections with their findings, and disease records."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from ninja import Query, Router, Schema

from oversite.domains.quarantine.inspections import queries
from oversite.domains.quarantine.inspections.models import DiseaseRecord, Inspection
from oversite.screens.api import Day, NewestFirst, Page, Words, answers, caller, filtered, one_of, page

router = Router(tags=["quarantine"])
DISEASES = "quarantine.disease.read"


class InspectionSummary(Schema):
    """An inspection as lists show it; `declaration` is the uid in `/quarantine/declarations`, `state` is its state."""

    uid: UUID
    declaration: UUID
    declaration_number: str
    state: str
    agency: str
    veterinarians: list[str]
    planned_on: date
    place: str
    begun_at: datetime | None
    verdict: str
    decided_at: datetime | None
    record_number: str
    certificate_number: str


class Finding(Schema):
    """The answer to one item of the checklist: `yes`, `no`, `na`."""

    item: str
    answer: str
    note: str


class Signed(Schema):
    """Who signed on the device, as what, when."""

    role: str
    name: str
    signed_at: datetime


class InspectionDetail(InspectionSummary):
    """An inspection with what was found; `needed_tests` are keys of diseases."""

    revision: int
    findings: list[Finding]
    counted_amount: int | None
    disinfectant: str
    remark: str
    grounds: str
    needed_tests: list[str]
    unreleased_tests: list[str]
    signatures: list[Signed]
    latitude: float | None
    longitude: float | None


class InspectionFilter(NewestFirst):
    """Which inspections."""

    state: Words = ""
    verdict: Words = ""
    planned_from: Day | None = None
    planned_until: Day | None = None


class DiseaseSummary(Schema):
    """A record of the prevention centre; species and disease are keys."""

    uid: UUID
    kind: str = one_of(DiseaseRecord.Kind)
    species: str
    disease: str
    area_code: str
    place: str
    latitude: float | None
    longitude: float | None
    sampled_on: date
    result: str = one_of(DiseaseRecord.Result)
    sample_count: int
    positive_count: int
    method: str
    report_number: str
    withdrawn_at: datetime | None


class DiseaseFilter(NewestFirst):
    """Which records; `area` is the beginning of a division code."""

    disease: Words = ""
    species: Words = ""
    result: Words = ""
    area: Words = ""
    sampled_from: Day | None = None
    sampled_until: Day | None = None


@router.get(
    "/inspections", response=answers(Page[InspectionSummary]), url_name="quarantine-inspections", summary="Inspections"
)
def quarantine_inspections(request: HttpRequest, ask: Query[InspectionFilter]) -> Page[InspectionSummary]:
    """The inspections of the caller's subtree, and those of the seed of the caller's own unit."""
    found = filtered(
        queries.inspections(caller(request, queries.READ)),
        declaration__state=ask.state,
        verdict=ask.verdict,
        planned_on__gte=ask.planned_from,
        planned_on__lte=ask.planned_until,
    )
    return page(found, ask, lambda each: InspectionSummary(**_summary(each)))


@router.get(
    "/inspections/{uuid:uid}",
    response=answers(InspectionDetail, also=[404]),
    url_name="quarantine-inspection",
    summary="One inspection",
)
def quarantine_inspection(request: HttpRequest, uid: UUID) -> InspectionDetail:
    """An inspection and what was found."""
    found = get_object_or_404(queries.inspections(caller(request, queries.READ)), uid=uid)
    given = found.findings.items()
    signed = queries.signatures_of(found).values()
    return InspectionDetail(
        **_summary(found),
        revision=found.revision,
        findings=[Finding(item=key, answer=each.get("answer", ""), note=each.get("note", "")) for key, each in given],
        counted_amount=found.counted_amount,
        disinfectant=found.disinfectant,
        remark=found.remark,
        grounds=found.grounds,
        needed_tests=found.needed_tests,
        unreleased_tests=queries.unreleased_tests(found),
        signatures=[Signed(role=each.role, name=each.name, signed_at=each.signed_at) for each in signed],
        latitude=_degrees(found.latitude),
        longitude=_degrees(found.longitude),
    )


@router.get(
    "/diseases", response=answers(Page[DiseaseSummary]), url_name="quarantine-diseases", summary="Disease records"
)
def quarantine_diseases(request: HttpRequest, ask: Query[DiseaseFilter]) -> Page[DiseaseSummary]:
    """What the prevention centre filed, in every subtree; withdrawn records say when."""
    found = filtered(
        queries.disease_records(caller(request, DISEASES)),
        disease__key=ask.disease,
        species__key=ask.species,
        result=ask.result,
        area_code__startswith=ask.area,
        sampled_on__gte=ask.sampled_from,
        sampled_on__lte=ask.sampled_until,
    )
    return page(found, ask, _disease)


def _degrees(value: Any) -> float | None:
    return None if value is None else float(value)


def _summary(each: Inspection) -> dict[str, Any]:
    people = [one for one in (each.veterinarian, each.second) if one is not None]
    return {
        "uid": each.uid,
        "declaration": each.declaration.uid,
        "declaration_number": each.declaration.number,
        "state": each.declaration.state,
        "agency": each.agency.code,
        "veterinarians": [one.certificate_number for one in people],
        "planned_on": each.planned_on,
        "place": each.place,
        "begun_at": each.begun_at,
        "verdict": each.verdict,
        "decided_at": each.decided_at,
        "record_number": each.record_number,
        "certificate_number": each.certificate_number,
    }


def _disease(each: DiseaseRecord) -> DiseaseSummary:
    return DiseaseSummary(
        uid=each.uid,
        kind=each.kind,
        species=each.species.key,
        disease=each.disease.key,
        area_code=each.area_code,
        place=each.place,
        latitude=_degrees(each.latitude),
        longitude=_degrees(each.longitude),
        sampled_on=each.sampled_on,
        result=each.result,
        sample_count=each.sample_count,
        positive_count=each.positive_count,
        method=each.method,
        report_number=each.report_number,
        withdrawn_at=each.withdrawn_at,
    )
