"""`/api/v1/viewings`: the usage log."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from django.http import HttpRequest
from ninja import Query, Router, Schema

from oversite.screens.api import Instant, NewestFirst, Page, Ref, Words, answers, caller, filtered, one_of, page, ref
from oversite.video.viewing import queries
from oversite.video.viewing.models import Viewing

router = Router(tags=["viewings"])


class ViewingRow(Schema):
    """One look at one camera; `from_at` and `until_at` are the footage opened, `seen_from_at` and `seen_until_at` what
    of it was sent; empty for live pictures."""

    uid: UUID
    viewer: str
    agency: str
    camera: Ref | None
    kind: Annotated[str, one_of(Viewing.Kind)]
    purpose: str
    purpose_text: str
    from_at: datetime | None
    until_at: datetime | None
    seen_from_at: datetime | None
    seen_until_at: datetime | None
    opened_at: datetime
    started_at: datetime | None
    ended_at: datetime | None
    end_cause: str
    bytes: int


class ViewingFilter(NewestFirst):
    """Which viewings; `since` and `until` bound the moment of opening."""

    camera: UUID | None = None
    viewer: Words = ""
    kind: Annotated[str, one_of(Viewing.Kind)] | None = None
    since: Instant | None = None
    until: Instant | None = None


@router.get("", response=answers(Page[ViewingRow]), url_name="viewings", summary="Usage log")
def viewings(request: HttpRequest, ask: Query[ViewingFilter]) -> Page[ViewingRow]:
    """Who looked at what, when, why and how much (req: V14.log); `viewer` is a user name."""
    found = filtered(
        queries.viewings(caller(request, "viewing.read")),
        camera__uid=ask.camera,
        user__username=ask.viewer,
        kind=ask.kind,
        opened_at__gte=ask.since,
        opened_at__lt=ask.until,
    )
    return page(found, ask, _row)


def _row(row: Viewing) -> ViewingRow:
    return ViewingRow(
        uid=row.uid,
        viewer=row.viewer_name,
        agency=row.agency_name,
        camera=ref(row.camera),
        kind=row.kind,
        purpose=row.purpose,
        purpose_text=row.purpose_text,
        from_at=row.from_at,
        until_at=row.until_at,
        seen_from_at=row.seen_from_at,
        seen_until_at=row.seen_until_at,
        opened_at=row.opened_at,
        started_at=row.started_at,
        ended_at=row.ended_at,
        end_cause=row.end_cause,
        bytes=row.bytes,
    )
