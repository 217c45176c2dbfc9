"""Reading the customs register: who sees what, and what a camera is called in it."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db.models import QuerySet

from oversite.base.accounts.queries import restrict
from oversite.base.sites.queries import visible_sites
from oversite.common.errors import Refused
from oversite.domains.customs.models import (
    CameraPosition,
    CustomsHouse,
    MachineRoom,
    RoomEquipment,
    ScreenCheck,
    ShortName,
    SiteRegistration,
)
from oversite.domains.customs.reading import in_language
from oversite.domains.customs.screentext import Name, ScreenText, ScreenTextRefused, Spot, screen_text
from oversite.oversight.rules.queries import planned_code
from oversite.video.cameras.queries import is_steerable, registered_cameras

if TYPE_CHECKING:
    from oversite.base.sites.models import Site
    from oversite.video.cameras.models import Camera

READ = "customs.register.read"
CHANGE = "customs.register.change"
PUSH = "customs.screen.push"
CUSTOMS_CONTROL = "1"
"""Digit 8 of a camera that customs controls."""
SITE_PATHS = ("registration__site__agency", "registration__site__operator")


def houses(user: Any, permission: str | None = READ) -> QuerySet[CustomsHouse]:
    """The customs houses of the subtree."""
    return restrict(CustomsHouse.objects.select_related("agency"), user, permission, "agency")


def short_names(user: Any, permission: str | None = READ) -> QuerySet[ShortName]:
    """The short names that agencies of the subtree keep."""
    return restrict(ShortName.objects.select_related("agency"), user, permission, "agency")


def registrations(user: Any, permission: str | None = READ) -> QuerySet[SiteRegistration]:
    """The registered sites that the user may see, or use with `permission`."""
    found = SiteRegistration.objects.select_related("site__agency", "site__operator", "house__agency")
    return restrict(found, user, permission, "site__agency", "site__operator")


def positions(user: Any, permission: str | None = READ) -> QuerySet[CameraPosition]:
    """The camera positions of registered sites that the user may see, or use with `permission`.

    Who may see only some cameras of a site sees no positions of others.
    """
    found = CameraPosition.objects.select_related(
        "registration__site__agency", "registration__house", "area", "camera__device", "camera__site", "screen"
    )
    seen = restrict(found, user, permission, *SITE_PATHS)
    hidden = registered_cameras(user, None).values("pk")
    return seen.filter(camera__isnull=True) | seen.filter(camera__in=hidden)


def rooms(user: Any, permission: str | None = READ) -> QuerySet[MachineRoom]:
    """The machine rooms and cabinets of the user's sites."""
    found = MachineRoom.objects.select_related("site__agency").prefetch_related("equipment")
    return restrict(found, user, permission, "site__agency", "site__operator")


def equipment(user: Any, permission: str | None = READ) -> QuerySet[RoomEquipment]:
    """What stands in them."""
    found = RoomEquipment.objects.select_related("room__site")
    return restrict(found, user, permission, "room__site__agency", "room__site__operator")


def sites_to_register(user: Any) -> "QuerySet[Site]":
    """The sites that the user may put into the register: those in charge of a house or a post below one."""
    return visible_sites(user, CHANGE).filter(is_active=True)


def registration_of(site: "Site") -> SiteRegistration | None:
    """A site in the register."""
    return SiteRegistration.objects.select_related("house", "site").filter(site_id=site.pk).first()


def house_of(site: "Site") -> CustomsHouse | None:
    """The customs house that a site belongs to: of its agency in charge, or of the nearest one above."""
    path = site.agency.path
    above = CustomsHouse.objects.select_related("agency").filter(
        agency__path__in=[path[:length] for length in range(len(path), 0, -1)]
    )
    return max(above, key=lambda house: len(house.agency.path), default=None)


def is_below(site: "Site", house: CustomsHouse) -> bool:
    """Whether the agency in charge of a site is the house or stands below it."""
    return bool(site.agency.path.startswith(house.agency.path))


