"""Cutting a TCP byte stream into messages by Content-Length in bytes (RFC 3261 18.3, quirk 15)."""

from __future__ import annotations

import re
from typing import Final

from oversite.protocol.errors import PeerError

MAX_HEAD_BYTES: Final = 16_384
MAX_BODY_BYTES: Final = 8 * 1024 * 1024
"""A catalogue answer may carry 10,000 items in one message (GB/T 28181 app. M)."""

_CONTENT_LENGTH: Final = re.compile(rb"(?im)^(?:content-length|l)[ \t]*:[ \t]*(\d{1,9})[ \t]*\r?$")


class StreamFramer:
    """One per connection. After a PeerError the stream has no frame any more: close the connection."""

    __slots__ = ("_buffer", "_max_body_bytes", "_max_head_bytes", "_searched", "_wanted")

    def __init__(self, *, max_head_bytes: int = MAX_HEAD_BYTES, max_body_bytes: int = MAX_BODY_BYTES) -> None:
        self._buffer = bytearray()
        self._max_head_bytes = max_head_bytes
        self._max_body_bytes = max_body_bytes
        self._searched = 0
        self._wanted = 0
        """Length of the message whose head is complete; 0 while the head is not."""

    @property
    def is_waiting(self) -> bool:
        """A message has begun and not ended: a sender may not stay here for long."""
        return bool(self._buffer)

    def feed(self, data: bytes) -> list[bytes]:
        """Whole messages, in order. Raises PeerError when a bound is passed; nothing is kept back then."""
        self._buffer += data
        messages: list[bytes] = []
        while self._has_message():
            messages.append(bytes(self._buffer[: self._wanted]))
            del self._buffer[: self._wanted]
            self._wanted = self._searched = 0
        return messages

    def _has_message(self) -> bool:
        if not self._wanted:
            self._skip_keepalives()
            self._wanted = self._message_length()
        return 0 < self._wanted <= len(self._buffer)

    def _skip_keepalives(self) -> None:
        if self._buffer.startswith((b"\r", b"\n")):
            stripped = self._buffer.lstrip(b"\r\n")
            del self._buffer[: len(self._buffer) - len(stripped)]
            self._searched = 0

    def _message_length(self) -> int:
        end = self._buffer.find(b"\r\n\r\n", max(0, self._searched - 3))
        self._searched = len(self._buffer)
        if end > self._max_head_bytes or (end < 0 and len(self._buffer) > self._max_head_bytes):
            raise PeerError("header is too long", 513)
        if end < 0:
            return 0
        declared = _CONTENT_LENGTH.search(bytes(self._buffer[: end + 2]))
        body_bytes = int(declared[1]) if declared else 0
        if body_bytes > self._max_body_bytes:
            raise PeerError("body is too long", 513)
        return end + 4 + body_bytes
