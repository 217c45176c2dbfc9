"""SDP (RFC 4566) with the additions of GB/T 28181 (app. G), read leniently, written strictly.

`y=` is the SSRC in ten decimal digits, `f=` the stream's parameters, `u=` the channel and kind of a
recording. Devices leave out `y=` (quirk 5), lose its leading zero, describe PCMA without rtpmap and end
without CRLF (quirk 32).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from oversite.protocol.errors import PeerError

MAX_BYTES: Final = 65_536
MAX_LINES: Final = 1_000

STATIC_PAYLOADS: Final = {
    0: "PCMU/8000",
    4: "G723/8000",
    8: "PCMA/8000",
    9: "G722/8000",
    18: "G729/8000",
    96: "PS/90000",
}
"""What a payload type means without rtpmap: RFC 3551, and PS by GB/T 28181."""


@dataclass(slots=True)
class Media:
    """One `m=` block. `attributes` keep their order; a flag has the value ""."""

    kind: str
    port: int
    protocol: str
    payload_types: list[int]
    attributes: list[tuple[str, str]] = field(default_factory=list)
    connection_host: str = ""

    def attribute(self, name: str) -> str | None:
        """The first value of an attribute, None when absent."""
        for key, value in self.attributes:
            if key == name:
                return value
        return None

    @property
    def is_tcp(self) -> bool:
        return self.protocol.upper().startswith("TCP")

    @property
    def setup(self) -> str:
        """`active`, `passive` or "" (RFC 4145)."""
        return (self.attribute("setup") or "").strip().lower()

    @property
    def direction(self) -> str:
        """sendonly, recvonly, sendrecv or inactive."""
        for key, _ in self.attributes:
            if key in {"sendonly", "recvonly", "inactive"}:
                return key
        return "sendrecv"

    @property
    def stream_number(self) -> int | None:
        """0 main, 1 sub: `a=streamnumber`, or the older spellings of quirk 25."""
        for name in ("streamnumber", "stream", "streamprofile"):
            value = (self.attribute(name) or "").strip()
            if len(value) == 1 and value.isascii() and value.isdigit():
                return int(value)
        mode = (self.attribute("streamMode") or "").strip().lower()
        return {"main": 0, "sub": 1}.get(mode)

    @property
    def download_speed(self) -> int | None:
        return _number(self.attribute("downloadspeed"))

    @property
    def file_bytes(self) -> int | None:
        return _number(self.attribute("filesize"))

    def rtpmap(self) -> dict[int, str]:
        """Payload type to `ENCODING/clock`, upper case, well-known ones filled in."""
        mapped = {number: STATIC_PAYLOADS[number] for number in self.payload_types if number in STATIC_PAYLOADS}
        for key, value in self.attributes:
            number, _, encoding = value.strip().partition(" ")
            if key == "rtpmap" and number.isascii() and number.isdigit() and len(number) <= 3:
                mapped[int(number)] = encoding.strip().upper()
        return mapped


@dataclass(slots=True)
class SessionDescription:
    """One description; `start_s` and `end_s` of `t=` are Unix seconds, 0 0 for live (GB/T 28181)."""

    origin_user: str = "-"
    origin_host: str = "0.0.0.0"  # noqa: S104
    session_name: str = "-"
    uri: str = ""
    connection_host: str = ""
    start_s: int = 0
    end_s: int = 0
    media: list[Media] = field(default_factory=list)
    ssrc: str = ""
    """`y=`, always ten digits, "" when absent."""
    stream_format: str = ""
    """`f=` as sent."""

    @classmethod
    def parse(cls, data: bytes) -> SessionDescription:
        """Raises PeerError; unknown lines are passed over."""
        if len(data) > MAX_BYTES:
            raise PeerError("SDP is too long", 413)
        lines = data.decode("utf-8", "replace").replace("\r", "\n").split("\n", MAX_LINES)
        description = cls()
        for line in lines:
            name, equals, value = line.strip("\0 \t").partition("=")
            if equals and len(name) == 1:
                _read_line(description, name.lower(), value.strip())
        if not description.media and not description.connection_host:
            raise PeerError("SDP without media")
        return description

    @property
    def kind(self) -> str:
        """play, playback, download, talk or whatever `s=` says, lower case."""
        return self.session_name.strip().lower()

    def first(self, kind: str) -> Media | None:
        """The first media of a kind (`video`, `audio`)."""
        return next((media for media in self.media if media.kind == kind), None)

    def host_of(self, media: Media) -> str:
        """Where this media is sent to or comes from."""
        return media.connection_host or self.connection_host or self.origin_host

    def __bytes__(self) -> bytes:
        lines = [
            "v=0",
            f"o={self.origin_user} 0 0 IN IP4 {self.origin_host}",
            f"s={self.session_name}",
        ]
        lines += [f"u={self.uri}"] if self.uri else []
        lines += [f"c=IN IP4 {self.connection_host}"] if self.connection_host else []
        lines.append(f"t={self.start_s} {self.end_s}")
        for media in self.media:
            lines += _media_lines(media)
        lines += [f"y={self.ssrc}"] if self.ssrc else []
        lines += [f"f={self.stream_format}"] if self.stream_format else []
        return ("\r\n".join(lines) + "\r\n").encode()


def _read_line(description: SessionDescription, name: str, value: str) -> None:
    if name == "m":
        description.media.append(_media(value))
    elif name == "a" and description.media:
        key, _, text = value.partition(":")
        description.media[-1].attributes.append((key.strip(), text.strip()))
    elif name == "c":
        host = value.rsplit(" ", maxsplit=1)[-1].partition("/")[0]
        if description.media:
            description.media[-1].connection_host = host
        else:
            description.connection_host = host
    elif name == "o":
        words = value.split()
        if len(words) >= 6:
            description.origin_user, description.origin_host = words[0], words[5]
    elif name == "t":
        words = value.split()
        if len(words) == 2:
            description.start_s, description.end_s = (_number(word) or 0 for word in words)
    elif name == "y":
        description.ssrc = _ssrc(value)
    elif name in {"s", "u", "f"}:
        setattr(description, {"s": "session_name", "u": "uri", "f": "stream_format"}[name], value)


def _media(value: str) -> Media:
    words = value.split()
    port = _number(words[1].partition("/")[0]) if len(words) >= 3 else None
    if port is None or port > 65_535:
        raise PeerError("m= line is not a media line")
    payload_types = [int(word) for word in words[3:40] if word.isascii() and word.isdigit() and len(word) <= 3]
    return Media(words[0].lower(), port, words[2], payload_types)


def _media_lines(media: Media) -> list[str]:
    payload_types = " ".join(str(number) for number in media.payload_types)
    lines = [f"m={media.kind} {media.port} {media.protocol} {payload_types}".rstrip()]
    lines += [f"c=IN IP4 {media.connection_host}"] if media.connection_host else []
    lines += [f"a={key}:{value}" if value else f"a={key}" for key, value in media.attributes]
    return lines


def _ssrc(value: str) -> str:
    """Ten digits: a lost leading zero is put back; what is no number counts as absent."""
    number = _number(value)
    return "" if number is None or number > 0xFFFFFFFF else f"{number:010d}"


def _number(text: str | None) -> int | None:
    text = (text or "").strip()
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 18 else None
