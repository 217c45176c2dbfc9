"""Codes for camera positions: allotted in one act for a site, kept for ever by the position."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.translation import gettext as _t

from oversite.base.audit.actions import record
from oversite.base.numbers.actions import draw, draw_value, open_pool, withdraw
from oversite.base.numbers.queries import number_of
from oversite.common import clock
from oversite.common.errors import Refused
from oversite.common.sentences import sentence as _
from oversite.domains.customs import queries
from oversite.domains.customs.actions.changes import (
    apply,
    camera_editor,
    forget_other_text,
    forget_screen,
    refuse,
    require,
)
from oversite.domains.customs.codes import CameraCode, CodeRefused, build_code, check_code, tables
from oversite.domains.customs.models import CONTROL_RIGHTS, CameraPosition, SiteRegistration
from oversite.domains.customs.queries import CUSTOMS_CONTROL
from oversite.domains.customs.screentext.text import is_showable
from oversite.domains.customs.vocabulary import position_of_area
from oversite.video.cameras.actions import save_camera
from oversite.video.cameras.queries import registered_cameras

if TYPE_CHECKING:
    from oversite.base.accounts.models import User
    from oversite.base.numbers.models import Pool
    from oversite.base.sites.models import Area
    from oversite.video.cameras.models import Camera

POSITION_FIELDS = frozenset(
    {
        "business",
        "area",
        "mounted_at",
        "is_steerable",
        "control_right",
        "screen_lines",
        "line_characters",
        "hanzi_width",
    }
)


@dataclass(frozen=True, slots=True)
class Allotment:
    """A position that is to get a code; `camera` is none for a camera that is only planned.

    Tabled parts are given by digits or key; `control_right` is what the rules ask for (primary, exclusive or ""), and
    the camera gets it. A camera that bears a code already keeps it, if it is right. `planned` is the code of the
    planned position that the camera fills; none finds it, "" makes a new position all the same.
    """

    position: str
    control: str = CUSTOMS_CONTROL
    device: str = "ip-camera"
    business: str = ""
    camera: "Camera | None" = None
    area: "Area | None" = None
    mounted_at: str = ""
    is_steerable: bool = False
    control_right: str = ""
    planned: str | None = None
    limits: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Preview:
    """What an allotment would make."""

    code: str
    name: str


@transaction.atomic
def allot_codes(
    actor: "User | None", registration: SiteRegistration, rows: Sequence[Allotment]
) -> list[CameraPosition]:
    """Allot a code to every row, or to none: the lowest serials that no position ever had (req: C-code).

    The cameras get code and name. Raises `Refused` naming the row that cannot be.
    """
    require(actor, registration.site.agency)
    made = []
    for number, row in enumerate(rows, 1):
        try:
            made.append(_allot(actor, registration, row))
        except Refused as refused:
            if len(rows) == 1:
                raise
            who = row.camera.name if row.camera is not None else row.mounted_at or str(number)
            text = _("%(row)s: %(why)s") % {"row": who, "why": refused}
            raise Refused(refused.code, text, refused.clause, refused.status, refused.data) from refused
    if made:
        data = {"digits": registration.district + registration.digits, "codes": [position.code for position in made]}
        record("customs.codes.allotted", actor=actor, subject=registration.site, data=data, clause="C-code")
    return made


class _Enough(Exception):
    """Ends the transaction of a preview."""


def preview_codes(actor: "User", registration: SiteRegistration, rows: Sequence[Allotment]) -> list[Preview]:
    """What `allot_codes` would make now; nothing of it stays. Raises `Refused` as that does."""
    found: list[Preview] = []
    try:
        with transaction.atomic():
            made = allot_codes(actor, registration, rows)
            found = [Preview(position.code, queries.text_of(position).name) for position in made]
            raise _Enough
    except _Enough:
        pass
    return found


def serial_pool(registration: SiteRegistration, position: str) -> "Pool":
    """The serials of one position code at a site; opened when it is first needed."""
    digits = registration.district + registration.digits
    title = _("Serials of position %(position)s at site %(digits)s") % {"position": position, "digits": digits}
    return open_pool(f"customs.serial.{digits}.{position}", title=title, width=3, first=1, prefix=digits + position)


def _allot(actor: "User | None", registration: SiteRegistration, row: Allotment) -> CameraPosition:
    if row.camera is not None:
        camera = _fresh(row.camera)
        planned = queries.planned_position(registration, camera, row.planned)
        if planned is not None:
            return assign_camera(actor, planned, camera)
        row = replace(row, camera=camera)
    entry = tables().find("position", row.position)
    kept = _kept_code(registration, row.camera)
    digits = kept.position if kept else entry.digits if entry else row.position
    if row.camera is not None:
        _check_camera(actor, registration, row)
    serial = 1
    if entry is not None or kept:
        pool = serial_pool(registration, digits)
        serial = draw_value(pool, int(kept.serial)).value if kept else draw(pool).value
    try:
        code = str(kept) if kept else build_code(
            district=registration.district,
            site=registration.digits,
            control=row.control,
            device=row.device,
            site_class=registration.site_class,
            position=row.position,
            serial=serial,
            place=registration.place,
        )  # fmt: skip
    except CodeRefused as error:
        raise refuse(error.faults) from error
    position = CameraPosition(
        registration=registration,
        code=code,
        position=digits,
        serial=serial,
        business=row.business or tables().entries["position"][digits].business,
        area=row.area or (row.camera.area if row.camera else None),
        mounted_at=row.mounted_at,
        camera=row.camera,
        is_steerable=row.is_steerable,
        control_right=_control_right(row),
        allotted_at=clock.now(),
        **row.limits,
    )
    _check_position(position)
    position.save()
    queries.text_of(position)
    if row.camera is not None:
        position.camera = save_camera(camera_editor(actor), row.camera, _borne(position, row.camera))
    return position


def _control_right(row: Allotment) -> str:
    """What the rules ask for there, else what the camera has already, where digit 8 is that of customs."""
    entry = tables().find("control", row.control)
    is_customs = entry is not None and entry.digits == CUSTOMS_CONTROL
    of_camera = row.camera.control_right if row.camera is not None and is_customs else ""
    return row.control_right or of_camera


def _fresh(camera: "Camera") -> "Camera":
    """The camera as it is stored: the caller's may be changed in memory by a look that was taken back."""
    return type(camera).objects.select_related("site__agency", "area", "device").get(pk=camera.pk)


