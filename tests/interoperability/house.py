"""Signalling and a media node on real sockets, with simulated devices that misbehave: everything but the database."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from oversite.common import clock, config
from oversite.services.signalling.directory import Device as KnownDevice
from oversite.services.signalling.records import CameraRecord, DeviceRecord
from oversite.simulator.device import Device
from oversite.simulator.fleet import Fleet, FleetSettings
from oversite.simulator.link import Server
from oversite.simulator.misbehaviour import misbehaviours
from services.media.conftest import SECRET, RunningNode, free_ports
from services.signalling.device import DOMAIN, SERVER_ID
from services.signalling.stage import (
    CAMERA_UID,
    DEVICE_ID,
    PASSWORD,
    MemoryStore,
    Stage,
    known_device,
)

RECORDER = "34020000001180000001"


def channel_id(number: int) -> str:
    """The identity of a recorder's channel, counted from 1."""
    return f"34020000001320{number:06d}"


def channel_uid(number: int) -> str:
    """The uid of the camera that such a channel is."""
    return str(uuid.uuid5(uuid.NAMESPACE_OID, channel_id(number)))


def recorder_store(channels: int, **about: Any) -> MemoryStore:
    """A register with one recorder and a camera for each of its channels."""
    cameras = tuple(
        CameraRecord(channel_uid(number), channel_id(number), RECORDER, "site-1", has_sub_stream=True)
        for number in range(1, channels + 1)
    )
    return MemoryStore(known_device(gb_id=RECORDER, **about), cameras=cameras)


def camera_store(*more: DeviceRecord, **about: Any) -> MemoryStore:
    """A register with one camera."""
    return MemoryStore(known_device(**about), *more)


class House(Stage):
    """`async with House(folder) as house, house.device_with("missing-y") as device`."""

    secret = SECRET

    def __init__(self, folder: Path, store: MemoryStore | None = None, **more: Any) -> None:
        super().__init__(store, now_at=clock.now, **more)
        self._folder = folder

    @property
    def media_port(self) -> int:
        return self.node.client.port

    async def __aenter__(self) -> House:
        settings = replace(
            config.current(),
            data_dir=self._folder,
            media_port=0,
            rtp_ports=free_ports(40),
            signalling_door_port=1,
        )
        self.node = RunningNode(settings)
        try:
            await self.start()
        except BaseException:
            self.node.close()
            raise
        return self

    async def __aexit__(self, *_: object) -> None:
        try:
            await self.service.stop()
        finally:
            self.node.close()

    def fleet(self, *faults: str, **more: Any) -> Fleet:
        """Simulated devices that speak to this house."""
        values: dict[str, Any] = {
            "server": Server("127.0.0.1", self.service.shell.port, SERVER_ID, DOMAIN),
            "first_id": DEVICE_ID,
            "password": PASSWORD,
            "misbehaviours": frozenset(misbehaviours(faults)),
            "keepalive_s": 0.2,
            "retry_s": 0.2,
        }
        return Fleet(FleetSettings(**(values | more)))

    @asynccontextmanager
    async def device_with(self, *faults: str, **more: Any) -> AsyncIterator[Device]:
        """One device with these faults, registered and asked for its catalogue."""
        async with self.fleet(*faults, **more) as fleet:
            await fleet.registered()
            yield fleet.devices[0]

    def known(self, gb_id: str = DEVICE_ID) -> KnownDevice:
        """What signalling knows of a device."""
        return self.service.directory.devices[gb_id]

    async def play(self, uid: str = CAMERA_UID, stream: int = 0) -> dict[str, Any]:
        """Start a live stream that must come to playing."""
        response = await self.ask("POST", "/door/play", {"camera_uid": uid, "stream": stream})
        told = response.json()
        assert (response.status, told["stage"]) == (200, "playing"), told
        return dict(told)

    async def received(self, stream_key: str) -> dict[str, Any]:
        """What media says of a stream."""
        return dict(await asyncio.to_thread(self.node.client.status, stream_key))

    async def until_stored(self, gb_ids: Iterable[str]) -> dict[str, Any]:
        """The channels, once the store has all of these."""
        wanted = set(gb_ids)
        await self.until(lambda: wanted <= self.store.channels.keys())
        return dict(self.store.channels)
