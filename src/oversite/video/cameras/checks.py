"""What must hold before something enters the register; each problem is a sentence that names the other party."""

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from oversite.base.agencies.queries import chain_of
from oversite.video.cameras import queries
from oversite.video.cameras.identities import gb_id_problem
from oversite.video.cameras.models import Camera, Device

if TYPE_CHECKING:
    from oversite.base.accounts.models import User


def camera_gb_id_problem(gb_id: str, user: "User", but: Camera | None = None) -> str | None:
    """Why this identity cannot be given to a camera, or none."""
    problem = gb_id_problem(gb_id)
    if problem:
        return str(problem)
    other = Camera.objects.filter(gb_id=gb_id).exclude(pk=_key(but)).first()
    if other is None:
        return None
    return _("The identity %(gb_id)s belongs to %(other)s already. Use another one, or change that camera.") % {
        "gb_id": gb_id,
        "other": _camera_name(other, user),
    }


def camera_code_problem(code: str, user: "User", but: Camera | None = None) -> str | None:
    """Why this customs code cannot be given to a camera, or none; empty is fine."""
    if not code:
        return None
    if not (code.isascii() and code.isdecimal() and len(code) == 20):
        return _("The customs code has 20 digits; this one has %(count)s characters.") % {"count": len(code)}
    other = Camera.objects.filter(camera_code=code).exclude(pk=_key(but)).first()
    if other is None:
        return None
    return _("The customs code %(code)s is used by %(other)s. Use the next free one, or look at that camera.") % {
        "code": code,
        "other": _camera_name(other, user),
    }


def device_gb_id_problem(gb_id: str, user: "User", but: Device | None = None) -> str | None:
    """Why this identity cannot be given to a device, or none."""
    problem = gb_id_problem(gb_id)
    if problem:
        return str(problem)
    other = Device.objects.filter(gb_id=gb_id).exclude(pk=_key(but)).first()
    if other is None:
        return None
    is_seen = queries.devices(user, None).filter(pk=other.pk).exists()
    if other.site_id is None:
        return _unclaimed(gb_id, user, is_seen=is_seen)
    return _("The identity %(gb_id)s belongs to %(other)s already. Use another one, or change that device.") % {
        "gb_id": gb_id,
        "other": other.name if is_seen else _("a device of another agency"),
    }


def _unclaimed(gb_id: str, user: "User", *, is_seen: bool) -> str:
    """The device registered before anyone entered it; those who see it give it its site."""
    if is_seen:
        return _(
            "The device %(gb_id)s has registered by itself and belongs to no site yet. Do not enter it anew: open it "
            "in the list of devices, choose “Change” and give it its site."
        ) % {"gb_id": gb_id}
    return _(
        "The device %(gb_id)s has registered by itself and belongs to no site yet. Do not enter it anew: ask an "
        "administrator of %(agency)s to open it in the list of devices and give it the site it stands at."
    ) % {"gb_id": gb_id, "agency": chain_of(user.agency)[0].name}


def _key(row: Camera | Device | None) -> int:
    return 0 if row is None or row.pk is None else row.pk


def _camera_name(camera: Camera, user: "User") -> str:
    if queries.registered_cameras(user, None).filter(pk=camera.pk).exists():
        return queries.title(camera)
    return _("a camera of another agency")
