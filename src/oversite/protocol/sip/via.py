"""Via and CSeq (RFC 3261 20.42, 20.16; rport of RFC 3581)."""

from __future__ import annotations

from dataclasses import dataclass

from oversite.protocol.errors import PeerError
from oversite.protocol.sip.headers import decimal, parameters
from oversite.protocol.sip.uri import split_host_port

MAGIC_COOKIE = "z9hG4bK"


@dataclass(frozen=True, slots=True)
class Via:
    """One hop: `SIP/2.0/UDP host:port;branch=…;rport`."""

    transport: str
    host: str
    port: int | None
    params: tuple[tuple[str, str], ...]

    @classmethod
    def parse(cls, text: str) -> Via:
        """Raises PeerError. Spaces round the slashes are allowed (RFC 4475 3.1.1.1)."""
        head, _, params = text.partition(";")
        pieces = head.split("/", 2)
        if len(pieces) != 3 or pieces[0].strip().upper() != "SIP":
            raise PeerError("Via is not SIP")
        words = pieces[2].split(None, 1)
        if len(words) != 2:
            raise PeerError("Via without a host")
        host, port = split_host_port(words[1])
        return cls(words[0].upper(), host, port, parameters(params))

    @property
    def branch(self) -> str:
        return self.param("branch") or ""

    @property
    def sent_by(self) -> str:
        return self.host if self.port is None else f"{self.host}:{self.port}"

    def param(self, name: str) -> str | None:
        """The value of a parameter, "" for a flag, None when absent."""
        for key, value in self.params:
            if key == name:
                return value
        return None

    def seen_from(self, host: str, port: int) -> Via:
        """The same hop with where it really came from (quirk 13); `rport` only where it was asked for."""
        kept = tuple(pair for pair in self.params if pair[0] not in {"received", "rport"})
        rport = () if self.param("rport") is None else (("rport", str(port)),)
        return Via(self.transport, self.host, self.port, (*kept, *rport, ("received", host)))

    def __str__(self) -> str:
        params = "".join(f";{key}={value}" if value else f";{key}" for key, value in self.params)
        return f"SIP/2.0/{self.transport} {self.sent_by}{params}"


@dataclass(frozen=True, slots=True)
class CSeq:
    """`number METHOD`; the number is below 2**31 (RFC 3261 8.1.1.5)."""

    number: int
    method: str

    @classmethod
    def parse(cls, text: str) -> CSeq:
        """Raises PeerError."""
        words = text.split()
        if len(words) != 2:
            raise PeerError("CSeq is not a number and a method")
        number = decimal(words[0], digits=10, what="CSeq")
        if number >= 2**32:
            raise PeerError("CSeq is out of range")
        return cls(number, words[1])

    def __str__(self) -> str:
        return f"{self.number} {self.method}"