def _borne(position: CameraPosition, camera: "Camera") -> dict[str, str]:
    """What a camera takes over from its position: the code, and the control right that the rules ask for there."""
    return {"camera_code": position.code, "control_right": position.control_right or camera.control_right}


def _kept_code(registration: SiteRegistration, camera: "Camera | None") -> CameraCode | None:
    """The code that a camera bears already; raises `Refused` where it is wrong or of another site."""
    if camera is None or not camera.camera_code:
        return None
    faults = check_code(camera.camera_code, registration.place)
    if faults:
        raise refuse(faults)
    code = CameraCode.split(camera.camera_code)
    if code.site_digits != registration.district + registration.digits or code.site_class != registration.site_class:
        raise Refused(
            "customs.code.elsewhere",
            _("The code %(code)s of this camera belongs to another site or class. Take it out first.") % {"code": code},
            "C-code",
            409,
        )
    return code


def _check_camera(actor: "User | None", registration: SiteRegistration, row: Allotment) -> None:
    camera = row.camera
    assert camera is not None
    seen = actor is None or registered_cameras(actor, "cameras.read").filter(pk=camera.pk).exists()
    if camera.site_id != registration.site_id or not seen:
        raise Refused("customs.camera.elsewhere", _("This camera does not stand at the site."), "C-code", 404)
    if CameraPosition.objects.filter(camera=camera).exists():
        raise Refused("customs.camera.coded", _("This camera hangs at a position already."), "C-code", 409)
    control = tables().find("control", row.control)
    right = row.control_right or camera.control_right
    if right and control is not None and control.digits != CUSTOMS_CONTROL:
        raise Refused(
            "customs.code.control",
            _("Customs controls this camera (%(right)s): digit 8 is 1.")
            % {"right": dict(CONTROL_RIGHTS).get(right, right)},
            "C-code",
            409,
        )


