"""Cameras and devices in `/api/v1`: what a caller may see, page by page."""

from datetime import date, datetime
from typing import Any, cast
from uuid import UUID

from django.http import Http404, HttpRequest
from ninja import Field, Query, Router, Schema

from oversite.screens.page import require
from oversite.video.cameras import queries
from oversite.video.cameras.models import Camera, Device

PAGE_MAX = 500

router = Router(tags=["cameras"])


class CameraOut(Schema):
    """One camera of the register."""

    uid: UUID
    gb_id: str = Field(description="20-digit GB/T 28181 identity")
    camera_code: str = Field(description="20-digit customs code, or empty")
    name: str
    site_code: str
    site_name: str
    area_code: str
    device_gb_id: str
    mount: str = Field(description="fixed, wide or pan-tilt")
    abilities: list[str]
    control_right: str = Field(description="primary, exclusive or empty")
    is_online: bool
    is_active: bool
    records: bool = Field(description="recorded around the clock")
    line: str = Field(description="internet, vpn, private or empty")
    measured_codec: str
    measured_kbps: int | None
    measured_loss_ppm: int | None
    measured_at: datetime | None
    manufacturer: str
    model: str
    conforms_to: str
    compatible_with: str
    certificate_number: str
    certificate_expires_on: date | None


class CameraPage(Schema):
    """Some cameras, and the key to ask for the next ones with (none at the end)."""

    items: list[CameraOut]
    next_after: int | None


class DeviceOut(Schema):
    """One device; its password is never given."""

    uid: UUID
    gb_id: str
    name: str
    kind: str
    site_code: str
    is_online: bool
    seen_at: datetime | None
    media_transport: str
    dialect: str
    manufacturer: str
    model: str
    firmware: str
    clock_offset_ms: int | None
    channels_seen: int
    channels_total: int


class DevicePage(Schema):
    """Some devices, and the key to ask for the next ones with (none at the end)."""

    items: list[DeviceOut]
    next_after: int | None


class Paging(Schema):
    """Which page."""

    after: int = Field(0, ge=0, description="`next_after` of the page before")
    limit: int = Field(100, ge=1, le=PAGE_MAX)


@router.get("/cameras", response=CameraPage, summary="Cameras")
def cameras(request: HttpRequest, paging: Query[Paging], site: str = "") -> dict[str, Any]:
    """The cameras that the caller may see (`cameras.read`), of one site where `site` (its code) is given."""
    user = cast("Any", request.user)
    require(user, "cameras.read")
    found = queries.with_presence(queries.registered_cameras(user)).filter(pk__gt=paging.after).order_by("pk")
    if site:
        found = found.filter(site__code=site)
    rows = list(found[: paging.limit + 1])
    return _page([_camera(row) for row in rows[: paging.limit]], rows, paging.limit)


@router.get("/cameras/{uid}", response=CameraOut, summary="One camera")
def camera(request: HttpRequest, uid: UUID) -> dict[str, Any]:
    """One camera by its uid; 404 where the caller may not see it."""
    user = cast("Any", request.user)
    require(user, "cameras.read")
    found = queries.with_presence(queries.registered_cameras(user)).filter(uid=uid).first()
    if found is None:
        raise Http404
    return _camera(found)


@router.get("/devices", response=DevicePage, summary="Devices")
def devices(request: HttpRequest, paging: Query[Paging]) -> dict[str, Any]:
    """The devices of the caller's sites (`cameras.read`)."""
    user = cast("Any", request.user)
    require(user, "cameras.read")
    rows = list(queries.devices(user).filter(pk__gt=paging.after).order_by("pk")[: paging.limit + 1])
    return _page([_device(row) for row in rows[: paging.limit]], rows, paging.limit)


def _page(items: list[dict[str, Any]], rows: list[Any], limit: int) -> dict[str, Any]:
    return {"items": items, "next_after": rows[limit - 1].pk if len(rows) > limit else None}


def _camera(row: Camera) -> dict[str, Any]:
    plain = (
        "uid", "gb_id", "camera_code", "name", "mount", "control_right", "is_active", "records", "line",
        "measured_codec", "measured_kbps", "measured_loss_ppm", "measured_at", "manufacturer", "model",
        "conforms_to", "compatible_with", "certificate_number", "certificate_expires_on",
    )  # fmt: skip
    return {name: getattr(row, name) for name in plain} | {
        "abilities": list(row.abilities or ()),
        "site_code": row.site.code,
        "site_name": row.site.name,
        "area_code": "" if row.area is None else row.area.code,
        "device_gb_id": "" if row.device is None else row.device.gb_id,
        "is_online": queries.is_online(row),
    }


def _device(row: Device) -> dict[str, Any]:
    plain = (
        "uid", "gb_id", "name", "kind", "is_online", "seen_at", "media_transport", "dialect", "manufacturer",
        "model", "firmware", "clock_offset_ms", "channels_seen", "channels_total",
    )  # fmt: skip
    return {name: getattr(row, name) for name in plain} | {"site_code": "" if row.site is None else row.site.code}
