"""Frames into RTP packets on a path, with the faults of a line."""

from __future__ import annotations

import random
import struct
from collections.abc import Set as AbstractSet
from typing import Final

from oversite.protocol.rtp.sender import RtpSender
from oversite.simulator.frames import Frame
from oversite.simulator.media_path import MediaPath
from oversite.simulator.misbehaviour import Misbehaviour

LOSS: Final = 0.02
REORDERED: Final = 0.05
_NTP_EPOCH_S: Final = 2_208_988_800


class RtpOut:
    """The sending end of one stream: waits for a key frame, then sends every frame."""

    def __init__(
        self, path: MediaPath, ssrc: int, faults: AbstractSet[Misbehaviour], *, waits_for_key: bool = True
    ) -> None:
        self._path = path
        self._faults = faults
        self.next_sequence = random.randrange(0x8000)
        self._sender = RtpSender(ssrc=ssrc, first_sequence=self.next_sequence)
        self._waits_for_key = waits_for_key
        self._chance = random.Random(ssrc)
        self._held: bytes | None = None
        self.frames = 0

    def send(self, frame: Frame) -> None:
        """Send one frame."""
        if self._waits_for_key and not frame.is_key and Misbehaviour.NO_KEY_FRAME not in self._faults:
            return
        self._waits_for_key = False
        packets = self._sender.packetise(frame.data, frame.timestamp_90k, payload_type=frame.payload_type)
        self.next_sequence = (int.from_bytes(packets[-1][2:4], "big") + 1) & 0xFFFF
        if Misbehaviour.PACKET_LOSS in self._faults:
            packets = [packet for packet in packets if self._chance.random() >= LOSS]
        if Misbehaviour.REORDER in self._faults:
            packets = self._reordered(packets)
        self._path.send(packets)
        self.frames += 1

    def send_report(self, at: float, timestamp_90k: int) -> None:
        """Send an RTCP sender report (RFC 3550 6.4.1); `at` is seconds since 1970."""
        whole = int(at)
        fraction = int((at - whole) * 2**32)
        head = struct.pack(">BBHI", 0x80, 200, 6, self._sender.ssrc)
        times = struct.pack(">III", whole + _NTP_EPOCH_S & 0xFFFFFFFF, fraction, timestamp_90k & 0xFFFFFFFF)
        counts = struct.pack(">II", self._sender.packets & 0xFFFFFFFF, self._sender.payload_bytes & 0xFFFFFFFF)
        self._path.send([head + times + counts])

    def _reordered(self, packets: list[bytes]) -> list[bytes]:
        """Now and then a packet waits until the next one has gone."""
        found: list[bytes] = []
        for packet in packets:
            if self._held is not None:
                found += [packet, self._held]
                self._held = None
            elif self._chance.random() < REORDERED:
                self._held = packet
            else:
                found.append(packet)
        return found
