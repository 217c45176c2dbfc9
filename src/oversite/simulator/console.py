"""Orders to running devices, one a line: raise an alarm, misbehave, behave again."""

from __future__ import annotations

import asyncio
import os
import shlex
import stat
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from oversite.protocol.gb28181.alarm import AlarmMethod, DeviceAlarm
from oversite.simulator.link import NoAnswer
from oversite.simulator.misbehaviour import BY_CODE, Misbehaviour

if TYPE_CHECKING:
    from oversite.simulator.channel import Channel
    from oversite.simulator.device import Device
    from oversite.simulator.fleet import Fleet

HELP: Final = """\
alarm [ID] [METHOD[.TYPE]] [TEXT]   report an alarm of a device or channel (default: the first device, 5.2)
misbehave NAME… [at ID]             do it wrong from now on, at one device or all; the names are those of --misbehave
behave [NAME…] [at ID]              stop these, or all, misbehaviours
off CHANNEL / on CHANNEL            tell subscribers that a channel is off or on again
list                                the devices, their channels and how they misbehave
help                                this text"""
AT_START_ONLY: Final = frozenset({Misbehaviour.DUPLICATE_IDENTITY, Misbehaviour.SHORT_IDENTITY})
DEFAULT_ALARM: Final = (AlarmMethod.VIDEO, 2)
"""By the picture, movement seen (A.2.5)."""


class Unknown(Exception):
    """The line cannot be carried out; the text says why."""


class Console:
    """Carries out lines for a fleet."""

    def __init__(self, fleet: Fleet) -> None:
        self._fleet = fleet
        self._orders = {
            "alarm": self._alarm,
            "misbehave": self._misbehave,
            "behave": self._behave,
            "off": self._off,
            "on": self._on,
            "list": self._list,
        }

    async def carry_out(self, line: str) -> str:
        """Do what a line says; what came of it, in words."""
        try:
            words = shlex.split(line, comments=True)
        except ValueError as error:
            return f"not understood: {error}"
        if not words:
            return ""
        order = self._orders.get(words[0])
        if order is None:
            return HELP
        try:
            return await order(words[1:])
        except Unknown as error:
            return str(error)
        except NoAnswer:
            return "the server did not answer"

    async def _alarm(self, words: list[str]) -> str:
        device, channel = self._fleet.devices[0], None
        if words and len(words[0]) == 20 and words[0].isdecimal():
            device, channel = self._find(words.pop(0))
        method, kind = _method_of(words.pop(0)) if words and words[0][0].isdecimal() else DEFAULT_ALARM
        answer = await device.raise_alarm(channel, method=method, alarm_type=kind, description=" ".join(words))
        if answer is None:
            return "nothing sent: the device's own alarm has not been reset yet"
        return f"alarm {method}.{kind or 0} of {channel.gb_id if channel else device.gb_id}: answered {answer.status}"

    async def _misbehave(self, words: list[str]) -> str:
        names, devices = self._named(words)
        if not names:
            raise Unknown(f"name at least one of: {', '.join(BY_CODE)}")
        for device in devices:
            device.misbehave(names)
        return f"{len(devices)} devices: {', '.join(sorted(fault.code for fault in names))}"

    async def _behave(self, words: list[str]) -> str:
        names, devices = self._named(words)
        for device in devices:
            device.behave(names or set(device.faults))
        stopped = ", ".join(sorted(one.code for one in names)) or "anything"
        return f"{len(devices)} devices: no more {stopped}"

    async def _off(self, words: list[str]) -> str:
        return await self._switch(words, is_on=False)

    async def _on(self, words: list[str]) -> str:
        return await self._switch(words, is_on=True)

    async def _switch(self, words: list[str], *, is_on: bool) -> str:
        from oversite.protocol.gb28181.catalog import CatalogEvent

        device, channel = self._find(words[0] if words else "")
        if channel is None:
            raise Unknown("a channel is switched, not a recorder")
        told = await device.announce(channel, CatalogEvent.ON if is_on else CatalogEvent.OFF)
        return f"{channel.gb_id} is {'on' if is_on else 'off'}: {told} subscribers told"

    async def _list(self, _: list[str]) -> str:
        return "\n".join(
            f"{device.gb_id} {'registered' if device.registration.registered.is_set() else 'away'}"
            f" channels {' '.join(device.channels)}"
            f" misbehaves {' '.join(sorted(one.code for one in device.faults)) or 'not at all'}"
            for device in self._fleet.devices
        )

    def _named(self, words: list[str]) -> tuple[set[Misbehaviour], list[Device]]:
        devices = self._fleet.devices
        if "at" in words:
            place = words.index("at")
            devices = [self._find(words[place + 1] if len(words) > place + 1 else "")[0]]
            words = words[:place]
        unknown = [word for word in words if word not in BY_CODE]
        if unknown:
            raise Unknown(f"no such misbehaviour: {', '.join(unknown)}")
        names = {BY_CODE[word] for word in words}
        if fixed := names & AT_START_ONLY:
            raise Unknown(f"only from the start: {', '.join(sorted(one.code for one in fixed))}")
        return names, devices

    def _find(self, gb_id: str) -> tuple[Device, Channel | None]:
        for device in self._fleet.devices:
            if gb_id in device.channels:
                return device, device.channels[gb_id]
            if gb_id == device.gb_id:
                return device, None
        raise Unknown(f"no such device or channel: {gb_id or '(none named)'}")


def _method_of(word: str) -> tuple[int, int | None]:
    method, dot, kind = word.partition(".")
    if not method.isdecimal() or not 1 <= int(method) <= 7 or (dot and not kind.isdecimal()):
        raise Unknown(f"an alarm's method is 1 to 7, with .TYPE behind it where it has one: not {word}")
    if int(method) == AlarmMethod.DEVICE and not dot:
        return int(method), DeviceAlarm.TAMPER
    return int(method), int(kind) if dot else None


def can_listen(descriptor: int) -> bool:
    """Whether lines may come: from a pipe, or from the terminal that this process is in front of."""
    try:
        if os.isatty(descriptor):
            return os.tcgetpgrp(descriptor) == os.getpgrp()
        mode = os.fstat(descriptor).st_mode
    except OSError:
        return False
    return stat.S_ISFIFO(mode) or stat.S_ISSOCK(mode)


async def listen(console: Console, tell: Callable[[str], None]) -> None:
    """Carry out the lines of standard input until it ends."""
    reader = asyncio.StreamReader()
    await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    while line := await reader.readline():
        if answer := await console.carry_out(line.decode("utf-8", "replace")):
            tell(answer)
