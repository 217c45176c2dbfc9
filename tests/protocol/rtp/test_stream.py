"""A received stream: order, loss, sources, reports, and the quirks of devices."""

import itertools
import random
from collections.abc import Iterable, Sequence
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from oversite.protocol.media import AccessUnit, Codec
from oversite.protocol.mpegps.mux import PsMuxer
from oversite.protocol.nal import nal_spans
from oversite.protocol.rtp.packet import parse_packet
from oversite.protocol.rtp.rtcp import (
    ReceiverReport,
    SenderReport,
    build_bye,
    build_sender_report,
    ntp_of_unix_us,
    parse_rtcp,
)
from oversite.protocol.rtp.sender import RtpSender
from oversite.protocol.rtp.stream import RtpStream
from protocol.rtp.clips import aac_units, decoded_pictures, g711_units, video_units

SSRC = 0x05F5E101


@cache
def packets_of(
    codec: Codec = Codec.H264, *, ssrc: int = SSRC, first_sequence: int = 65_500, audio: bool = False
) -> tuple[tuple[bytes, float], ...]:
    """The clip as a device sends it: packets with their times of arrival, in seconds."""
    muxer = PsMuxer(video=codec, audio=Codec.G711A if audio else None)
    sender = RtpSender(ssrc=ssrc, first_sequence=first_sequence)
    sounds = list(g711_units(packets=50)) if audio else []
    packets = []
    for unit in video_units(codec):
        at = unit.dts_90k / 90_000
        packets += [(packet, at) for packet in sender.packetise(muxer.mux(unit), unit.dts_90k)]
        if sounds:
            sound = sounds.pop(0)
            packets += [(packet, at) for packet in sender.packetise(muxer.mux(sound), sound.dts_90k)]
    return tuple(packets)


def received(stream: RtpStream, packets: Iterable[tuple[bytes, float]], *, flush: bool = True) -> list[AccessUnit]:
    units = []
    now = 0.0
    for packet, now in packets:
        units += stream.receive(memoryview(packet), now)
    return units + (stream.flush(now) if flush else [])


def pictures(units: Iterable[AccessUnit]) -> list[AccessUnit]:
    return [unit for unit in units if unit.kind == "video"]


def payloads(units: Iterable[AccessUnit]) -> list[bytes]:
    return [unit.data for unit in units]


@pytest.mark.parametrize("codec", [Codec.H264, Codec.H265])
@pytest.mark.req("V5.2")
def test_a_device_stream_comes_out_unaltered_from_time_zero(codec: Codec) -> None:
    stream = RtpStream(ssrc=SSRC)
    units = received(stream, packets_of(codec))
    assert units == list(video_units(codec))
    assert decoded_pictures(units, codec) == 50
    stats = stream.stats
    assert (stats.codec, stats.ssrc, stats.packets, stats.lost) == (codec, SSRC, len(packets_of(codec)), 0)
    assert (stats.bad_units, stats.malformed, stats.first_packet_at) == (0, 0, 0.0)


def test_the_buffer_behind_a_packet_may_be_reused_at_once() -> None:
    buffer = bytearray(2048)
    stream = RtpStream(ssrc=SSRC)
    units = []
    for packet, now in packets_of():
        buffer[: len(packet)] = packet
        units += stream.receive(memoryview(buffer)[: len(packet)], now)
        buffer[:] = bytes(2048)
    assert payloads(units) == payloads(video_units())


@settings(max_examples=40, deadline=None)
@given(st.integers(), st.integers(1, 15))
def test_packets_out_of_order_within_the_window_are_put_back(seed: int, reach: int) -> None:
    chance = random.Random(seed)
    order = sorted(range(len(packets_of())), key=lambda index: index + (chance.uniform(0, reach) if index else 0))
    stream = RtpStream(ssrc=SSRC)
    units = received(stream, [(packets_of()[index][0], 0.0) for index in order])
    assert payloads(units) == payloads(video_units())
    assert stream.stats.lost == 0


