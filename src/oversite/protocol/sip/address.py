"""The address headers From, To, Contact, Route (RFC 3261 20.10, 25.1)."""

from __future__ import annotations

from dataclasses import dataclass, replace

from oversite.protocol.errors import PeerError
from oversite.protocol.sip.headers import parameters, quote, unquote
from oversite.protocol.sip.uri import SipUri


@dataclass(frozen=True, slots=True)
class NameAddr:
    """`"Display" <uri>;params`, or a bare URI whose parameters belong to the header."""

    uri: SipUri
    display_name: str = ""
    params: tuple[tuple[str, str], ...] = ()

    @classmethod
    def parse(cls, text: str) -> NameAddr:
        """Raises PeerError."""
        text = text.strip()
        name_end = _closing_quote(text) if text.startswith('"') else 0
        open_at = text.find("<", name_end)
        if open_at < 0:
            bare, _, params = text.partition(";")
            return cls(SipUri.parse(bare), "", parameters(params))
        close_at = text.find(">", open_at)
        if close_at < 0:
            raise PeerError("address is not closed")
        display_name = unquote(text[:open_at].strip())
        params = text[close_at + 1 :].strip().removeprefix(";")
        return cls(SipUri.parse(text[open_at + 1 : close_at]), display_name, parameters(params))

    @property
    def tag(self) -> str:
        return self.param("tag") or ""

    def param(self, name: str) -> str | None:
        """The value of a header parameter, "" for a flag, None when absent."""
        for key, value in self.params:
            if key == name:
                return value
        return None

    def with_tag(self, tag: str) -> NameAddr:
        others = tuple(pair for pair in self.params if pair[0] != "tag")
        return replace(self, params=(*others, ("tag", tag)))

    def __str__(self) -> str:
        name = f"{quote(self.display_name)} " if self.display_name else ""
        params = "".join(f";{key}={value}" if value else f";{key}" for key, value in self.params)
        return f"{name}<{self.uri}>{params}"


def _closing_quote(text: str) -> int:
    index = 1
    while index < len(text):
        if text[index] == "\\":
            index += 1
        elif text[index] == '"':
            return index
        index += 1
    raise PeerError("quoted name is not closed")
