"""Thousands of devices in one process and on one socket: register, answer what is asked, keep alive.

They do what a device does on the wire and nothing more, so that what is measured is the server.
"""

import re
import select
import socket
import time
from dataclasses import dataclass, field

from oversite.protocol.sip.digest import Challenge, answer

RETRY_S = 0.5
LONGEST_RETRY_S = 4.0
GIVE_UP_S = 32.0
"""A request is repeated byte for byte, at these distances (timers E and F of RFC 3261), then begun anew."""
WINDOW = 400
"""At most this many registrations wait for an answer at once, as the kernel's buffer is finite on both sides."""

_CALL_ID = re.compile(rb"^Call-ID: *(\S+)", re.MULTILINE | re.IGNORECASE)
_CHALLENGE = re.compile(rb"^WWW-Authenticate: *Digest +(.+?)\r?$", re.MULTILINE | re.IGNORECASE)
_CSEQ = re.compile(rb"^CSeq: *(\d+)", re.MULTILINE | re.IGNORECASE)
_ECHOED = re.compile(rb"^(?:Via|From|To|Call-ID|CSeq):.*\r\n", re.MULTILINE | re.IGNORECASE)


@dataclass(slots=True)
class Device:
    """One device: its identity and where its registration stands."""

    gb_id: str
    is_registered: bool = False
    credentials: str = ""
    cseq: int = 0
    request: bytes = b""
    began_at: float = 0.0
    sent_at: float = 0.0
    retry_s: float = RETRY_S


