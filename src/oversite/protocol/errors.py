"""Whose fault it is: the peer's or ours (after h11)."""


class ProtocolError(Exception):
    """Base of both; never raised itself."""


class PeerError(ProtocolError):
    """The peer sent something that cannot be understood.

    `reason` is short English for logs and counters; `status_hint` is the SIP status to answer with.
    """

    def __init__(self, reason: str, status_hint: int = 400) -> None:
        super().__init__(reason)
        self.reason = reason
        self.status_hint = status_hint


class UsageError(ProtocolError):
    """Our own code used the protocol wrongly."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason
