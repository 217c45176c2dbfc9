"""RTCP reports."""

from hypothesis import given
from hypothesis import strategies as st

from oversite.protocol.rtp.rtcp import (
    Bye,
    ReceiverReport,
    ReportBlock,
    SenderReport,
    build_bye,
    build_receiver_report,
    build_sender_report,
    is_rtcp,
    ntp_of_unix_us,
    parse_rtcp,
)

# RFC 3550 §6.4.1: version 2, no block, type 200, six words; NTP 0xB705:2000 in its middle as in the RFC's figure 2.
SENDER_REPORT = bytes.fromhex("80c8000600000001b44db7052000000000015f900000006400002710")


def test_a_sender_report_is_read_field_by_field() -> None:
    assert parse_rtcp(SENDER_REPORT) == [SenderReport(1, 0xB44DB70520000000, 90_000, 100, 10_000)]


def test_the_wall_time_of_a_report() -> None:
    # RFC 3550 figure 2: 10 Nov 1995 11:33:25.125 UTC
    (report,) = parse_rtcp(SENDER_REPORT)
    assert isinstance(report, SenderReport)
    assert report.unix_us == 816_003_205_125_000
    assert ntp_of_unix_us(816_003_205_125_000) == report.ntp


def test_a_receiver_report_is_laid_out_as_rfc_3550_says() -> None:
    block = ReportBlock(0x0005F5E1, 64, -2, 0x00011234, 90, 0xB7052000, 0x00054000)
    packet = build_receiver_report(0x0A0B0C0D, block, b"ab")
    assert packet.hex() == (
        "81c900070a0b0c0d0005f5e140fffffe000112340000005ab70520000005400081ca00030a0b0c0d0102616200000000"
    )
    assert parse_rtcp(packet) == [ReceiverReport(0x0A0B0C0D, (block,))]


def test_reports_and_bye_come_back() -> None:
    report = SenderReport(9, ntp_of_unix_us(1_760_000_000_000_000), 4, 5, 6)
    assert parse_rtcp(build_sender_report(report) + build_bye(9)) == [report, Bye((9,))]


def test_rtcp_is_told_from_rtp_by_its_type() -> None:
    assert is_rtcp(SENDER_REPORT)
    assert not is_rtcp(bytes.fromhex("80e01234010203040005f5e1"))


@given(st.binary(max_size=100))
def test_nothing_raises_on_noise(data: bytes) -> None:
    parse_rtcp(data)
    for kind in (200, 201, 203):
        parse_rtcp(bytes([0x81, kind, 0, 7]) + data)
