"""Planned cameras by their customs names: code, text on the picture, notices; shown first, allotted when adopted."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from oversite.base.sites.queries import areas_of
from oversite.common.errors import Refused
from oversite.common.sentences import sentence as _
from oversite.domains.customs import actions, queries
from oversite.domains.customs.actions.positions import CUSTOMS_CONTROL, Allotment
from oversite.domains.customs.codes import CodeRefused, Place, build_code, tables
from oversite.domains.customs.models import CameraPosition, SiteRegistration
from oversite.domains.customs.screentext import Name, ScreenTextRefused, Spot, screen_text
from oversite.domains.customs.signs import SignSize, signs_for
from oversite.oversight.rules.slots import PlannedLabel

if TYPE_CHECKING:
    from oversite.base.accounts.models import User
    from oversite.base.sites.models import Site

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
    found = []
    for camera in cameras:
        position = str(camera.get("position") or OTHER_PLACES)
        kept = str(camera.get("code") or "")
        if not kept:
            serials[position] += 1
        serial = int(kept[-3:]) if kept.isdecimal() else serials[position]
        found.append(_label(naming, camera, position, serial, kept))
    return found


def allot_plan(actor: "User", site: "Site", cameras: Sequence[Mapping[str, Any]]) -> list[str]:
    """Allot a code to each planned camera of a registered site for good. Raises `Refused`."""
    registration = queries.registration_of(site)
    if registration is None:
        raise Refused(
            "customs.site.unregistered", _("Put the site into the customs register first."), "C-code", status=409
        )
    areas = {area.code: area for area in areas_of(site)}
    rows = [
        Allotment(
            position=str(camera.get("position") or OTHER_PLACES),
            control=_control(camera),
            area=areas.get(str(camera.get("area") or "")),
            mounted_at="、".join(camera.get("stands") or ())[:200],
            is_steerable=camera["kind"] == STEERABLE_KIND,
            control_right=str(camera.get("control") or ""),
        )
        for camera in cameras
    ]
    return [position.code for position in actions.allot_codes(actor, registration, rows)]


def _registration(site: Mapping[str, Any]) -> SiteRegistration | None:
    """The site in the register; facts from a file name none, and no database is asked."""
    if not site.get("uid"):
        return None
    return SiteRegistration.objects.select_related("house").filter(site__uid=site["uid"]).first()


def _control(camera: Mapping[str, Any]) -> str:
    return CUSTOMS_CONTROL if camera.get("control") else ENTERPRISE_CONTROL


def _label(naming: Naming, camera: Mapping[str, Any], position: str, serial: int, kept: str) -> PlannedLabel:
    signs = signs_for(camera["abilities"], naming.size)
    return {
        "code": kept or _code(naming, camera, position, serial),
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
