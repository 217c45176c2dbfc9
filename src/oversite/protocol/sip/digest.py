"""HTTP digest for SIP (RFC 2617, RFC 7616, RFC 3261 22) with MD5, SHA-256 and SM3 (GB/T 28181-2022 8.3).

Nonces are stateless: a time stamp and a keyed hash over it, so that answering 401 costs one HMAC and no
memory however many devices come back after a power cut (quirk 17).
"""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass
from typing import Final, Literal

from oversite.protocol.errors import PeerError, UsageError
from oversite.protocol.sip.headers import parameters, quote, unquote

ALGORITHMS: Final = {"MD5": "md5", "SHA-256": "sha256", "SM3": "sm3"}
"""Name on the wire to name in OpenSSL."""

Freshness = Literal["fresh", "stale", "foreign"]


@dataclass(frozen=True, slots=True)
class Challenge:
    """WWW-Authenticate. `qop` is what is offered: () for RFC 2069 style, or ("auth",)."""

    realm: str
    nonce: str
    algorithm: str = "MD5"
    qop: tuple[str, ...] = ()
    opaque: str = ""
    stale: bool = False

    @classmethod
    def parse(cls, text: str) -> Challenge:
        """Raises PeerError."""
        fields = _digest_fields(text)
        qop = tuple(word.strip().lower() for word in fields.get("qop", "").split(",") if word.strip())
        return cls(
            realm=fields.get("realm", ""),
            nonce=_required(fields, "nonce"),
            algorithm=_algorithm(fields),
            qop=qop,
            opaque=fields.get("opaque", ""),
            stale=fields.get("stale", "").lower() == "true",
        )

    def __str__(self) -> str:
        text = f"Digest realm={quote(self.realm)}, nonce={quote(self.nonce)}, algorithm={self.algorithm}"
        text += f', qop="{",".join(self.qop)}"' if self.qop else ""
        text += f", opaque={quote(self.opaque)}" if self.opaque else ""
        return text + (", stale=true" if self.stale else "")


@dataclass(frozen=True, slots=True)
class Credentials:
    """Authorization. `nc` is the 8 hex digits as sent; `qop` is "" or "auth"."""

    username: str
    realm: str
    nonce: str
    uri: str
    response: str
    algorithm: str = "MD5"
    qop: str = ""
    nc: str = ""
    cnonce: str = ""
    opaque: str = ""

    @classmethod
    def parse(cls, text: str) -> Credentials:
        """Raises PeerError."""
        fields = _digest_fields(text)
        return cls(
            username=_required(fields, "username"),
            realm=fields.get("realm", ""),
            nonce=_required(fields, "nonce"),
            uri=_required(fields, "uri"),
            response=_required(fields, "response").lower(),
            algorithm=_algorithm(fields),
            qop=fields.get("qop", "").lower(),
            nc=fields.get("nc", ""),
            cnonce=fields.get("cnonce", ""),
            opaque=fields.get("opaque", ""),
        )

    def __str__(self) -> str:
        text = (
            f"Digest username={quote(self.username)}, realm={quote(self.realm)}, nonce={quote(self.nonce)}, "
            f'uri={quote(self.uri)}, response="{self.response}", algorithm={self.algorithm}'
        )
        if self.qop:
            text += f", qop={self.qop}, nc={self.nc}, cnonce={quote(self.cnonce)}"
        return text + (f", opaque={quote(self.opaque)}" if self.opaque else "")


def is_supported(algorithm: str) -> bool:
    """Whether this machine can compute it (SM3 depends on how OpenSSL was built)."""
    name = ALGORITHMS.get(algorithm.upper())
    return name is not None and name in hashlib.algorithms_available


