"""`/api/v1/recordings`: where there is footage of a camera's day, and where there is none."""

from datetime import date, datetime, time, timedelta
from uuid import UUID

from django.http import Http404, HttpRequest
from ninja import Field, Query, Router, Schema

from oversite.common import clock
from oversite.screens.api import Day, answers, caller
from oversite.video.cameras import queries as register
from oversite.video.recording import queries

router = Router(tags=["recordings"])


class DayAsk(Schema):
    """Which day, of which stream."""

    day: Day = Field(..., description="a Beijing day")
    stream: int = Field(0, ge=0, le=1, description="0 main stream, 1 sub-stream")


class Footage(Schema):
    """Footage without a gap; held as evidence, damaged, or still being recorded."""

    from_at: datetime
    until_at: datetime
    held: bool
    damaged: bool
    running: bool


class Hole(Schema):
    """No footage."""

    from_at: datetime
    until_at: datetime


class Timeline(Schema):
    """One day of one camera, up to now."""

    camera: UUID
    day: date
    from_at: datetime
    until_at: datetime
    recorded: list[Footage]
    gaps: list[Hole]


@router.get("/{uuid:camera}", response=answers(Timeline, also=[404]), url_name="recordings", summary="A camera's day")
def timeline(request: HttpRequest, camera: UUID, ask: Query[DayAsk]) -> Timeline:
    """Footage and gaps of one camera on one Beijing day; what lies in the future is neither."""
    found = register.camera(caller(request, "video.playback"), camera, "video.playback")
    if found is None:
        raise Http404
    start = datetime.combine(ask.day, time(), clock.BEIJING)
    start_us = clock.to_us(start)
    end_us = max(start_us, min(clock.to_us(start + timedelta(days=1)), clock.to_us(clock.now())))
    spans = queries.timeline(found.pk, start_us, end_us, ask.stream)
    return Timeline(
        camera=found.uid,
        day=ask.day,
        from_at=clock.from_us(start_us),
        until_at=clock.from_us(end_us),
        recorded=[_footage(span) for span in spans],
        gaps=[
            Hole(from_at=clock.from_us(gap.start_us), until_at=clock.from_us(gap.end_us))
            for gap in queries.gaps_between(spans, start_us, queries.known_until_us(spans, end_us))
        ],
    )


def _footage(span: queries.Span) -> Footage:
    return Footage(
        from_at=clock.from_us(span.start_us),
        until_at=clock.from_us(span.end_us),
        held=span.is_held,
        damaged=span.is_damaged,
        running=span.is_open,
    )