@settings(max_examples=40, deadline=None)
@given(st.integers())
def test_duplicates_change_nothing(seed: int) -> None:
    chance = random.Random(seed)
    packets = []
    for packet in packets_of():
        packets += [packet] * chance.choice([1, 1, 2, 3])
        if chance.random() < 0.2 and len(packets) > 5:
            packets.append(packets[-5])
    stream = RtpStream(ssrc=SSRC)
    assert payloads(received(stream, packets)) == payloads(video_units())
    stats = stream.stats
    assert stats.duplicates == len(packets) - len(packets_of())
    assert stats.lost == 0


@settings(max_examples=40, deadline=None)
@given(st.sets(st.integers(10, 100), max_size=20))
def test_a_lost_packet_costs_its_picture_and_no_other(lost: set[int]) -> None:
    kept = [packet for index, packet in enumerate(packets_of()) if index not in lost]
    hit = {parse_packet(memoryview(packets_of()[index][0])).timestamp for index in lost if index < len(packets_of())}  # type: ignore[union-attr]
    stream = RtpStream(ssrc=SSRC)
    units = received(stream, kept)
    expected = [unit for unit in video_units() if unit.dts_90k not in hit]
    assert payloads(units) == payloads(expected)
    assert [unit.dts_90k for unit in units] == [unit.dts_90k for unit in expected]
    last = max((index for index in range(len(packets_of())) if index not in lost), default=0)
    assert stream.stats.lost == len([index for index in lost if index < last])


def test_a_packet_that_comes_after_it_was_given_up_is_counted_late() -> None:
    packets = list(packets_of())
    late = packets.pop(30)
    stream = RtpStream(ssrc=SSRC)
    received(stream, [*packets[:100], late, *packets[100:]])
    assert (stream.stats.lost, stream.stats.late, stream.stats.duplicates) == (1, 1, 0)


def test_the_wait_for_a_lost_packet_ends_with_time_too() -> None:
    packets = list(packets_of())
    del packets[30]
    stream = RtpStream(ssrc=SSRC)
    slow = [(packet, index * 0.1) for index, (packet, _) in enumerate(packets)]
    received(stream, slow[:29], flush=False)
    assert received(stream, slow[29:36], flush=False)
    assert stream.stats.lost == 1


def test_what_waits_to_be_ordered_is_bounded_in_bytes() -> None:
    sender = RtpSender(ssrc=SSRC, packet_bytes_max=60_000)
    stream = RtpStream(ssrc=SSRC, reorder_window=1000)
    packets = sender.packetise(b"\x00\x00\x01\xba" + bytes(3_000_000), 0)
    received(stream, [(packet, 0.0) for index, packet in enumerate(packets) if index != 1], flush=False)
    assert sum(map(len, stream._window.held.values())) <= 160_000


@pytest.mark.parametrize("window", [32, 0])
def test_a_restarted_sender_is_followed_after_its_second_packet(window: int) -> None:
    stream = RtpStream(ssrc=SSRC, reorder_window=window)
    first = received(stream, packets_of(first_sequence=100), flush=False)
    again = received(stream, [(packet, at + 2.04) for packet, at in packets_of(first_sequence=30_000)])
    assert payloads(first) == payloads(video_units())
    assert payloads(again)[-40:] == payloads(video_units())[-40:]
    times = [unit.dts_90k for unit in first + again]
    assert all(before < after for before, after in itertools.pairwise(times))
    assert stream.stats.lost == 0


def test_a_transport_that_keeps_order_lets_strange_numbers_through() -> None:
    stream = RtpStream(ssrc=SSRC, reorder_window=0)
    constant = [(packet[:2] + b"\x00\x07" + packet[4:], at) for packet, at in packets_of()]
    assert payloads(received(stream, constant)) == payloads(video_units())
    assert stream.stats.lost == 0


