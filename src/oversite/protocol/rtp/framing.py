"""RTP on TCP: two length bytes before each packet (RFC 4571) or RTSP's `$` framing, told apart per frame.

A peer that loses count is followed again as soon as the SSRC seen before comes by; the rest is counted.
"""

import struct

from oversite.protocol.rtp.rtcp import is_rtcp

_LENGTH = struct.Struct(">H")
_DOLLAR = 0x24
_SSRC_OFFSET = 10
"""Where the SSRC stands behind the two length bytes."""


def frame_packet(packet: bytes) -> bytes:
    """Put the two length bytes of RFC 4571 before a packet of at most 65,535 bytes."""
    return _LENGTH.pack(len(packet)) + packet


class RtpFramer:
    """Cuts a received byte stream into packets."""

    def __init__(self) -> None:
        self.skipped_bytes = 0
        """Bytes that belonged to no packet."""
        self._rest = b""
        self._ssrc = b""

    def feed(self, data: bytes | memoryview) -> list[memoryview]:
        """Take received bytes, return the whole packets; views of `data` that change when it does."""
        if self._rest:
            data = self._rest + bytes(data)
        view = memoryview(data)
        packets: list[memoryview] = []
        position, size = 0, len(view)
        while size - position >= 4:
            start, end = _bounds(view, position)
            if start < size and view[start] >> 6 != 2:
                data = data if isinstance(data, bytes) else bytes(data)
                self._know_source(packets)
                position = self._resynchronise(data, position)
                continue
            if end > size:
                break
            if end - start >= 12:
                packets.append(view[start:end])
            position = end
        self._know_source(packets)
        self._rest = bytes(view[position:]) if position < size else b""
        return packets

    def _know_source(self, packets: list[memoryview]) -> None:
        if packets and not is_rtcp(packets[-1]):
            self._ssrc = bytes(packets[-1][8:12])

    def _resynchronise(self, data: bytes, position: int) -> int:
        """Where a packet of the known SSRC begins next; else keep only what may still begin one."""
        found = data.find(self._ssrc, position + 1) if self._ssrc else -1
        while found >= 0:
            start = found - _SSRC_OFFSET
            if start > position and data[start + 2] >> 6 == 2:
                self.skipped_bytes += start - position
                return start
            found = data.find(self._ssrc, found + 1)
        keep = min(len(data) - position - 1, _SSRC_OFFSET + 3 if self._ssrc else 3)
        self.skipped_bytes += len(data) - keep - position
        return len(data) - keep


def _bounds(view: memoryview, position: int) -> tuple[int, int]:
    """Begin and end of the packet whose frame header is at `position`; four bytes are there."""
    if view[position] == _DOLLAR and view[position + 2] >> 6 != 2:
        start = position + 4
        return start, start + int(_LENGTH.unpack_from(view, position + 2)[0])
    start = position + 2
    return start, start + int(_LENGTH.unpack_from(view, position)[0])
