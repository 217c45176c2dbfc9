"""A SIP user agent without I/O: bytes in, events out, datagrams to send, one next timeout.

Used by server and simulator alike. The user moves the bytes and calls `handle_timeout` when
`next_timeout` has passed. Nothing here raises on what a peer sends.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from heapq import heappop, heappush
from math import inf
from typing import Final

from oversite.protocol.errors import PeerError
from oversite.protocol.sip.events import (
    AckReceived,
    CancelReceived,
    Event,
    Malformed,
    RequestReceived,
    ResponseReceived,
    StrayAnswer,
    TransactionId,
    TransactionTimedOut,
)
from oversite.protocol.sip.headers import Headers, split_values
from oversite.protocol.sip.message import Request, Response, parse_message
from oversite.protocol.sip.timers import Kind
from oversite.protocol.sip.transaction import Act, Input, State, Transaction
from oversite.protocol.sip.transport import Address
from oversite.protocol.sip.via import MAGIC_COOKIE, CSeq, Via

MAX_TRANSACTIONS: Final = 200_000
"""A flood beyond this is dropped; devices send again."""


class Endpoint:
    """The transactions of one user agent. `counts` (malformed, resent, stray, dropped …) is for metrics."""

    def __init__(
        self, *, user_agent: str, fresh: Callable[[str], str], max_transactions: int = MAX_TRANSACTIONS
    ) -> None:
        self.counts: Counter[str] = Counter()
        self._user_agent = user_agent
        self._fresh = fresh
        self._max_transactions = max_transactions
        self._last_id = 0
        self._by_id: dict[TransactionId, Transaction] = {}
        self._by_key: dict[tuple[object, ...], Transaction] = {}
        self._by_datagram: dict[int, Transaction] = {}
        self._awaiting_ack: dict[tuple[str, int], Transaction] = {}
        self._by_flow: dict[int, set[TransactionId]] = {}
        self._timers: list[tuple[float, int, Transaction]] = []
        self._to_send: list[tuple[bytes, Address]] = []

    # What arrives

    def receive(self, data: bytes, source: Address, local: Address, now: float) -> list[Event]:
        """One datagram, or one message cut from a stream."""
        if not data.strip(b"\r\n\0 "):
            self.counts["keepalive"] += 1
            return []
        datagram = 0 if source.is_reliable else hash((data, source.host, source.port))
        known = self._by_datagram.get(datagram)
        if known is not None:  # the very bytes again: reading them once was enough
            self.counts["repeated"] += 1
            return self._apply(known, Input.REQUEST, now, None)
        try:
            message = parse_message(data)
            self.counts["wrong_length"] += message.has_wrong_length
            if isinstance(message, Response):
                return self._receive_response(message, source, local, now)
            return self._receive_request(message, source, local, now, datagram)
        except PeerError as error:
            self.counts["malformed"] += 1
            return [Malformed(source, error.reason, data[:200])]

    def flow_closed(self, flow: int, now: float) -> list[Event]:
        """A TCP connection is gone: what waited for an answer on it will get none."""
        events: list[Event] = []
        for transaction_id in sorted(self._by_flow.pop(flow, ())):
            transaction = self._by_id.get(transaction_id)
            if transaction is not None:
                events += self._apply(transaction, Input.END, now, None)
        return events

    def next_timeout(self) -> float | None:
        """When `handle_timeout` is due."""
        while self._timers and self._timers[0][2].state is State.TERMINATED:
            heappop(self._timers)
        return self._timers[0][0] if self._timers else None

    def handle_timeout(self, now: float) -> list[Event]:
        events: list[Event] = []
        while self._timers and self._timers[0][0] <= now:
            _, _, transaction = heappop(self._timers)
            transaction.scheduled_at = inf
            if transaction.end_at <= now:
                events += self._apply(transaction, Input.END, now, None)
            elif transaction.resend_at <= now:
                self.counts["resent"] += 1
                events += self._apply(transaction, Input.RESEND, now, None)
            self._schedule(transaction)
        return events

    # What is sent

    def request(self, request: Request, to: Address, local: Address, now: float) -> TransactionId:
        """Send a request; Via, Max-Forwards and User-Agent are added."""
        branch = self._complete(request, to, local)
        kind = Kind.INVITE_CLIENT if request.method == "INVITE" else Kind.CLIENT
        transaction = self._new(kind, (branch, request.method), to, local, request)
        transaction.last_sent = bytes(request)
        if to.flow:
            self._by_flow.setdefault(to.flow, set()).add(transaction.id)
        self._to_send.append((transaction.last_sent, to))
        transaction.start(now)
        self._schedule(transaction)
        return transaction.id

    def respond(self, transaction: TransactionId, response: Response, now: float) -> None:
        """Answer a request; a To tag is added where one is needed. Too late an answer is dropped."""
        found = self._by_id.get(transaction)
        if found is None:
            self.counts["late_answers"] += 1
            return
        self._tag(response)
        response.headers.set_default("User-Agent", self._user_agent)
        found.last_sent = bytes(response)
        if response.is_success and found.kind is Kind.INVITE_SERVER:
            found.ack_key = (response.call_id, response.cseq.number)
            self._awaiting_ack[found.ack_key] = found
        self._apply(found, _input_of(response), now, None)
        self._schedule(found)

    def cancel(self, transaction: TransactionId, now: float) -> None:
        """Give up an INVITE of ours; CANCEL waits for its first provisional answer (RFC 3261 9.1)."""
        found = self._by_id.get(transaction)
        if found is None or found.kind is not Kind.INVITE_CLIENT or found.is_cancelled:
            return
        found.is_cancelled = True
        if found.state is State.PROCEEDING:
            self._send_cancel(found, now)

    def abandon(self, transaction: TransactionId) -> None:
        """Stop repeating a request of ours: its answer, if any, is nobody's any more."""
        found = self._by_id.get(transaction)
        if found is not None and found.kind is Kind.CLIENT:
            found.state = State.TERMINATED
            found.resend_at = found.end_at = inf
            self._forget(found)

    def send_ack(self, transaction: TransactionId | None, ack: Request, to: Address, local: Address) -> None:
        """Send the ACK of a 2xx, made by the dialog; it is repeated whenever the 2xx is."""
        self._complete(ack, to, local)
        data = bytes(ack)
        found = self._by_id.get(transaction) if transaction is not None else None
        if found is not None:
            found.ack = data
        self._to_send.append((data, to))

    def datagrams_to_send(self) -> list[tuple[bytes, Address]]:
        """What must go out now, in order."""
        outgoing, self._to_send = self._to_send, []
        return outgoing

    @property
    def open_transactions(self) -> int:
        return len(self._by_id)

    # Inside: what arrives

    def _receive_request(
        self, request: Request, source: Address, local: Address, now: float, datagram: int
    ) -> list[Event]:
        via = request.via
        cseq = request.cseq
        if cseq.method != request.method:
            raise PeerError("CSeq is of another method")
        call_id = request.call_id
        for name in ("From", "To"):
            if name not in request.headers:
                raise PeerError(f"{name} is missing")
        method = "INVITE" if request.method in {"ACK", "CANCEL"} else request.method
        key = (via.branch, via.sent_by, call_id, cseq.number, method, source.host)
        known = self._by_key.get(key)
        if request.method == "ACK":
            return self._receive_ack(known or self._awaiting_ack.get((call_id, cseq.number)), request, source, now)
        _mark_source(request, via, source)
        if request.method == "CANCEL":
            return self._receive_cancel(known, request, source)
        if known is not None:
            self.counts["repeated"] += 1
            return self._apply(known, Input.REQUEST, now, None)
        return self._accept(request, key, source, local, now, datagram)

    def _accept(
        self,
        request: Request,
        key: tuple[object, ...],
        source: Address,
        local: Address,
        now: float,
        datagram: int,
    ) -> list[Event]:
        if len(self._by_id) >= self._max_transactions:
            self.counts["dropped"] += 1
            return []
        is_invite = request.method == "INVITE"
        kind = Kind.INVITE_SERVER if is_invite else Kind.SERVER
        transaction = self._new(kind, key, source, local, request if is_invite else None)
        if datagram:
            transaction.datagram = datagram
            self._by_datagram[datagram] = transaction
        transaction.start(now)
        self._schedule(transaction)
        return [RequestReceived(transaction.id, request, source, local)]

    def _receive_ack(self, known: Transaction | None, request: Request, source: Address, now: float) -> list[Event]:
        if known is None:
            self.counts["stray"] += 1
            return []
        event = AckReceived(known.id, request, source)
        events = self._apply(known, Input.ACK, now, event)
        self._schedule(known)
        return events

    def _receive_cancel(self, known: Transaction | None, request: Request, source: Address) -> list[Event]:
        answer = request.reply(200 if known else 481)
        self._tag(answer)
        answer.headers.set_default("User-Agent", self._user_agent)
        self._to_send.append((bytes(answer), source))
        if known is None or known.state is not State.PROCEEDING:
            return []
        return [CancelReceived(known.id, request, source)]

    def _receive_response(self, response: Response, source: Address, local: Address, now: float) -> list[Event]:
        cseq = response.cseq
        known = self._by_key.get((response.via.branch, cseq.method))
        if known is None or known.request is None:
            self.counts["stray"] += 1
            if response.is_success and cseq.method == "INVITE":
                return [StrayAnswer(response, source, local)]
            return []
        if response.status > 100:
            _ = response.to  # a response without To cannot be acknowledged
        was_calling = known.state is State.CALLING
        event = ResponseReceived(known.id, response, known.request, source)
        events = self._apply(known, _input_of(response), now, None if cseq.method == "CANCEL" else event)
        if was_calling and known.is_cancelled and known.state is State.PROCEEDING:
            self._send_cancel(known, now)
        self._schedule(known)
        return events

    # Inside: carrying out what the table says

    def _apply(self, transaction: Transaction, what: Input, now: float, event: Event | None) -> list[Event]:
        events: list[Event] = []
        request = transaction.request
        for act in transaction.apply(what, now):
            if act is Act.SEND and transaction.last_sent:
                self._to_send.append((transaction.last_sent, transaction.peer))
            elif act is Act.SEND_ACK and transaction.ack:
                self._to_send.append((transaction.ack, transaction.peer))
            elif act is Act.MAKE_ACK and isinstance(event, ResponseReceived):
                transaction.ack = bytes(_failure_ack(event.request, event.response))
            elif act is Act.DELIVER and event is not None:
                events.append(event)
            elif act is Act.REPORT_TIMEOUT and request is not None and request.method != "CANCEL":
                events.append(TransactionTimedOut(transaction.id, request))
        if transaction.state is State.TERMINATED:
            self._forget(transaction)
        return events

    def _new(
        self, kind: Kind, key: tuple[object, ...], peer: Address, local: Address, request: Request | None
    ) -> Transaction:
        self._last_id += 1
        transaction = Transaction(TransactionId(self._last_id), kind, key, peer, local, request)
        self._by_id[transaction.id] = transaction
        self._by_key[key] = transaction
        return transaction

    def _forget(self, transaction: Transaction) -> None:
        self._by_id.pop(transaction.id, None)
        self._by_key.pop(transaction.key, None)
        self._by_datagram.pop(transaction.datagram, None)
        if transaction.ack_key is not None:
            self._awaiting_ack.pop(transaction.ack_key, None)
        if transaction.peer.flow in self._by_flow:
            self._by_flow[transaction.peer.flow].discard(transaction.id)
        transaction.request = None
        transaction.last_sent = transaction.ack = b""

    def _schedule(self, transaction: Transaction) -> None:
        """One heap entry per transaction is enough: an early one is put back when it comes up."""
        wake_at = transaction.wake_at
        if wake_at < transaction.scheduled_at:
            transaction.scheduled_at = wake_at
            heappush(self._timers, (wake_at, transaction.id, transaction))

    def _complete(self, request: Request, to: Address, local: Address) -> str:
        branch = MAGIC_COOKIE + self._fresh("branch")
        hop = f"SIP/2.0/{to.transport} {local.host}:{local.port};rport;branch={branch}"
        request.headers.prepend("Via", hop)
        request.headers.set_default("Max-Forwards", "70")
        request.headers.set_default("User-Agent", self._user_agent)
        return branch

    def _send_cancel(self, invite: Transaction, now: float) -> None:
        if invite.request is None:
            return
        invite.await_cancelled(now)
        self._schedule(invite)
        cancel = _same_hop(invite.request, "CANCEL", invite.request.headers.get("To"))
        transaction = self._new(Kind.CLIENT, (cancel.via.branch, "CANCEL"), invite.peer, invite.local, cancel)
        transaction.last_sent = bytes(cancel)
        self._to_send.append((transaction.last_sent, invite.peer))
        transaction.start(now)
        self._schedule(transaction)

    def _tag(self, response: Response) -> None:
        to = response.headers.get("To")
        if response.status > 100 and "tag=" not in to.lower():
            response.headers.set("To", f"{to};tag={self._fresh('tag')}")


