"""Where a message comes from and goes to."""

from __future__ import annotations

from typing import Literal, NamedTuple

Transport = Literal["UDP", "TCP"]


class Address(NamedTuple):
    """One end of a UDP socket or of a TCP connection; `flow` is the id of the connection, 0 for UDP.

    A named tuple because one is made per datagram.
    """

    host: str
    port: int
    transport: Transport = "UDP"
    flow: int = 0

    @property
    def is_reliable(self) -> bool:
        return self.transport == "TCP"

    def __str__(self) -> str:
        return f"{self.host}:{self.port}/{self.transport}"
