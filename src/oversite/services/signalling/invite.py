"""One INVITE: the offer we make, and what comes of it (GB/T 28181 9.2, 9.8, 9.9, app. G)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from oversite.protocol.errors import PeerError
from oversite.protocol.gb28181.subject import Subject
from oversite.protocol.sdp import Media, SessionDescription
from oversite.protocol.sip.dialog import Dialog
from oversite.protocol.sip.message import Request
from oversite.protocol.sip.transport import Address
from oversite.services.signalling.agent import Agent, Answer, NoAnswer
from oversite.services.signalling.directory import Device
from oversite.services.signalling.media_door import Receiver
from oversite.services.signalling.records import CameraRecord

SDP_TYPE: Final = "application/sdp"
SESSION_NAMES: Final = {"live": "Play", "playback": "Playback", "download": "Download"}
_PAYLOADS: Final = ((96, "PS/90000"), (98, "H264/90000"), (97, "MPEG4/90000"))
_STREAM_WORDS: Final = (
    (("hik", "海康"), "stream", ("0", "1")),
    (("dahua", "大华"), "streamprofile", ("0", "1")),
    (("tp-link", "tplink", "mercury", "水星"), "streamMode", ("main", "sub")),
)
"""Makers by what their name holds, the attribute they go by, and its values for main and sub stream (quirk 25)."""


class StreamFailed(Exception):
    """A start that failed, and at which stage: no_answer, refused, no_packet, no_key_frame, codec_unknown,
    device_offline or no_receiver.
    """

    def __init__(self, stage: str, reason: str = "", sip_status: int | None = None) -> None:
        super().__init__(f"{stage}: {reason}")
        self.stage = stage
        self.reason = reason
        self.sip_status = sip_status


@dataclass(frozen=True, slots=True)
class StreamOrder:
    """What is asked of a device. `transport` is udp, tcp-passive (it connects) or tcp-active (we connect)."""

    camera: CameraRecord
    device: Device
    stream: int
    kind: str
    transport: str
    ssrc: str
    start_at: datetime | None = None
    end_at: datetime | None = None
    download_speed: int = 4


@dataclass(frozen=True, slots=True)
class Call:
    """A call that was answered 200 and acknowledged from `source`. `media_host` and `media_port` are the device's, ""
    and 0 where it named none; `fault` says why its description, the `body`, could not be read.
    """

    dialog: Dialog
    source: Address
    body: bytes
    ssrc: str
    media_host: str
    media_port: int
    file_bytes: int | None
    fault: str = ""


async def invite(agent: Agent, order: StreamOrder, receiver: Receiver, *, within_s: float) -> Call:
    """Call the device and acknowledge its answer. Raises StreamFailed."""
    try:
        to = order.device.address
        answer = await agent.ask(_request(agent, order, receiver, to), to, within_s=within_s)
    except LookupError as error:
        raise StreamFailed("device_offline", str(error)) from None
    except NoAnswer as error:
        raise StreamFailed("no_answer", str(error)) from None
    if not answer.response.is_success:
        raise StreamFailed("refused", refusal_reason(answer), answer.response.status)
    try:
        dialog = Dialog.from_response(answer.request, answer.response)
    except PeerError as error:
        raise StreamFailed("refused", f"answer cannot be read: {error.reason}", answer.response.status) from None
    agent.acknowledge(answer, dialog)
    return _call(dialog, order, answer)


def refusal_reason(answer: Answer) -> str:
    """The device's own words: its Warning where it gives one, else the reason phrase."""
    response = answer.response
    warning = response.headers.get("Warning").partition('"')[2].rpartition('"')[0]
    text = f"{response.reason} ({warning})" if warning else response.reason
    return text.encode("utf-8", "surrogateescape").decode("gb18030", "replace")[:200]


def offer(agent: Agent, order: StreamOrder, receiver: Receiver) -> SessionDescription:
    """The SDP of the INVITE."""
    is_tcp = order.transport != "udp"
    attributes = [("recvonly", "")]
    attributes += [("rtpmap", f"{number} {encoding}") for number, encoding in _PAYLOADS]
    if is_tcp:
        attributes += [("setup", "passive" if order.transport == "tcp-passive" else "active"), ("connection", "new")]
    if order.kind == "live":
        attributes += _stream_number(order)
    elif order.kind == "download":
        attributes.append(("downloadspeed", str(order.download_speed)))
    payload_types = [number for number, _ in _PAYLOADS]
    media = Media("video", receiver.port, "TCP/RTP/AVP" if is_tcp else "RTP/AVP", payload_types, attributes)
    return SessionDescription(
        origin_user=agent.sip_id,
        origin_host=receiver.ip,
        session_name=SESSION_NAMES[order.kind],
        uri="" if order.kind == "live" else f"{order.camera.gb_id}:0",
        connection_host=receiver.ip,
        start_s=int(order.start_at.timestamp()) if order.start_at else 0,
        end_s=int(order.end_at.timestamp()) if order.end_at else 0,
        media=[media],
        ssrc=order.ssrc,
    )


def _request(agent: Agent, order: StreamOrder, receiver: Receiver, to: Address) -> Request:
    body = bytes(offer(agent, order, receiver))
    request = agent.new_request("INVITE", order.camera.gb_id, to, body, SDP_TYPE)
    request.headers.add("Subject", str(Subject(order.camera.gb_id, order.ssrc, agent.sip_id)))
    request.headers.add("Allow", "INVITE, ACK, BYE, CANCEL, INFO, MESSAGE, NOTIFY")
    return request


def _stream_number(order: StreamOrder) -> list[tuple[str, str]]:
    """Main or sub: `streamnumber` is the standard's word since 2022, makers have others besides (quirk 25)."""
    maker = order.device.manufacturer.lower()
    return [("streamnumber", str(order.stream))] + [
        (word, values[order.stream]) for names, word, values in _STREAM_WORDS if any(name in maker for name in names)
    ]


def _call(dialog: Dialog, order: StreamOrder, answer: Answer) -> Call:
    source, body = answer.source, answer.response.body
    try:
        description = SessionDescription.parse(body)
    except PeerError as error:
        return Call(dialog, source, body, order.ssrc, "", 0, None, error.reason)
    video = description.first("video")
    if video is None:
        return Call(dialog, source, body, description.ssrc or order.ssrc, "", 0, None, "no video in the answer")
    host = description.host_of(video)
    return Call(dialog, source, body, description.ssrc or order.ssrc, host, video.port, video.file_bytes)
