"""Every change of the register of devices and cameras."""

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.core.cache import cache
from django.db import models, transaction
from django.db.models import ProtectedError
from django.utils.translation import gettext_lazy as _

from oversite.base.audit.actions import record
from oversite.base.events.actions import publish
from oversite.common import clock
from oversite.common.errors import Refused
from oversite.video.cameras import checks, queries
from oversite.video.cameras.models import Camera, CameraGroup, Channel, Device, Favourite
from oversite.video.cameras.naming import keep_register_name, tell_registers
from oversite.video.cameras.operators import check_identity, is_taken_up, require_entry
from oversite.video.cameras.sealing import seal
from oversite.video.gateway import actions as gateway

if TYPE_CHECKING:
    from oversite.base.accounts.models import User
    from oversite.base.agencies.models import Agency
    from oversite.base.sites.models import Site

LISTED_CODECS = frozenset({"svac", "h264", "h265"})
"""Those that V5.2 names; SVAC is preferred."""
MEASURED_KEPT_S = 600

CAMERA_FIELDS = frozenset(
    {
        "gb_id",
        "camera_code",
        "name",
        "site",
        "area",
        "device",
        "mount",
        "abilities",
        "control_right",
        "has_sub_stream",
        "records",
        "everyday_view",
        "everyday_preset",
        "manufacturer",
        "model",
        "conforms_to",
        "compatible_with",
        "certificate_number",
        "certificate_expires_on",
        "line",
        "is_active",
    }
)
DEVICE_FIELDS = frozenset({"gb_id", "name", "kind", "site", "media_transport", "charset", "is_active"})


@transaction.atomic
def save_camera(actor: "User | None", camera: Camera | None, values: Mapping[str, Any]) -> Camera:
    """Register a camera (none given) or change one; `actor` none is the installation itself.

    The operator of a site enters its cameras too; what is the agency's to say is refused (`operators`). Raises
    `Refused`: not allowed, a site or camera outside the user's subtree, an identity that is wrong or taken.
    """
    is_operators = require_entry(actor, camera, values)
    is_new = camera is None
    camera = camera or Camera()
    changes = _apply(camera, values, CAMERA_FIELDS)
    _check_camera(actor, camera, is_operators=is_operators)
    if is_operators and "gb_id" in changes:
        check_identity(camera.site, camera.gb_id)
    keep_register_name(camera, changes)
    if is_new or changes:
        camera.save()
        data = {"site": camera.site.code, "changes": changes}
        record(_act(is_new=is_new, is_operators=is_operators), actor=actor, subject=camera, data=data, clause="C5")
        publish("cameras.camera.changed", camera, {"site": str(camera.site_id)}, agency=camera.site.agency)
        gateway.want_recording(camera)
        gateway.tell_register_changed()
    if changes and not is_new:
        tell_registers(camera, changes)
    return camera


@transaction.atomic
def remove_camera(actor: "User", camera: Camera) -> None:
    """Take a camera that was entered by mistake out of the register; the operator of its site may, too.

    Raises `Refused` where the agency in charge works with it already, or records refer to it.
    """
    is_operators = require_entry(actor, camera, {})
    _check_camera(actor, camera, is_operators=is_operators)
    if is_taken_up(camera):
        raise Refused(
            "cameras.camera.used",
            _("The agency in charge works with this camera (device, code, recording …): it stays in the register."),
            status=409,
        )
    act = "cameras.camera.withdrawn" if is_operators else "cameras.camera.removed"
    data = {"camera": camera.gb_id, "name": camera.name}
    record(act, actor=actor, subject=camera.site, data=data, clause="C5")
    publish("cameras.camera.changed", camera, {"site": str(camera.site_id)}, agency=camera.site.agency)
    try:
        with transaction.atomic():
            camera.delete()
    except ProtectedError as error:
        text = _("Records refer to this camera: it stays in the register.")
        raise Refused("cameras.camera.used", text, status=409) from error
    gateway.tell_register_changed()


@transaction.atomic
def save_device(
    actor: "User | None", device: Device | None, values: Mapping[str, Any], password: str | None = None
) -> Device:
    """Register a device or change one; `password` none leaves the password as it is, empty removes it."""
    _require(actor)
    is_new = device is None
    device = device or Device()
    changes = _apply(device, values, DEVICE_FIELDS)
    _check_site(actor, device.site)
    _refuse_if(
        checks.device_gb_id_problem(device.gb_id, actor, None if is_new else device) if actor else None,
        "cameras.identity",
    )
    if password is not None:
        device.password_sealed = seal(password, device.uid)
    if is_new or changes or password is not None:
        device.save()
    if is_new or changes:
        act = "cameras.device.created" if is_new else "cameras.device.changed"
        record(act, actor=actor, subject=device, data={"changes": changes})
    if password is not None and not is_new:
        record("cameras.device.password", actor=actor, subject=device, data={})
    gateway.tell_register_changed()
    return device


@transaction.atomic
def claim_channel(actor: "User", channel: Channel, site: "Site", values: Mapping[str, Any]) -> Camera:
    """Take an announced channel of a recorder into the register as a camera; the announced facts come with it."""
    facts = channel.facts if isinstance(channel.facts, dict) else {}
    announced = {
        "gb_id": channel.gb_id,
        "name": channel.name or channel.gb_id,
        "device": channel.device,
        "manufacturer": str(facts.get("manufacturer") or facts.get("Manufacturer") or "")[:80],
        "model": str(facts.get("model") or facts.get("Model") or "")[:80],
    }
    camera = save_camera(actor, None, {**announced, **values, "site": site})
    record(
        "cameras.camera.claimed",
        actor=actor,
        subject=camera,
        data={"device": channel.device.gb_id, "channel": channel.gb_id},
    )
    return camera


