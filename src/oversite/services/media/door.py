"""The inner door: signalling opens and closes receivers here, the web pushes tickets and asks for snapshots."""

import hmac
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from oversite.common.clock import from_us, now_us, to_us
from oversite.services.media.http import Exchange
from oversite.services.media.loop import Loop, Timer
from oversite.services.media.ports import PortsExhausted
from oversite.services.media.receiver import STAGES, Receiver, ReceiverSpec
from oversite.services.media.streams import Streams, Volumes
from oversite.services.media.tcp import TcpTransport
from oversite.services.media.tickets import VALID_SECONDS, Ticket, TicketOffice, TicketSegment
from oversite.video.recording.layout import is_recording_path

SECRET_HEADER = "x-oversite-door"  # noqa: S105 - the name of the header
WAIT_MS_MAX = 20_000
SCALE_MAX = 32.0
POSITION_S_MAX = 100_000
"""More than a day: a playback is of 24 hours at most."""
KINDS = ("live", "playback", "download")
TRANSPORTS = ("udp", "tcp-passive", "tcp-active")
TICKET_KINDS = ("live", "recording", "playback")

Snap = Callable[[Exchange, dict[str, Any]], None]


class Door:
    """Routes `/door/…`; every call needs the secret. A malformed body is answered 422 with the reason."""

    def __init__(
        self,
        loop: Loop,
        secret: str,
        streams: Streams,
        tickets: TicketOffice,
        volumes: Volumes,
        advertise_ip: str,
        node: int,
    ) -> None:
        self.on_right_ended: Callable[[str, str], None] = _nothing
        """Viewing and cause: its pictures were closed on the web's word."""
        self.snap: Snap = _no_snapshots
        self._loop = loop
        self._secret = secret.encode()
        self._streams = streams
        self._tickets = tickets
        self._volumes = volumes
        self._advertise_ip = advertise_ip
        self._node = node
        self._waiting: dict[str, list[_Waiter]] = {}

    def serve(self, exchange: Exchange) -> None:
        """Answer one request."""
        given = exchange.request.headers.get(SECRET_HEADER, "").encode("latin-1")
        if not hmac.compare_digest(given, self._secret):
            exchange.refuse(403, "the door secret is missing or wrong")
            return
        parts = exchange.request.path.strip("/").split("/")[1:]
        try:
            self._route(exchange, exchange.request.method, parts)
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            reason = f"{error} is missing" if isinstance(error, KeyError) else str(error)
            exchange.refuse(422, reason)

    def note_stage(self, receiver: Receiver) -> None:
        """A stream has come further: who waits for that is answered."""
        for waiter in self._waiting.get(receiver.spec.stream_key, [])[:]:
            waiter.look(receiver)

    def _route(self, exchange: Exchange, method: str, parts: list[str]) -> None:
        match method, parts:
            case "POST", ["receivers"]:
                self._open(exchange)
            case "GET", ["receivers"]:
                found = [receiver.status() for receiver in self._streams.receivers.values()]
                exchange.answer_json(200, {"node": self._node, "receivers": found})
            case _, ["receivers", key]:
                self._receiver(exchange, method, key)
            case "POST", ["receivers", key, "connect"]:
                self._connect(exchange, key)
            case "POST", ["tickets"]:
                self._grant(exchange)
            case "PUT", ["allowed"]:
                self._allow(exchange)
            case "DELETE", ["viewings", viewing_id]:
                if self._tickets.end(viewing_id):
                    self.on_right_ended(viewing_id, "closed")
                exchange.answer(204)
            case "POST", ["snapshots"]:
                self.snap(exchange, exchange.request.json())
            case _:
                exchange.refuse(404, "no such door")

    # Receivers

    def _open(self, exchange: Exchange) -> None:
        spec = spec_of(exchange.request.json())
        try:
            receiver, is_new = self._streams.open(spec)
        except PortsExhausted as error:
            exchange.answer_json(503, {"stage": "no_receiver", "reason": str(error)})
            return
        except ValueError as error:
            exchange.answer_json(409, {"stage": "no_receiver", "reason": str(error)})
            return
        port = receiver.transport.port if receiver.transport else 0
        exchange.answer_json(
            201 if is_new else 200,
            {"receiver_id": spec.stream_key, "ip": self._advertise_ip, "port": port, "node": self._node},
        )

    def _receiver(self, exchange: Exchange, method: str, key: str) -> None:
        receiver = self._streams.receivers.get(key)
        if receiver is None:
            exchange.refuse(404, "no such receiver")
        elif method == "GET":
            self._tell(exchange, receiver)
        elif method == "PATCH":
            body = exchange.request.json()
            if body.get("record") and receiver.spec.kind != "live":
                raise ValueError("only live streams are recorded")
            self._streams.change(
                receiver, _ssrc(body.get("ssrc")), body.get("record"), _optional_int(body.get("clock_offset_ms"))
            )
            if body.get("scale") is not None:
                receiver.follow(_scale(body["scale"]))
            if body.get("position_s") is not None:
                receiver.go_to(_position(body["position_s"]))
            exchange.answer_json(200, receiver.status())
        elif method == "DELETE":
            self._streams.close(key, "closed by signalling")
            exchange.answer(204)
        else:
            exchange.refuse(405, "GET, PATCH and DELETE are possible")

    def _tell(self, exchange: Exchange, receiver: Receiver) -> None:
        query = exchange.request.query
        wanted = query.get("stage", "")
        if not wanted or receiver.stage in {wanted, "playing", "failed"}:
            exchange.answer_json(200, receiver.status())
            return
        if wanted not in STAGES:
            raise ValueError(f"a stage is one of {', '.join(STAGES)}")
        wait_ms = min(int(query.get("timeout_ms", "8000")), WAIT_MS_MAX)
        _Waiter(exchange, receiver, wanted, self._waiting, self._loop, wait_ms / 1000)

    def _connect(self, exchange: Exchange, key: str) -> None:
        body = exchange.request.json()
        receiver = self._streams.receivers.get(key)
        if receiver is None:
            exchange.refuse(404, "no such receiver")
        elif receiver.spec.transport != "tcp-active" or not isinstance(receiver.transport, TcpTransport):
            exchange.refuse(409, "only a tcp-active receiver connects")
        else:
            receiver.transport.connect(str(body["host"]), _port(body["port"]))
            exchange.answer(202)

    # Tickets

    def _grant(self, exchange: Exchange) -> None:
        body = exchange.request.json()
        kind = body["kind"]
        if kind not in TICKET_KINDS:
            raise ValueError(f"a ticket is for one of {', '.join(TICKET_KINDS)}")
        left_seconds = VALID_SECONDS
        if body.get("valid_until") is not None:
            left_seconds = (_instant_us(body["valid_until"]) - now_us()) / 1_000_000
        ticket = Ticket(
            token=str(body["ticket"]),
            kind=kind,
            viewing_id=str(body["viewing_id"]),
            void_at=self._loop.now + min(left_seconds, VALID_SECONDS),
            stream_key=str(body.get("stream_key", "")),
            segments=tuple(self._segment(item) for item in body.get("segments", [])),
        )
        self._tickets.grant(ticket, self._loop.now)
        exchange.answer(204)

    def _segment(self, item: dict[str, Any]) -> TicketSegment:
        volume, path = located(str(item["path"]), str(item.get("volume", "main")), self._volumes)
        return TicketSegment(int(item["segment_id"]), volume, path)

    def _allow(self, exchange: Exchange) -> None:
        viewings = exchange.request.json()["viewings"]
        if not isinstance(viewings, list):
            raise TypeError("viewings must be a list")
        ended = self._tickets.allow_only(map(str, viewings), self._loop.now)
        for viewing_id in ended:
            self.on_right_ended(viewing_id, "right-ended")
        exchange.answer_json(200, {"ended": len(ended)})


