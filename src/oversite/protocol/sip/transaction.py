"""The four transaction state machines of RFC 3261 17 (with RFC 6026) as one table.

Everything that changes a transaction's state is in TRANSITIONS; `Transaction` only runs it. Two clocks are
kept per transaction: `resend_at` (timers A, E, G) and `end_at` (B, D, F, H, I, J, K, L, M), whose meaning is
what the state says in its END entry.
"""

from __future__ import annotations

from enum import Enum, auto
from math import inf
from typing import Final

from oversite.protocol.sip.events import TransactionId
from oversite.protocol.sip.message import Request
from oversite.protocol.sip.timers import RING_S, T2_S, Kind, Timers, timers_for
from oversite.protocol.sip.transport import Address


class State(Enum):
    CALLING = auto()
    TRYING = auto()
    PROCEEDING = auto()
    ACCEPTED = auto()
    COMPLETED = auto()
    CONFIRMED = auto()
    TERMINATED = auto()


class Input(Enum):
    """What can happen to a transaction. The first three are received by a client and sent by a server."""

    PROVISIONAL = auto()
    SUCCESS = auto()
    FAILURE = auto()
    REQUEST = auto()
    ACK = auto()
    RESEND = auto()
    END = auto()


class Act(Enum):
    """What the endpoint must do."""

    DELIVER = auto()
    SEND = auto()
    MAKE_ACK = auto()
    SEND_ACK = auto()
    REPORT_TIMEOUT = auto()
    RESEND_LATER = auto()
    RESEND_SLOWLY = auto()
    STOP_RESEND = auto()
    RING = auto()
    LINGER = auto()
    ACCEPT = auto()
    AWAIT_ACK = auto()


_S, _I, _A = State, Input, Act
_Row = dict[Input, tuple[State, tuple[Act, ...]]]

_INVITE_ANSWERED: Final[_Row] = {
    _I.SUCCESS: (_S.ACCEPTED, (_A.DELIVER, _A.ACCEPT)),
    _I.FAILURE: (_S.COMPLETED, (_A.MAKE_ACK, _A.SEND_ACK, _A.DELIVER, _A.LINGER)),
    _I.END: (_S.TERMINATED, (_A.REPORT_TIMEOUT,)),
}
_ANSWERED: Final[_Row] = {
    _I.SUCCESS: (_S.COMPLETED, (_A.DELIVER, _A.LINGER)),
    _I.FAILURE: (_S.COMPLETED, (_A.DELIVER, _A.LINGER)),
    _I.END: (_S.TERMINATED, (_A.REPORT_TIMEOUT,)),
}
_SENT: Final[_Row] = {
    _I.PROVISIONAL: (_S.PROCEEDING, (_A.SEND,)),
    _I.SUCCESS: (_S.COMPLETED, (_A.SEND, _A.LINGER)),
    _I.FAILURE: (_S.COMPLETED, (_A.SEND, _A.LINGER)),
    _I.END: (_S.TERMINATED, ()),
}

TRANSITIONS: Final[dict[Kind, dict[State, _Row]]] = {
    Kind.INVITE_CLIENT: {
        _S.CALLING: {
            **_INVITE_ANSWERED,
            _I.PROVISIONAL: (_S.PROCEEDING, (_A.DELIVER, _A.STOP_RESEND, _A.RING)),
            _I.RESEND: (_S.CALLING, (_A.SEND, _A.RESEND_LATER)),
        },
        _S.PROCEEDING: {**_INVITE_ANSWERED, _I.PROVISIONAL: (_S.PROCEEDING, (_A.DELIVER,))},
        _S.ACCEPTED: {_I.SUCCESS: (_S.ACCEPTED, (_A.SEND_ACK,)), _I.END: (_S.TERMINATED, ())},
        _S.COMPLETED: {_I.FAILURE: (_S.COMPLETED, (_A.SEND_ACK,)), _I.END: (_S.TERMINATED, ())},
    },
    Kind.CLIENT: {
        _S.TRYING: {
            **_ANSWERED,
            _I.PROVISIONAL: (_S.PROCEEDING, (_A.DELIVER, _A.RESEND_SLOWLY)),
            _I.RESEND: (_S.TRYING, (_A.SEND, _A.RESEND_LATER)),
        },
        _S.PROCEEDING: {
            **_ANSWERED,
            _I.PROVISIONAL: (_S.PROCEEDING, (_A.DELIVER,)),
            _I.RESEND: (_S.PROCEEDING, (_A.SEND, _A.RESEND_SLOWLY)),
        },
        _S.COMPLETED: {_I.END: (_S.TERMINATED, ())},
    },
    Kind.INVITE_SERVER: {
        _S.PROCEEDING: {
            _I.REQUEST: (_S.PROCEEDING, (_A.SEND,)),
            _I.PROVISIONAL: (_S.PROCEEDING, (_A.SEND,)),
            _I.SUCCESS: (_S.ACCEPTED, (_A.SEND, _A.AWAIT_ACK)),
            _I.FAILURE: (_S.COMPLETED, (_A.SEND, _A.AWAIT_ACK)),
            _I.END: (_S.TERMINATED, (_A.REPORT_TIMEOUT,)),
        },
        _S.ACCEPTED: {
            _I.REQUEST: (_S.ACCEPTED, (_A.SEND,)),
            _I.RESEND: (_S.ACCEPTED, (_A.SEND, _A.RESEND_LATER)),
            _I.ACK: (_S.CONFIRMED, (_A.DELIVER, _A.STOP_RESEND, _A.LINGER)),
            _I.END: (_S.TERMINATED, (_A.REPORT_TIMEOUT,)),
        },
        _S.COMPLETED: {
            _I.REQUEST: (_S.COMPLETED, (_A.SEND,)),
            _I.RESEND: (_S.COMPLETED, (_A.SEND, _A.RESEND_LATER)),
            _I.ACK: (_S.CONFIRMED, (_A.STOP_RESEND, _A.LINGER)),
            _I.END: (_S.TERMINATED, (_A.REPORT_TIMEOUT,)),
        },
        _S.CONFIRMED: {_I.END: (_S.TERMINATED, ())},
    },
    Kind.SERVER: {
        _S.TRYING: _SENT,
        _S.PROCEEDING: {**_SENT, _I.REQUEST: (_S.PROCEEDING, (_A.SEND,))},
        _S.COMPLETED: {_I.REQUEST: (_S.COMPLETED, (_A.SEND,)), _I.END: (_S.TERMINATED, ())},
    },
}

