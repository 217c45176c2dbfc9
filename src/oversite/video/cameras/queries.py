"""Reading the register: which cameras a user may see, watch, play back or steer is judged here and nowhere else."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from django.db.models import Case, Exists, F, OuterRef, Q, QuerySet, When

from oversite.base.accounts.queries import is_narrowed, restrict
from oversite.base.sites.queries import operated_sites
from oversite.common import clock
from oversite.video.cameras.measuring import StreamCounters
from oversite.video.cameras.models import Camera, CameraGroup, Channel, Device, Favourite
from oversite.video.cameras.sealing import unseal
from oversite.video.gateway import queries as services

if TYPE_CHECKING:
    from uuid import UUID

    from django.contrib.auth.models import AnonymousUser

    from oversite.base.accounts.models import User
    from oversite.base.sites.models import Site

    Viewer = User | AnonymousUser

AGENCY_PATHS = ("site__agency", "site__operator")
"""A camera belongs to the subtree of the agency in charge of its site and to that of the site's operator."""
NARROWED_BY = "cameras.camera"
STREAM_FAULTS = {"malformed_packets": "malformed", "bad_units": "bad_units"}
STEERABLE_ABILITIES = frozenset({"ptz", "pan", "tilt", "zoom"})


def cameras(user: "Viewer", permission: str | None = "cameras.read") -> QuerySet[Camera]:
    """The active cameras that `user` may use with `permission` (`video.live`, `video.playback`, `video.steer` …)."""
    return registered_cameras(user, permission).filter(is_active=True)


def registered_cameras(user: "Viewer", permission: str | None = "cameras.read") -> QuerySet[Camera]:
    """The cameras of the register that `user` may use with `permission`, those taken out of use among them."""
    found = Camera.objects.select_related("site", "site__agency", "site__operator", "area", "device")
    return restrict(found, user, permission, *AGENCY_PATHS)


def operated_cameras(user: "Viewer") -> QuerySet[Camera]:
    """The cameras that the user may change as the operator of their sites."""
    found = Camera.objects.select_related("site", "site__agency", "site__operator", "area", "device")
    return restrict(found.filter(site__is_active=True), user, "cameras.declare", "site__operator")


def cameras_to_enter(user: "Viewer") -> QuerySet[Camera]:
    """The cameras that the user may change: with the register, or as the operator of their sites."""
    registered, operated = registered_cameras(user, "cameras.change").values("pk"), operated_cameras(user).values("pk")
    found = Camera.objects.select_related("site", "site__agency", "site__operator", "area", "device")
    return found.filter(Q(pk__in=registered) | Q(pk__in=operated))


def may_enter_cameras(user: "Viewer", site: "Site | None" = None) -> bool:
    """Whether the user may enter new cameras at all, or at a site."""
    sites = operated_sites(user, "cameras.declare")
    if not is_narrowed_to_cameras(user, "cameras.declare") and (sites if site is None else sites.filter(pk=site.pk)):
        return True
    if not (user.is_authenticated and user.has_perm("cameras.change")):
        return False
    return site is None or site.agency.path.startswith(user.agency.path)


def is_narrowed_to_cameras(user: "Viewer", permission: str) -> bool:
    """Whether the right is narrowed to single cameras, so that no new one can be in it."""
    return is_narrowed(user, permission, NARROWED_BY)


def cameras_at(site: "Site") -> QuerySet[Camera]:
    """The active cameras of a site, for judging it as a whole; who may see the judgement is judged elsewhere."""
    return Camera.objects.filter(site=site, is_active=True).select_related("area", "device").order_by("gb_id")


def sites_of_device(gb_id: str) -> "list[Site]":
    """The sites where a device has cameras, for work that no user asks for."""
    found = Camera.objects.filter(device__gb_id=gb_id).select_related("site", "site__agency")
    return list({each.site_id: each.site for each in found}.values())


def camera(user: "Viewer", uid: "UUID | str", permission: str | None = "cameras.read") -> Camera | None:
    """One active camera by its uid, or none where `user` may not use it so."""
    return cameras(user, permission).filter(uid=uid).first()


def devices(user: "Viewer", permission: str | None = "cameras.read") -> QuerySet[Device]:
    """The devices of the user's sites; those without a site are for the root agencies, which take them in.

    Where the right is narrowed to single cameras, those are the devices through which these answer.
    """
    found = Device.objects.select_related("site", "site__agency")
    placed = restrict(found, user, permission, *AGENCY_PATHS)
    if is_narrowed(user, permission, NARROWED_BY):
        return placed.filter(pk__in=registered_cameras(user, permission).values("device"))
    if user.is_authenticated and user.agency.depth == 1 and (permission is None or user.has_perm(permission)):
        return found.filter(Q(pk__in=placed.values("pk")) | Q(site__isnull=True))
    return placed


def channels(user: "Viewer", device: Device, permission: str | None = "cameras.read") -> QuerySet[Channel]:
    """What a device of the user's announced; of a right narrowed to single cameras only those."""
    if is_narrowed(user, permission, NARROWED_BY):
        return device.channels.filter(gb_id__in=registered_cameras(user, permission).values("gb_id"))
    return device.channels.all()


