"""`/api/v1/quarantine/certificates`: certificates, what arrived under them, and whether a printed code is genuine."""

import hashlib
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Q
from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from ninja import Query, Router, Schema
from pydantic import Field

from oversite.common import clock
from oversite.domains.quarantine.certificates import actions, keys, queries
from oversite.domains.quarantine.certificates.actions.arrivals import RECEIVE, Reported
from oversite.domains.quarantine.certificates.kinds import CertificateKind
from oversite.domains.quarantine.certificates.models import Arrival, Certificate
from oversite.domains.quarantine.certificates.proof import carrier
from oversite.domains.quarantine.certificates.proof.verification import Keyring, Verdict, as_json, check
from oversite.screens.api import Instant, NewestFirst, Page, Words, answers, caller, filtered, one_of, page

router = Router(tags=["certificates"])
READ = queries.READ
STANDING = {
    "void": Verdict.VOID,
    "replaced": Verdict.REPLACED,
    queries.EXPIRED: Verdict.EXPIRED,
}


class AgencyName(Schema):
    """An agency."""

    code: str
    name: str


class CertificateSummary(Schema):
    """A certificate as lists show it; `state` tells `expired` as well, `remaining` is in `unit`."""

    uid: UUID
    number: str
    kind: str = one_of(CertificateKind)
    state: str
    owner: str
    species: str
    product: str
    amount: int
    unit: str
    remaining: int
    from_area: str
    to_area: str
    agency: AgencyName
    issued_at: datetime
    valid_until: datetime


class Fact(Schema):
    """One printed line."""

    key: str
    label_zh: str
    label_en: str
    value: str


class CertificateDetail(CertificateSummary):
    """A certificate with everything that is printed, and what became of it."""

    veterinarian: str
    facts: list[Fact]
    code: str = Field(description="the text of the printed code")
    replaces: str
    replaced_by: str
    ended_at: datetime | None
    ended_reason: str


class ArrivalRow(Schema):
    """One arrival under a certificate."""

    uid: UUID
    amount: int
    arrived_at: datetime
    place: str
    reporter: str
    reported_at: datetime
    is_late: bool
    is_expired: bool


class ArrivalReport(Schema):
    """What arrived."""

    amount: int = Field(ge=1)
    arrived_at: Instant
    place: str = Field(min_length=1, max_length=200)
    reporter: str = Field(min_length=1, max_length=80)
    reporter_phone: str = Field("", max_length=40)


class CertificateFilter(NewestFirst):
    """Which certificates."""

    q: Words = ""
    kind: str | None = Field(None, pattern=f"^({'|'.join(CertificateKind.values)})$")
    state: str | None = Field(None, pattern=f"^({'|'.join(Certificate.State.values)})$")
    agency: Words = ""
    issued_from: Instant | None = None
    issued_to: Instant | None = None


class CodeText(Schema):
    """What a code says."""

    text: str = Field(max_length=carrier.MESSAGE_CHARACTERS + 500)


class CodeFinding(Schema):
    """`verdict` is that of the register where the certificate is in it, else that of the signature alone."""

    verdict: str
    is_genuine: bool
    in_register: bool
    facts: dict[str, Any]


@router.get(
    "/certificates", response=answers(Page[CertificateSummary]), url_name="certificates", summary="Certificates"
)
def certificates(request: HttpRequest, ask: Query[CertificateFilter]) -> Page[CertificateSummary]:
    """The certificates of the caller's subtree; `q` is part of number, owner, species or destination."""
    found = queries.certificates(caller(request, READ))
    found = filtered(
        found,
        kind=ask.kind,
        state=ask.state,
        agency__code=ask.agency,
        issued_at__gte=ask.issued_from,
        issued_at__lt=ask.issued_to,
    )
    if ask.q:
        words = ("number", "owner", "species", "destination")
        found = found.filter(Q(*((f"{name}__icontains", ask.q) for name in words), _connector=Q.OR))
    return page(found, ask, lambda row: CertificateSummary(**_summary(row)))