def answer(
    challenge: Challenge,
    *,
    username: str,
    password: str,
    method: str,
    uri: str,
    cnonce: str = "",
    count: int = 1,
) -> Credentials:
    """The credentials for one request; `cnonce` is a fresh token, needed when qop is offered.

    Raises PeerError when the challenge asks for something unknown.
    """
    if challenge.qop and "auth" not in challenge.qop:
        raise PeerError("qop is not auth")
    if challenge.qop and not cnonce:
        raise UsageError("qop=auth needs a cnonce")
    unsigned = Credentials(
        username=username,
        realm=challenge.realm,
        nonce=challenge.nonce,
        uri=uri,
        response="",
        algorithm=challenge.algorithm,
        qop="auth" if challenge.qop else "",
        nc=f"{count:08x}" if challenge.qop else "",
        cnonce=cnonce if challenge.qop else "",
        opaque=challenge.opaque,
    )
    response = _response(unsigned, password=password, method=method)
    return Credentials(
        **{name: getattr(unsigned, name) for name in Credentials.__slots__ if name != "response"},
        response=response,
    )


def verify(credentials: Credentials, *, password: str, method: str) -> bool:
    """Whether these credentials prove knowledge of the password. Raises PeerError for an unknown qop."""
    if credentials.qop not in {"", "auth"}:
        raise PeerError("qop is not auth")
    expected = _response(credentials, password=password, method=method)
    return hmac.compare_digest(expected.encode(), credentials.response.encode("utf-8", "replace"))


def issue_nonce(key: bytes, now: float, bound_to: str = "") -> str:
    """A nonce that only the holder of `key` can make; `now` is in seconds, `bound_to` e.g. the device."""
    at_ms = int(now * 1000)
    return f"{at_ms:012x}{_nonce_proof(key, at_ms, bound_to)}"


def nonce_freshness(nonce: str, key: bytes, now: float, *, lifetime_s: int, bound_to: str = "") -> Freshness:
    """fresh, stale (ours but too old) or foreign (not ours, or of another device)."""
    if len(nonce) != 44 or not nonce.isascii():
        return "foreign"
    try:
        at_ms = int(nonce[:12], 16)
    except ValueError:
        return "foreign"
    if not hmac.compare_digest(f"{at_ms:012x}{_nonce_proof(key, at_ms, bound_to)}", nonce):
        return "foreign"
    return "fresh" if -1 <= now - at_ms / 1000 <= lifetime_s else "stale"


def _nonce_proof(key: bytes, at_ms: int, bound_to: str) -> str:
    text = f"{at_ms}:{bound_to}".encode("utf-8", "surrogateescape")
    return hmac.digest(key, text, "sha256").hex()[:32]


def _response(credentials: Credentials, *, password: str, method: str) -> str:
    name = ALGORITHMS[credentials.algorithm]
    ha1 = _hashed(name, f"{credentials.username}:{credentials.realm}:{password}")
    ha2 = _hashed(name, f"{method}:{credentials.uri}")
    if credentials.qop:
        middle = f"{credentials.nonce}:{credentials.nc}:{credentials.cnonce}:{credentials.qop}"
    else:
        middle = credentials.nonce
    return _hashed(name, f"{ha1}:{middle}:{ha2}")


def _hashed(name: str, text: str) -> str:
    return hashlib.new(name, text.encode("utf-8", "surrogateescape"), usedforsecurity=False).hexdigest()


def _digest_fields(text: str) -> dict[str, str]:
    scheme, _, rest = text.strip().partition(" ")
    if scheme.lower() != "digest":
        raise PeerError("authentication scheme is not Digest")
    return dict(parameters(_semicolons(rest)))


def _semicolons(text: str) -> str:
    """Commas between fields become semicolons; commas inside quotes stay."""
    pieces = text.split('"')
    pieces[::2] = [piece.replace(";", " ").replace(",", ";") for piece in pieces[::2]]
    return '"'.join(pieces)


def _required(fields: dict[str, str], name: str) -> str:
    value = fields.get(name, "")
    if not value:
        raise PeerError(f"{name} is missing from the digest")
    return value


def _algorithm(fields: dict[str, str]) -> str:
    algorithm = unquote(fields.get("algorithm", "MD5")).upper() or "MD5"
    if not is_supported(algorithm):
        raise PeerError("digest algorithm is not supported")
    return algorithm
