"""What the operator of a site says of its cameras, and what only the agency in charge does."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from oversite.base.sites.queries import operated_sites
from oversite.common.errors import Refused
from oversite.common.sentences import sentence as _
from oversite.video.cameras import queries
from oversite.video.cameras.models import Camera, Channel, Device

if TYPE_CHECKING:
    from oversite.base.accounts.models import User
    from oversite.base.sites.models import Site

DECLARE = "cameras.declare"
OPERATORS_FIELDS = frozenset(
    {
        "name",
        "area",
        "mount",
        "abilities",
        "line",
        "manufacturer",
        "model",
        "conforms_to",
        "compatible_with",
        "certificate_number",
        "certificate_expires_on",
    }
)
"""What stands on the spot and in the papers; the other fields say how customs or the authority use the camera."""


def is_operators_entry(user: "User", site: "Site") -> bool:
    """Whether the user enters cameras of a site as its operator, and not as the agency in charge."""
    if user.has_perm("cameras.change") and site.agency.path.startswith(user.agency.path):
        return False
    return operated_sites(user, DECLARE).filter(pk=site.pk).exists()


def operators_fields(camera: Camera | None) -> frozenset[str]:
    """What the operator says of a camera (none: a new one): its identity until the agency in charge has taken it up."""
    if camera is None or camera.pk is None:
        return OPERATORS_FIELDS | {"site", "gb_id"}
    return OPERATORS_FIELDS if is_taken_up(camera) else OPERATORS_FIELDS | {"gb_id"}


def is_taken_up(camera: Camera) -> bool:
    """Whether the agency in charge works with the camera: device, code, control right, recording or a group."""
    is_used = bool(camera.device_id or camera.camera_code or camera.control_right or camera.records)
    return is_used or camera.groups.exists()


def require_entry(actor: "User | None", camera: Camera | None, values: Mapping[str, Any]) -> bool:
    """Raise `Refused` unless the actor may enter so; true where they do it as the operator of the site."""
    if actor is None:
        return False
    if is_operators_entry(actor, values["site"] if camera is None else camera.site):
        _check_operators(actor, camera, values)
        return True
    if actor.has_perm(DECLARE) and not actor.has_perm("cameras.change"):
        raise Refused("cameras.site.outside", _("This site is not yours to enter."), "A4.1", 404)
    actor.require("cameras.change")
    return False


def _check_operators(user: "User", camera: Camera | None, values: Mapping[str, Any]) -> None:
    """Raise `Refused` where the operator says what is the agency's to say, or of a camera outside their right."""
    site: Site = values["site"] if camera is None else camera.site
    if camera is None:
        is_inside = not queries.is_narrowed_to_cameras(user, DECLARE)
    else:
        is_inside = queries.operated_cameras(user).filter(pk=camera.pk).exists()
    if not is_inside:
        raise Refused("cameras.camera.outside", _("This camera is not yours to enter."), "A4.1", 404)
    given = sorted(values.keys() - operators_fields(camera))
    if given:
        names = "、".join(str(getattr(Camera._meta.get_field(name), "verbose_name", name)) for name in given)
        text = _("What stands under “%(fields)s” is for %(agency)s to set. Leave it as it is.")
        told = {"fields": names, "agency": site.agency.name}
        raise Refused("cameras.agencys", text % told, "C9.1", 403, {"fields": given, "site": site.code})
    if camera is not None and is_taken_up(camera):
        _keep_steerable(camera, values)


def check_identity(site: "Site", gb_id: str) -> None:
    """Raise `Refused` where a device of another site has or announces the identity: not the operator's to take."""
    has = Device.objects.filter(gb_id=gb_id, site__isnull=False).exclude(site=site)
    announces = Channel.objects.filter(gb_id=gb_id, device__site__isnull=False).exclude(device__site=site)
    if has.exists() or announces.exists():
        text = _(
            "The identity %(gb_id)s belongs to a device of another site. Compare it with the settings of the device."
        )
        raise Refused("cameras.identity", text % {"gb_id": gb_id}, "A4.1", 422)


def _keep_steerable(camera: Camera, values: Mapping[str, Any]) -> None:
    after = Camera(
        mount=values.get("mount", camera.mount), abilities=list(values.get("abilities", camera.abilities) or ())
    )
    if queries.is_steerable(camera) and not queries.is_steerable(after):
        text = _("%(agency)s steers this camera. Ask it before the camera becomes one that cannot be steered.")
        raise Refused("cameras.agencys", text % {"agency": camera.site.agency.name}, "C9.1", 403)