@router.get(
    "/certificates/verify", response=answers(CodeFinding), url_name="certificate-verify", summary="Is a code genuine?"
)
def verify_certificate(request: HttpRequest, ask: Query[CodeText]) -> CodeFinding:
    """Judge the text of a printed code, as the page behind it and the check without a network do."""
    caller(request, READ)
    now, text = clock.now(), ask.text.strip()
    finding = check(text, Keyring.of(keys.trusted_keys()), [], now)
    code = text.rpartition(carrier.PATH)[2]
    shown = queries.shown_to_all(hashlib.sha256(code.encode()).hexdigest())
    verdict = finding.verdict
    if verdict is Verdict.UNCHECKED:  # the register knows what no list was asked for
        verdict = Verdict.GENUINE if shown is not None else Verdict.ALTERED
    if shown is not None and finding.claims is not None:
        verdict = STANDING.get(queries.standing_of(shown.state, shown.valid_until, now), verdict)
    facts = as_json(finding, now)["facts"]
    return CodeFinding(
        verdict=verdict, is_genuine=verdict is Verdict.GENUINE, in_register=shown is not None, facts=facts
    )


@router.get(
    "/certificates/{uuid:uid}", response=answers(CertificateDetail, also=[404]), url_name="certificate", summary="One"
)
def certificate(request: HttpRequest, uid: UUID) -> CertificateDetail:
    """A certificate with the printed lines."""
    row = get_object_or_404(queries.certificates(caller(request, READ)), uid=uid)
    replaced_by = getattr(row, "replaced_by", None)
    return CertificateDetail(
        **_summary(row),
        veterinarian=row.veterinarian.user.name,
        facts=[
            Fact(key=each["key"], label_zh=each["zh"], label_en=each["en"], value=each["value"]) for each in row.facts
        ],
        code=row.address + row.code,
        replaces=row.replaces.number if row.replaces else "",
        replaced_by=replaced_by.number if replaced_by else "",
        ended_at=row.ended_at,
        ended_reason=row.ended_reason,
    )


@router.get(
    "/certificates/{uuid:uid}/arrivals",
    response=answers(Page[ArrivalRow], also=[404]),
    url_name="certificate-arrivals",
    summary="What arrived",
)
def arrivals(request: HttpRequest, uid: UUID, ask: Query[NewestFirst]) -> Page[ArrivalRow]:
    """The arrivals under a certificate."""
    row = get_object_or_404(queries.certificates(caller(request, READ)), uid=uid)
    return page(queries.arrivals_of(row), ask, _arrival)


@router.post(
    "/certificates/{uuid:uid}/arrivals",
    response=answers(ArrivalRow, also=[400, 404, 409]),
    url_name="certificate-arrivals",
    summary="Report an arrival",
)
def report_arrival(request: HttpRequest, uid: UUID, reported: ArrivalReport) -> ArrivalRow:
    """Report what arrived; more than is left is refused."""
    user = caller(request, RECEIVE)
    row = get_object_or_404(queries.certificates(user, RECEIVE), uid=uid)
    return _arrival(actions.report_arrival(user, row, Reported(**reported.dict())))


def _summary(row: Certificate) -> dict[str, Any]:
    return {
        "uid": row.uid,
        "number": row.number,
        "kind": row.kind,
        "state": queries.shown_state(row),
        "owner": row.owner,
        "species": row.species,
        "product": row.product,
        "amount": row.amount,
        "unit": row.unit,
        "remaining": row.amount - row.arrived,  # type: ignore[attr-defined]
        "from_area": row.from_area,
        "to_area": row.to_area,
        "agency": AgencyName(code=row.agency.code, name=row.agency.name),
        "issued_at": row.issued_at,
        "valid_until": row.valid_until,
    }


def _arrival(row: Arrival) -> ArrivalRow:
    return ArrivalRow(
        uid=row.uid,
        amount=row.amount,
        arrived_at=row.arrived_at,
        place=row.place,
        reporter=row.reporter,
        reported_at=row.reported_at,
        is_late=row.is_late,
        is_expired=row.is_expired,
    )
