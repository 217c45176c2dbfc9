"""Our side of a conversation: requests of ours as awaitables over the endpoint."""

from __future__ import annotations

import asyncio
import itertools
import secrets
from collections.abc import Callable
from dataclasses import dataclass

import structlog

from oversite.protocol.errors import PeerError
from oversite.protocol.gb28181.identity import is_gb_id
from oversite.protocol.gb28181.message import CONTENT_TYPE, ManscdpMessage
from oversite.protocol.sip.dialog import Dialog
from oversite.protocol.sip.endpoint import Endpoint
from oversite.protocol.sip.events import ResponseReceived, StrayAnswer, TransactionId, TransactionTimedOut
from oversite.protocol.sip.headers import Headers
from oversite.protocol.sip.message import Request, Response
from oversite.protocol.sip.transport import Address
from oversite.services.signalling.directory import Device

log = structlog.get_logger("oversite.signalling")


class NoAnswer(Exception):
    """No final response in time, or the connection broke."""


@dataclass(frozen=True, slots=True)
class Answer:
    """A final response and what is needed to go on with it."""

    response: Response
    request: Request
    transaction: TransactionId
    source: Address


def fresh(what: str) -> str:
    """A token for the endpoint."""
    return secrets.token_hex(8 if what == "branch" else 6)


class Agent:
    """Sends our requests. `sip_id` and `domain` are ours, `local` gives our end towards a peer."""

    def __init__(
        self,
        endpoint: Endpoint,
        *,
        sip_id: str,
        domain: str,
        local: Callable[[Address], Address],
        wake: Callable[[], None],
    ) -> None:
        self.sip_id = sip_id
        self.domain = domain
        self._endpoint = endpoint
        self._local = local
        self._wake = wake
        self._loop = asyncio.get_running_loop()
        self._waiting: dict[TransactionId, asyncio.Future[Answer]] = {}
        self._sn = itertools.count(secrets.randbelow(100_000) + 1)

    def next_sn(self) -> int:
        """A serial number for a MANSCDP message."""
        return next(self._sn)

    def new_request(self, method: str, gb_id: str, to: Address, body: bytes = b"", content_type: str = "") -> Request:
        """A request outside any dialog, to a channel or device reached at `to` (quirk 13)."""
        local = self._local(to)
        headers = Headers()
        headers.add("From", f"<sip:{self.sip_id}@{self.domain}>;tag={fresh('tag')}")
        headers.add("To", f"<sip:{gb_id}@{self.domain}>")
        headers.add("Call-ID", f"{fresh('call-id')}@{local.host}")
        headers.add("CSeq", f"{1 + secrets.randbelow(9_000)} {method}")
        if method in {"INVITE", "SUBSCRIBE"}:
            headers.add("Contact", f"<sip:{self.sip_id}@{local.host}:{local.port}>")
        if content_type:
            headers.add("Content-Type", content_type)
        return Request(method, f"sip:{gb_id}@{to.host}:{to.port}", headers, body)

    def new_message(self, device: Device, message: ManscdpMessage) -> Request:
        """A MESSAGE with a MANSCDP body in the device's charset; raises LookupError when it is offline."""
        body = message.to_xml(device.charset)
        receiver = message.device_id if is_gb_id(message.device_id) else device.gb_id
        return self.new_request("MESSAGE", receiver, device.address, body, CONTENT_TYPE)

    async def ask(self, request: Request, to: Address, *, within_s: float) -> Answer:
        """Send and wait for the final response; raises NoAnswer. An INVITE that takes too long is cancelled."""
        transaction = self._endpoint.request(request, to, self._local(to), self._loop.time())
        self._wake()
        future: asyncio.Future[Answer] = self._loop.create_future()
        self._waiting[transaction] = future
        try:
            async with asyncio.timeout(within_s):
                return await future
        except TimeoutError:
            raise NoAnswer("no answer") from None
        finally:
            has_outcome = future.done() and not future.cancelled()  # time running out cancels it
            if self._waiting.pop(transaction, None) is not None and not has_outcome:
                self._give_up(transaction, request)

    async def tell(self, device: Device, message: ManscdpMessage, *, within_s: float = 5.0) -> Answer:
        """Send a MESSAGE and wait for its response; raises NoAnswer, LookupError."""
        request = self.new_message(device, message)
        return await self.ask(request, device.address, within_s=within_s)

    def acknowledge(self, answer: Answer, dialog: Dialog) -> None:
        """ACK a 2xx; it is repeated by the endpoint when the 2xx is."""
        self._endpoint.send_ack(answer.transaction, dialog.ack(), answer.source, self._local(answer.source))
        self._wake()

    def send(self, request: Request, to: Address) -> None:
        """Send without waiting: what comes back is only counted."""
        self._endpoint.request(request, to, self._local(to), self._loop.time())
        self._wake()

    def receive(self, event: ResponseReceived | TransactionTimedOut) -> None:
        """What the endpoint says about requests of ours."""
        future = self._waiting.get(event.transaction)
        if isinstance(event, TransactionTimedOut):
            if future is not None and not future.done():
                future.set_exception(NoAnswer("no answer"))
            return
        if event.response.is_provisional:
            return
        answer = Answer(event.response, event.request, event.transaction, event.source)
        if future is not None and not future.done():
            future.set_result(answer)
        elif event.request.method == "INVITE" and event.response.is_success:
            self._hang_up(event.request, event.response, event.source, event.transaction)

    def receive_stray(self, event: StrayAnswer) -> None:
        """A device answers an INVITE that nobody waits for: make it stop sending."""
        log.info("stray_answer", source=str(event.source))
        self._hang_up(None, event.response, event.source, None)

    def _give_up(self, transaction: TransactionId, request: Request) -> None:
        if request.method == "INVITE":
            self._endpoint.cancel(transaction, self._loop.time())
        else:
            self._endpoint.abandon(transaction)
        self._wake()

    def _hang_up(
        self, request: Request | None, response: Response, source: Address, transaction: TransactionId | None
    ) -> None:
        try:
            dialog = Dialog.from_response(request or response.as_request(), response)
        except PeerError:
            return
        self._endpoint.send_ack(transaction, dialog.ack(), source, self._local(source))
        self.send(dialog.request("BYE"), source)