class _Waiter:
    """One long poll."""

    def __init__(
        self,
        exchange: Exchange,
        receiver: Receiver,
        wanted: str,
        waiting: dict[str, list["_Waiter"]],
        loop: Loop,
        seconds: float,
    ) -> None:
        self._exchange = exchange
        self._receiver = receiver
        self._wanted = STAGES.index(wanted)
        self._list = waiting.setdefault(receiver.spec.stream_key, [])
        self._waiting = waiting
        self._list.append(self)
        self._timer: Timer = loop.call_later(seconds, self._answer)
        exchange.on_gone = self._forget

    def look(self, receiver: Receiver) -> None:
        """Answer when the stage is reached, or never will be."""
        if STAGES.index(receiver.stage) >= self._wanted:
            self._answer()

    def _answer(self) -> None:
        self._forget()
        self._exchange.answer_json(200, self._receiver.status())

    def _forget(self) -> None:
        self._timer.cancel()
        if self in self._list:
            self._list.remove(self)
        if not self._list:
            self._waiting.pop(self._receiver.spec.stream_key, None)


def spec_of(body: dict[str, Any]) -> ReceiverSpec:
    """Read a request for a receiver; raises `ValueError` or `KeyError` naming what is wrong or missing."""
    kind, transport, record = body["kind"], body["transport"], bool(body.get("record", False))
    if kind not in KINDS:
        raise ValueError(f"a receiver is for one of {', '.join(KINDS)}")
    if transport not in TRANSPORTS:
        raise ValueError(f"a transport is one of {', '.join(TRANSPORTS)}")
    from_us = None if body.get("from_at") is None else _instant_us(body["from_at"])
    if record and kind != "live" and (kind != "download" or from_us is None):
        raise ValueError("live streams are recorded, and downloads that say from when they are")
    key = str(body["stream_key"])
    if not key or len(key) > 80 or "/" in key:
        raise ValueError("a stream key has 1 to 80 characters and no slash")
    return ReceiverSpec(
        stream_key=key,
        camera_uid=str(UUID(str(body["camera_uid"]))),
        gb_id=str(body["gb_id"])[:20],
        site_code=str(body.get("site_code", ""))[:40],
        stream=int(body.get("stream", 0)) & 0x0F,
        kind=kind,
        transport=transport,
        ssrc=_ssrc(body.get("ssrc")),
        record=record,
        clock_offset_ms=_optional_int(body.get("clock_offset_ms")),
        port=None if body.get("port") is None else _port(body["port"]),
        from_us=None if kind == "live" else from_us,
    )


