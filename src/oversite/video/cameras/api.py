"""`/api/v1/cameras` and `/api/v1/devices`: the register of cameras, and the devices behind them."""

from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from ninja import Query, Router, Schema

from oversite.screens.api import Page, PageAsk, Ref, Words, answers, caller, filtered, one_of, page, ref
from oversite.video.cameras import queries
from oversite.video.cameras.models import Camera, Channel, Device

cameras_router = Router(tags=["cameras"])
devices_router = Router(tags=["devices"])


class CameraSummary(Schema):
    """A camera as lists show it; `codec` is the one measured, empty until then."""

    uid: UUID
    gb_id: str
    camera_code: str
    name: str
    site: Ref | None
    area: str
    device: Ref | None
    mount: Annotated[str, one_of(Camera.Mount)]
    online: bool
    codec: str
    active: bool


class CameraDetail(CameraSummary):
    """A camera with what is known about it."""

    abilities: list[str]
    control_right: Annotated[str, one_of(Camera.ControlRight)]
    has_sub_stream: bool
    records: bool
    everyday_view: str
    manufacturer: str
    model: str
    conforms_to: str
    compatible_with: str
    certificate_number: str
    certificate_expires_on: date | None
    line: Annotated[str, one_of(Camera.Line)]
    measured_kbps: int | None
    measured_loss_ppm: int | None
    measured_jitter_ms: int | None
    measured_at: datetime | None


class CameraFilter(PageAsk):
    """Which cameras."""

    site: UUID | None = None
    device: UUID | None = None
    gb_id: Words = ""
    camera_code: Words = ""
    online: bool | None = None
    active: bool | None = None


class DeviceSummary(Schema):
    """A device; `channels_received` of the `channels_announced` have arrived."""

    uid: UUID
    gb_id: str
    name: str
    kind: Annotated[str, one_of(Device.Kind)]
    site: Ref | None
    online: bool
    seen_at: datetime | None
    channels_received: int
    channels_announced: int
    active: bool


class DeviceDetail(DeviceSummary):
    """A device with what it said about itself."""

    media_transport: Annotated[str, one_of(Device.MediaTransport)]
    transport: str
    dialect: str
    manufacturer: str
    model: str
    firmware: str
    clock_offset_ms: int | None
    registered_at: datetime | None


class DeviceFilter(PageAsk):
    """Which devices."""

    site: UUID | None = None
    gb_id: Words = ""
    online: bool | None = None


class ChannelSummary(Schema):
    """One item of a device's catalogue; `camera` is empty where the register has not taken it in."""

    gb_id: str
    name: str
    online: bool
    damaged: bool
    seen_at: datetime
    camera: UUID | None


@cameras_router.get("", response=answers(Page[CameraSummary]), url_name="cameras", summary="Cameras")
def cameras(request: HttpRequest, ask: Query[CameraFilter]) -> Page[CameraSummary]:
    """The cameras of the caller's subtree, in order of registration."""
    found = queries.with_presence(queries.registered_cameras(caller(request, "cameras.read")))
    found = filtered(
        found,
        site__uid=ask.site,
        device__uid=ask.device,
        gb_id=ask.gb_id,
        camera_code=ask.camera_code,
        is_active=ask.active,
    )
    if ask.online is not None:
        on = found.filter(queries.online()).values("pk")
        found = found.filter(pk__in=on) if ask.online else found.exclude(pk__in=on)
    return page(found, ask, lambda camera: CameraSummary(**_camera(camera)))


@cameras_router.get("/{uuid:uid}", response=answers(CameraDetail, also=[404]), url_name="camera", summary="One camera")
def camera(request: HttpRequest, uid: UUID) -> CameraDetail:
    """A camera with what is known about it and what was measured."""
    found = get_object_or_404(
        queries.with_presence(queries.registered_cameras(caller(request, "cameras.read"))), uid=uid
    )
    return CameraDetail(
        **_camera(found),
        abilities=[str(each) for each in found.abilities or ()],
        control_right=found.control_right,
        has_sub_stream=found.has_sub_stream,
        records=found.records,
        everyday_view=found.everyday_view,
        manufacturer=found.manufacturer,
        model=found.model,
        conforms_to=found.conforms_to,
        compatible_with=found.compatible_with,
        certificate_number=found.certificate_number,
        certificate_expires_on=found.certificate_expires_on,
        line=found.line,
        measured_kbps=found.measured_kbps,
        measured_loss_ppm=found.measured_loss_ppm,
        measured_jitter_ms=found.measured_jitter_ms,
        measured_at=found.measured_at,
    )


@devices_router.get("", response=answers(Page[DeviceSummary]), url_name="devices", summary="Devices")
def devices(request: HttpRequest, ask: Query[DeviceFilter]) -> Page[DeviceSummary]:
    """The devices of the caller's sites, in order of registration."""
    found = queries.devices(caller(request, "cameras.read"))
    found = filtered(found, site__uid=ask.site, gb_id=ask.gb_id, is_online=ask.online)
    return page(found, ask, lambda device: DeviceSummary(**_device(device)))


@devices_router.get("/{uuid:uid}", response=answers(DeviceDetail, also=[404]), url_name="device", summary="One device")
def device(request: HttpRequest, uid: UUID) -> DeviceDetail:
    """A device with what it said about itself."""
    found = get_object_or_404(queries.devices(caller(request, "cameras.read")), uid=uid)
    return DeviceDetail(
        **_device(found),
        media_transport=found.media_transport,
        transport=found.transport,
        dialect=found.dialect,
        manufacturer=found.manufacturer,
        model=found.model,
        firmware=found.firmware,
        clock_offset_ms=found.clock_offset_ms,
        registered_at=found.registered_at,
    )


@devices_router.get(
    "/{uuid:uid}/channels",
    response=answers(Page[ChannelSummary], also=[404]),
    url_name="channels",
    summary="Channels of a device",
)
def channels(request: HttpRequest, uid: UUID, ask: Query[PageAsk]) -> Page[ChannelSummary]:
    """What the device's catalogue has announced so far."""
    user = caller(request, "cameras.read")
    found = queries.channels(user, get_object_or_404(queries.devices(user), uid=uid))
    known: dict[str, UUID] = {}

    def look_up(rows: list[Any]) -> None:
        seen = queries.registered_cameras(user).filter(gb_id__in=[row.gb_id for row in rows])
        known.update(seen.values_list("gb_id", "uid"))

    return page(found, ask, lambda channel: _channel(channel, known), look_up)


def _camera(camera: Camera) -> dict[str, Any]:
    return {
        "uid": camera.uid,
        "gb_id": camera.gb_id,
        "camera_code": camera.camera_code,
        "name": camera.name,
        "site": ref(camera.site),
        "area": camera.area.code if camera.area else "",
        "device": ref(camera.device),
        "mount": camera.mount,
        "online": queries.is_online(camera),
        "codec": camera.measured_codec,
        "active": camera.is_active,
    }


def _device(device: Device) -> dict[str, Any]:
    return {
        "uid": device.uid,
        "gb_id": device.gb_id,
        "name": device.name,
        "kind": device.kind,
        "site": ref(device.site),
        "online": device.is_online,
        "seen_at": device.seen_at,
        "channels_received": device.channels_seen,
        "channels_announced": device.channels_total,
        "active": device.is_active,
    }


def _channel(channel: Channel, known: dict[str, UUID]) -> ChannelSummary:
    return ChannelSummary(
        gb_id=channel.gb_id,
        name=channel.name,
        online=channel.is_online,
        damaged=channel.is_damaged,
        seen_at=channel.seen_at,
        camera=known.get(channel.gb_id),
    )
