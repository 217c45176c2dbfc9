"""One RTP packet (RFC 3550 §5.1)."""

import struct
from dataclasses import dataclass

HEADER_BYTES = 12
_HEADER = struct.Struct(">BBHII")


@dataclass(frozen=True, slots=True)
class RtpPacket:
    """A parsed packet; `payload` shares the bytes it was parsed from."""

    payload_type: int
    is_marked: bool
    sequence: int
    timestamp: int
    ssrc: int
    payload: memoryview

    def __bytes__(self) -> bytes:
        second = self.payload_type | (0x80 if self.is_marked else 0)
        return _HEADER.pack(0x80, second, self.sequence, self.timestamp, self.ssrc) + self.payload


def parse_packet(data: memoryview) -> RtpPacket | None:
    """Parse one datagram, leaving CSRC list, extension and padding out; None when it is not RTP version 2."""
    if len(data) < HEADER_BYTES or data[0] >> 6 != 2:
        return None
    first, second, sequence, timestamp, ssrc = _HEADER.unpack_from(data)
    start = HEADER_BYTES + 4 * (first & 0x0F)
    if first & 0x10:
        if start + 4 > len(data):
            return None
        start += 4 + 4 * int.from_bytes(data[start + 2 : start + 4], "big")
    end = len(data) - (data[-1] if first & 0x20 else 0)
    if start > end:
        return None
    return RtpPacket(second & 0x7F, second > 0x7F, sequence, timestamp, ssrc, data[start:end])
