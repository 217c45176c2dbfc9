"""Frames -> RTP packets, for the sending side."""

import struct

from oversite.protocol.rtp.packet import HEADER_BYTES

_HEADER = struct.Struct(">BBHII")


class RtpSender:
    """Numbers and cuts frames of one stream into packets; the last packet of a frame has the marker bit."""

    def __init__(
        self, *, ssrc: int, payload_type: int = 96, first_sequence: int = 0, packet_bytes_max: int = 1400
    ) -> None:
        self.ssrc = ssrc
        self.payload_type = payload_type
        self.packets = 0
        """Packets made so far, for sender reports."""
        self.payload_bytes = 0
        """Payload bytes made so far, for sender reports."""
        self._sequence = first_sequence
        self._room = packet_bytes_max - HEADER_BYTES

    def packetise(self, frame: bytes, timestamp_90k: int, *, payload_type: int | None = None) -> list[bytes]:
        """Cut a frame into packets of at most `packet_bytes_max` bytes; timestamps are taken modulo 2**32."""
        kind = self.payload_type if payload_type is None else payload_type
        timestamp = timestamp_90k & 0xFFFFFFFF
        packets = []
        last = max(len(frame) - 1, 0) // self._room
        for index in range(last + 1):
            chunk = frame[index * self._room : (index + 1) * self._room]
            second = kind | 0x80 if index == last else kind
            packets.append(_HEADER.pack(0x80, second, self._sequence, timestamp, self.ssrc) + chunk)
            self._sequence = (self._sequence + 1) & 0xFFFF
        self.packets += len(packets)
        self.payload_bytes += len(frame)
        return packets
