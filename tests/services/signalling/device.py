"""A scripted GB/T 28181 device on a real socket, for tests of the server."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from itertools import count
from typing import Any, cast

from oversite.protocol.gb28181.manscdp import parse_manscdp
from oversite.protocol.gb28181.message import CONTENT_TYPE, ManscdpMessage
from oversite.protocol.gb28181.notify import Keepalive
from oversite.protocol.sdp import Media, SessionDescription
from oversite.protocol.sip.dialog import Dialog
from oversite.protocol.sip.digest import Challenge, answer
from oversite.protocol.sip.endpoint import Endpoint
from oversite.protocol.sip.events import (
    AckReceived,
    CancelReceived,
    RequestReceived,
    ResponseReceived,
    TransactionTimedOut,
)
from oversite.protocol.sip.framing import StreamFramer
from oversite.protocol.sip.headers import Headers
from oversite.protocol.sip.message import Request, Response
from oversite.protocol.sip.transport import Address, Transport

SERVER_ID = "34020000002000000001"
DOMAIN = "3402000000"

Answer = Callable[[Request], Response | None]


class ScriptedDevice:
    """Registers, keeps alive, and answers as told: `answers` by method, None from an answer means silence."""

    def __init__(self, server: tuple[str, int], gb_id: str, password: str, transport: Transport = "UDP") -> None:
        tokens = count(1)
        self.gb_id = gb_id
        self.password = password
        self.server = Address(server[0], server[1], transport, 1 if transport == "TCP" else 0)
        self.endpoint = Endpoint(user_agent="device", fresh=lambda what: f"{gb_id[-4:]}{what}{next(tokens)}x{id(self)}")
        self.local = Address("127.0.0.1", 0, transport, self.server.flow)
        self.requests: list[Request] = []
        self.acks: list[Request] = []
        self.answers: dict[str, Answer] = {}
        self.refuses_media = ""
        self.cancelled = asyncio.Event()
        """An INVITE was taken back."""
        self._arrived = asyncio.Event()
        self._waiting: dict[int, asyncio.Future[Response]] = {}
        self._cseq = count(1)
        self._call_id = f"{gb_id}-{id(self)}@device"
        self._transport: Any = None
        self._framer = StreamFramer()
        self._ticker: asyncio.Task[None] | None = None

    async def __aenter__(self) -> ScriptedDevice:
        loop = asyncio.get_running_loop()
        if self.server.transport == "UDP":
            self._transport, _ = await loop.create_datagram_endpoint(
                lambda: _Datagrams(self), local_addr=("127.0.0.1", 0)
            )
        else:
            self._transport, _ = await loop.create_connection(lambda: _Stream(self), *self.server[:2])
        self.local = self.local._replace(port=self._transport.get_extra_info("sockname")[1])
        self._ticker = loop.create_task(self._tick())
        return self

    async def __aexit__(self, *_: object) -> None:
        assert self._ticker is not None
        self._ticker.cancel()
        await asyncio.gather(self._ticker, return_exceptions=True)
        self._transport.close()
        await asyncio.sleep(0)

    # What a device does

    async def register(self, expires: int = 3600, version: str = "", password: str | None = None) -> Response:
        """REGISTER, answer the challenge; the last response."""
        request = self._register_request(expires, version)
        response = await self.ask(request)
        if response.status != 401:
            return response
        challenge = Challenge.parse(response.headers.get("WWW-Authenticate"))
        again = self._register_request(expires, version)
        credentials = answer(
            challenge,
            username=self.gb_id,
            password=self.password if password is None else password,
            method="REGISTER",
            uri=again.uri,
        )
        again.headers.add("Authorization", str(credentials))
        return await self.ask(again)

    async def keep_alive(self) -> Response:
        return await self.message(Keepalive(device_id=self.gb_id, sn=1))

    async def message(self, message: ManscdpMessage, call_id: str = "") -> Response:
        request = self.request("MESSAGE", message.to_xml(), CONTENT_TYPE, call_id)
        return await self.ask(request)

    async def ask(self, request: Request) -> Response:
        loop = asyncio.get_running_loop()
        transaction = self.endpoint.request(request, self.server, self.local, loop.time())
        future = self._waiting[transaction] = loop.create_future()
        self.flush()
        return await future

    def request(self, method: str, body: bytes = b"", content_type: str = "", call_id: str = "") -> Request:
        number = next(self._cseq)
        headers = Headers(
            [
                ("From", f"<sip:{self.gb_id}@{DOMAIN}>;tag=dev"),
                ("To", f"<sip:{SERVER_ID}@{DOMAIN}>"),
                ("Call-ID", call_id or f"{method}-{number}-{self.gb_id}-{id(self)}"),
                ("CSeq", f"{number} {method}"),
            ]
        )
        if content_type:
            headers.add("Content-Type", content_type)
        return Request(method, f"sip:{SERVER_ID}@{DOMAIN}", headers, body)

    async def received(self, method: str, nth: int = 1) -> Request:
        """The nth request of that method, waited for."""
        return await self._wait_for(lambda: [one for one in self.requests if one.method == method], nth)

    async def received_message(self, kind: type[Any], nth: int = 1) -> Any:
        """The nth MANSCDP message of that kind, waited for."""

        def found() -> list[Any]:
            bodies = [
                parse_manscdp(one.body)
                for one in self.requests
                if one.body and one.method != "INVITE" and b"RTSP" not in one.body[:20]
            ]
            return [body for body in bodies if isinstance(body, kind)]

        return await self._wait_for(found, nth)

    async def acknowledged(self) -> Request:
        return await self._wait_for(lambda: self.acks, 1)

    async def hang_up(self) -> Response:
        """BYE the call that the last INVITE began."""
        invite = next(one for one in reversed(self.requests) if one.method == "INVITE")
        return await self.ask(Dialog.from_request(invite, "devtag").request("BYE"))

    async def _wait_for(self, found: Callable[[], list[Any]], nth: int) -> Any:
        while len(matching := found()) < nth:
            self._arrived.clear()
            await self._arrived.wait()
        return matching[nth - 1]

    def _register_request(self, expires: int, version: str) -> Request:
        request = self.request("REGISTER", call_id=self._call_id)
        address = f"<sip:{self.gb_id}@{DOMAIN}>"
        request.headers.set("To", address)
        request.headers.add("Contact", f"<sip:{self.gb_id}@127.0.0.1:{self.local.port}>")
        request.headers.add("Expires", str(expires))
        if version:
            request.headers.add("X-GB-Ver", version)
        return request

    # What moves the bytes

    def receive(self, data: bytes) -> None:
        loop = asyncio.get_running_loop()
        for event in self.endpoint.receive(data, self.server, self.local, loop.time()):
            self._event(event)
        self.flush()

    def feed(self, data: bytes) -> None:
        for message in self._framer.feed(data):
            self.receive(message)

    def flush(self) -> None:
        for data, _ in self.endpoint.datagrams_to_send():
            if self.server.transport == "UDP":
                self._transport.sendto(data, self.server[:2])
            else:
                self._transport.write(data)

    def send_raw(self, data: bytes) -> None:
        if self.server.transport == "UDP":
            self._transport.sendto(data, self.server[:2])
        else:
            self._transport.write(data)

    def drop(self) -> None:
        """Break the connection."""
        self._transport.abort()

    async def _tick(self) -> None:
        loop = asyncio.get_running_loop()
        while True:
            await asyncio.sleep(0.05)
            for event in self.endpoint.handle_timeout(loop.time()):
                self._event(event)
            self.flush()

    def _event(self, event: object) -> None:
        if isinstance(event, RequestReceived):
            self.requests.append(event.request)
            answer_of = self.answers.get(event.request.method, self._usual)
            response = answer_of(event.request)
            if response is not None:
                self.endpoint.respond(event.transaction, response, asyncio.get_running_loop().time())
        elif isinstance(event, ResponseReceived) and not event.response.is_provisional:
            future = self._waiting.pop(event.transaction, None)
            if future is not None and not future.done():
                future.set_result(event.response)
        elif isinstance(event, TransactionTimedOut):
            future = self._waiting.pop(event.transaction, None)
            if future is not None and not future.done():
                future.set_exception(TimeoutError(event.request.method))
        elif isinstance(event, CancelReceived):
            self.cancelled.set()
        elif isinstance(event, AckReceived):
            self.acks.append(event.request)
        self._arrived.set()

    def _usual(self, request: Request) -> Response:
        return self.accept(request) if request.method == "INVITE" else request.reply(200)

    def accept(self, request: Request, *, ssrc: str | None = None, port: int = 16_000) -> Response:
        """200 OK with an SDP answer; `ssrc` None repeats the offer's, "" leaves `y=` out."""
        offer = SessionDescription.parse(request.body)
        video = offer.media[0]
        attributes = [("sendonly", ""), ("rtpmap", "96 PS/90000")]
        if video.setup:
            attributes.append(("setup", "active" if video.setup == "passive" else "passive"))
        media = Media("video", port, video.protocol, [96], attributes)
        description = SessionDescription(
            self.gb_id, "127.0.0.1", offer.session_name, "", "127.0.0.1", 0, 0, [media],
            offer.ssrc if ssrc is None else ssrc,
        )  # fmt: skip
        response = request.reply(200, body=bytes(description))
        response.headers.set("To", request.headers.get("To") + ";tag=devtag")
        response.headers.add("Contact", f"<sip:{self.gb_id}@127.0.0.1:{self.local.port}>")
        response.headers.add("Content-Type", "application/sdp")
        return response


class _Datagrams(asyncio.DatagramProtocol):
    def __init__(self, device: ScriptedDevice) -> None:
        self._device = device

    def datagram_received(self, data: bytes, addr: object) -> None:
        self._device.receive(data)


class _Stream(asyncio.Protocol):
    def __init__(self, device: ScriptedDevice) -> None:
        self._device = device

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)

    def data_received(self, data: bytes) -> None:
        self._device.feed(data)
