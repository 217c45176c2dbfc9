"""Many devices at once, in process: for tests, the self-test and the command line."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, Literal, Self

from oversite.protocol.gb28181.dialect import Dialect
from oversite.protocol.gb28181.identity import GbId, GbType
from oversite.protocol.media import Codec
from oversite.protocol.sip.transport import Transport
from oversite.simulator.archive import Archive
from oversite.simulator.channel import Channel, StreamKind
from oversite.simulator.clips import clip
from oversite.simulator.clock import DeviceClock
from oversite.simulator.device import Device, DeviceSettings
from oversite.simulator.link import Server
from oversite.simulator.loop import Clip, LoopPacer
from oversite.simulator.misbehaviour import Misbehaviour

WORKERS: Final = 2
_STARTS_AT_ONCE: Final = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class FleetSettings:
    """What devices there are. `first_id` is the identity of the first; the others count on from it.

    With one channel a device is a camera, its own and only channel; with more it is a recorder (type 118)
    whose channels are of type 132. `recorded_s` is for how long before its start a device has been recording.
    """

    server: Server
    first_id: str
    count: int = 1
    channels: int = 1
    transport: Transport = "UDP"
    password: str = ""
    mode: Literal["live", "loop"] = "live"
    codec: Codec = Codec.H264
    has_audio: bool = False
    misbehaviours: frozenset[Misbehaviour] = frozenset()
    recordings: Path | None = None
    cache: Path = field(default_factory=lambda: Path("cache"))
    local_host: str = ""
    dialect: Dialect = Dialect.GB2022
    expires_s: int = 3600
    keepalive_s: float = 60.0
    retry_s: float = 60.0
    recorded_s: float = 3600.0
    starts_per_s: float = 500.0


class Fleet:
    """Devices that run while the context is open. `devices` may be reached into: raise alarms, change faults."""

    def __init__(self, settings: FleetSettings) -> None:
        self._settings = settings
        self._pool = ThreadPoolExecutor(WORKERS, thread_name_prefix="pictures")
        self._pacer = LoopPacer()
        self._clip: Clip | None = None
        if settings.mode == "loop":
            self._clip = clip(settings.cache, settings.codec, has_audio=settings.has_audio)
        self.devices = [self._device(number) for number in range(settings.count)]

    async def __aenter__(self) -> Self:
        for number, device in enumerate(self.devices, 1):
            await device.__aenter__()
            if number % _STARTS_AT_ONCE == 0:
                await asyncio.sleep(_STARTS_AT_ONCE / self._settings.starts_per_s)
        return self

    async def __aexit__(self, *_: object) -> None:
        await asyncio.gather(*(device.__aexit__() for device in self.devices))
        self._pacer.stop()
        self._pool.shutdown(wait=False, cancel_futures=True)

    async def registered(self, timeout_s: float = 10.0) -> None:
        """Wait until every device is registered; raises `TimeoutError`."""
        async with asyncio.timeout(timeout_s):
            for device in self.devices:
                await device.registration.registered.wait()

    @property
    def channels(self) -> Iterator[Channel]:
        """Every channel of every device."""
        return (channel for device in self.devices for channel in device.channels.values())

    @property
    def calls(self) -> int:
        """How many calls are up."""
        return sum(len(device.book.calls) for device in self.devices)

    @property
    def registered_count(self) -> int:
        """How many devices are registered."""
        return sum(device.registration.registered.is_set() for device in self.devices)

    def _device(self, number: int) -> Device:
        settings = self._settings
        faults = set(settings.misbehaviours)
        first = GbId.parse(settings.first_id)
        counted = 0 if Misbehaviour.DUPLICATE_IDENTITY in faults else number
        gb_id = device_id(first, counted, is_recorder=settings.channels > 1)
        clock = DeviceClock()
        device = Device(
            DeviceSettings(
                gb_id=gb_id.text,
                name=f"模拟设备 {number + 1}",
                server=settings.server,
                password=settings.password,
                transport=settings.transport,
                local_host=settings.local_host,
                dialect=settings.dialect,
                expires_s=settings.expires_s,
                keepalive_s=settings.keepalive_s,
                retry_s=settings.retry_s,
            ),
            clock=clock,
            faults=faults,
            pool=self._pool,
            pacer=self._pacer,
            clip=self._clip,
        )
        for place in range(settings.channels):
            channel = self._channel(gb_id, place, clock, faults)
            device.channels[channel.gb_id] = channel
        return device

    def _channel(self, owner: GbId, place: int, clock: DeviceClock, faults: set[Misbehaviour]) -> Channel:
        settings = self._settings
        gb_id = owner.text if settings.channels == 1 else channel_id(owner, place, settings.channels).text
        archive = Archive(settings.recordings / f"{gb_id}.json" if settings.recordings else None)
        if settings.recorded_s and not archive.files(0, clock.seconds(), clock.seconds()):
            archive.add(clock.seconds() - settings.recorded_s, clock.seconds())
        serial = int(gb_id[-6:])
        return Channel(
            gb_id=gb_id,
            name=f"模拟摄像机 {serial}",
            title=f"CAMERA {serial:04d}",
            kind=StreamKind(settings.codec, settings.has_audio),
            clock=clock,
            faults=faults,
            archive=archive,
        )


def device_id(first: GbId, number: int, *, is_recorder: bool) -> GbId:
    """The identity of the n-th device; recorders are of type 118 whatever the first one's type is."""
    kind = GbType.NVR if is_recorder else first.type_code
    serial = first.serial + number
    return GbId.build(centre=first.centre, industry=first.industry, kind=kind, network=first.network, serial=serial)


def channel_id(recorder: GbId, place: int, channels: int) -> GbId:
    """The identity of a recorder's channel: type 132, the serials of all recorders in one row."""
    serial = (recorder.serial - 1) * channels + place + 1
    return GbId.build(
        centre=recorder.centre,
        industry=recorder.industry,
        kind=GbType.IP_CAMERA,
        network=recorder.network,
        serial=serial % 1_000_000,
    )
