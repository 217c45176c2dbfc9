"""One simulated device: a camera, or a recorder with many channels."""

from __future__ import annotations

import asyncio
import contextlib
import secrets
from collections.abc import Coroutine, Set
from concurrent.futures import Executor
from dataclasses import dataclass
from typing import Final

from oversite.protocol.errors import PeerError
from oversite.protocol.gb28181.alarm import Alarm, AlarmMethod, AlarmQuery, DeviceAlarm
from oversite.protocol.gb28181.catalog import CatalogChange, CatalogEvent, CatalogNotify, CatalogQuery
from oversite.protocol.gb28181.config_download import ConfigDownloadQuery
from oversite.protocol.gb28181.control import DeviceControl, KeyFrame, Reboot
from oversite.protocol.gb28181.device_config import DeviceConfig
from oversite.protocol.gb28181.dialect import Dialect
from oversite.protocol.gb28181.manscdp import parse_manscdp
from oversite.protocol.gb28181.message import CONTENT_TYPE, ManscdpMessage, ResultResponse
from oversite.protocol.gb28181.position import MobilePosition, MobilePositionQuery, Position
from oversite.protocol.gb28181.record_info import RecordInfoQuery, RecordInfoResponse
from oversite.protocol.gb28181.subject import Subject
from oversite.protocol.sip.events import AckReceived, CancelReceived, RequestReceived
from oversite.protocol.sip.headers import Headers
from oversite.protocol.sip.message import Request, Response
from oversite.protocol.sip.transport import Transport
from oversite.protocol.sip.uri import SipUri
from oversite.simulator.answers import answers, carry_out, configure, item_of
from oversite.simulator.calls import Call, CallBook
from oversite.simulator.channel import Channel
from oversite.simulator.clock import WRONG_BY_S, DeviceClock
from oversite.simulator.faulty_xml import write_body
from oversite.simulator.link import Link, NoAnswer, Server
from oversite.simulator.live import LiveStream
from oversite.simulator.loop import Clip, LoopPacer
from oversite.simulator.misbehaviour import Misbehaviour
from oversite.simulator.registration import Registration
from oversite.simulator.subscriptions import Subscriptions, notice

LATE_S: Final = 5.0
_METHODS: Final = "INVITE, ACK, BYE, CANCEL, INFO, MESSAGE, SUBSCRIBE, OPTIONS"


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceSettings:
    """What makes a device, apart from its channels."""

    gb_id: str
    name: str
    server: Server
    password: str = ""
    transport: Transport = "UDP"
    local_host: str = ""
    dialect: Dialect = Dialect.GB2022
    expires_s: int = 3600
    keepalive_s: float = 60.0
    retry_s: float = 60.0