@pytest.mark.parametrize("quirk", ["marker on every packet", "marker never", "time stands still", "marker lies once"])
def test_frames_are_found_though_marker_or_time_are_wrong(quirk: str) -> None:
    packets = []
    for index, (packet, at) in enumerate(packets_of()):
        changed = bytearray(packet)
        if quirk == "marker on every packet" or (quirk == "marker lies once" and index == 2):
            changed[1] |= 0x80
        elif quirk == "marker never":
            changed[1] &= 0x7F
        elif quirk == "time stands still":
            changed[4:8] = bytes(4)
        packets.append((bytes(changed), at))
    units = received(RtpStream(ssrc=SSRC), packets)
    assert payloads(units) == payloads(video_units())
    assert [unit.dts_90k for unit in units] == [unit.dts_90k for unit in video_units()]


@pytest.mark.quirk(5)
def test_quirk_5_a_source_nobody_announced_is_taken() -> None:
    stream = RtpStream(ssrc=None)
    assert payloads(received(stream, packets_of())) == payloads(video_units())
    assert stream.stats.ssrc == SSRC


@pytest.mark.quirk(6)
def test_quirk_6_another_source_than_the_announced_is_taken_and_kept_to() -> None:
    stream = RtpStream(ssrc=111)
    foreign = packets_of(ssrc=222)
    mixed = []
    for index, packet in enumerate(packets_of()):
        mixed.append(packet)
        if index % 3 == 1:
            mixed.append(foreign[index])
    assert payloads(received(stream, mixed)) == payloads(video_units())
    assert stream.stats.foreign == len(mixed) - len(packets_of())


@pytest.mark.quirk(6)
def test_quirk_6_the_announced_source_wins_as_soon_as_it_shows() -> None:
    stream = RtpStream(ssrc=SSRC)
    received(stream, packets_of(ssrc=222)[:30], flush=False)
    units = received(stream, [(packet, at + 1) for packet, at in packets_of()])
    assert payloads(units) == payloads(video_units())
    assert stream.stats.source_changes == 1


@pytest.mark.quirk(7)
def test_quirk_7_a_source_that_falls_silent_is_replaced_by_the_one_that_sends() -> None:
    stream = RtpStream(ssrc=None)
    received(stream, packets_of(ssrc=222), flush=False)
    units = received(stream, [(packet, at + 3) for packet, at in packets_of()])
    assert payloads(units)[-40:] == payloads(video_units())[-40:]
    assert stream.stats.ssrc == SSRC


@pytest.mark.quirk(21)
def test_quirk_21_parameter_sets_that_follow_a_delta_picture_go_before_the_next() -> None:
    units = video_units()
    muxer, sender = PsMuxer(), RtpSender(ssrc=SSRC)
    cut = units[10].data.index(b"\x00\x00\x01\x65")
    sets = AccessUnit("video", Codec.H264, units[9].pts_90k, units[9].dts_90k, False, units[10].data[:cut])
    idr = AccessUnit("video", Codec.H264, units[10].pts_90k, units[10].dts_90k, True, units[10].data[cut:])
    packets = []
    for unit in (*units[5:10], sets, idr, *units[11:]):
        packets += [(packet, 0.0) for packet in sender.packetise(muxer.mux(unit), unit.dts_90k)]
    out = received(RtpStream(ssrc=SSRC), packets)
    assert payloads(out)[-40:] == payloads(units)[-40:]


@pytest.mark.quirk(22)
def test_quirk_22_audio_that_is_declared_and_never_comes_delays_nothing() -> None:
    muxer, sender = PsMuxer(video=Codec.H264, audio=Codec.G711A), RtpSender(ssrc=SSRC)
    stream = RtpStream(ssrc=SSRC)
    counts = []
    for unit in video_units():
        count = 0
        for packet in sender.packetise(muxer.mux(unit), unit.dts_90k):
            count += len(stream.receive(memoryview(packet), 0.0))
        counts.append(count)
    # The first picture waits for the second, which shows that pictures and frames begin together.
    assert counts == [0, 2] + [1] * 48


@pytest.mark.quirk(23)
def test_quirk_23_g711_of_its_own_beside_a_program_stream() -> None:
    muxer, sender = PsMuxer(), RtpSender(ssrc=SSRC)
    packets = []
    for index, (unit, sound) in enumerate(zip(video_units(), g711_units(packets=50), strict=True)):
        frame = sender.packetise(muxer.mux(unit), unit.dts_90k)
        packets += [(packet, index / 25) for packet in frame]
        beside = sender.packetise(sound.data, index * 320, payload_type=8)
        packets += [(packet, index / 25) for packet in beside]
    units = received(RtpStream(ssrc=SSRC), packets)
    assert payloads(pictures(units)) == payloads(video_units())
    sounds = [unit for unit in units if unit.kind == "audio"]
    assert payloads(sounds) == payloads(g711_units(packets=50))
    assert {unit.codec for unit in sounds} == {Codec.G711A}
    drift = [abs(sound.dts_90k - index * 3600) for index, sound in enumerate(sounds)]
    assert max(drift) <= 3600


@pytest.mark.quirk(24)
def test_quirk_24_what_comes_before_the_first_packet_is_passed_over() -> None:
    stream = RtpStream(ssrc=SSRC)
    report = build_sender_report(SenderReport(SSRC, 1 << 32, 0, 0, 0))
    before = [report, b"", b"\r\n\r\n", b"\x00" * 60, bytes([0x80, 0x7F]) + b"other protocol", b"\x80\x60\x00"]
    units = received(stream, [*((packet, 0.0) for packet in before), *packets_of()])
    assert payloads(units) == payloads(video_units())
    assert stream.stats.malformed == 4


def test_after_a_pause_in_the_middle_of_a_picture_only_that_one_is_missing() -> None:
    stream = RtpStream(ssrc=SSRC)
    packets = packets_of()
    marks = [index for index, (packet, _) in enumerate(packets) if packet[1] & 0x80]
    middle = marks[9] + 3
    assert middle < marks[10]
    first = received(stream, packets[:middle])
    later = received(stream, [(packet, at + 12) for packet, at in packets[middle:]])
    assert payloads(first + later) == payloads(unit for index, unit in enumerate(video_units()) if index != 10)
    assert stream.stats.bad_units == 2


def test_padding_and_extensions_are_left_out() -> None:
    packets = []
    for index, (packet, at) in enumerate(packets_of()):
        if index % 3 == 1:
            packet = bytes([packet[0] | 0x20]) + packet[1:] + b"\x00\x00\x03"
        elif index % 3 == 2:
            packet = bytes([packet[0] | 0x10]) + packet[1:12] + bytes.fromhex("bede000100000000") + packet[12:]
        packets.append((packet, at))
    assert payloads(received(RtpStream(ssrc=SSRC), packets)) == payloads(video_units())


@pytest.mark.parametrize("codec", [Codec.H264, Codec.H265])
@pytest.mark.parametrize("following_bytes", [0, 1_300])
def test_the_middle_of_a_picture_that_looks_like_parameter_sets_does_not_hide_the_program_stream(
    following_bytes: int, codec: Codec
) -> None:
    data = video_units(codec)[0].data
    start, end = nal_spans(data)[0]
    middle = RtpSender(ssrc=SSRC, first_sequence=65_499).packetise(data[start:end] + b"\x5a" * following_bytes, 0)
    units = received(RtpStream(ssrc=SSRC), [(middle[0], 0.0), *packets_of(codec)])
    assert payloads(units) == payloads(video_units(codec))


@pytest.mark.parametrize("codec", [Codec.H264, Codec.H265])
def test_elementary_streams_are_joined_to_pictures(codec: Codec) -> None:
    sender = RtpSender(ssrc=SSRC, payload_type=98)
    packets: list[tuple[bytes, float]] = []
    expected = []
    for unit in video_units(codec):
        nals = [unit.data[start:end] for start, end in nal_spans(unit.data)]
        expected.append(nals)
        pieces = [piece for nal in nals for piece in fragmented(codec, nal)]
        for piece in pieces:
            packet = bytearray(sender.packetise(piece, unit.dts_90k)[0])
            packet[1] = 98 | (0x80 if piece is pieces[-1] else 0)
            packets.append((bytes(packet), unit.dts_90k / 90_000))
    units = received(RtpStream(ssrc=SSRC), packets)
    assert [[unit.data[start:end] for start, end in nal_spans(unit.data)] for unit in units] == expected
    assert decoded_pictures(units, codec) == 50
    assert [unit.is_key for unit in units] == [unit.is_key for unit in video_units(codec)]


def fragmented(codec: Codec, nal: bytes) -> list[bytes]:
    """A NAL unit as one payload, or as fragmentation units (RFC 6184 §5.8, RFC 7798 §4.4.3)."""
    if len(nal) <= 1200:
        return [nal]
    header = 2 if codec is Codec.H265 else 1
    body = [nal[at : at + 1000] for at in range(header, len(nal), 1000)]
    pieces = []
    for index, chunk in enumerate(body):
        edge = (0x80 if index == 0 else 0) | (0x40 if index == len(body) - 1 else 0)
        if codec is Codec.H265:
            pieces.append(bytes([nal[0] & 0x81 | 49 << 1, nal[1], edge | nal[0] >> 1 & 0x3F]) + chunk)
        else:
            pieces.append(bytes([nal[0] & 0xE0 | 28, edge | nal[0] & 0x1F]) + chunk)
    return pieces


@pytest.mark.parametrize("codec", [Codec.H264, Codec.H265])
@settings(max_examples=30, deadline=None)
@given(lost=st.integers(0, 60))
def test_a_lost_packet_of_an_elementary_stream_costs_its_picture_and_no_other(codec: Codec, lost: int) -> None:
    sender = RtpSender(ssrc=SSRC, payload_type=98)
    packets: list[tuple[bytes, float]] = []
    for unit in video_units(codec):
        pieces = [piece for start, end in nal_spans(unit.data) for piece in fragmented(codec, unit.data[start:end])]
        for piece in pieces:
            packet = bytearray(sender.packetise(piece, unit.dts_90k)[0])
            packet[1] = 98 | (0x80 if piece is pieces[-1] else 0)
            packets.append((bytes(packet), 0.0))
    first_frame = next(index for index, (packet, _) in enumerate(packets) if packet[1] & 0x80) + 1
    hit = parse_packet(memoryview(packets.pop(first_frame + lost)[0]))
    assert hit is not None
    units = received(RtpStream(ssrc=SSRC), packets)
    times = [unit.dts_90k for unit in video_units(codec)]
    # A parameter set lost from the head of a key frame leaves a picture that still decodes with the last ones.
    assert {unit.dts_90k for unit in units} | {hit.timestamp} == set(times)


def test_aac_of_its_own_is_known_by_its_header() -> None:
    sender = RtpSender(ssrc=SSRC, payload_type=102)
    packets = [(packet, 0.0) for unit in aac_units() for packet in sender.packetise(unit.data, 0)]
    units = received(RtpStream(ssrc=SSRC), packets)
    assert payloads(units) == payloads(aac_units())
    assert [unit.dts_90k for unit in units] == [unit.dts_90k for unit in aac_units()]


def report_of(stream: RtpStream, now: float) -> ReceiverReport:
    packet = stream.report_due(now)
    assert packet is not None
    (report,) = parse_rtcp(packet)
    assert isinstance(report, ReceiverReport)
    return report


def test_no_report_before_the_source_is_known_and_then_one_every_five_seconds() -> None:
    stream = RtpStream(ssrc=SSRC)
    assert stream.report_due(0.0) is None
    received(stream, packets_of(), flush=False)
    assert stream.report_due(2.0) is not None
    assert stream.report_due(6.9) is None
    assert stream.report_due(7.0) is not None


def test_receiver_reports_count_as_rfc_3550_says() -> None:
    packets = packets_of(first_sequence=65_500)
    stream = RtpStream(ssrc=SSRC, reporter_ssrc=0xABCD)
    stream.receive_rtcp(build_sender_report(SenderReport(SSRC, 0x1122334455667788, 0, 0, 0)), 0.5)
    received(stream, packets[:32], flush=False)
    (block,) = report_of(stream, 1.0).blocks
    assert report_of(stream, 10.0).ssrc == 0xABCD
    assert (block.ssrc, block.fraction_lost, block.cumulative_lost) == (SSRC, 0, 0)
    assert block.highest_sequence == 65_500 + 31
    assert (block.last_sr, block.delay_since_last_sr) == (0x33445566, 32_768)
    # eight of the next 36 are lost
    received(stream, packets[32:48] + packets[56:64], flush=False)
    for packet, now in packets[64:68]:
        stream.receive(memoryview(packet), now + 9)
    (block,) = report_of(stream, 20.0).blocks
    assert block.cumulative_lost == 8
    assert block.fraction_lost == 8 * 256 // 36
    assert block.highest_sequence == 65_500 + 67


