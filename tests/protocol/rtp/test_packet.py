"""RTP packets."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oversite.protocol.rtp.packet import RtpPacket, parse_packet
from oversite.protocol.rtp.sender import RtpSender


def test_a_packet_is_laid_out_as_rfc_3550_says() -> None:
    packet = RtpPacket(96, True, 0x1234, 0x01020304, 0x0005F5E1, memoryview(b"PS"))
    assert bytes(packet).hex() == "80e01234010203040005f5e15053"
    parsed = parse_packet(memoryview(bytes(packet)))
    assert parsed == packet


@pytest.mark.parametrize(
    ("header", "payload"),
    [
        ("82601234010203040005f5e1" + "00000001" * 2, b"data"),
        ("90601234010203040005f5e1" + "bede0002" + "aabbccdd" * 2, b"data"),
        ("a0601234010203040005f5e1", b"data\x00\x00\x03"),
    ],
    ids=["two contributing sources", "extension of two words", "three bytes of padding"],
)
def test_what_stands_around_the_payload_is_left_out(header: str, payload: bytes) -> None:
    parsed = parse_packet(memoryview(bytes.fromhex(header) + payload))
    assert parsed is not None
    assert bytes(parsed.payload) == b"data"


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\x80" * 11,
        bytes.fromhex("40601234010203040005f5e1"),
        bytes.fromhex("8f601234010203040005f5e1aabb"),
        bytes.fromhex("90601234010203040005f5e1bede"),
        bytes.fromhex("90601234010203040005f5e1bedeffff"),
        bytes.fromhex("a0601234010203040005f5e1ff"),
    ],
)
def test_what_does_not_fit_is_no_packet(data: bytes) -> None:
    assert parse_packet(memoryview(data)) is None


@given(st.binary(max_size=64))
def test_nothing_raises_on_noise(data: bytes) -> None:
    parse_packet(memoryview(data))


@given(st.binary(max_size=5000), st.integers(0, 2**40))
def test_frames_are_cut_into_small_numbered_packets_the_last_one_marked(frame: bytes, timestamp: int) -> None:
    sender = RtpSender(ssrc=7, first_sequence=65_534)
    packets = sender.packetise(frame, timestamp)
    assert max(map(len, packets)) <= 1400
    parsed = [parse_packet(memoryview(packet)) for packet in packets]
    assert b"".join(bytes(packet.payload) for packet in parsed if packet) == frame
    assert [packet.is_marked for packet in parsed if packet] == [False] * (len(packets) - 1) + [True]
    assert [packet.sequence for packet in parsed if packet] == [(65_534 + i) % 65_536 for i in range(len(packets))]
    assert {packet.timestamp for packet in parsed if packet} == {timestamp % 2**32}
    assert (sender.packets, sender.payload_bytes) == (len(packets), len(frame))