def unclaimed_channels(device: Device) -> QuerySet[Channel]:
    """What a device announced and the register has not taken in yet."""
    return device.channels.exclude(gb_id__in=Camera.objects.values("gb_id")).exclude(gb_id=device.gb_id)


def title(camera: Camera) -> str:
    """`site · camera`, as panes, watermarks and lists name it; the camera alone where its name has the site in it."""
    if camera.site.name in camera.name:
        return camera.name
    return f"{camera.site.name} · {camera.name}"


def named(device_gb_id: str, source_gb_id: str = "") -> tuple[Device | None, Camera | None]:
    """The device and the camera that a device names by identity; for the installation itself, without rights.

    A source that is no camera of the register stands for the camera that has the device's own identity.
    """
    device = Device.objects.select_related("site__agency").filter(gb_id=device_gb_id).first()
    found = Camera.objects.select_related("site__agency").filter(gb_id__in=[source_gb_id, device_gb_id])
    by_gb_id = {camera.gb_id: camera for camera in found}
    return device, by_gb_id.get(source_gb_id) or by_gb_id.get(device_gb_id)


def is_steerable(camera: Camera) -> bool:
    """Whether the camera can be steered at all."""
    return camera.mount == Camera.Mount.PAN_TILT or bool(STEERABLE_ABILITIES & set(camera.abilities or ()))


def in_tree_order(cameras: QuerySet[Camera]) -> QuerySet[Camera]:
    """The cameras as the tree of the wall shows them: agency, site, area, name."""
    return cameras.order_by("site__agency__path", "site__code", "area__code", "name", "pk")


def with_presence(cameras: QuerySet[Camera]) -> QuerySet[Camera]:
    """The cameras with `announced_off`: whether the device's catalogue gives the channel as off, or has none such."""
    channel = Channel.objects.filter(device=OuterRef("device"), gb_id=OuterRef("gb_id"))
    is_complete = Q(device__channels_total__gt=0, device__channels_seen__gte=F("device__channels_total"))
    is_absent = is_complete & ~Q(gb_id=F("device__gb_id")) & ~Q(Exists(channel))
    off = Exists(channel.filter(is_online=False))
    return cameras.annotate(announced_off=Case(When(Q(off) | is_absent, then=True), default=False))


def online() -> Q:
    """The condition that a camera (with its presence) is online."""
    return Q(device__is_online=True, announced_off=False)


def is_online(camera: Camera) -> bool:
    """Whether the device behind a camera is registered, and its channel there and not announced as off."""
    if camera.device is None or not camera.device.is_online:
        return False
    announced_off = getattr(camera, "announced_off", None)
    if announced_off is None:
        announced_off = getattr(with_presence(Camera.objects.filter(pk=camera.pk)).first(), "announced_off", False)
    return not announced_off


def is_channel_absent(camera: Camera) -> bool:
    """Whether the complete catalogue of the camera's device holds no channel with its identity."""
    device = camera.device
    if device is None or camera.gb_id == device.gb_id or not 0 < device.channels_total <= device.channels_seen:
        return False
    return not device.channels.filter(gb_id=camera.gb_id).exists()


def groups(user: "Viewer") -> QuerySet[CameraGroup]:
    """The camera groups of the user's subtree."""
    return restrict(CameraGroup.objects.select_related("agency"), user, "cameras.read", "agency")


def members_of(group_ids: Iterable[int]) -> "QuerySet[Camera, int]":
    """The keys of the cameras in any of these groups."""
    return Camera.objects.filter(groups__in=list(group_ids)).values_list("pk", flat=True)


def favourites(user: "User") -> set[int]:
    """The keys of the cameras that the user keeps at hand."""
    return set(Favourite.objects.filter(user=user).values_list("camera_id", flat=True))


def device_password(device: Device) -> str:
    """The password that a device signs its registration with; empty where none is set."""
    return unseal(device.password_sealed, device.uid)


def unreadable(device: Device | None = None) -> list[services.Complaint]:
    """What a device, or any device or host, sent that cannot be read: signalling since the service started, pictures
    of the streams that run now."""
    found = services.complaints("" if device is None else device.gb_id)
    streams = services.received_streams()
    rows = Camera.objects.filter(uid__in=[each.get("camera_uid") for each in streams])
    owners = {str(uid): gb_id or "" for uid, gb_id in rows.values_list("uid", "device__gb_id")}
    for each in streams:
        owner = owners.get(str(each.get("camera_uid")), "")
        for what, counter in STREAM_FAULTS.items():
            times = int(each.get(counter) or 0)
            if times and (device is None or owner == device.gb_id):
                found.append(services.Complaint(what, owner, str(each.get("stream_key", "")), "", times, None))
    return found


def received_main_streams() -> list[StreamCounters]:
    """The counters of the live main streams that are received now."""
    found = (StreamCounters.parse(row, clock.now()) for row in services.received_streams())
    return [counters for counters in found if counters is not None]
