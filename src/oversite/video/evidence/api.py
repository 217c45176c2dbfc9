"""`/api/v1/evidence`: what is kept, and whether it is still what was sealed."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from ninja import Query, Router, Schema

from oversite.screens.api import Instant, NewestFirst, Page, Ref, Words, answers, caller, filtered, one_of, page, ref
from oversite.video.evidence import actions, queries
from oversite.video.evidence.models import Evidence
from oversite.video.evidence.verify import Verdict

router = Router(tags=["evidence"])


class EvidenceSummary(Schema):
    """A piece of evidence as lists show it."""

    uid: UUID
    title: str
    site: Ref | None
    reason: str
    from_at: datetime
    until_at: datetime
    state: Annotated[str, one_of(Evidence.State)]
    keeper: str
    held_at: datetime
    sealed_at: datetime | None


class EvidenceDetail(EvidenceSummary):
    """A piece of evidence with its seal and the last check of it."""

    agency: str
    subject_kind: str
    subject_id: str
    cameras: list[Ref]
    problem: str
    released_at: datetime | None
    release_reason: str
    package_bytes: int
    manifest_sha256: str
    key_fingerprint: str
    verified_at: datetime | None
    verdict: str


class EvidenceFilter(NewestFirst):
    """Which evidence; `since` and `until` bound the moment of holding."""

    site: UUID | None = None
    state: Annotated[str, one_of(Evidence.State)] | None = None
    subject_kind: Words = ""
    subject_id: Words = ""
    since: Instant | None = None
    until: Instant | None = None


class PackageProblem(Schema):
    """One file of a package that is not as it was sealed."""

    file: str
    text: str


class Verification(Schema):
    """The outcome of a check; `valid` only when nothing changed and the key is this installation's."""

    valid: bool
    verdict: Verdict
    key_fingerprint: str
    files_checked: int
    problems: list[PackageProblem]


@router.get("", response=answers(Page[EvidenceSummary]), url_name="evidence-list", summary="Evidence")
def evidence_list(request: HttpRequest, ask: Query[EvidenceFilter]) -> Page[EvidenceSummary]:
    """What is kept as evidence in the caller's subtree, newest first."""
    found = filtered(
        queries.evidence(caller(request, "evidence.read")),
        site__uid=ask.site,
        state=ask.state,
        subject_kind=ask.subject_kind,
        subject_id=ask.subject_id,
        held_at__gte=ask.since,
        held_at__lt=ask.until,
    )
    return page(found, ask, lambda row: EvidenceSummary(**_summary(row)))


@router.get(
    "/{uuid:uid}", response=answers(EvidenceDetail, also=[404]), url_name="evidence", summary="One piece of evidence"
)
def evidence(request: HttpRequest, uid: UUID) -> EvidenceDetail:
    """A piece of evidence with its seal and the last check of it."""
    row = get_object_or_404(queries.evidence(caller(request, "evidence.read")), uid=uid)
    return EvidenceDetail(
        **_summary(row),
        agency=row.agency_name,
        subject_kind=row.subject_kind,
        subject_id=row.subject_id,
        cameras=[Ref(uid=each.camera.uid, name=each.camera.name) for each in row.cameras.select_related("camera")],
        problem=row.problem,
        released_at=row.released_at,
        release_reason=row.release_reason,
        package_bytes=row.package_bytes,
        manifest_sha256=row.manifest_sha256,
        key_fingerprint=row.key_fingerprint,
        verified_at=row.verified_at,
        verdict=row.verdict,
    )


@router.post(
    "/{uuid:uid}/verify",
    response=answers(Verification, also=[404, 409]),
    url_name="verify",
    summary="Verify a piece of evidence",
)
def verify(request: HttpRequest, uid: UUID) -> Verification:
    """Read every byte of the package and compare it with its manifest and signature (req: A18.1); audited."""
    user = caller(request, "evidence.read")
    row = get_object_or_404(queries.evidence(user), uid=uid)
    result = actions.verify(user, row)
    return Verification(
        valid=result.is_valid,
        verdict=result.verdict,
        key_fingerprint=result.key_fingerprint,
        files_checked=result.files_checked,
        problems=[PackageProblem(file=each.file, text=each.text) for each in result.problems],
    )


def _summary(row: Evidence) -> dict[str, Any]:
    return {
        "uid": row.uid,
        "title": row.title,
        "site": ref(row.site),
        "reason": row.reason,
        "from_at": row.from_at,
        "until_at": row.until_at,
        "state": row.state,
        "keeper": row.keeper_name,
        "held_at": row.held_at,
        "sealed_at": row.sealed_at,
    }