@dataclass(slots=True)
class Crowd:
    """`devices` against a server; the figures are read after each phase."""

    devices: list[Device]
    server: tuple[str, int]
    server_id: str
    password: str
    line: socket.socket = field(init=False)
    by_call: dict[bytes, Device] = field(default_factory=dict)
    retransmissions: int = 0
    refused: int = 0
    asked: int = 0
    delays_ms: list[float] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.line = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 8 << 20)
        self.line.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 8 << 20)
        self.line.bind(("127.0.0.1", 0))
        self.line.setblocking(False)

    def register(self, within_s: float) -> float:
        """Register everybody at once, as after a power cut; gives the seconds until the last one is in."""
        began = time.monotonic()
        waiting = {device.gb_id: device for device in self.devices}
        unsent = list(reversed(self.devices))
        while (unsent or waiting) and time.monotonic() - began < within_s:
            in_flight = len(waiting) - len(unsent)
            while unsent and in_flight < WINDOW:
                self._send_register(unsent.pop())
                in_flight += 1
            self._receive(0.01)
            waiting = {gb_id: device for gb_id, device in waiting.items() if not device.is_registered}
            self._retry([device for device in waiting.values() if device.sent_at])
        return time.monotonic() - began

    def keep_alive(self, period_s: float, seconds: float) -> int:
        """Send each device's keepalive once every `period_s`, evenly spread, for `seconds`; gives how many."""
        began, sent = time.monotonic(), 0
        while (elapsed := time.monotonic() - began) < seconds:
            due = int(elapsed * len(self.devices) / period_s)
            while sent < due:
                self._send_keepalive(self.devices[sent % len(self.devices)], sent)
                sent += 1
            self._receive(0.002)
        self._drain()
        return sent

    def close(self) -> None:
        """Close the socket."""
        self.line.close()

    def _send_register(self, device: Device) -> None:
        device.cseq += 1
        call_id = f"r{device.gb_id}"
        authorization = f"Authorization: {device.credentials}\r\n" if device.credentials else ""
        text = self._head(device, "REGISTER", call_id, device.cseq) + (
            f"Contact: <sip:{device.gb_id}@{self._own()}>\r\n{authorization}Expires: 3600\r\nContent-Length: 0\r\n\r\n"
        )
        device.request, device.retry_s = text.encode(), RETRY_S
        device.sent_at = device.began_at = time.monotonic()
        self.by_call[call_id.encode()] = device
        self._send(device.request)

    def _send_keepalive(self, device: Device, number: int) -> None:
        body = (
            '<?xml version="1.0" encoding="GB2312"?>\r\n'
            f"<Notify>\r\n<CmdType>Keepalive</CmdType>\r\n<SN>{number}</SN>\r\n"
            f"<DeviceID>{device.gb_id}</DeviceID>\r\n<Status>OK</Status>\r\n</Notify>\r\n"
        )
        call_id = f"k{number}-{device.gb_id}"
        text = self._head(device, "MESSAGE", call_id, 20) + (
            f"Content-Type: Application/MANSCDP+xml\r\nContent-Length: {len(body)}\r\n\r\n{body}"
        )
        device.sent_at = time.monotonic()
        self.by_call[call_id.encode()] = device
        self._send(text.encode())

    def _head(self, device: Device, method: str, call_id: str, cseq: int) -> str:
        domain = self.server_id[:10]
        return (
            f"{method} sip:{self.server_id}@{domain} SIP/2.0\r\n"
            f"Via: SIP/2.0/UDP {self._own()};rport;branch=z9hG4bK{call_id}{cseq}\r\n"
            f"From: <sip:{device.gb_id}@{domain}>;tag=t{device.gb_id[-6:]}\r\n"
            f"To: <sip:{device.gb_id}@{domain}>\r\nCall-ID: {call_id}\r\nCSeq: {cseq} {method}\r\nMax-Forwards: 70\r\n"
        )

    def _own(self) -> str:
        host, port = self.line.getsockname()
        return f"{host}:{port}"

    def _send(self, data: bytes) -> None:
        while True:
            try:
                self.line.sendto(data, self.server)
            except BlockingIOError:
                select.select([], [self.line], [], 0.1)
                continue
            return

    def _receive(self, wait_s: float) -> None:
        if not select.select([self.line], [], [], wait_s)[0]:
            return
        for _ in range(256):
            try:
                data = self.line.recv(8192)
            except BlockingIOError:
                return
            if data.startswith(b"SIP/2.0 "):
                self._note_response(data)
            else:
                self._answer(data)

    def _note_response(self, data: bytes) -> None:
        found = _CALL_ID.search(data)
        device = self.by_call.get(found[1]) if found else None
        if device is None or found is None:
            return
        status = data[8:11]
        if found[1].startswith(b"k"):
            del self.by_call[found[1]]
            self.delays_ms.append((time.monotonic() - device.sent_at) * 1000)
            self.refused += status != b"200"
        elif device.is_registered or not (number := _CSEQ.search(data)) or int(number[1]) != device.cseq:
            return
        elif status == b"200":
            device.is_registered = True
        elif status == b"401" and (challenge := _CHALLENGE.search(data)):
            self._authorise(device, challenge[1].decode())
        else:
            self.refused += 1

    def _authorise(self, device: Device, challenge: str) -> None:
        given = answer(
            Challenge.parse(f"Digest {challenge}"),
            username=device.gb_id,
            password=self.password,
            method="REGISTER",
            uri=f"sip:{self.server_id}@{self.server_id[:10]}",
            cnonce="0a4f113b",
        )
        device.credentials = str(given)
        self._send_register(device)

    def _answer(self, request: bytes) -> None:
        self.asked += 1
        echoed = b"".join(_ECHOED.findall(request))
        self._send(b"SIP/2.0 200 OK\r\n" + echoed + b"Content-Length: 0\r\n\r\n")

    def _retry(self, waiting: list[Device]) -> None:
        now = time.monotonic()
        for device in waiting:
            if now - device.sent_at <= device.retry_s:
                continue
            self.retransmissions += 1
            if now - device.began_at > GIVE_UP_S:
                device.credentials = ""
                self._send_register(device)
            else:
                device.retry_s, device.sent_at = min(device.retry_s * 2, LONGEST_RETRY_S), now
                self._send(device.request)

    def _drain(self) -> None:
        deadline = time.monotonic() + 2
        while time.monotonic() < deadline and any(call.startswith(b"k") for call in self.by_call):
            self._receive(0.05)
