"""Requests and responses (RFC 3261 7), read leniently and written strictly.

Only the start line and the header lines are split when a message is read; the meaning of a header is
worked out when somebody asks for it. Bytes that are not UTF-8 survive through surrogate escapes, so that
what must be echoed is echoed as it came.
"""

from __future__ import annotations

from typing import Final

from oversite.protocol.errors import PeerError, UsageError
from oversite.protocol.sip.address import NameAddr
from oversite.protocol.sip.headers import Headers, split_values
from oversite.protocol.sip.via import CSeq, Via

MAX_HEAD_BYTES: Final = 65_535
MAX_HEADER_LINES: Final = 200

REASONS: Final = {
    100: "Trying",
    180: "Ringing",
    183: "Session Progress",
    200: "OK",
    202: "Accepted",
    302: "Moved Temporarily",
    400: "Bad Request",
    401: "Unauthorized",
    403: "Forbidden",
    404: "Not Found",
    405: "Method Not Allowed",
    408: "Request Timeout",
    415: "Unsupported Media Type",
    416: "Unsupported URI Scheme",
    420: "Bad Extension",
    423: "Interval Too Brief",
    480: "Temporarily Unavailable",
    481: "Call/Transaction Does Not Exist",
    486: "Busy Here",
    487: "Request Terminated",
    488: "Not Acceptable Here",
    489: "Bad Event",
    500: "Server Internal Error",
    501: "Not Implemented",
    503: "Service Unavailable",
    505: "Version Not Supported",
    513: "Message Too Large",
    603: "Decline",
}