def test_jitter_follows_the_rule_of_rfc_3550() -> None:
    muxer, sender = PsMuxer(), RtpSender(ssrc=SSRC)
    stream = RtpStream(ssrc=SSRC)
    delays = [0, 0.002, 0.001, 0.005, 0.0, 0.003]
    expected = 0.0
    for index, unit in enumerate(video_units()[:6]):
        for packet in sender.packetise(muxer.mux(unit), unit.dts_90k):
            stream.receive(memoryview(packet), 100 + index / 25 + delays[index])
        if index:
            expected += (abs(delays[index] - delays[index - 1]) * 90_000 - expected) / 16
    assert stream.stats.jitter_90k == pytest.approx(expected, abs=1)


def test_the_senders_own_time_of_a_picture() -> None:
    stream = RtpStream(ssrc=SSRC)
    assert stream.sender_unix_us(0) is None
    received(stream, packets_of(), flush=False)
    unix_us = 1_790_000_000_000_000
    stream.receive_rtcp(build_sender_report(SenderReport(SSRC, ntp_of_unix_us(unix_us), 90_000, 0, 0)), 2.0)
    at = stream.sender_unix_us(180_000)
    assert at == pytest.approx(unix_us + 1_000_000, abs=2)


def test_a_bye_is_noticed() -> None:
    stream = RtpStream(ssrc=SSRC)
    received(stream, packets_of(), flush=False)
    stream.receive(memoryview(build_bye(SSRC)), 3.0)
    assert stream.stats.has_left


def mutated(packets: Sequence[tuple[bytes, float]], seed: int) -> list[tuple[bytes, float]]:
    chance = random.Random(seed)
    out = []
    for packet, at in packets:
        changed = bytearray(packet)
        for _ in range(chance.choice([0, 0, 0, 1, 2, 30])):
            changed[chance.randrange(len(changed))] = chance.randrange(256)
        if chance.random() < 0.05:
            changed = changed[: chance.randrange(len(changed))]
        out.append((bytes(changed), at))
        if chance.random() < 0.05:
            chance.shuffle(out[-6:])
    return out


@settings(max_examples=60, deadline=None)
@given(st.integers(), st.sampled_from([Codec.H264, Codec.H265]), st.sampled_from([0, 32]))
def test_mutated_packets_raise_nothing_and_times_still_increase(seed: int, codec: Codec, window: int) -> None:
    stream = RtpStream(ssrc=SSRC, reorder_window=window)
    units = received(stream, mutated(packets_of(codec, audio=True), seed))
    for kind in ("video", "audio"):
        times = [unit.dts_90k for unit in units if unit.kind == kind]
        assert all(before < after for before, after in itertools.pairwise(times))
    assert stream.report_due(100.0) is not None
    assert stream.stats.packets >= 0


@settings(max_examples=150, deadline=None)
@given(st.lists(st.binary(max_size=100), max_size=20), st.sampled_from([0, 32]))
def test_noise_raises_nothing(datagrams: list[bytes], window: int) -> None:
    stream = RtpStream(ssrc=None, reorder_window=window)
    for index, datagram in enumerate(datagrams):
        stream.receive(memoryview(datagram), index)
        stream.receive(memoryview(b"\x80\x60" + datagram), index)
        stream.receive(memoryview(b"\x80\x62" + bytes([0, index]) + b"\x00" * 8 + b"\x67" + datagram), index)
        stream.receive(memoryview(b"\x80\xc8" + datagram), index)
    stream.report_due(1.0)
    stream.flush(2.0)
    assert stream.stats is not None
