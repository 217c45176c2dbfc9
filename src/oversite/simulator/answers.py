"""What a device answers to queries, and what it does on controls."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import replace
from datetime import UTC, datetime
from typing import Final, Protocol

from oversite.protocol.gb28181.catalog import CatalogQuery, CatalogResponse
from oversite.protocol.gb28181.catalog_item import CatalogItem
from oversite.protocol.gb28181.config_download import BasicParameters, ConfigDownloadQuery, ConfigDownloadResponse
from oversite.protocol.gb28181.control import (
    DeviceControl,
    Guard,
    PrecisePtz,
    Ptz,
    Record,
    ResetAlarm,
    SetHomePosition,
)
from oversite.protocol.gb28181.device import (
    AlarmInputState,
    DeviceInfoQuery,
    DeviceInfoResponse,
    DeviceStatusQuery,
    DeviceStatusResponse,
)
from oversite.protocol.gb28181.device_config import DeviceConfig
from oversite.protocol.gb28181.message import ManscdpMessage, ResultResponse
from oversite.protocol.gb28181.osd import OsdLine, OsdSettings
from oversite.protocol.gb28181.position import PtzPosition, PtzPositionQuery
from oversite.protocol.gb28181.preset import (
    HomePositionQuery,
    HomePositionResponse,
    Preset,
    PresetQuery,
    PresetResponse,
)
from oversite.protocol.gb28181.record_info import RecordInfoQuery, RecordInfoResponse, RecordItem
from oversite.simulator.channel import Channel
from oversite.simulator.clock import DeviceClock
from oversite.simulator.misbehaviour import Misbehaviour

MANUFACTURER: Final = "Oversite"
MODEL: Final = "Simulated camera"
FIRMWARE: Final = "1.0"
_ITEMS_UDP: Final = 2
_ITEMS_TCP: Final = 50
_DOME: Final = 1
_CUT_AT: Final = 12


class Asked(Protocol):
    """What answers are made from."""

    gb_id: str
    name: str
    channels: dict[str, Channel]
    clock: DeviceClock
    faults: set[Misbehaviour]
    expires_s: int
    keepalive_s: float
    alarming: bool

    @property
    def is_tcp(self) -> bool: ...

    @property
    def server_id(self) -> str: ...


def answers(query: ManscdpMessage, device: Asked) -> Sequence[ManscdpMessage]:
    """The messages of the answer, in the order in which they are sent; none to what is not understood."""
    make = _ANSWERS.get(type(query))
    return make(query, device) if make is not None else ()


def item_of(channel: Channel, device: Asked) -> CatalogItem:
    """A channel as its line in the catalogue."""
    parent_id = device.gb_id if channel.gb_id != device.gb_id else device.server_id
    return CatalogItem(
        device_id=channel.gb_id,
        name=channel.name,
        manufacturer=MANUFACTURER,
        model=MODEL,
        owner="Owner",
        civil_code=device.gb_id[:6],
        address="模拟路 1 号",
        parent_ids=(parent_id,),
        is_online=channel.is_online,
        longitude=117.2 + int(channel.gb_id[-4:]) / 1000,
        latitude=31.8,
        ptz_type=_DOME,
        stream_numbers="0/1",
    )


def _catalogue(query: ManscdpMessage, device: Asked) -> list[ManscdpMessage]:
    items = [item_of(channel, device) for channel in device.channels.values()]
    size = _ITEMS_TCP if device.is_tcp else _ITEMS_UDP
    parts: list[ManscdpMessage] = [
        CatalogResponse(device_id=device.gb_id, sn=query.sn, total=len(items), items=tuple(items[at : at + size]))
        for at in range(0, max(len(items), 1), size)
    ]
    if Misbehaviour.PARTIAL_CATALOGUE in device.faults:
        parts = parts[: max(len(parts) // 2, 1)] if len(parts) > 1 else []
    if Misbehaviour.REPEATED_CATALOGUE in device.faults:
        parts = [part for part in parts for _ in range(2)]
    return parts


def _device_info(query: ManscdpMessage, device: Asked) -> list[ManscdpMessage]:
    answer = DeviceInfoResponse(
        device_id=query.device_id,
        sn=query.sn,
        name=device.name,
        manufacturer=MANUFACTURER,
        model=MODEL,
        firmware=FIRMWARE,
        channels=len(device.channels),
    )
    return [answer]


def _device_status(query: ManscdpMessage, device: Asked) -> list[ManscdpMessage]:
    channel = device.channels.get(query.device_id)
    guarded = any(channel.is_guarded for channel in device.channels.values())
    duty = "ALARM" if device.alarming else "ONDUTY" if guarded else "OFFDUTY"
    answer = DeviceStatusResponse(
        device_id=query.device_id,
        sn=query.sn,
        is_online=channel.is_online if channel else True,
        is_sound=True,
        is_encoding=True,
        is_recording=channel.archive.is_recording if channel else True,
        device_time=device.clock.instant(),
        alarm_inputs=(AlarmInputState(device.gb_id[:10] + "134" + device.gb_id[13:], duty),),
    )
    return [answer]


def _records(query: ManscdpMessage, device: Asked) -> list[ManscdpMessage]:
    assert isinstance(query, RecordInfoQuery)
    channel = device.channels.get(query.device_id)
    items: list[RecordItem] = []
    if channel is not None and query.start_at is not None and query.end_at is not None:
        for file in channel.archive.files(query.start_at.timestamp(), query.end_at.timestamp(), device.clock.seconds()):
            if query.record_type not in ("all", file.kind):
                continue
            begin, end = (datetime.fromtimestamp(int(at), UTC) for at in (file.begin, file.end))
            items.append(
                RecordItem(
                    device_id=channel.gb_id,
                    start_at=begin,
                    end_at=end,
                    name=channel.name,
                    record_type=file.kind,
                    file_path=f"/{channel.gb_id}/{begin:%Y%m%d%H%M%S}",
                    recorder_id=device.gb_id,
                    file_bytes=file.size_bytes,
                )
            )
    size = _ITEMS_TCP if device.is_tcp else _ITEMS_UDP
    return [
        RecordInfoResponse(
            device_id=query.device_id,
            sn=query.sn,
            name=channel.name if channel else "",
            total=len(items),
            items=tuple(items[at : at + size]),
        )
        for at in range(0, max(len(items), 1), size)
    ]


def _presets(query: ManscdpMessage, device: Asked) -> list[ManscdpMessage]:
    channel = device.channels.get(query.device_id)
    found = sorted(channel.head.presets.items()) if channel else []
    presets = tuple(Preset(number, name) for number, (name, _) in found)
    return [PresetResponse(device_id=query.device_id, sn=query.sn, presets=presets)]


def _home_position(query: ManscdpMessage, device: Asked) -> list[ManscdpMessage]:
    channel = device.channels.get(query.device_id)
    number = channel.head.home_preset if channel else None
    answer = HomePositionResponse(
        device_id=query.device_id,
        sn=query.sn,
        is_enabled=number is not None,
        reset_s=channel.head.home_after_s if channel else None,
        preset_number=number,
    )
    return [answer]


def _configuration(query: ManscdpMessage, device: Asked) -> list[ManscdpMessage]:
    assert isinstance(query, ConfigDownloadQuery)
    basic = osd = None
    if "BasicParam" in query.config_types:
        basic = BasicParameters(device.name, device.expires_s, round(device.keepalive_s), 3)
    channel = device.channels.get(query.device_id)
    if "OSDConfig" in query.config_types and channel and Misbehaviour.SCREEN_UNKNOWN not in device.faults:
        osd = channel.screen or factory_screen(channel)
    result = "ERROR" if basic is None and osd is None else "OK"
    return [ConfigDownloadResponse(device_id=query.device_id, sn=query.sn, result=result, basic=basic, osd=osd)]


def factory_screen(channel: Channel) -> OsdSettings:
    """What a channel writes into its picture before anybody has set it."""
    line = OsdLine(channel.title, 12, 12)
    return OsdSettings(640, 360, time_x=360, time_y=12, lines=(line,))


def configure(config: DeviceConfig, device: Asked) -> bool:
    """Set what a `DeviceConfig` asks for; False where there is no such channel, or it is refused."""
    channel = device.channels.get(config.device_id)
    if channel is None or config.osd is None:
        return False
    if {Misbehaviour.SCREEN_REFUSED, Misbehaviour.SCREEN_UNKNOWN} & device.faults:
        return False
    lines = config.osd.lines
    if Misbehaviour.SCREEN_CUT in device.faults:
        lines = tuple(replace(line, text=line.text[:_CUT_AT]) for line in lines)
    channel.screen = replace(config.osd, lines=lines)
    return True


def _ptz_position(query: ManscdpMessage, device: Asked) -> list[ManscdpMessage]:
    channel = device.channels.get(query.device_id)
    if channel is None:
        return [ResultResponse(device_id=query.device_id, sn=query.sn, command_name="PTZPosition", result="ERROR")]
    pose = channel.head.pose_at(device.clock.seconds())
    answer = PtzPosition(
        device_id=query.device_id,
        sn=query.sn,
        pan_degrees=round(pose.pan, 3),
        tilt_degrees=round(pose.tilt, 3),
        zoom=round(pose.zoom, 3),
    )
    return [answer]


_ANSWERS: Final[dict[type[ManscdpMessage], Callable[[ManscdpMessage, Asked], list[ManscdpMessage]]]] = {
    CatalogQuery: _catalogue,
    DeviceInfoQuery: _device_info,
    DeviceStatusQuery: _device_status,
    RecordInfoQuery: _records,
    PresetQuery: _presets,
    HomePositionQuery: _home_position,
    ConfigDownloadQuery: _configuration,
    PtzPositionQuery: _ptz_position,
}


def carry_out(control: DeviceControl, device: Asked) -> bool:
    """Do what a control asks on its channel, or on all of them when it names the device; False if there is none."""
    channels = [device.channels[control.device_id]] if control.device_id in device.channels else []
    if not channels and control.device_id == device.gb_id:
        channels = list(device.channels.values())
    at = device.clock.seconds()
    for channel in channels:
        _carry_out(control, channel, at, device.faults)
    if isinstance(control.action, ResetAlarm):
        device.alarming = False
    return bool(channels)


def _carry_out(control: DeviceControl, channel: Channel, at: float, faults: AbstractSet[Misbehaviour]) -> None:
    action = control.action
    if isinstance(action, Ptz):
        channel.head.apply(action.command.action, at)
    elif isinstance(action, PrecisePtz) and Misbehaviour.DEAF_TO_PRECISE_PTZ not in faults:
        channel.head.look(action, at)
    elif isinstance(action, Record):
        if action.is_on:
            channel.archive.start(at, kind="manual")
        else:
            channel.archive.stop(at)
    elif isinstance(action, Guard):
        channel.is_guarded = action.is_on
    elif isinstance(action, SetHomePosition):
        channel.head.home_preset = action.preset_number if action.is_enabled else None
        channel.head.home_after_s = action.reset_s or channel.head.home_after_s