def _input_of(response: Response) -> Input:
    if response.is_provisional:
        return Input.PROVISIONAL
    return Input.SUCCESS if response.is_success else Input.FAILURE


def _mark_source(request: Request, via: Via, source: Address) -> None:
    """Write where the request really came from into its top Via (RFC 3261 18.2.1, RFC 3581)."""
    if via.param("rport") is None and via.host == source.host:
        return
    hops = split_values(request.headers.get("Via"))
    hops[0] = str(via.seen_from(source.host, source.port))
    request.headers.set_first("Via", ", ".join(hops))


def _failure_ack(request: Request, response: Response) -> Request:
    """The ACK of a non-2xx answer stays on the hop of its INVITE (RFC 3261 17.1.1.3)."""
    return _same_hop(request, "ACK", response.headers.get("To"))


def _same_hop(request: Request, method: str, to: str) -> Request:
    headers = Headers()
    headers.add("Via", split_values(request.headers.get("Via"))[0])
    for route in request.headers.get_all("Route"):
        headers.add("Route", route)
    headers.add("From", request.headers.get("From"))
    headers.add("To", to)
    headers.add("Call-ID", request.call_id)
    headers.add("CSeq", str(CSeq(request.cseq.number, method)))
    headers.add("Max-Forwards", "70")
    return Request(method, request.uri, headers)
