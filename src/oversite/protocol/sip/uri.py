"""SIP URIs (RFC 3261 19.1), as lenient as devices need: `sip:code@3402000000` has no port."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

from oversite.protocol.errors import PeerError
from oversite.protocol.sip.headers import decimal, parameters

_BREAKS_HOST: Final = frozenset(' <>"\t')


@dataclass(frozen=True, slots=True)
class SipUri:
    """`sip:user@host:port;params`; `host` is a GB domain code, a name or an address (IPv6 in brackets)."""

    user: str
    host: str
    port: int | None = None
    scheme: str = "sip"
    params: tuple[tuple[str, str], ...] = ()

    @classmethod
    def parse(cls, text: str) -> SipUri:
        """Raises PeerError (416 for a scheme other than sip and sips)."""
        text = text.strip()
        if len(text.split()) > 1:
            raise PeerError("URI with spaces")
        scheme, colon, rest = text.partition(":")
        scheme = scheme.lower()
        if not colon or not scheme:
            raise PeerError("URI without a scheme")
        if scheme not in {"sip", "sips"}:
            raise PeerError("URI scheme is not sip", 416)
        rest, _, _ = rest.partition("?")
        user, at, hostpart = rest.rpartition("@")
        if not at and ";" in user:
            user = ""
        hostport, _, params = hostpart.partition(";")
        host, port = split_host_port(hostport)
        return cls(user.partition(":")[0], host, port, scheme, parameters(params))

    def param(self, name: str) -> str | None:
        """The value of a URI parameter, "" for a flag, None when absent."""
        for key, value in self.params:
            if key == name:
                return value
        return None

    def without_params(self) -> SipUri:
        return replace(self, params=())

    def __str__(self) -> str:
        user = f"{self.user}@" if self.user else ""
        port = "" if self.port is None else f":{self.port}"
        params = "".join(f";{key}={value}" if value else f";{key}" for key, value in self.params)
        return f"{self.scheme}:{user}{self.host}{port}{params}"


def split_host_port(text: str) -> tuple[str, int | None]:
    """`host`, `host:port`, `[v6]:port`; raises PeerError."""
    text = text.strip()
    if text.startswith("["):
        host, bracket, port = text.partition("]")
        host += bracket
        if not bracket or (port and not port.startswith(":")):
            raise PeerError("IPv6 address is not closed")
        port = port[1:]
    else:
        host, _, port = text.partition(":")
    host = host.strip()
    if not host or len(host) > 255 or not _BREAKS_HOST.isdisjoint(host):
        raise PeerError("URI without a host")
    if not port.strip():
        return host, None
    number = decimal(port, digits=5, what="port")
    if number > 65535:
        raise PeerError("port is out of range")
    return host, number
