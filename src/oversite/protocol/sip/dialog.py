"""Dialogs (RFC 3261 12) of caller and called, storable as plain data so that a restart can adopt them."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any

from oversite.protocol.errors import PeerError, UsageError
from oversite.protocol.sip.address import NameAddr
from oversite.protocol.sip.headers import Headers, split_values
from oversite.protocol.sip.message import Message, Request, Response
from oversite.protocol.sip.via import CSeq


class DialogState(StrEnum):
    EARLY = "early"
    CONFIRMED = "confirmed"
    ENDED = "ended"


@dataclass(slots=True)
class Dialog:
    """One call. Addresses are header texts without tag; `remote_target` is the Request-URI to use."""

    call_id: str
    local_tag: str
    remote_tag: str
    local_uri: str
    remote_uri: str
    remote_target: str
    local_cseq: int
    invite_cseq: int
    remote_cseq: int = 0
    route_set: tuple[str, ...] = ()
    state: DialogState = DialogState.EARLY

    @classmethod
    def from_response(cls, request: Request, response: Response) -> Dialog:
        """The caller's side, made by the first answer with a To tag. Raises PeerError."""
        local, remote = request.from_, response.to
        number = request.cseq.number
        dialog = cls(
            call_id=request.call_id,
            local_tag=local.tag,
            remote_tag=remote.tag,
            local_uri=_untagged(local),
            remote_uri=_untagged(remote),
            remote_target=_target(response) or request.uri,
            local_cseq=number,
            invite_cseq=number,
            route_set=tuple(reversed(_record_route(response))),
        )
        dialog.receive_response(response)
        return dialog

    @classmethod
    def from_request(cls, request: Request, local_tag: str) -> Dialog:
        """The called side, made by an INVITE; answer it with this tag. Raises PeerError."""
        local, remote = request.to, request.from_
        return cls(
            call_id=request.call_id,
            local_tag=local_tag,
            remote_tag=remote.tag,
            local_uri=_untagged(local),
            remote_uri=_untagged(remote),
            remote_target=_target(request) or str(remote.uri.without_params()),
            local_cseq=0,
            invite_cseq=request.cseq.number,
            remote_cseq=request.cseq.number,
            route_set=tuple(_record_route(request)),
        )

    @property
    def key(self) -> tuple[str, str, str]:
        """Call-ID, local tag, remote tag."""
        return self.call_id, self.local_tag, self.remote_tag

    def is_for(self, request: Request) -> bool:
        """Whether a request belongs to this dialog; a device that loses our tag is forgiven."""
        return request.call_id == self.call_id and request.from_.tag in {self.remote_tag, ""}

    def receive_response(self, response: Response) -> None:
        """Confirm at a 2xx, end at a refusal; the target follows the newest Contact."""
        if response.is_success:
            self.state = DialogState.CONFIRMED
            self.remote_tag = response.to.tag or self.remote_tag
            self.remote_target = _target(response) or self.remote_target
        elif not response.is_provisional:
            self.state = DialogState.ENDED

    def receive_request(self, request: Request) -> None:
        """Check the order of a request of theirs and follow it; raises PeerError(500) for an old CSeq."""
        number = request.cseq.number
        if number < self.remote_cseq:
            raise PeerError("CSeq is older than the last", 500)
        self.remote_cseq = number
        if request.method == "INVITE":
            self.remote_target = _target(request) or self.remote_target
        elif request.method == "BYE":
            self.state = DialogState.ENDED

    def confirm(self) -> None:
        """The called side: our 2xx is sent."""
        self.state = DialogState.CONFIRMED

    def request(self, method: str, body: bytes = b"", content_type: str = "") -> Request:
        """The next request inside this dialog (BYE, INFO, re-INVITE, MESSAGE …)."""
        if self.state is DialogState.ENDED:
            raise UsageError("the dialog has ended")
        self.local_cseq += 1
        if method == "INVITE":
            self.invite_cseq = self.local_cseq
        elif method == "BYE":
            self.state = DialogState.ENDED
        return self._request(method, self.local_cseq, body, content_type)

    def ack(self) -> Request:
        """The ACK to the 2xx of the newest INVITE."""
        return self._request("ACK", self.invite_cseq, b"", "")

    def to_dict(self) -> dict[str, Any]:
        """Plain values, for a row."""
        return {**asdict(self), "route_set": list(self.route_set), "state": str(self.state)}

    @classmethod
    def from_dict(cls, stored: dict[str, Any]) -> Dialog:
        return cls(
            **{
                **stored,
                "route_set": tuple(stored.get("route_set", ())),
                "state": DialogState(stored["state"]),
            }
        )

    def _request(self, method: str, number: int, body: bytes, content_type: str) -> Request:
        headers = Headers()
        for route in self.route_set:
            headers.add("Route", route)
        headers.add("From", f"{self.local_uri};tag={self.local_tag}")
        headers.add("To", f"{self.remote_uri};tag={self.remote_tag}" if self.remote_tag else self.remote_uri)
        headers.add("Call-ID", self.call_id)
        headers.add("CSeq", str(CSeq(number, method)))
        if content_type:
            headers.add("Content-Type", content_type)
        return Request(method, self.remote_target, headers, body)


def _untagged(address: NameAddr) -> str:
    kept = tuple(pair for pair in address.params if pair[0] != "tag")
    return str(NameAddr(address.uri, address.display_name, kept))


def _target(message: Message) -> str:
    contact = message.contact
    return "" if contact is None else str(contact.uri)


def _record_route(message: Message) -> list[str]:
    return [part for value in message.headers.get_all("Record-Route") for part in split_values(value)]
