"""RTCP: sender reports read, receiver reports written (RFC 3550 §6.4)."""

import struct
from dataclasses import dataclass

SENDER_REPORT = 200
RECEIVER_REPORT = 201
SOURCE_DESCRIPTION = 202
BYE = 203

NTP_UNIX_SECONDS = 2_208_988_800
"""Seconds from 1900 (NTP) to 1970 (Unix)."""

_SENDER_INFO = struct.Struct(">IQIII")
_REPORT_BLOCK = struct.Struct(">IIIIII")


@dataclass(frozen=True, slots=True)
class SenderReport:
    """`ntp` is 32.32 fixed point seconds since 1900; `rtp_timestamp` the same instant on the media clock."""

    ssrc: int
    ntp: int
    rtp_timestamp: int
    packets: int
    payload_bytes: int

    @property
    def unix_us(self) -> int:
        """The sender's wall time in µs since 1970."""
        return ((self.ntp >> 32) - NTP_UNIX_SECONDS) * 1_000_000 + ((self.ntp & 0xFFFFFFFF) * 1_000_000 >> 32)


@dataclass(frozen=True, slots=True)
class ReportBlock:
    """What a receiver says about one source."""

    ssrc: int
    fraction_lost: int
    """Of the packets expected since the last report, in 1/256."""
    cumulative_lost: int
    highest_sequence: int
    jitter: int
    last_sr: int
    """Middle 32 bits of the newest sender report's NTP time, 0 before any."""
    delay_since_last_sr: int
    """In 1/65536 s."""


@dataclass(frozen=True, slots=True)
class ReceiverReport:
    """A receiver report with its blocks."""

    ssrc: int
    blocks: tuple[ReportBlock, ...]


@dataclass(frozen=True, slots=True)
class Bye:
    """The sources that leave."""

    ssrcs: tuple[int, ...]


def is_rtcp(data: memoryview | bytes) -> bool:
    """True when a datagram is RTCP rather than RTP (RFC 5761 §4)."""
    return len(data) >= 8 and data[0] >> 6 == 2 and 192 <= data[1] <= 223


def parse_rtcp(data: memoryview | bytes) -> list[SenderReport | ReceiverReport | Bye]:
    """The known packets of a compound packet; the rest of it is passed over, a cut tail is left out."""
    found: list[SenderReport | ReceiverReport | Bye] = []
    position = 0
    while position + 8 <= len(data) and data[position] >> 6 == 2:
        count = data[position] & 0x1F
        kind = data[position + 1]
        end = position + 4 + 4 * (data[position + 2] << 8 | data[position + 3])
        if end > len(data):
            break
        body = position + 8
        ssrc = int.from_bytes(data[position + 4 : body], "big")
        if kind == SENDER_REPORT and end - body >= _SENDER_INFO.size - 4:
            found.append(SenderReport(*_SENDER_INFO.unpack_from(data, position + 4)))
        elif kind == RECEIVER_REPORT:
            stop = min(end, body + count * _REPORT_BLOCK.size)
            found.append(ReceiverReport(ssrc, tuple(_blocks(data, body, stop))))
        elif kind == BYE:
            words = range(position + 4, min(end, position + 4 + 4 * count), 4)
            found.append(Bye(tuple(int.from_bytes(data[at : at + 4], "big") for at in words)))
        position = end
    return found


def _blocks(data: memoryview | bytes, start: int, stop: int) -> list[ReportBlock]:
    blocks = []
    for at in range(start, stop - _REPORT_BLOCK.size + 1, _REPORT_BLOCK.size):
        ssrc, lost, highest, jitter, last_sr, delay = _REPORT_BLOCK.unpack_from(data, at)
        cumulative = (lost & 0xFFFFFF) - (0x1000000 if lost & 0x800000 else 0)
        blocks.append(ReportBlock(ssrc, lost >> 24, cumulative, highest, jitter, last_sr, delay))
    return blocks


def build_receiver_report(ssrc: int, block: ReportBlock, cname: bytes = b"oversite") -> bytes:
    """A compound packet of one receiver report and the source description that must go with it."""
    lost = (block.fraction_lost & 0xFF) << 24 | max(min(block.cumulative_lost, 0x7FFFFF), -0x800000) & 0xFFFFFF
    report = struct.pack(">BBHI", 0x81, RECEIVER_REPORT, 7, ssrc) + _REPORT_BLOCK.pack(
        block.ssrc,
        lost,
        block.highest_sequence & 0xFFFFFFFF,
        block.jitter & 0xFFFFFFFF,
        block.last_sr,
        block.delay_since_last_sr & 0xFFFFFFFF,
    )
    return report + _source_description(ssrc, cname)


def build_sender_report(report: SenderReport, cname: bytes = b"oversite") -> bytes:
    """A compound packet of one sender report without blocks and the source description."""
    return (
        struct.pack(">BBH", 0x80, SENDER_REPORT, 6)
        + _SENDER_INFO.pack(
            report.ssrc,
            report.ntp,
            report.rtp_timestamp,
            report.packets & 0xFFFFFFFF,
            report.payload_bytes & 0xFFFFFFFF,
        )
        + _source_description(report.ssrc, cname)
    )


def build_bye(ssrc: int) -> bytes:
    """The end of a source."""
    return struct.pack(">BBHI", 0x81, BYE, 1, ssrc)


def _source_description(ssrc: int, cname: bytes) -> bytes:
    chunk = struct.pack(">IBB", ssrc, 1, len(cname)) + cname
    chunk += b"\x00" * (4 - len(chunk) % 4)
    return struct.pack(">BBH", 0x81, SOURCE_DESCRIPTION, len(chunk) // 4) + chunk


def ntp_of_unix_us(unix_us: int) -> int:
    """32.32 fixed point NTP time of an instant in µs since 1970."""
    seconds, us = divmod(unix_us, 1_000_000)
    return (seconds + NTP_UNIX_SECONDS) << 32 | (us << 32) // 1_000_000
