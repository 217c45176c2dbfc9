"""Calls of the server to the channels of a device: live, playback, download (9.2, 9.8, 9.9)."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Coroutine
from typing import TYPE_CHECKING, Final

from oversite.protocol.errors import PeerError
from oversite.protocol.gb28181.mansrtsp import CONTENT_TYPE as MANSRTSP
from oversite.protocol.gb28181.mansrtsp import PlaybackRequest, PlaybackResponse
from oversite.protocol.gb28181.notify import MediaStatus
from oversite.protocol.gb28181.ssrc import ssrc_number
from oversite.protocol.sdp import Media, SessionDescription
from oversite.protocol.sip.dialog import Dialog
from oversite.protocol.sip.events import RequestReceived, TransactionId
from oversite.protocol.sip.message import Request, Response
from oversite.simulator.channel import Channel
from oversite.simulator.frames import Frame
from oversite.simulator.link import NoAnswer
from oversite.simulator.loop import LoopRun
from oversite.simulator.media_path import MediaPath, TcpActivePath, TcpPassivePath, UdpPath
from oversite.simulator.misbehaviour import Misbehaviour
from oversite.simulator.playback import SPEED_MAX, Download, Playback
from oversite.simulator.rtp_out import RtpOut

if TYPE_CHECKING:
    from oversite.simulator.device import Device

_OWN_SSRC: Final = "0987654321"
_END_WAIT_S: Final = 30.0
_KINDS: Final = frozenset({"play", "playback", "download"})


class Call:
    """One call from INVITE to BYE."""

    def __init__(self, device: Device, channel: Channel, offer: SessionDescription, media: Media) -> None:
        self.device = device
        self.channel = channel
        self.kind = offer.kind
        self.dialog: Dialog | None = None
        self.is_sending = False
        self.stream_number = media.stream_number or 0
        self._offer = offer
        self._media = media
        self.path = self._make_path()
        self.out = RtpOut(
            self.path,
            self._sent_ssrc(),
            device.faults,
            waits_for_key=Misbehaviour.LATE_PARAMETERS not in device.faults,
        )
        self.playback: Playback | None = None
        self._loop_run: LoopRun | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        self._is_closed = False

    async def prepare(self) -> SessionDescription:
        """Take ports and make what must be made beforehand; returns the answer. Raises `OSError`."""
        await self.path.prepare()
        size_bytes: int | None = None
        if self.kind in ("playback", "download"):
            self.playback = self._make_playback()
            if isinstance(self.playback, Download):
                size_bytes = await self.playback.prepare()
        return self._answer(size_bytes)

    def start(self) -> None:
        """The ACK has come: connect and send."""
        if not self.is_sending and not self._is_closed:
            self.is_sending = True
            self._spawn(self._send())

    def close(self) -> None:
        """End it: nothing is sent any more."""
        self._is_closed = True
        self.device.detach(self)
        if self.playback is not None:
            self.playback.stop()
        if self._loop_run is not None:
            self._loop_run.stop()
        for task in self._tasks:
            if task is not asyncio.current_task():
                task.cancel()
        self.path.close()

    def push(self, frame: Frame) -> None:
        """Send one frame."""
        self.out.send(frame)

    def control(self, body: bytes) -> PlaybackResponse:
        """Carry out a MANSRTSP request; raises `PeerError`."""
        request = PlaybackRequest.parse(body)
        faults = self.device.faults
        if self.playback is None or Misbehaviour.INFO_REFUSED in faults:
            return PlaybackResponse(sequence=request.sequence, status=400, reason="Bad Request")
        self.playback.control(request, is_deaf_to_speed=Misbehaviour.UNSCALED_SPEED in faults)
        return PlaybackResponse(
            sequence=request.sequence,
            rtp_sequence=self.out.next_sequence,
            rtp_time=self.playback.next_timestamp_90k & 0xFFFFFFFF,
        )

    async def _send(self) -> None:
        faults = self.device.faults
        try:
            await self.path.connect()
        except OSError:
            await self.device.hang_up(self)
            return
        if Misbehaviour.SILENT in faults:
            return
        if Misbehaviour.RTCP_FIRST in faults:
            self.out.send_report(self.channel.clock.seconds(), 0)
        if self.device.clip is not None:
            self._loop_run = self.device.pacer.start(self.device.clip, self.path, self._sent_ssrc())
            if self.kind != "play":
                self._spawn(self._end_loop())
        elif self.playback is not None:
            self.playback.start()
        else:
            self.device.attach(self)

    async def _end_loop(self) -> None:
        """A loop has no recordings: it sends for as long as was asked for."""
        await asyncio.sleep(max(self._offer.end_s - self._offer.start_s, 0))
        await self._ended()

    async def _ended(self) -> None:
        """All has been sent: say so and wait for the server to hang up."""
        if self.dialog is None or self._is_closed:
            return
        if Misbehaviour.NO_END_NOTICE not in self.device.faults:
            with contextlib.suppress(NoAnswer):
                await self.device.link.request(self._end_notice(self.dialog))
        self._spawn(self._wait_for_bye())

    async def _wait_for_bye(self) -> None:
        await asyncio.sleep(_END_WAIT_S)
        await self.device.hang_up(self)

    def _end_notice(self, dialog: Dialog) -> Request:
        message = MediaStatus(device_id=self.channel.gb_id, sn=self.device.next_sn())
        request = dialog.request("MESSAGE", *self.device.body(message))
        if Misbehaviour.FOREIGN_FROM in self.device.faults:
            server = self.device.link.server
            request.headers.set("From", f"<sip:{server.server_id}@{server.domain}>;tag={dialog.local_tag}")
        return request

    def _make_path(self) -> MediaPath:
        host = self.device.link.local.host
        target = (self._offer.host_of(self._media), self._media.port)
        if not self._media.is_tcp:
            return UdpPath(host, self._lost, target)
        if self._media.setup == "active":
            return TcpPassivePath(host, self._lost)
        return TcpActivePath(host, self._lost, target)

    def _make_playback(self) -> Playback | None:
        if self.device.clip is not None:
            return None
        kind = Download if self.kind == "download" else Playback
        return kind(
            self.channel,
            self.stream_number,
            begin=float(self._offer.start_s),
            end=float(self._offer.end_s),
            sink=self.push,
            ended=self._ended,
            pool=self.device.pool,
            speed=min(float(self._media.download_speed or 1), SPEED_MAX) if kind is Download else 1.0,
        )

    def _sent_ssrc(self) -> int:
        faults = self.device.faults
        if Misbehaviour.SAME_SSRC in faults:
            return 1
        if faults & {Misbehaviour.OTHER_SSRC, Misbehaviour.WRONG_SSRC} or not self._offer.ssrc:
            return ssrc_number(_OWN_SSRC)
        return ssrc_number(self._offer.ssrc)

    def _named_ssrc(self) -> str:
        faults = self.device.faults
        if Misbehaviour.MISSING_SSRC in faults:
            return ""
        if Misbehaviour.OTHER_SSRC in faults or not self._offer.ssrc:
            return _OWN_SSRC
        return self._offer.ssrc.lstrip("0") if Misbehaviour.SHORT_SSRC in faults else self._offer.ssrc

    def _answer(self, size_bytes: int | None) -> SessionDescription:
        media = Media("video", self.path.port, self._media.protocol, [96], [("sendonly", "")])
        media.attributes.append(("rtpmap", "96 PS/90000"))
        if self._media.is_tcp:
            media.attributes.append(("setup", "passive" if self._media.setup == "active" else "active"))
            media.attributes.append(("connection", "new"))
        if self._media.stream_number is not None:
            media.attributes.append(("streamnumber", str(self.stream_number)))
        if size_bytes is not None:
            media.attributes.append(("filesize", str(size_bytes)))
        host = self.device.link.local.host
        return SessionDescription(
            origin_user=self.channel.gb_id,
            origin_host=host,
            session_name=self._offer.session_name,
            uri=self._offer.uri,
            connection_host=host,
            start_s=self._offer.start_s,
            end_s=self._offer.end_s,
            media=[media],
            ssrc=self._named_ssrc(),
        )

    def _lost(self) -> None:
        """The receiver has closed the connection."""
        if not self._is_closed:
            self._spawn(self.device.hang_up(self))

    def _spawn(self, work: Coroutine[None, None, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)


class CallBook:
    """The calls of one device, by Call-ID."""

    def __init__(self, device: Device) -> None:
        self._device = device
        self._calls: dict[str, Call] = {}
        self._ringing: dict[TransactionId, asyncio.Task[None]] = {}

    @property
    def calls(self) -> list[Call]:
        """Those that are up."""
        return list(self._calls.values())

    def invite(self, event: RequestReceived) -> None:
        """Answer an INVITE, which may take a while."""
        if Misbehaviour.NO_ANSWER in self._device.faults:
            return
        task = asyncio.create_task(self._invite(event))
        self._ringing[event.transaction] = task
        task.add_done_callback(lambda _: self._ringing.pop(event.transaction, None))

    def cancel(self, transaction: TransactionId, request: Request) -> None:
        """The server has given up before the answer."""
        task = self._ringing.get(transaction)
        if task is not None:
            task.cancel()
            self._drop(request.call_id)
            invite = Request("INVITE", request.uri, request.headers.copy())
            invite.headers.set("CSeq", f"{request.cseq.number} INVITE")
            self._device.link.respond(transaction, invite.reply(487))

    def ack(self, request: Request) -> None:
        """The answer has arrived."""
        call = self._calls.get(request.call_id)
        if call is not None:
            call.start()

    def bye(self, request: Request) -> Response:
        """The server hangs up."""
        if request.call_id not in self._calls:
            return request.reply(481)
        self._drop(request.call_id)
        return request.reply(200)

    def info(self, request: Request) -> Response:
        """The server steers a playback."""
        call = self._calls.get(request.call_id)
        if call is None:
            return request.reply(481)
        try:
            answer = call.control(request.body)
        except PeerError as error:
            return request.reply(error.status_hint)
        if answer.status != 200:
            return request.reply(answer.status)
        response = request.reply(200, body=bytes(answer))
        response.headers.set("Content-Type", MANSRTSP)
        return response

    def remove(self, call: Call) -> Dialog | None:
        """Forget a call that the device itself ends; returns its dialog for the BYE."""
        if call.dialog is None or self._calls.pop(call.dialog.call_id, None) is None:
            return None
        call.close()
        return call.dialog

    def close(self) -> None:
        """End all of them without a word."""
        for task in self._ringing.values():
            task.cancel()
        for call_id in list(self._calls):
            self._drop(call_id)

    def _drop(self, call_id: str) -> None:
        call = self._calls.pop(call_id, None)
        if call is not None:
            call.close()

    async def _invite(self, event: RequestReceived) -> None:
        request, link = event.request, self._device.link
        known = self._calls.get(request.call_id)
        if known is not None:
            link.respond(event.transaction, request.reply(488))
            return
        link.respond(event.transaction, request.reply(100))
        try:
            call = self._open(request)
            self._calls[request.call_id] = call
            call.dialog = Dialog.from_request(request, self._device.fresh_tag())
            answer = await call.prepare()
        except PeerError as error:
            self._drop(request.call_id)
            link.respond(event.transaction, request.reply(error.status_hint))
            return
        except OSError:
            self._drop(request.call_id)
            link.respond(event.transaction, request.reply(500))
            return
        call.dialog.confirm()
        response = request.reply(200, body=self._written(answer))
        response.headers.set("To", str(request.to.with_tag(call.dialog.local_tag)))
        response.headers.set("Contact", f"<{self._device.contact}>")
        response.headers.set("Content-Type", "APPLICATION/SDP")
        link.respond(event.transaction, response)
        if Misbehaviour.EARLY_MEDIA in self._device.faults:
            call.start()

    def _open(self, request: Request) -> Call:
        device = self._device
        if Misbehaviour.REFUSE_486 in device.faults:
            raise PeerError("busy", 486)
        if Misbehaviour.REFUSE_488 in device.faults:
            raise PeerError("not acceptable", 488)
        offer = SessionDescription.parse(request.body)
        media = offer.first("video")
        channel = device.channel_of(request)
        if channel is None:
            raise PeerError("no such channel", 404)
        if media is None or offer.kind not in _KINDS or not channel.is_online:
            raise PeerError("this cannot be sent", 488)
        if offer.kind != "play" and offer.end_s <= offer.start_s:
            raise PeerError("a time without length", 488)
        return Call(device, channel, offer, media)

    def _written(self, answer: SessionDescription) -> bytes:
        body = bytes(answer)
        if Misbehaviour.BARE_SDP in self._device.faults:
            body = body.replace(b"a=rtpmap:96 PS/90000\r\n", b"").rstrip(b"\r\n")
        return body