def position_of(camera: "Camera") -> CameraPosition | None:
    """The position at which a camera hangs."""
    if not camera.pk:
        return None
    found = CameraPosition.objects.select_related("registration__house", "registration__site", "area")
    return found.filter(camera_id=camera.pk, closed_at=None).first()


def planned_positions(registration: SiteRegistration) -> QuerySet[CameraPosition]:
    """The open positions at which no camera hangs yet, in the order of their codes."""
    found = CameraPosition.objects.select_related("registration__house", "registration__site", "area")
    return found.filter(registration=registration, closed_at=None, camera=None).order_by("code")


def planned_position(
    registration: SiteRegistration, camera: "Camera", code: str | None = None, *, without: Iterable[str] = ()
) -> CameraPosition | None:
    """The planned position that a camera is to fill: the one of this code ("" = none at all), or found by itself.

    By itself: the one whose code the camera has as code or identity, that of the construction line which the camera
    fills, or the first one in the camera's area for a camera of its sort. A camera with another code has its own.
    """
    open_ones = list(planned_positions(registration).exclude(code__in=without)) if code != "" else []
    by_code = {position.code: position for position in open_ones}
    if code is not None:
        return by_code.get(code)
    for known in (camera.camera_code, camera.gb_id, planned_code(camera)):
        if known in by_code:
            return by_code[known]
    if camera.camera_code or camera.area_id is None:
        return None
    return next((each for each in open_ones if _is_for(each, camera)), None)


def fitting_positions(registration: SiteRegistration, cameras: Iterable["Camera"]) -> dict[int, str]:
    """The code of the planned position that each camera is to fill, by the camera's key; each at most once."""
    found: dict[int, str] = {}
    for camera in cameras:
        position = planned_position(registration, camera, without=found.values())
        if position is not None:
            found[camera.pk] = position.code
    return found


def _is_for(position: CameraPosition, camera: "Camera") -> bool:
    """Whether such a camera was planned there."""
    is_there = position.area_id == camera.area_id and position.is_steerable == is_steerable(camera)
    return is_there and (not camera.control_right or position.parts.control == CUSTOMS_CONTROL)


def short_register(full_names: Iterable[str]) -> dict[str, str]:
    """The registered short names of these full ones."""
    return dict(ShortName.objects.filter(full__in=set(full_names)).values_list("full", "short"))


def text_of(position: CameraPosition, camera: "Camera | None" = None) -> ScreenText:
    """The text for the picture of a position, with `camera` as it is about to be; raises `Refused` with what to do."""
    registration = position.registration
    camera = camera or position.camera
    house = registration.house
    full = (house.regional_name, house.house_name, registration.place_name)
    known = short_register(full)
    regional, own, place = (Name(name, known.get(name, "")) for name in full)
    spot = Spot(
        regional=regional,
        house=own,
        place=place,
        business=position.business,
        serial=position.serial,
        is_steerable=position.is_steerable if camera is None else is_steerable(camera),
    )
    try:
        return screen_text(spot, position.limits)
    except ScreenTextRefused as error:
        sentence = " ".join(in_language(problem) for problem in error.problems)
        raise Refused("customs.screen.text", sentence, "C-OSD", 409) from error


@dataclass(frozen=True, slots=True)
class ScreenFigures:
    """How many pictures of a site show what they must."""

    positions: int
    matching: int
    wrong: int
    unsupported: int
    unreached: int
    unchecked: int


def screen_figures(registration: SiteRegistration) -> ScreenFigures:
    """Count the states of the open positions that have a camera."""
    open_positions = CameraPosition.objects.filter(registration=registration, closed_at=None, camera__isnull=False)
    states: list[str | None] = list(open_positions.values_list("screen__state", flat=True))
    state = ScreenCheck.State
    return ScreenFigures(
        positions=len(states),
        matching=states.count(state.MATCH),
        wrong=states.count(state.MISMATCH),
        unsupported=states.count(state.UNSUPPORTED) + states.count(state.REFUSED),
        unreached=states.count(state.NO_ANSWER) + states.count(state.NO_CHANNEL),
        unchecked=states.count(None),
    )
