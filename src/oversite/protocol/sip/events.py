"""What an endpoint tells its user."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NewType

from oversite.protocol.sip.message import Request, Response
from oversite.protocol.sip.transport import Address

TransactionId = NewType("TransactionId", int)


@dataclass(frozen=True, slots=True)
class RequestReceived:
    """A new request (never ACK or CANCEL): answer it with `Endpoint.respond`."""

    transaction: TransactionId
    request: Request
    source: Address
    local: Address


@dataclass(frozen=True, slots=True)
class ResponseReceived:
    """A response to a request of ours; finals come once, provisionals as often as they are sent."""

    transaction: TransactionId
    response: Response
    request: Request
    source: Address


@dataclass(frozen=True, slots=True)
class TransactionTimedOut:
    """A request of ours got no final response (or its connection broke), or an INVITE of theirs no ACK."""

    transaction: TransactionId
    request: Request


@dataclass(frozen=True, slots=True)
class AckReceived:
    """The ACK to a 2xx of ours; `transaction` is that of the INVITE."""

    transaction: TransactionId
    request: Request
    source: Address


@dataclass(frozen=True, slots=True)
class CancelReceived:
    """The caller gives up an INVITE not yet answered: answer it 487. The CANCEL itself is answered."""

    transaction: TransactionId
    request: Request
    source: Address


@dataclass(frozen=True, slots=True)
class StrayAnswer:
    """A 2xx to an INVITE nobody here remembers: acknowledge it and hang up, or the device keeps sending."""

    response: Response
    source: Address
    local: Address


@dataclass(frozen=True, slots=True)
class Malformed:
    """Something that is no SIP message or breaks its rules; `data` is its beginning."""

    source: Address
    reason: str
    data: bytes


Event = (
    RequestReceived | ResponseReceived | TransactionTimedOut | AckReceived | CancelReceived | StrayAnswer | Malformed
)
