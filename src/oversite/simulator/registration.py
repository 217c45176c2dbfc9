"""How a device registers, stays registered and leaves (9.1, 9.6)."""

from __future__ import annotations

import asyncio
import contextlib
import random
import secrets
from typing import TYPE_CHECKING, Final

from oversite.protocol.errors import PeerError
from oversite.protocol.gb28181.clock import parse_time
from oversite.protocol.gb28181.dialect import HEADER
from oversite.protocol.gb28181.notify import Keepalive
from oversite.protocol.sip.digest import Challenge, answer
from oversite.protocol.sip.headers import Headers
from oversite.protocol.sip.message import Request, Response
from oversite.simulator.link import NoAnswer
from oversite.simulator.misbehaviour import Misbehaviour

if TYPE_CHECKING:
    from oversite.simulator.device import Device

MISSES_MAX: Final = 3
STORM_S: Final = 0.1
_LEAVE_S: Final = 2.0
_ALGORITHMS: Final = ("SM3", "SHA-256", "MD5")


class Registration:
    """Keeps one device registered until it is told to leave."""

    def __init__(self, device: Device) -> None:
        self._device = device
        self._call_id = secrets.token_hex(12)
        self._sequence = 0
        self._tag = secrets.token_hex(6)
        self._is_due = False
        self._wake = asyncio.Event()
        self.registered = asyncio.Event()
        self.refused_status = 0
        self.count = 0

    def again(self) -> None:
        """Register anew at once."""
        self._is_due = True
        self._wake.set()

    def link_closed(self) -> None:
        """The line is down: open it and register."""
        self._wake.set()

    async def run(self) -> None:
        """Register, keep alive, register again; ends only by cancellation."""
        device = self._device
        while True:
            self._is_due = False
            try:
                if not device.link.is_open:
                    await device.link.open()
                if await self._register(device.expires_s):
                    await self._stay()
                else:
                    self.registered.clear()
            except (OSError, NoAnswer):
                device.link.close()
                self.registered.clear()
            if not self._is_due:
                await self._wait(device.retry_s * random.uniform(0.8, 1.2))

    async def leave(self) -> None:
        """Unregister, as far as the server still answers."""
        if self.registered.is_set() and self._device.link.is_open:
            with contextlib.suppress(NoAnswer, TimeoutError):
                async with asyncio.timeout(_LEAVE_S):
                    await self._register(0)
        self.registered.clear()

    async def _register(self, expires_s: int) -> bool:
        device = self._device
        response = await device.link.request(self._request(expires_s))
        if response.status == 401:
            request = self._request(expires_s)
            if not self._authorise(request, response):
                return False
            response = await device.link.request(request)
        self.refused_status = 0 if response.is_success else response.status
        if not response.is_success:
            return False
        self.count += 1
        self._take_time(response)
        if expires_s:
            self.registered.set()
        return True

    def _request(self, expires_s: int) -> Request:
        device, server = self._device, self._device.link.server
        self._sequence += 1
        identity = f"<sip:{device.registered_id}@{server.domain}>"
        headers = Headers()
        headers.add("From", f"{identity};tag={self._tag}")
        headers.add("To", identity)
        headers.add("Call-ID", self._call_id)
        headers.add("CSeq", f"{self._sequence} REGISTER")
        headers.add("Contact", f"<{device.contact}>")
        headers.add("Expires", str(expires_s))
        headers.add(HEADER, device.dialect.version)
        return Request("REGISTER", device.server_uri, headers)

    def _authorise(self, request: Request, response: Response) -> bool:
        device = self._device
        password = device.password
        if Misbehaviour.WRONG_PASSWORD in device.faults:
            password += "x"
        challenge = _best_challenge(response)
        if challenge is None:
            return False
        try:
            credentials = answer(
                challenge,
                username=device.registered_id,
                password=password,
                method="REGISTER",
                uri=request.uri,
                cnonce=secrets.token_hex(8),
            )
        except PeerError:
            return False
        request.headers.add("Authorization", str(credentials))
        return True

    def _take_time(self, response: Response) -> None:
        device = self._device
        if Misbehaviour.CLOCK_WRONG in device.faults:
            return
        try:
            device.clock.set(parse_time(response.headers.get("Date")))
        except PeerError:
            device.clock.ahead_s = 0.0

    async def _stay(self) -> None:
        """Keep alive until it is time to register again; returns when the server has forgotten us."""
        device = self._device
        loop = asyncio.get_running_loop()
        renew_at = loop.time() + device.expires_s * 0.8
        misses = 0
        while loop.time() < renew_at:
            storm = Misbehaviour.REGISTER_STORM in device.faults
            await self._wait(STORM_S if storm else min(device.keepalive_s, renew_at - loop.time()))
            if not device.link.is_open:
                raise NoAnswer("the line is down")
            if self._is_due or storm:
                break
            if Misbehaviour.SILENT_KEEPALIVE in device.faults:
                continue
            misses = 0 if await self._keepalive() else misses + 1
            if misses >= MISSES_MAX:
                raise NoAnswer("the server answers no keepalive")
        self._is_due = True

    async def _keepalive(self) -> bool:
        device = self._device
        if Misbehaviour.NEW_PORT in device.faults and device.keepalives % 2:
            device.link.close()
            await device.link.open()
        device.keepalives += 1
        device.save_recordings()
        try:
            response = await device.send(Keepalive(device_id=device.registered_id, sn=device.next_sn()))
        except NoAnswer:
            return False
        if not response.is_success:
            self.again()
        return response.is_success

    async def _wait(self, seconds: float) -> None:
        """Wait, but not once something happens that cannot wait."""
        self._wake.clear()
        if not self._is_due:
            with contextlib.suppress(TimeoutError):
                # Not `wait_for`: until Python 3.12 it swallows a cancellation that comes with the event.
                async with asyncio.timeout(max(seconds, 0.0)):
                    await self._wake.wait()


def _best_challenge(response: Response) -> Challenge | None:
    """The strongest of what is offered."""
    found: dict[str, Challenge] = {}
    for text in response.headers.get_all("WWW-Authenticate"):
        try:
            challenge = Challenge.parse(text)
        except PeerError:
            continue
        found.setdefault(challenge.algorithm, challenge)
    return next((found[name] for name in _ALGORITHMS if name in found), None)
