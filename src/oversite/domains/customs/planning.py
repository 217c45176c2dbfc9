"""Planned cameras by their customs names: code, text on the picture, notices; shown first, allotted when adopted."""

import logging
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db import transaction

from oversite.base.sites.queries import areas_of
from oversite.common.errors import Refused
from oversite.common.sentences import sentence as _
from oversite.domains.customs import actions, queries
from oversite.domains.customs.actions.positions import Allotment
from oversite.domains.customs.codes import CodeRefused, Place, build_code, tables
from oversite.domains.customs.models import CameraPosition, SiteRegistration
from oversite.domains.customs.screentext import Name, ScreenTextRefused, Spot, screen_text
from oversite.domains.customs.signs import SignSize, signs_for
from oversite.oversight.rules.slots import PlannedLabel, PlanSpot

if TYPE_CHECKING:
    from oversite.base.accounts.models import User
    from oversite.base.sites.models import Area, Site

log = logging.getLogger(__name__)

AS_PLANNED = "按规划建成"
NOT_PLANNED = "已不在建设清单内"
OTHER_PLACES = "20"
"""Digits 16–17 of a place that annex 3 does not list."""
STEERABLE_KIND = "pan-tilt"
IP_CAMERA = "132"
ENTERPRISE_CONTROL = "5"


@dataclass(frozen=True, slots=True)
class Naming:
    """What the codes and texts of a site are made of."""

    district: str
    digits: str
    site_class: str
    place: Place
    names: tuple[Name, Name, Name] | None
    size: SignSize
    taken: Mapping[str, int]

    @classmethod
    def of_registration(cls, registration: SiteRegistration) -> "Naming":
        """As the customs register has it; serials go on behind those that were ever allotted."""
        house = registration.house
        full = (house.regional_name, house.house_name, registration.place_name)
        short = queries.short_register(full)
        regional, own, place = (Name(name, short.get(name, "")) for name in full)
        taken: Counter[str] = Counter()
        for position, serial in CameraPosition.objects.filter(registration=registration).values_list(
            "position", "serial"
        ):
            taken[position] = max(taken[position], serial)
        return cls(
            registration.district,
            registration.digits,
            registration.site_class,
            registration.place,
            (regional, own, place),
            SignSize(registration.sign_size),
            taken,
        )

    @classmethod
    def of_facts(cls, site: Mapping[str, Any]) -> "Naming":
        """As the facts of a site without a register say it."""
        given = {key: str(site.get(key) or "") for key in ("district", "site_serial", "regional_customs", "house")}
        names = None
        if given["regional_customs"] and given["house"]:
            names = (Name(given["regional_customs"]), Name(given["house"]), Name(str(site.get("name") or "")))
        return cls(
            given["district"],
            given["site_serial"],
            str(site.get("class_code") or ""),
            Place(),
            names,
            SignSize.MEDIUM,
            {},
        )


def label_plan(site: Mapping[str, Any], cameras: Sequence[Mapping[str, Any]]) -> list[PlannedLabel]:
    """The labels of planned cameras; what the facts do not give (district, house …) stays empty. Allots nothing."""
    registration = _registration(site)
    naming = Naming.of_registration(registration) if registration else Naming.of_facts(site)
    serials: Counter[str] = Counter(naming.taken)
    spots = [PlanSpot(camera, str(camera.get("code") or "")) for camera in cameras]
    held = claims(registration, spots) if registration else [None] * len(spots)
    found = []
    for camera, position in zip(cameras, held, strict=True):
        digits = position.position if position else str(camera.get("position") or OTHER_PLACES)
        kept = position.code if position else str(camera.get("code") or "")
        if not kept:
            serials[digits] += 1
        serial = int(kept[-3:]) if kept.isdecimal() else serials[digits]
        found.append(_label(naming, camera, digits, serial, kept, is_allotted=position is not None))
    return found


def claims(registration: SiteRegistration, spots: Sequence[PlanSpot]) -> list[CameraPosition | None]:
    """The open position of each line: the one with its code or its camera, else one that is planned for such a camera.

    A planned position serves a line in the same area that asks for the same sort of camera under the same control.
    """
    taken = list(
        CameraPosition.objects.filter(registration=registration, closed_at=None)
        .select_related("registration__house", "area")
        .order_by("position", "serial")
    )
    by_code = {position.code: position for position in taken}
    by_camera = {position.camera_id: position for position in taken if position.camera_id is not None}
    found = [
        (by_camera.get(spot.camera.pk) if spot.camera is not None else None) or by_code.get(spot.code) for spot in spots
    ]
    held = {position.pk for position in found if position is not None}
    planned = [position for position in taken if position.camera_id is None and position.pk not in held]
    for number, spot in enumerate(spots):
        if found[number] is None:
            fit = next((each for each in planned if _fits(each, spot.spec)), None)
            if fit is not None:
                planned.remove(fit)
                found[number] = fit
    return found


