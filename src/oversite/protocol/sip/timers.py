"""Timers A to K of RFC 3261 (table 4) as one table; M and L of RFC 6026 for answered INVITEs."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import Final

T1_S: Final = 0.5
T2_S: Final = 4.0
T4_S: Final = 5.0
RING_S: Final = 180.0
"""How long an INVITE may stay provisional, and any request unanswered by our own side."""


class Kind(Enum):
    """The four state machines of RFC 3261 17."""

    INVITE_CLIENT = "invite client"
    CLIENT = "client"
    INVITE_SERVER = "invite server"
    SERVER = "server"


@dataclass(frozen=True, slots=True)
class Timers:
    """Seconds. `resend_s` doubles up to `resend_cap_s`; 0 means never."""

    resend_s: float
    resend_cap_s: float
    give_up_s: float
    linger_s: float
    """How long a finished transaction absorbs what is sent again."""
    accepted_s: float = 64 * T1_S
    """How long an INVITE that was answered 2xx is kept."""


UNRELIABLE: Final = {
    Kind.INVITE_CLIENT: Timers(T1_S, 64 * T1_S, 64 * T1_S, 32.0),  # A, B, D
    Kind.CLIENT: Timers(T1_S, T2_S, 64 * T1_S, T4_S),  # E, F, K
    Kind.INVITE_SERVER: Timers(T1_S, T2_S, 64 * T1_S, T4_S),  # G, H, I
    Kind.SERVER: Timers(0, 0, RING_S, 64 * T1_S),  # J
}
RELIABLE: Final = {
    Kind.INVITE_CLIENT: Timers(0, 0, 64 * T1_S, 0),
    Kind.CLIENT: Timers(0, 0, 64 * T1_S, 0),
    Kind.INVITE_SERVER: Timers(0, 0, 64 * T1_S, 0),
    Kind.SERVER: Timers(0, 0, RING_S, 0),
}


def timers_for(kind: Kind, *, is_reliable: bool) -> Timers:
    return (RELIABLE if is_reliable else UNRELIABLE)[kind]
