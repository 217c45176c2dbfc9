"""`/api/v1/supervision`: sessions, what was found in them, and the sheets that were filed."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from ninja import Query, Router, Schema

from oversite.oversight.supervision import printing, queries
from oversite.oversight.supervision.models import Point, Session
from oversite.screens.api import (
    Instant,
    NewestFirst,
    Page,
    Problem,
    Ref,
    Words,
    answers,
    caller,
    filtered,
    one_of,
    page,
    ref,
)

router = Router(tags=["supervision"])

PDF = {"200": {"description": "the sheet", "content": {"application/pdf": {"schema": {"type": "string"}}}}}


class SessionSummary(Schema):
    """A session as lists show it; `number` is empty until it is filed."""

    uid: UUID
    number: str
    site: Ref | None
    agency: str
    operator: str
    mode: Annotated[str, one_of(Session.Mode)]
    state: Annotated[str, one_of(Session.State)]
    started_at: datetime
    ended_at: datetime | None
    points_count: int
    anomalies_count: int


class PointDetail(Schema):
    """What was seen at one monitored point."""

    uid: UUID
    name: str
    area: str
    camera: Ref | None
    items: list[str]
    content: str
    grade: Annotated[str, one_of(Point.Grade)]
    remark: str
    moment_at: datetime
    marked_at: datetime
    evidence: UUID | None


class SessionDetail(SessionSummary):
    """A session with its points; `sheet_url` is empty until a sheet is filed."""

    checklist: str
    footage_from_at: datetime | None
    footage_until_at: datetime | None
    supersedes: UUID | None
    superseded_by: UUID | None
    reason: str
    sheet_url: str
    points: list[PointDetail]


class SessionFilter(NewestFirst):
    """Which sessions; `since` and `until` bound the beginning."""

    site: UUID | None = None
    number: Words = ""
    state: Annotated[str, one_of(Session.State)] | None = None
    mode: Annotated[str, one_of(Session.Mode)] | None = None
    since: Instant | None = None
    until: Instant | None = None


@router.get("/sessions", response=answers(Page[SessionSummary]), url_name="sessions", summary="Supervision sessions")
def sessions(request: HttpRequest, ask: Query[SessionFilter]) -> Page[SessionSummary]:
    """The sessions over the sites of the caller's subtree, newest first."""
    found = filtered(
        queries.sessions(caller(request, "supervision.read")),
        site__uid=ask.site,
        number=ask.number,
        state=ask.state,
        mode=ask.mode,
        started_at__gte=ask.since,
        started_at__lt=ask.until,
    )
    return page(found, ask, lambda session: SessionSummary(**_summary(session)))


@router.get(
    "/sessions/{uuid:uid}", response=answers(SessionDetail, also=[404]), url_name="session", summary="One session"
)
def session(request: HttpRequest, uid: UUID) -> SessionDetail:
    """A session with what was found at each point."""
    known = queries.sessions(caller(request, "supervision.read")).select_related("supersedes", "superseded_by")
    found = get_object_or_404(known, uid=uid)
    later = getattr(found, "superseded_by", None)
    return SessionDetail(
        **_summary(found),
        checklist=found.checklist,
        footage_from_at=found.footage_from_at,
        footage_until_at=found.footage_until_at,
        supersedes=found.supersedes.uid if found.supersedes else None,
        superseded_by=later.uid if later else None,
        reason=found.reason,
        sheet_url=reverse("api:sheet", args=[found.uid]) if found.document_uid else "",
        points=[_point(point) for point in found.points.select_related("area", "camera")],
    )


@router.get(
    "/sessions/{uuid:uid}/sheet.pdf",
    response=dict.fromkeys([401, 403, 404, 409, 422], Problem),
    openapi_extra={"responses": PDF},
    url_name="sheet",
    summary="The filed record sheet as PDF",
)
def sheet(request: HttpRequest, uid: UUID) -> HttpResponse:
    """The sheet as it was filed, byte for byte; opening it is in the audit."""
    user = caller(request, "supervision.read")
    found = get_object_or_404(queries.sessions(user).exclude(document_uid=None), uid=uid)
    return HttpResponse(
        printing.open_sheet(user, found),
        content_type="application/pdf",
        headers={"Cache-Control": "private, no-store"},
    )


def _summary(session: Any) -> dict[str, Any]:
    return {
        "uid": session.uid,
        "number": session.number,
        "site": ref(session.site),
        "agency": session.agency.name,
        "operator": session.operator_name,
        "mode": session.mode,
        "state": session.state,
        "started_at": session.started_at,
        "ended_at": session.ended_at,
        "points_count": session.point_count,
        "anomalies_count": session.anomaly_count,
    }


def _point(point: Point) -> PointDetail:
    return PointDetail(
        uid=point.uid,
        name=point.name,
        area=point.area.code if point.area else "",
        camera=ref(point.camera),
        items=[str(key) for key in point.items],
        content=point.content,
        grade=point.grade,
        remark=point.remark,
        moment_at=point.moment_at,
        marked_at=point.marked_at,
        evidence=point.evidence_uid,
    )