def _fits(position: CameraPosition, spec: Mapping[str, Any]) -> bool:
    area = position.area.code if position.area is not None else ""
    return (
        not spec.get("is_locked")
        and area == str(spec.get("area") or "")
        and position.position == str(spec.get("position") or OTHER_PLACES)
        and position.parts.control == _control(spec)
        and position.is_steerable == (spec["kind"] == STEERABLE_KIND)
    )


@transaction.atomic
def allot_plan(actor: "User", site: "Site", spots: Sequence[PlanSpot]) -> list[str]:
    """The codes of all lines of a construction list, allotted for good where a line has none yet. Raises `Refused`.

    Positions that are planned and stand in the list no more are closed: their codes are void.
    """
    registration = queries.registration_of(site)
    if registration is None:
        raise Refused(
            "customs.site.unregistered", _("Put the site into the customs register first."), "C-code", status=409
        )
    held = claims(registration, spots)
    areas = {area.code: area for area in areas_of(site)}
    fresh = [_allotment(spot, areas) for spot, position in zip(spots, held, strict=True) if position is None]
    made = iter(actions.allot_codes(actor, registration, fresh))
    codes = []
    for spot, position in zip(spots, held, strict=True):
        codes.append(_held(actor, position, spot).code if position is not None else next(made).code)
    _give_up(actor, registration, codes)
    return codes


def _allotment(spot: PlanSpot, areas: "Mapping[str, Area]") -> Allotment:
    spec = spot.spec
    return Allotment(
        position=str(spec.get("position") or OTHER_PLACES),
        control=_control(spec),
        camera=spot.camera,
        area=areas.get(str(spec.get("area") or "")),
        mounted_at=spot.where[:200],
        is_steerable=spec["kind"] == STEERABLE_KIND,
        control_right=_right(spec),
        planned="",
    )


def _held(actor: "User | None", position: CameraPosition, spot: PlanSpot) -> CameraPosition:
    """A position as the plan now asks: its control right, where it hangs, and the camera that was built there."""
    values: dict[str, Any] = {}
    if position.parts.control == _control(spot.spec):
        values["control_right"] = _right(spot.spec)
    if position.camera_id is None and spot.where:
        values["mounted_at"] = spot.where[:200]
    actions.change_position(actor, position, values)
    if spot.camera is not None and position.camera_id is None:
        actions.assign_camera(actor, position, spot.camera, AS_PLANNED)
    return position


def _give_up(actor: "User", registration: SiteRegistration, codes: Sequence[str]) -> None:
    left = CameraPosition.objects.filter(registration=registration, closed_at=None, camera=None).exclude(code__in=codes)
    for position in left:
        actions.close_position(actor, position, NOT_PLANNED)


def hang_built(site: "Site", spots: Sequence[PlanSpot]) -> int:
    """Cameras that were built as planned hang at their positions; one that may not, stays as it is; gives how many."""
    registration = queries.registration_of(site)
    if registration is None:
        return 0
    planned = {position.code: position for position in queries.planned_positions(registration)}
    count = 0
    for spot in spots:
        if spot.camera is None or spot.code not in planned:
            continue
        try:
            actions.assign_camera(None, planned[spot.code], spot.camera, AS_PLANNED)
            count += 1
        except Refused as refused:
            log.warning("a built camera was not hung at its position %s: %s", spot.code, refused)
    return count


def _registration(site: Mapping[str, Any]) -> SiteRegistration | None:
    """The site in the register; facts from a file name none, and no database is asked."""
    if not site.get("uid"):
        return None
    return SiteRegistration.objects.select_related("house").filter(site__uid=site["uid"]).first()


def _control(camera: Mapping[str, Any]) -> str:
    return queries.CUSTOMS_CONTROL if _right(camera) else ENTERPRISE_CONTROL


def _right(camera: Mapping[str, Any]) -> str:
    """The control right that the rules ask for, else the one that a kept camera has."""
    return str(camera.get("control_asked") or camera.get("control") or "")


def _label(
    naming: Naming, camera: Mapping[str, Any], position: str, serial: int, kept: str, *, is_allotted: bool
) -> PlannedLabel:
    signs = signs_for(camera["abilities"], naming.size)
    return {
        "code": kept or _code(naming, camera, position, serial),
        "is_allotted": is_allotted,
        "screen_text": _text(naming, camera, position, serial),
        "sign": [{"kind": sign.kind.value, "size": sign.size.value} for sign in signs],
    }


def _code(naming: Naming, camera: Mapping[str, Any], position: str, serial: int) -> str | None:
    try:
        return build_code(
            district=naming.district,
            site=naming.digits,
            control=_control(camera),
            device=IP_CAMERA,
            site_class=naming.site_class,
            position=position,
            serial=serial,
            place=naming.place,
        )
    except CodeRefused:
        return None


def _text(naming: Naming, camera: Mapping[str, Any], position: str, serial: int) -> list[str] | None:
    entry = tables().entries["position"].get(position)
    if naming.names is None or entry is None:
        return None
    regional, house, place = naming.names
    is_steerable = camera["kind"] == STEERABLE_KIND
    try:
        return list(screen_text(Spot(regional, house, place, entry.business, serial, is_steerable)).lines)
    except ScreenTextRefused:
        return None