class Device:
    """Registers, answers, streams. `faults` may be changed while it runs."""

    def __init__(
        self,
        settings: DeviceSettings,
        *,
        clock: DeviceClock,
        faults: set[Misbehaviour],
        pool: Executor,
        pacer: LoopPacer,
        clip: Clip | None = None,
    ) -> None:
        self.gb_id = settings.gb_id
        self.name = settings.name
        self.password = settings.password
        self.dialect = settings.dialect
        self.expires_s = settings.expires_s
        self.keepalive_s = settings.keepalive_s
        self.retry_s = settings.retry_s
        self.clock = clock
        self.faults = faults
        self.pool = pool
        self.pacer = pacer
        self.clip = clip
        self.channels: dict[str, Channel] = {}
        self.registered_id = settings.gb_id
        self.alarming = False
        self.keepalives = 0
        self.registration = Registration(self)
        self.link = Link(
            settings.server,
            settings.transport,
            faults,
            self._receive,
            self.registration.link_closed,
            local_host=settings.local_host,
        )
        self.book = CallBook(self)
        self._subscriptions = Subscriptions(self.fresh_tag)
        self._streams: dict[tuple[str, int], LiveStream] = {}
        self._sn = 0
        self._tasks: set[asyncio.Task[None]] = set()

    async def __aenter__(self) -> Device:
        self.misbehave(self.faults)
        if Misbehaviour.SHORT_IDENTITY in self.faults:
            self.registered_id = self.gb_id[:19]
        for channel in self.channels.values():
            channel.archive.start(self.clock.seconds())
        self._spawn(self.registration.run())
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.registration.leave()
        tasks = tuple(self._tasks)
        self.switch_off()
        await asyncio.gather(*tasks, return_exceptions=True)

    def misbehave(self, faults: Set[Misbehaviour]) -> None:
        """Do these wrong too, from now on."""
        self.faults |= faults
        if Misbehaviour.CLOCK_WRONG in faults:
            self.clock.ahead_s = WRONG_BY_S

    def behave(self, faults: Set[Misbehaviour]) -> None:
        """Do these right again."""
        if Misbehaviour.CLOCK_WRONG in faults:
            self.clock.ahead_s = 0.0
        self.faults -= faults

    def switch_off(self) -> None:
        """Go dead without a word, as in a power cut."""
        for channel in self.channels.values():
            channel.archive.stop(self.clock.seconds())
        self.book.close()
        for stream in self._streams.values():
            stream.stop()
        for task in tuple(self._tasks):
            if task is not asyncio.current_task():
                task.cancel()
        self.link.close()

    @property
    def is_tcp(self) -> bool:
        return self.link.local.is_reliable

    @property
    def server_id(self) -> str:
        return self.link.server.server_id

    @property
    def contact(self) -> str:
        """Where the device says that it is."""
        local = self.link.local
        if Misbehaviour.PRIVATE_CONTACT in self.faults:
            return f"sip:{self.registered_id}@192.168.1.64:5060"
        return f"sip:{self.registered_id}@{local.host}:{local.port}"

    @property
    def server_uri(self) -> str:
        server = self.link.server
        if Misbehaviour.BARE_URI in self.faults:
            return f"sip:{server.server_id}@{server.domain}"
        return f"sip:{server.server_id}@{server.host}:{server.port}"

    def fresh_tag(self) -> str:
        """A token that nobody else has."""
        return secrets.token_hex(6)

    def next_sn(self) -> int:
        """The SN of the next message of our own."""
        self._sn += 1
        return self._sn

    def body(self, message: ManscdpMessage) -> tuple[bytes, str]:
        """A message and its content type."""
        return write_body(message, self.dialect, self.faults), CONTENT_TYPE

    async def send(self, message: ManscdpMessage) -> Response:
        """Send a MESSAGE and wait for its answer; raises `NoAnswer`."""
        server = self.link.server
        headers = Headers()
        headers.add("From", f"<sip:{self.registered_id}@{server.domain}>;tag={self.fresh_tag()}")
        headers.add("To", f"<sip:{server.server_id}@{server.domain}>")
        headers.add("Call-ID", secrets.token_hex(12))
        headers.add("CSeq", "1 MESSAGE")
        body, content_type = self.body(message)
        headers.add("Content-Type", content_type)
        return await self.link.request(Request("MESSAGE", self.server_uri, headers, body))

    def save_recordings(self) -> None:
        """Write down until when the channels have recorded, where they have a place for it."""
        for channel in self.channels.values():
            channel.archive.save(self.clock.seconds())

    async def raise_alarm(
        self,
        channel: Channel | None = None,
        *,
        priority: int = 1,
        method: int = AlarmMethod.DEVICE,
        alarm_type: int | None = DeviceAlarm.TAMPER,
        description: str = "",
    ) -> Response | None:
        """Report an alarm of a channel, or of the device, also to its subscribers; raises `NoAnswer`.

        None, and nothing is sent, while an alarm of the device itself (method 2) has not been reset (9.4).
        """
        if method == AlarmMethod.DEVICE:
            if self.alarming:
                return None
            self.alarming = True
        alarm = Alarm(
            device_id=channel.gb_id if channel else self.gb_id,
            sn=self.next_sn(),
            priority=priority,
            method=method,
            occurred_at=self.clock.instant(),
            alarm_type=alarm_type,
            description=description,
        )
        for subscription in self._subscriptions.to(AlarmQuery):
            if isinstance(subscription.query, AlarmQuery) and subscription.query.wants(alarm):
                await self.link.request(notice(subscription, self.body(alarm)[0]))
        return await self.send(alarm)

    async def announce(self, channel: Channel, event: CatalogEvent) -> int:
        """Tell the subscribers to the catalogue what has happened to a channel; returns how many there are."""
        if event in (CatalogEvent.ON, CatalogEvent.OFF, CatalogEvent.VLOST, CatalogEvent.DEFECT):
            channel.is_online = event is CatalogEvent.ON
        return await self._announce([CatalogChange(event, item_of(channel, self))])

    async def announce_position(self, longitude: float, latitude: float) -> int:
        """Tell the subscribers where the device is; returns how many there are."""
        position = Position(device_id=self.gb_id, at=self.clock.instant(), longitude=longitude, latitude=latitude)
        subscriptions = self._subscriptions.to(MobilePositionQuery)
        for subscription in subscriptions:
            message = MobilePosition(
                device_id=self.gb_id,
                sn=subscription.query.sn,
                positions=(position,),
                is_list=Misbehaviour.FLAT_POSITION not in self.faults,
            )
            await self.link.request(notice(subscription, self.body(message)[0]))
        return len(subscriptions)

    def channel_of(self, request: Request) -> Channel | None:
        """The channel that an INVITE is for, by its Request-URI or its Subject."""
        try:
            user = SipUri.parse(request.uri).user
        except PeerError:
            user = ""
        if user in self.channels:
            return self.channels[user]
        try:
            return self.channels.get(Subject.parse(request.headers.get("Subject")).sender_id)
        except PeerError:
            return None

    def attach(self, call: Call) -> None:
        """Let a call have the live pictures of its channel."""
        key = (call.channel.gb_id, call.stream_number)
        stream = self._streams.setdefault(key, LiveStream(call.channel, call.stream_number, self.pool))
        stream.attach(call.push, with_key=Misbehaviour.LATE_PARAMETERS not in self.faults)

    def detach(self, call: Call) -> None:
        """No more of them."""
        stream = self._streams.get((call.channel.gb_id, call.stream_number))
        if stream is not None:
            stream.detach(call.push)

    @property
    def watched_streams(self) -> int:
        """How many encoders run."""
        return sum(stream.is_running for stream in self._streams.values())

    async def hang_up(self, call: Call) -> None:
        """End a call from our side."""
        dialog = self.book.remove(call)
        if dialog is not None:
            with contextlib.suppress(NoAnswer):
                await self.link.request(dialog.request("BYE"))

    def _receive(self, event: RequestReceived | AckReceived | CancelReceived) -> None:
        if isinstance(event, AckReceived):
            self.book.ack(event.request)
        elif isinstance(event, CancelReceived):
            self.book.cancel(event.transaction, event.request)
        elif event.request.method == "INVITE":
            self.book.invite(event)
        else:
            self.link.respond(event.transaction, self._answer(event.request))

    def _answer(self, request: Request) -> Response:
        match request.method:
            case "MESSAGE":
                return self._receive_message(request)
            case "BYE":
                return self.book.bye(request)
            case "INFO":
                return self.book.info(request)
            case "SUBSCRIBE":
                response = self._subscriptions.receive(request)
                if Misbehaviour.ALL_OFF in self.faults and request.expires:
                    self._spawn(self._announce_all_off())
                return response
            case "OPTIONS":
                response = request.reply(200)
                response.headers.set("Allow", _METHODS)
                return response
        return request.reply(405)

    def _receive_message(self, request: Request) -> Response:
        try:
            message = parse_manscdp(request.body)
        except PeerError as error:
            return request.reply(error.status_hint)
        if isinstance(message, DeviceControl):
            return request.reply(200 if self._receive_control(message) else 404)
        if isinstance(message, DeviceConfig):
            self._answer_result(message, is_done=configure(message, self))
        elif message.ROOT == "Query":
            self._spawn(self._send_answers(message, request.body))
        return request.reply(200)

    def _receive_control(self, control: DeviceControl) -> bool:
        if isinstance(control.action, KeyFrame):
            for (gb_id, _), stream in self._streams.items():
                if control.device_id in (gb_id, self.gb_id):
                    stream.request_key()
        elif isinstance(control.action, Reboot):
            self._spawn(self._reboot())
        is_done = carry_out(control, self)
        if control.wants_response:
            self._answer_result(control, is_done=is_done)
            return True
        return is_done

    def _answer_result(self, asked: ManscdpMessage, *, is_done: bool) -> None:
        answer = ResultResponse(
            device_id=asked.device_id, sn=asked.sn, command_name=asked.command, result="OK" if is_done else "ERROR"
        )
        self._spawn(self._send_all([answer]))

    async def _reboot(self) -> None:
        self.book.close()
        self.link.close()
        self.registration.again()

    async def _send_answers(self, query: ManscdpMessage, body: bytes) -> None:
        if Misbehaviour.REGISTER_INSTEAD in self.faults and isinstance(query, ConfigDownloadQuery):
            self.registration.again()
            return
        found = list(answers(query, self))
        is_typed = b"<Type>" in body or Misbehaviour.NO_TYPE_NO_RECORDS not in self.faults
        if isinstance(query, RecordInfoQuery) and not is_typed:
            found = [RecordInfoResponse(device_id=query.device_id, sn=query.sn, total=0)]
        is_late = Misbehaviour.LATE_CATALOGUE in self.faults and isinstance(query, CatalogQuery)
        await self._send_all(found, pause_s=LATE_S if is_late else 0.0)

    async def _send_all(self, messages: list[ManscdpMessage], *, pause_s: float = 0.0) -> None:
        """One after the other, each only when the one before is answered (appendix M)."""
        for number, message in enumerate(messages):
            if number:
                await asyncio.sleep(pause_s)
            try:
                await self.send(message)
            except NoAnswer:
                return

    async def _announce(self, changes: list[CatalogChange]) -> int:
        subscriptions = self._subscriptions.to(CatalogQuery)
        for subscription in subscriptions:
            message = CatalogNotify(device_id=self.gb_id, sn=subscription.query.sn, changes=tuple(changes))
            await self.link.request(notice(subscription, self.body(message)[0]))
        return len(subscriptions)

    async def _announce_all_off(self) -> None:
        changes = [CatalogChange(CatalogEvent.OFF, item_of(channel, self)) for channel in self.channels.values()]
        with contextlib.suppress(NoAnswer):
            await self._announce(changes)

    def _spawn(self, work: Coroutine[None, None, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
