"""A platform as small as can be, to speak to simulated devices: registrar, queries, calls, media sockets."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import secrets
import socket
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from oversite.protocol.gb28181.catalog import CatalogResponse
from oversite.protocol.gb28181.clock import format_date
from oversite.protocol.gb28181.manscdp import CONTENT_TYPE, parse_manscdp
from oversite.protocol.gb28181.mansrtsp import CONTENT_TYPE as MANSRTSP
from oversite.protocol.gb28181.mansrtsp import PlaybackRequest
from oversite.protocol.gb28181.message import ManscdpMessage
from oversite.protocol.sdp import Media, SessionDescription
from oversite.protocol.sip.dialog import Dialog
from oversite.protocol.sip.digest import Challenge, Credentials, verify
from oversite.protocol.sip.endpoint import Endpoint
from oversite.protocol.sip.events import RequestReceived, ResponseReceived, TransactionTimedOut
from oversite.protocol.sip.framing import StreamFramer
from oversite.protocol.sip.headers import Headers
from oversite.protocol.sip.message import Request, Response
from oversite.protocol.sip.transport import Address

ID = "34020000002000000001"
DOMAIN = "3402000000"
PASSWORD = "a long password"


@dataclass
class Call:
    """A call to a channel."""

    transaction: int
    response: Response
    dialog: Dialog
    answer: SessionDescription

    @property
    def video(self) -> Media:
        return self.answer.media[0]


@dataclass
class Heard:
    """A message of a device and how it came."""

    message: ManscdpMessage
    request: Request
    source: Address


@dataclass
class Platform:
    """Use as an async context manager; `port` is where devices register, by UDP or TCP."""

    algorithms: tuple[str, ...] = ("MD5",)
    transport: str = "UDP"
    heard: list[Heard] = field(default_factory=list)
    registers: list[Request] = field(default_factory=list)
    byes: list[Request] = field(default_factory=list)
    bindings: dict[str, Address] = field(default_factory=dict)
    raw: list[bytes] = field(default_factory=list)
    provisional: list[Response] = field(default_factory=list)
    answer_keepalive: int = 200

    async def __aenter__(self) -> Platform:
        self._endpoint = Endpoint(user_agent="test", fresh=lambda _: secrets.token_hex(6))
        self._changed = asyncio.Condition()
        self._answers: dict[int, asyncio.Future[Response]] = {}
        self._wires: dict[int, asyncio.StreamWriter] = {}
        self._flows = itertools.count(1)
        self._numbers = itertools.count(1)
        self._tasks: set[asyncio.Task[None]] = set()
        loop = asyncio.get_running_loop()
        if self.transport == "UDP":
            platform = self

            class Wire(asyncio.DatagramProtocol):
                def datagram_received(self, data: bytes, source: tuple[str, int]) -> None:
                    platform._receive(data, Address(*source[:2]))

            self._udp, _ = await loop.create_datagram_endpoint(Wire, local_addr=("127.0.0.1", 0))
            self.port: int = self._udp.get_extra_info("sockname")[1]
        else:
            self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
            self.port = self._server.sockets[0].getsockname()[1]
        self._local = Address("127.0.0.1", self.port, self.transport)  # type: ignore[arg-type]
        self._ticker = asyncio.create_task(self._tick())
        return self

    async def __aexit__(self, *_: object) -> None:
        self._ticker.cancel()
        if self.transport == "UDP":
            self._udp.close()
        else:
            for writer in self._wires.values():
                writer.close()
            self._server.close()
            await self._server.wait_closed()
        await asyncio.sleep(0)

    async def until(self, condition: Callable[[], bool], seconds: float = 10.0) -> None:
        """Wait until something that came from devices makes the condition true."""
        async with asyncio.timeout(seconds), self._changed:
            await self._changed.wait_for(condition)

    def messages(self, kind: type[ManscdpMessage]) -> list[ManscdpMessage]:
        return [heard.message for heard in self.heard if isinstance(heard.message, kind)]

    def request_of(self, kind: type[ManscdpMessage]) -> Request:
        """The newest request that carried a message of a kind."""
        return next(heard.request for heard in reversed(self.heard) if isinstance(heard.message, kind))

    async def first(self, kind: type[ManscdpMessage], count: int = 1, seconds: float = 10.0) -> list[ManscdpMessage]:
        """Wait for so many messages of a kind."""
        await self.until(lambda: len(self.messages(kind)) >= count, seconds)
        return self.messages(kind)

    async def tell(self, device_id: str, message: ManscdpMessage) -> Response:
        """Send a query or control."""
        return await self._ask(device_id, self._request("MESSAGE", device_id, message.to_xml(), CONTENT_TYPE))

    async def subscribe(self, device_id: str, message: ManscdpMessage, event: str) -> Response:
        request = self._request("SUBSCRIBE", device_id, message.to_xml(), CONTENT_TYPE)
        request.headers.set("Event", event)
        request.headers.set("Expires", "600")
        request.headers.set("Contact", f"<sip:{ID}@127.0.0.1:{self.port}>")
        return await self._ask(device_id, request)

    async def invite(
        self,
        channel_id: str,
        port: int,
        *,
        device_id: str = "",
        ssrc: str = "0200000001",
        protocol: str = "RTP/AVP",
        setup: str = "",
        kind: str = "Play",
        times: tuple[int, int] = (0, 0),
        stream_number: int = 0,
        extra: tuple[tuple[str, str], ...] = (),
        ack: bool = True,
    ) -> Call | Response:
        """Call a channel; the answer, or the response that refused."""
        attributes = [("recvonly", ""), ("rtpmap", "96 PS/90000"), ("streamnumber", str(stream_number)), *extra]
        attributes += [("setup", setup), ("connection", "new")] if setup else []
        offer = SessionDescription(
            origin_user=ID,
            origin_host="127.0.0.1",
            session_name=kind,
            uri=f"{channel_id}:0" if kind != "Play" else "",
            connection_host="127.0.0.1",
            start_s=times[0],
            end_s=times[1],
            media=[Media("video", port, protocol, [96], attributes)],
            ssrc=ssrc,
        )
        request = self._request("INVITE", channel_id, bytes(offer), "Application/SDP")
        request.headers.set("Subject", f"{channel_id}:{ssrc},{ID}:0")
        request.headers.set("Contact", f"<sip:{ID}@127.0.0.1:{self.port}>")
        response = await self._ask(device_id or channel_id, request)
        if not response.is_success:
            return response
        dialog = Dialog.from_response(request, response)
        call = Call(0, response, dialog, SessionDescription.parse(response.body))
        self._device_of = device_id or channel_id
        if ack:
            self.acknowledge(call, device_id or channel_id)
        return call

    def acknowledge(self, call: Call, device_id: str) -> None:
        self._endpoint.send_ack(None, call.dialog.ack(), self.bindings[device_id], self._local)
        self._flush()

    async def control(self, call: Call, device_id: str, request: PlaybackRequest) -> Response:
        return await self._ask(device_id, call.dialog.request("INFO", bytes(request), MANSRTSP))

    async def hang_up(self, call: Call, device_id: str) -> Response:
        return await self._ask(device_id, call.dialog.request("BYE"))

    def _request(self, method: str, to: str, body: bytes, content_type: str) -> Request:
        headers = Headers()
        headers.add("From", f"<sip:{ID}@{DOMAIN}>;tag={secrets.token_hex(4)}")
        headers.add("To", f"<sip:{to}@{DOMAIN}>")
        headers.add("Call-ID", secrets.token_hex(8))
        headers.add("CSeq", f"{next(self._numbers)} {method}")
        headers.add("Content-Type", content_type)
        return Request(method, f"sip:{to}@{DOMAIN}", headers, body)

    async def _ask(self, device_id: str, request: Request) -> Response:
        answer: asyncio.Future[Response] = asyncio.get_running_loop().create_future()
        to = self.bindings[device_id]
        self._answers[self._endpoint.request(request, to, self._local, time.monotonic())] = answer
        self._flush()
        return await asyncio.wait_for(answer, 30)

    def _receive(self, data: bytes, source: Address) -> None:
        self.raw.append(data)
        for event in self._endpoint.receive(data, source, self._local, time.monotonic()):
            self._handle(event)
        self._flush()

    def _handle(self, event: object) -> None:
        if isinstance(event, ResponseReceived) and event.response.is_provisional:
            self.provisional.append(event.response)
            self._wake()
        elif isinstance(event, ResponseReceived):
            waiting = self._answers.pop(event.transaction, None)
            if waiting is not None and not waiting.done():
                waiting.set_result(event.response)
        elif isinstance(event, TransactionTimedOut):
            waiting = self._answers.pop(event.transaction, None)
            if waiting is not None and not waiting.done():
                waiting.set_exception(TimeoutError(event.request.method))
        elif isinstance(event, RequestReceived):
            response = self._answer(event)
            self._endpoint.respond(event.transaction, response, time.monotonic())
            self._wake()

    def _wake(self) -> None:
        task = asyncio.create_task(self._notify())
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _notify(self) -> None:
        async with self._changed:
            self._changed.notify_all()

    def _answer(self, event: RequestReceived) -> Response:
        request = event.request
        if request.method == "REGISTER":
            return self._register(request, event.source)
        if request.method in ("MESSAGE", "NOTIFY"):
            message = parse_manscdp(request.body)
            self.heard.append(Heard(message, request, event.source))
            if message.command == "Keepalive":
                self.bindings[message.device_id] = event.source
                return request.reply(self.answer_keepalive)
        if request.method == "BYE":
            self.byes.append(request)
        return request.reply(200)

    def _register(self, request: Request, source: Address) -> Response:
        self.registers.append(request)
        authorization = request.headers.get("Authorization")
        if not authorization:
            response = request.reply(401)
            for algorithm in self.algorithms:
                challenge = Challenge(DOMAIN, secrets.token_hex(8), algorithm, ("auth",))
                response.headers.add("WWW-Authenticate", str(challenge))
            return response
        if not verify(Credentials.parse(authorization), password=PASSWORD, method="REGISTER"):
            return request.reply(403)
        user = request.from_.uri.user
        if request.expires:
            self.bindings[user] = source
        else:
            self.bindings.pop(user, None)
        response = request.reply(200)
        response.headers.set("Date", format_date(self.now()))
        return response

    def now(self):  # type: ignore[no-untyped-def]
        from datetime import UTC, datetime

        return datetime.now(UTC)

    def _flush(self) -> None:
        for data, to in self._endpoint.datagrams_to_send():
            if self.transport == "UDP":
                self._udp.sendto(data, (to.host, to.port))
            elif to.flow in self._wires:
                self._wires[to.flow].write(data)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        flow = next(self._flows)
        self._wires[flow] = writer
        host, port = writer.get_extra_info("peername")[:2]
        framer = StreamFramer()
        while data := await reader.read(65_536):
            for message in framer.feed(data):
                self._receive(message, Address(host, port, "TCP", flow))
        writer.close()
        self._wires.pop(flow, None)

    async def _tick(self) -> None:
        while True:
            await asyncio.sleep(0.1)
            for event in self._endpoint.handle_timeout(time.monotonic()):
                self._handle(event)
            self._flush()


def catalogue(platform: Platform) -> list[CatalogResponse]:
    return [message for message in platform.messages(CatalogResponse) if isinstance(message, CatalogResponse)]


class MediaSocket:
    """A UDP socket that takes RTP in."""

    def __init__(self) -> None:
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4 * 1024 * 1024)
        self._socket.bind(("127.0.0.1", 0))
        self._socket.setblocking(False)
        self.port: int = self._socket.getsockname()[1]

    async def packets(self, count: int, seconds: float = 10.0) -> list[bytes]:
        """Wait for so many packets."""
        loop = asyncio.get_running_loop()
        async with asyncio.timeout(seconds):
            return [await loop.sock_recv(self._socket, 2048) for _ in range(count)]

    def waiting(self) -> list[bytes]:
        """What has come and nobody has taken yet."""
        found = []
        with contextlib.suppress(BlockingIOError):
            while True:
                found.append(self._socket.recv(2048))
        return found

    async def silence(self, seconds: float) -> bool:
        """Whether nothing comes for a while."""
        try:
            await self.packets(1, seconds)
        except TimeoutError:
            return True
        return False

    def close(self) -> None:
        self._socket.close()
