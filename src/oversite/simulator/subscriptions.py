"""Subscriptions of the server: catalogue, alarms, positions (9.11)."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

from oversite.protocol.errors import PeerError
from oversite.protocol.gb28181.manscdp import parse_manscdp
from oversite.protocol.gb28181.message import CONTENT_TYPE, ManscdpMessage
from oversite.protocol.sip.dialog import Dialog
from oversite.protocol.sip.message import Request, Response

DEFAULT_S = 600


@dataclass(slots=True)
class Subscription:
    """One of them: what was asked for, and until when on the monotonic clock."""

    dialog: Dialog
    event: str
    query: ManscdpMessage
    expires_at: float


class Subscriptions:
    """Those of one device, by their Call-ID."""

    def __init__(self, fresh_tag: Callable[[], str]) -> None:
        self._fresh_tag = fresh_tag
        self._by_call: dict[str, Subscription] = {}

    def receive(self, request: Request) -> Response:
        """Take, renew or end a subscription, and answer."""
        try:
            expires_s = request.expires if request.expires is not None else DEFAULT_S
            known = self._by_call.get(request.call_id)
            if known is not None:
                known.dialog.receive_request(request)
                known.expires_at = time.monotonic() + expires_s
                tag = known.dialog.local_tag
            else:
                query = parse_manscdp(request.body)
                tag = self._fresh_tag()
                dialog = Dialog.from_request(request, tag)
                dialog.confirm()
                event = request.headers.get("Event") or "presence"
                expires_at = time.monotonic() + expires_s
                self._by_call[request.call_id] = Subscription(dialog, event, query, expires_at)
        except PeerError as error:
            return request.reply(error.status_hint)
        if not expires_s:
            self._by_call.pop(request.call_id, None)
        response = request.reply(200)
        response.headers.set("To", str(request.to.with_tag(tag)))
        response.headers.set("Expires", str(expires_s))
        response.headers.set("Event", request.headers.get("Event") or "presence")
        return response

    def to(self, kind: type[ManscdpMessage]) -> list[Subscription]:
        """The living ones whose query is of a kind."""
        now = time.monotonic()
        self._by_call = {call_id: one for call_id, one in self._by_call.items() if one.expires_at > now}
        return [one for one in self._by_call.values() if isinstance(one.query, kind)]


def notice(subscription: Subscription, body: bytes) -> Request:
    """The NOTIFY that carries a body to the subscriber."""
    request = subscription.dialog.request("NOTIFY", body, CONTENT_TYPE)
    request.headers.set("Event", subscription.event)
    left_s = max(int(subscription.expires_at - time.monotonic()), 0)
    request.headers.set("Subscription-State", f"active;expires={left_s}")
    return request