@transaction.atomic
def save_group(
    actor: "User", group: CameraGroup | None, *, name: str, agency: "Agency", cameras: Iterable[Camera]
) -> CameraGroup:
    """Make or change a group; only cameras that the actor may change enter it."""
    _require(actor)
    if not agency.path.startswith(actor.agency.path):
        raise Refused("cameras.agency.outside", _("This agency is not in your subtree."), "A4.1", 404)
    group = group or CameraGroup()
    group.name, group.agency = name, agency
    group.save()
    allowed = queries.registered_cameras(actor, "cameras.change").filter(pk__in=[camera.pk for camera in cameras])
    group.cameras.set(allowed)
    members = sorted(allowed.values_list("gb_id", flat=True))
    record("cameras.group.changed", actor=actor, subject=group, data={"cameras": members}, clause="A10")
    return group


def set_favourite(user: "User", camera: Camera, *, on: bool) -> None:
    """Keep a camera at hand on the wall, or no longer."""
    if on:
        Favourite.objects.get_or_create(user=user, camera=camera)
    else:
        Favourite.objects.filter(user=user, camera=camera).delete()


def note_measured(
    camera_uid: UUID | str,
    *,
    codec: str,
    kbps: int | None = None,
    loss_ppm: int | None = None,
    jitter_ms: int | None = None,
) -> None:
    """Keep what was measured of a camera's main stream (req: V5.2, V5.3); unknown cameras are left out.

    A codec that the document does not name is an event, once, when it appears.
    """
    camera = Camera.objects.select_related("site__agency").filter(uid=camera_uid).first()
    if camera is None:
        return
    is_new_codec = bool(codec) and codec != camera.measured_codec
    measured: dict[str, Any] = {"measured_codec": codec[:10] or camera.measured_codec, "measured_at": clock.now()}
    if kbps is not None:
        measured["measured_kbps"] = kbps
    if loss_ppm is not None:
        measured["measured_loss_ppm"] = loss_ppm
    if jitter_ms is not None:
        measured["measured_jitter_ms"] = jitter_ms
    with transaction.atomic():
        Camera.objects.filter(pk=camera.pk).update(**measured)
        if is_new_codec and codec not in LISTED_CODECS:
            publish("video.codec.unlisted", camera, {"codec": codec}, agency=camera.site.agency)


def measure_streams() -> int:
    """Every minute: codec, bit rate and loss of each main stream since the last look; gives how many were measured."""
    count = 0
    for stream in queries.received_main_streams():
        since = stream.since(cache.get(stream.cache_key))
        cache.set(stream.cache_key, stream, MEASURED_KEPT_S)
        if since is not None:
            note_measured(
                stream.camera_uid,
                codec=stream.codec,
                kbps=since.kbps,
                loss_ppm=since.loss_ppm,
                jitter_ms=stream.jitter_ms,
            )
            count += 1
    return count


def _require(actor: "User | None") -> None:
    if actor is not None:
        actor.require("cameras.change")


def _act(*, is_new: bool, is_operators: bool) -> str:
    if is_operators:
        return "cameras.camera.declared" if is_new else "cameras.camera.redeclared"
    return "cameras.camera.created" if is_new else "cameras.camera.changed"


def _check_camera(actor: "User | None", camera: Camera, *, is_operators: bool) -> None:
    if not is_operators:
        _check_site(actor, camera.site)
    if camera.area is not None and camera.area.site_id != camera.site_id:
        _refuse_if(_("The area belongs to another site. Choose an area of this site."), "cameras.area")
    if actor is None:
        return
    other = camera if camera.pk else None
    _refuse_if(checks.camera_gb_id_problem(camera.gb_id, actor, other), "cameras.identity")
    _refuse_if(checks.camera_code_problem(camera.camera_code, actor, other), "cameras.code")
    if (
        camera.pk
        and not is_operators
        and not queries.registered_cameras(actor, "cameras.change").filter(pk=camera.pk).exists()
    ):
        raise Refused("cameras.camera.outside", _("This camera is not in your subtree."), "A4.1", 404)


def _check_site(actor: "User | None", site: "Site | None") -> None:
    if actor is None or (site is None and actor.agency.depth == 1):
        return
    if site is None or not site.agency.path.startswith(actor.agency.path):
        raise Refused("cameras.site.outside", _("This site is not in your subtree. Choose one of yours."), "A4.1", 404)


def _refuse_if(problem: object, code: str) -> None:
    if problem:
        raise Refused(code, problem, status=422)


def _apply(row: models.Model, values: Mapping[str, Any], allowed: frozenset[str]) -> dict[str, list[Any]]:
    """Set the fields that differ; returns field → [before, after]."""
    changes: dict[str, list[Any]] = {}
    for name in sorted(values.keys() & allowed):
        before, after = None if row.pk is None else getattr(row, name), values[name]
        if row.pk is not None and before == after:
            continue
        setattr(row, name, after)
        changes[name] = [before, after]
    return changes