_TOKEN: Final = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-.!%*_+`'~")


class Message:
    """What requests and responses share. Properties raise PeerError when their header is absent or broken."""

    __slots__ = ("body", "has_wrong_length", "headers")

    def __init__(self, headers: Headers | None = None, body: bytes = b"") -> None:
        self.headers = Headers() if headers is None else headers
        self.body = body
        self.has_wrong_length = False
        """The Content-Length disagreed with the bytes that came (quirk 16)."""

    @property
    def start_line(self) -> str:
        raise NotImplementedError

    @property
    def call_id(self) -> str:
        return self._required("Call-ID")

    @property
    def cseq(self) -> CSeq:
        return CSeq.parse(self._required("CSeq"))

    @property
    def via(self) -> Via:
        """The topmost hop."""
        return Via.parse(split_values(self._required("Via"))[0])

    @property
    def from_(self) -> NameAddr:
        return NameAddr.parse(self._required("From"))

    @property
    def to(self) -> NameAddr:
        return NameAddr.parse(self._required("To"))

    @property
    def contact(self) -> NameAddr | None:
        """The first contact; None when absent or `*`."""
        value = self.headers.get("Contact")
        if not value or value == "*":
            return None
        return NameAddr.parse(split_values(value)[0])

    @property
    def expires(self) -> int | None:
        """Seconds of the Expires header; None when absent or not a number."""
        value = self.headers.get("Expires")
        return int(value) if value.isascii() and value.isdigit() and len(value) <= 10 else None

    @property
    def content_type(self) -> str:
        """Lower case, without parameters."""
        return self.headers.get("Content-Type").partition(";")[0].strip().lower()

    def _required(self, name: str) -> str:
        value = self.headers.get(name)
        if not value:
            raise PeerError(f"{name} is missing")
        return value

    def __bytes__(self) -> bytes:
        """The message with its true Content-Length, whatever the headers say."""
        lines = [self.start_line]
        lines += [f"{name}: {value}" for name, value in self.headers if name.lower() != "content-length"]
        lines.append(f"Content-Length: {len(self.body)}\r\n\r\n")
        return "\r\n".join(lines).encode("utf-8", "surrogateescape") + self.body


class Request(Message):
    """A request; `uri` is kept as text, `SipUri.parse` reads it."""

    __slots__ = ("method", "uri")

    def __init__(self, method: str, uri: str, headers: Headers | None = None, body: bytes = b"") -> None:
        super().__init__(headers, body)
        if not method or not _TOKEN.issuperset(method) or any(char in uri for char in " \r\n"):
            raise UsageError(f"not a request line: {method!r} {uri!r}")
        self.method = method
        self.uri = uri

    @property
    def start_line(self) -> str:
        return f"{self.method} {self.uri} SIP/2.0"

    def reply(self, status: int, reason: str = "", body: bytes = b"") -> Response:
        """A response with the headers that must be copied (RFC 3261 8.2.6.2)."""
        headers = self.headers.only("Via", "From", "To", "Call-ID", "CSeq")
        return Response(status, reason, headers, body)

    def __repr__(self) -> str:
        return f"<Request {self.start_line!r} {self.headers!r} body={self.body[:200]!r}>"


class Response(Message):
    """A response; an empty `reason` takes the usual phrase of the status."""

    __slots__ = ("reason", "status")

    def __init__(self, status: int, reason: str = "", headers: Headers | None = None, body: bytes = b"") -> None:
        super().__init__(headers, body)
        if not 100 <= status <= 699 or "\r" in reason or "\n" in reason:
            raise UsageError(f"not a status line: {status} {reason!r}")
        self.status = status
        self.reason = reason or REASONS.get(status, "")

    @property
    def start_line(self) -> str:
        return f"SIP/2.0 {self.status} {self.reason}"

    def as_request(self) -> Request:
        """The request this answers, as far as the answer tells: enough for a dialog. Raises PeerError."""
        headers = Headers()
        for name in ("From", "To", "Call-ID", "CSeq"):
            headers.add(name, self._required(name))
        return Request(self.cseq.method, str(self.to.uri), headers)

    @property
    def is_provisional(self) -> bool:
        return self.status < 200

    @property
    def is_success(self) -> bool:
        return 200 <= self.status < 300

    def __repr__(self) -> str:
        return f"<Response {self.start_line!r} {self.headers!r} body={self.body[:200]!r}>"


def parse_message(data: bytes) -> Request | Response:
    """One whole message (a datagram, or what the stream framer cut out). Raises PeerError.

    A Content-Length that disagrees with the bytes is passed over in favour of the bytes (quirk 16).
    """
    head, body = _split_head(data)
    lines = _unfolded(head.decode("utf-8", "surrogateescape"))
    if len(lines) > MAX_HEADER_LINES:
        raise PeerError("too many header lines", 513)
    headers = Headers.parse(lines[1:])
    message = _from_start_line(lines[0], headers)
    message.body, message.has_wrong_length = _measured(body, headers.get("Content-Length"))
    return message


def _split_head(data: bytes) -> tuple[bytes, bytes]:
    data = data.lstrip(b"\r\n") if data[:1] in b"\r\n" else data
    end, gap = data.find(b"\r\n\r\n"), 4
    if end < 0:
        end, gap = data.find(b"\n\n"), 2
    head, body = (data, b"") if end < 0 else (data[:end], data[end + gap :])
    if not head or len(head) > MAX_HEAD_BYTES:
        raise PeerError("empty message" if not head else "header is too long", 513)
    return head, body


def _unfolded(head: str) -> list[str]:
    lines = head.split("\r\n")
    if "\n" in head.replace("\r\n", "") or "\r" in head.replace("\r\n", ""):
        lines = head.replace("\r\n", "\n").replace("\r", " ").split("\n")
    if "\n " not in head and "\n\t" not in head:
        return [line for line in lines if line]
    whole: list[str] = []
    for line in lines:
        if line[:1] in {" ", "\t"} and len(whole) > 1:
            whole[-1] = f"{whole[-1]} {line.strip()}"
        elif line.strip():
            whole.append(line)
    return whole


def _from_start_line(line: str, headers: Headers) -> Request | Response:
    if line[:4].upper() == "SIP/":
        version, _, rest = line.partition(" ")
        _check_version(version)
        status, _, reason = rest.strip().partition(" ")
        if len(status) != 3 or not status.isascii() or not status.isdigit() or not "1" <= status[0] <= "6":
            raise PeerError("status is not a number from 100 to 699")
        return Response(int(status), reason.strip(), headers)
    words = line.split()
    if len(words) != 3:
        raise PeerError("start line is not SIP")
    method, uri, version = words
    _check_version(version)
    if len(method) > 64 or not _TOKEN.issuperset(method):
        raise PeerError("method is not a token")
    return Request(method, uri, headers)


def _check_version(version: str) -> None:
    if version.upper() != "SIP/2.0":
        raise PeerError("version is not SIP/2.0", 505 if version[:4].upper() == "SIP/" else 400)


def _measured(body: bytes, declared: str) -> tuple[bytes, bool]:
    """The body to use and whether the declared length was wrong; padding behind the body is cut off."""
    if not declared:
        return body, False
    if not declared.isascii() or not declared.isdigit() or len(declared) > 9:
        return body, True
    length = int(declared)
    if length == len(body):
        return body, False
    if length < len(body) and not body[length:].strip(b"\r\n\0 \t"):
        return body[:length], False
    return body, True