def _check_position(position: CameraPosition) -> None:
    if not position.business or not is_showable(position.business):
        raise Refused(
            "customs.position.business", _("Give the business class that stands on the picture."), "C-OSD", 422
        )
    if position.area is not None and position.area.site_id != position.registration.site_id:
        raise Refused("customs.position.area", _("The area belongs to another site."), "C-code", 422)
    if position.control_right and position.parts.control != CUSTOMS_CONTROL:
        right = dict(CONTROL_RIGHTS)[position.control_right]
        text = _("Customs controls this camera (%(right)s): digit 8 is 1.") % {"right": right}
        raise Refused("customs.code.control", text, "C-code", 409)
    try:
        position.limits  # noqa: B018 - judged as it is made
    except ValueError as error:
        raise Refused(
            "customs.position.limits", _("A device takes at least one line of four characters."), "C-OSD", 422
        ) from error


@transaction.atomic
def change_position(actor: "User | None", position: CameraPosition, values: Mapping[str, Any]) -> CameraPosition:
    """Change what a position says beside its code; the camera's name follows. Raises `Refused`."""
    require(actor, position.registration.site.agency)
    _require_open(position)
    changes = apply(position, values, POSITION_FIELDS)
    _check_position(position)
    if changes:
        position.save()
        queries.text_of(position)
        data = {"code": position.code, "changes": changes}
        record("customs.position.changed", actor=actor, subject=position, data=data, clause="C-OSD")
        if position.camera is not None:
            save_camera(camera_editor(actor), position.camera, _borne(position, position.camera))
        forget_other_text(position)
    return position


@transaction.atomic
def assign_camera(actor: "User | None", position: CameraPosition, camera: "Camera", reason: str = "") -> CameraPosition:
    """Hang other hardware at a position: code and name stay with the position (req: C-code)."""
    require(actor, position.registration.site.agency)
    _require_open(position)
    if camera == position.camera:
        return position
    camera = _fresh(camera)
    row = Allotment(position.position, control=position.parts.control, camera=camera)
    _check_camera(actor, position.registration, row)
    before = position.camera
    position.camera = None
    position.save(update_fields=["camera"])
    if before is not None:
        _release(actor, before)
    position.camera = camera
    position.save(update_fields=["camera"])
    position.camera = save_camera(camera_editor(actor), camera, _borne(position, camera))
    forget_screen(position)
    data = {"code": position.code, "before": before.gb_id if before else "", "after": camera.gb_id, "reason": reason}
    record("customs.position.assigned", actor=actor, subject=position, data=data, clause="C-code")
    return position


@transaction.atomic
def close_position(actor: "User", position: CameraPosition, reason: str) -> CameraPosition:
    """Give a position up: its code is void and never given to another. Raises `Refused` without a reason."""
    require(actor, position.registration.site.agency)
    _require_open(position)
    if not reason.strip():
        raise Refused("customs.position.reason", _("Say why; the reason stays with the code."), "C-code", 400)
    pool = serial_pool(position.registration, position.position)
    number = number_of(pool.key, pool.text(position.serial))
    if number is not None:
        withdraw(actor, number, "void", reason)
    camera, position.camera = position.camera, None
    position.closed_at, position.closed_reason = clock.now(), reason[:200]
    position.save()
    if camera is not None:
        _release(actor, camera)
    data = {"code": position.code, "reason": reason}
    record("customs.position.closed", actor=actor, subject=position, data=data, clause="C-code")
    return position


def _release(actor: "User | None", camera: "Camera") -> None:
    """A camera that hangs at no position any more bears neither the code nor, alone, its name."""
    name = _t("%(name)s (taken down)") % {"name": camera.name[:100]}
    save_camera(camera_editor(actor), camera, {"camera_code": "", "name": name})


def _require_open(position: CameraPosition) -> None:
    if position.closed_at is not None:
        raise Refused("customs.position.closed", _("This position is closed; its code is void."), "C-code", 409)


def suggestions(cameras: Iterable["Camera"]) -> dict[int, str]:
    """The position code that the kind of a camera's area suggests, by the camera's key."""
    return {camera.pk: position_of_area(camera.area.kind) if camera.area is not None else "" for camera in cameras}