def located(path: str, volume: str, volumes: Volumes) -> tuple[str, str]:
    """Volume and relative path of a recording, which may also be named by its absolute path.

    Raises `ValueError` for anything that is not named as a recording is.
    """
    if path.startswith("/"):
        for candidate in volumes.all():
            if path.startswith(f"{candidate.root}/"):
                volume, path = candidate.name, path[len(str(candidate.root)) + 1 :]
                break
    if not is_recording_path(path):
        raise ValueError(f"{path!r} is no recording")
    return volume, path


def file_of(volumes: Volumes, volume: str, path: str) -> Path | None:
    """The file of a recording on an open volume."""
    found = volumes.named(volume)
    return None if found is None else found.root / path


def taken_at_header(instant_us: int) -> tuple[str, str]:
    """When a picture was taken."""
    return "X-Taken-At", from_us(instant_us).isoformat()


def _ssrc(value: object) -> str | None:
    if value is None or value == "":
        return None
    text = str(value)
    if not text.isascii() or not text.isdigit() or len(text) > 10:
        raise ValueError("an SSRC has at most ten decimal digits")
    return text.zfill(10)


def _scale(value: Any) -> float:
    scale = float(value)
    if not 0 < abs(scale) <= SCALE_MAX:
        raise ValueError(f"scale must lie between 0 and {SCALE_MAX}, either way")
    return scale


def _position(value: Any) -> float:
    position_s = float(value)
    if not 0 <= position_s <= POSITION_S_MAX:
        raise ValueError(f"position_s must lie between 0 and {POSITION_S_MAX}")
    return position_s


def _port(value: object) -> int:
    port = int(str(value))
    if not 0 < port < 65_536:
        raise ValueError("a port is between 1 and 65535")
    return port


def _optional_int(value: object) -> int | None:
    return None if value is None else int(str(value))


def _instant_us(value: object) -> int:
    if isinstance(value, int | float):
        return int(value * 1_000_000)
    instant = datetime.fromisoformat(str(value))
    return to_us(instant if instant.tzinfo else instant.replace(tzinfo=UTC))


def _nothing(_viewing_id: str, _cause: str) -> None:
    """Nobody wants to know."""


def _no_snapshots(exchange: Exchange, _body: dict[str, Any]) -> None:
    exchange.refuse(503, "no decoder")
