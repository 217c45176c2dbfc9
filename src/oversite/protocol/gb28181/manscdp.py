"""One door for all MANSCDP bodies: bytes in, a typed message out."""

from __future__ import annotations

from typing import Final

from oversite.protocol.errors import PeerError
from oversite.protocol.gb28181.alarm import Alarm, AlarmQuery
from oversite.protocol.gb28181.catalog import CatalogNotify, CatalogQuery, CatalogResponse
from oversite.protocol.gb28181.config_download import ConfigDownloadQuery, ConfigDownloadResponse
from oversite.protocol.gb28181.control import DeviceControl
from oversite.protocol.gb28181.device import (
    DeviceInfoQuery,
    DeviceInfoResponse,
    DeviceStatusQuery,
    DeviceStatusResponse,
)
from oversite.protocol.gb28181.device_config import DeviceConfig
from oversite.protocol.gb28181.fields import Fields
from oversite.protocol.gb28181.message import CONTENT_TYPE, ROOTS, ManscdpMessage, ResultResponse, UnknownMessage
from oversite.protocol.gb28181.notify import Keepalive, MediaStatus
from oversite.protocol.gb28181.position import (
    MobilePosition,
    MobilePositionQuery,
    PtzPosition,
    PtzPositionNotify,
    PtzPositionQuery,
)
from oversite.protocol.gb28181.preset import HomePositionQuery, HomePositionResponse, PresetQuery, PresetResponse
from oversite.protocol.gb28181.record_info import RecordInfoQuery, RecordInfoResponse
from oversite.protocol.gb28181.xml import decode_xml

__all__ = ["CONTENT_TYPE", "ManscdpMessage", "parse_manscdp"]

_CLASSES: Final[tuple[type[ManscdpMessage], ...]] = (
    Keepalive,
    MediaStatus,
    Alarm,
    AlarmQuery,
    CatalogQuery,
    CatalogResponse,
    CatalogNotify,
    DeviceInfoQuery,
    DeviceInfoResponse,
    DeviceStatusQuery,
    DeviceStatusResponse,
    RecordInfoQuery,
    RecordInfoResponse,
    PresetQuery,
    PresetResponse,
    HomePositionQuery,
    HomePositionResponse,
    ConfigDownloadQuery,
    ConfigDownloadResponse,
    MobilePositionQuery,
    MobilePosition,
    PtzPositionQuery,
    PtzPosition,
    PtzPositionNotify,
    DeviceControl,
    DeviceConfig,
)
_BY_NAME: Final[dict[tuple[str, str], type[ManscdpMessage]]] = {
    **{(message.ROOT, message.COMMAND): message for message in _CLASSES},
    ("Query", "HomePosition"): HomePositionQuery,
    ("Response", "HomePosition"): HomePositionResponse,
}


def parse_manscdp(body: bytes, *, charset: str | None = None) -> ManscdpMessage:
    """Read any MANSCDP body; `charset` overrides what the document declares.

    A command that is not known becomes an `UnknownMessage`, an answer that is only a result a `ResultResponse`.
    Raises `PeerError` for what cannot be read at all.
    """
    decoded = decode_xml(body, charset=charset)
    root = decoded.element.tag
    if root not in ROOTS:
        raise PeerError(f"MANSCDP message begins with {root[:40]!r}")
    fields = Fields(decoded.element)
    kind = _BY_NAME.get((root, fields.text("CmdType")))
    if kind is None:
        kind = ResultResponse if root == "Response" and fields.has("Result") else UnknownMessage
    return kind.from_fields(fields, decoded.notes)