_FIRST: Final = {
    Kind.INVITE_CLIENT: State.CALLING,
    Kind.CLIENT: State.TRYING,
    Kind.INVITE_SERVER: State.PROCEEDING,
    Kind.SERVER: State.TRYING,
}


class Transaction:
    """One request and its answers. `key` finds it again when the peer's next message arrives."""

    __slots__ = (
        "ack",
        "ack_key",
        "datagram",
        "end_at",
        "id",
        "is_cancelled",
        "key",
        "kind",
        "last_sent",
        "local",
        "peer",
        "request",
        "resend_at",
        "resend_s",
        "scheduled_at",
        "state",
        "timers",
    )

    def __init__(
        self,
        transaction_id: TransactionId,
        kind: Kind,
        key: tuple[object, ...],
        peer: Address,
        local: Address,
        request: Request | None,
    ) -> None:
        self.id = transaction_id
        self.kind = kind
        self.key = key
        self.peer = peer
        self.local = local
        self.request = request
        self.state = _FIRST[kind]
        self.timers: Timers = timers_for(kind, is_reliable=peer.is_reliable)
        self.last_sent = b""
        self.ack = b""
        self.ack_key: tuple[str, int] | None = None
        self.is_cancelled = False
        self.datagram = 0
        self.resend_s = self.timers.resend_s
        self.resend_at = inf
        self.end_at = inf
        self.scheduled_at = inf

    @property
    def wake_at(self) -> float:
        return min(self.resend_at, self.end_at)

    def start(self, now: float) -> None:
        """Arm the first timers."""
        if self.kind in {Kind.INVITE_CLIENT, Kind.CLIENT}:
            self.resend_at = now + self.resend_s if self.resend_s else inf
            self.end_at = now + self.timers.give_up_s
        else:
            self.end_at = now + (RING_S if self.kind is Kind.INVITE_SERVER else self.timers.give_up_s)

    def apply(self, what: Input, now: float) -> tuple[Act, ...]:
        """Change state and timers; the acts left for the endpoint to carry out come back."""
        row = TRANSITIONS[self.kind].get(self.state, {})
        if what not in row:
            return ()
        self.state, acts = row[what]
        for act in acts:
            self._set_timers(act, now)
        if self.state is State.TERMINATED:
            self.resend_at = self.end_at = inf
        return acts

    def await_cancelled(self, now: float) -> None:
        """A cancelled INVITE has as long to end as any request (RFC 3261 9.1)."""
        self.end_at = min(self.end_at, now + self.timers.give_up_s)

    def _set_timers(self, act: Act, now: float) -> None:
        if act is Act.RESEND_LATER:
            self.resend_s = min(self.resend_s * 2, self.timers.resend_cap_s)
            self.resend_at = now + self.resend_s
        elif act is Act.RESEND_SLOWLY:
            self.resend_at = now + T2_S if self.timers.resend_s else inf
        elif act is Act.STOP_RESEND:
            self.resend_at = inf
        elif act is Act.RING:
            self.end_at = now + RING_S
        elif act is Act.ACCEPT:
            self.resend_at, self.end_at = inf, now + self.timers.accepted_s
        elif act is Act.AWAIT_ACK:
            self.resend_at = now + self.resend_s if self.resend_s else inf
            self.end_at = now + self.timers.give_up_s
        elif act is Act.LINGER:
            self._linger(now)

    def _linger(self, now: float) -> None:
        self.resend_at = inf
        if self.timers.linger_s:
            self.end_at = now + self.timers.linger_s
        else:
            self.state = State.TERMINATED
