"""`/api/v1/customs`: the register of camera positions with their codes."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from ninja import Query, Router, Schema

from oversite.domains.customs import queries
from oversite.domains.customs.models import CameraPosition, ScreenCheck
from oversite.screens.api import Page, PageAsk, Ref, Words, answers, caller, filtered, one_of, page, ref

router = Router(tags=["customs"])


class PositionDetail(Schema):
    """A place for a camera with its code for good; `camera` is what hangs there now, `screen` how its picture reads."""

    uid: UUID
    code: str
    site: Ref | None
    area: str
    position: str
    position_label: str
    serial: int
    business: str
    steerable: bool
    control_right: str
    camera: Ref | None
    screen: Annotated[str, one_of(ScreenCheck.State)] | None
    allotted_at: datetime
    closed_at: datetime | None


class PositionFilter(PageAsk):
    """Which positions; `open` leaves out those that were closed."""

    site: UUID | None = None
    code: Words = ""
    open: bool = False


@router.get("/positions", response=answers(Page[PositionDetail]), url_name="positions", summary="Camera positions")
def positions(request: HttpRequest, ask: Query[PositionFilter]) -> Page[PositionDetail]:
    """The positions at registered sites of the caller's subtree, in the order in which codes were allotted."""
    found = filtered(_seen(request), registration__site__uid=ask.site, code=ask.code)
    return page(found.filter(closed_at=None) if ask.open else found, ask, _position)


@router.get(
    "/positions/{uuid:uid}",
    response=answers(PositionDetail, also=[404]),
    url_name="position",
    summary="One camera position",
)
def position(request: HttpRequest, uid: UUID) -> PositionDetail:
    """A position with its code and the camera that hangs there."""
    return _position(get_object_or_404(_seen(request), uid=uid))


def _seen(request: HttpRequest) -> Any:
    return queries.positions(caller(request, queries.READ))


def _position(found: CameraPosition) -> PositionDetail:
    screen = getattr(found, "screen", None)
    return PositionDetail(
        uid=found.uid,
        code=found.code,
        site=ref(found.registration.site),
        area=found.area.code if found.area else "",
        position=found.position,
        position_label=found.position_label,
        serial=found.serial,
        business=found.business,
        steerable=found.is_steerable,
        control_right=found.control_right,
        camera=ref(found.camera),
        screen=screen.state if screen else None,
        allotted_at=found.allotted_at,
        closed_at=found.closed_at,
    )
