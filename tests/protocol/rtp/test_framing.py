"""RTP over TCP."""

import itertools
import random

from hypothesis import given, settings
from hypothesis import strategies as st

from oversite.protocol.rtp.framing import RtpFramer, frame_packet
from oversite.protocol.rtp.sender import RtpSender


def packets_of(count: int = 40) -> list[bytes]:
    sender = RtpSender(ssrc=0x01020304)
    chance = random.Random(count)
    return [sender.packetise(chance.randbytes(chance.randrange(1, 1300)), 3600)[0] for _ in range(count)]


def dollar(packet: bytes) -> bytes:
    return b"$\x00" + len(packet).to_bytes(2, "big") + packet


def fed(framer: RtpFramer, stream: bytes, cuts: list[int]) -> list[bytes]:
    found = []
    bounds = [0, *sorted(cut % (len(stream) + 1) for cut in cuts), len(stream)]
    for start, end in itertools.pairwise(bounds):
        found += [bytes(packet) for packet in framer.feed(memoryview(stream)[start:end])]
    return found


def test_two_length_bytes_stand_before_each_packet() -> None:
    assert frame_packet(b"\x80" * 300)[:3] == b"\x01\x2c\x80"


@settings(max_examples=50)
@given(st.lists(st.integers(0, 10**6), max_size=30), st.sampled_from([frame_packet, dollar]))
def test_packets_come_out_whole_however_tcp_cuts_the_stream(cuts: list[int], frame) -> None:  # type: ignore[no-untyped-def]
    packets = packets_of()
    framer = RtpFramer()
    assert fed(framer, b"".join(map(frame, packets)), cuts) == packets
    assert framer.skipped_bytes == 0


def test_one_byte_at_a_time() -> None:
    packets = packets_of(5)
    stream = b"".join(map(frame_packet, packets))
    assert fed(RtpFramer(), stream, list(range(len(stream)))) == packets


def test_a_length_that_looks_like_a_dollar_sign_is_still_a_length() -> None:
    packet = RtpSender(ssrc=1, packet_bytes_max=20_000).packetise(b"x" * (0x2401 - 12), 0)[0]
    assert frame_packet(packet)[0] == ord("$")
    assert fed(RtpFramer(), frame_packet(packet) * 2, []) == [packet, packet]


def test_after_garbage_the_known_source_is_found_again() -> None:
    packets = packets_of()
    stream = b"".join(map(frame_packet, packets[:5])) + b"\x00\x05garbage!!" + b"".join(map(frame_packet, packets[5:]))
    framer = RtpFramer()
    out = fed(framer, stream, [])
    assert out[:5] == packets[:5]
    assert out[-34:] == packets[-34:]
    assert framer.skipped_bytes > 0


def test_rtcp_passes_through() -> None:
    report = bytes.fromhex("80c80006" + "01020304" + "00" * 20)
    assert fed(RtpFramer(), frame_packet(report), []) == [report]


@settings(max_examples=200)
@given(st.lists(st.binary(max_size=400), max_size=12))
def test_noise_neither_raises_nor_piles_up(chunks: list[bytes]) -> None:
    framer = RtpFramer()
    for chunk in chunks:
        framer.feed(chunk)
        assert len(framer._rest) <= 0x10004


def test_a_flood_of_false_beginnings_costs_no_more_than_its_size() -> None:
    framer = RtpFramer()
    framer.feed(frame_packet(packets_of(1)[0]))
    for _ in range(4):
        framer.feed(b"\x00\x05\x01\x02\x03\x04" * 40_000)
    assert framer.skipped_bytes > 900_000
