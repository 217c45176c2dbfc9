"""NAL units and parameter sets of H.264 and H.265."""

import av
import pytest
from hypothesis import given
from hypothesis import strategies as st

from oversite.protocol.media import Codec
from oversite.protocol.nal import (
    BitReader,
    joined_annex_b,
    nal_spans,
    parse_h264_sps,
    parse_h265_sps,
    picture_kind,
    sniff_codec,
    unescaped,
)
from protocol.rtp.clips import video_units

BASELINE_SPS = bytes.fromhex("6742c01ed90141fb011000000300100000030320f162e480")


@pytest.mark.parametrize(
    ("stream", "nals"),
    [
        (b"\x00\x00\x00\x01\x67abc\x00\x00\x01\x68de", [b"\x67abc", b"\x68de"]),
        (b"\x00\x00\x01\x67abc\x00\x00\x00\x00\x00\x01\x68de\x00\x00", [b"\x67abc", b"\x68de"]),
        (b"junk before\x00\x00\x01\x65", [b"\x65"]),
        (b"\x00\x00\x01\x00\x00\x01\x65", [b"\x65"]),
        (b"\x00\x00\x01", []),
        (b"", []),
    ],
)
def test_a_byte_stream_is_split_at_start_codes_without_padding(stream: bytes, nals: list[bytes]) -> None:
    assert [stream[start:end] for start, end in nal_spans(stream)] == nals


@given(
    st.lists(st.binary(min_size=1, max_size=40).map(lambda body: b"\x41" + body.replace(b"\x00", b"\x02")), max_size=6)
)
def test_joining_and_splitting_give_back_the_same_nals(nals: list[bytes]) -> None:
    stream = joined_annex_b(nals)
    assert [stream[start:end] for start, end in nal_spans(stream)] == nals


def test_bits_and_exponential_golomb_codes() -> None:
    # ITU-T H.264 table 9-2: 1 -> 0, 010 -> 1, 011 -> 2, 00100 -> 3; signed 00101 -> -2
    reader = BitReader(int("1010011001000010100000000", 2).to_bytes(4, "big")[-4:])
    reader.bits(7)
    assert [reader.ue() for _ in range(4)] == [0, 1, 2, 3]
    assert reader.se() == -2
    with pytest.raises(EOFError):
        reader.bits(64)


def test_emulation_prevention_bytes_are_taken_out() -> None:
    assert unescaped(b"\x67\x00\x00\x03\x01\x00\x00\x03\x00") == b"\x67\x00\x00\x01\x00\x00\x00"


@pytest.mark.parametrize(("width", "height"), [(320, 240), (1920, 1080), (352, 288), (722, 406)])
@pytest.mark.parametrize("codec", [Codec.H264, Codec.H265])
def test_size_and_profile_are_those_the_encoder_was_asked_for(codec: Codec, width: int, height: int) -> None:
    unit = video_units(codec, frames=1, width=width, height=height)[0]
    nals = [unit.data[start:end] for start, end in nal_spans(unit.data)]
    if codec is Codec.H264:
        parameters = parse_h264_sps(next(nal for nal in nals if nal[0] & 0x1F == 7))
        assert parameters is not None
        assert parameters.codec_string[:2] == "64"
    else:
        parameters = parse_h265_sps(next(nal for nal in nals if nal[0] >> 1 == 33))
        assert parameters is not None
        assert parameters.codec_string.startswith("1.6.L")
    assert (parameters.width, parameters.height) == (width, height)


def test_a_baseline_profile_is_named_as_rfc_6381_says() -> None:
    parameters = parse_h264_sps(BASELINE_SPS)
    assert parameters is not None
    assert parameters.codec_string == "42c01e"


@pytest.mark.parametrize("codec", [Codec.H264, Codec.H265])
def test_key_frames_are_those_the_encoder_marks(codec: Codec) -> None:
    units = video_units(codec, b_frames=2)
    assert [picture_kind(codec, unit.data) == "key" for unit in units] == [unit.is_key for unit in units]


def test_parameter_sets_alone_are_no_picture() -> None:
    unit = video_units(Codec.H264)[0]
    sets = [unit.data[start:end] for start, end in nal_spans(unit.data) if unit.data[start] & 0x1F in (7, 8)]
    assert picture_kind(Codec.H264, joined_annex_b(sets)) == "none"


def test_an_i_slice_behind_parameter_sets_counts_as_key_though_it_is_no_idr() -> None:
    unit = video_units(Codec.H264)[0]
    nals = [unit.data[start:end] for start, end in nal_spans(unit.data)]
    # first_mb_in_slice 0, slice_type 7 (I): bits 1 0001000
    as_non_idr = [*[nal for nal in nals if nal[0] & 0x1F in (7, 8)], b"\x41\x88\x80\x40"]
    assert picture_kind(Codec.H264, joined_annex_b(as_non_idr)) == "key"
    assert picture_kind(Codec.H264, joined_annex_b(as_non_idr[-1:])) == "delta"
    # slice_type 5 (P): bits 1 00110
    assert picture_kind(Codec.H264, joined_annex_b([*as_non_idr[:-1], b"\x41\x98\x80\x40"])) == "delta"


@pytest.mark.quirk(20)
@pytest.mark.parametrize("codec", [Codec.H264, Codec.H265])
def test_quirk_20_the_codec_shows_in_the_parameter_sets(codec: Codec) -> None:
    units = video_units(codec)
    assert sniff_codec(units[0].data) is codec
    assert sniff_codec(units[1].data) is None


def test_the_pictures_are_ones_that_a_decoder_takes() -> None:
    context = av.CodecContext.create("h264", "r")
    assert sum(len(context.decode(av.Packet(unit.data))) for unit in video_units()) + len(context.decode(None)) == 50


@given(st.binary(max_size=200))
def test_nothing_raises_on_noise(data: bytes) -> None:
    parse_h264_sps(b"\x67" + data)
    parse_h265_sps(b"\x42\x01" + data)
    for codec in (Codec.H264, Codec.H265):
        picture_kind(codec, b"\x00\x00\x01" + data)
    sniff_codec(b"\x00\x00\x01\x67" + data)
    sniff_codec(data)
    nal_spans(data)
