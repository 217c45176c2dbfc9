"""Program stream map."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oversite.protocol.media import Codec
from oversite.protocol.mpegps.stream_map import build_stream_map, crc32_mpeg, parse_stream_map

# ISO/IEC 13818-1 table 2-41: version 1, no program info, H.264 at 0xE0 and G.711A at 0xC0.
PRINTED = bytes.fromhex("000001bc 0012 e1ff 0000 0008 1be00000 90c00000".replace(" ", ""))


def test_the_crc_is_that_of_the_standard() -> None:
    # The check value of CRC-32/MPEG-2 over "123456789".
    assert crc32_mpeg(b"123456789") == 0x0376E6E7


def test_a_map_is_written_as_the_standard_lays_it_out() -> None:
    made = build_stream_map({0xE0: Codec.H264, 0xC0: Codec.G711A})
    assert made[:-4] == PRINTED
    assert made[-4:] == crc32_mpeg(PRINTED).to_bytes(4, "big")


def test_a_map_is_read_with_descriptors_passed_over() -> None:
    body = bytes.fromhex("e1ff0003aabbcc") + (14).to_bytes(2, "big") + bytes.fromhex("24e0000211220fc0000080e10000")
    whole = b"\x00\x00\x01\xbc" + (len(body) + 4).to_bytes(2, "big") + body
    parsed = parse_stream_map(whole + crc32_mpeg(whole).to_bytes(4, "big"))
    assert parsed is not None
    assert parsed.has_right_crc
    assert parsed.codecs == {0xE0: Codec.H265, 0xC0: Codec.AAC, 0xE1: Codec.SVAC}


@pytest.mark.quirk(20)
def test_quirk_20_a_wrong_crc_is_noted_and_the_map_still_read() -> None:
    made = build_stream_map({0xE0: Codec.H264})
    parsed = parse_stream_map(made[:-1] + bytes([made[-1] ^ 1]))
    assert parsed is not None
    assert not parsed.has_right_crc
    assert parsed.codecs == {0xE0: Codec.H264}


def test_a_stream_type_nobody_knows_is_unknown() -> None:
    made = bytearray(build_stream_map({0xE0: Codec.H264}))
    made[12] = 0x42
    parsed = parse_stream_map(bytes(made))
    assert parsed is not None
    assert parsed.codecs == {0xE0: Codec.UNKNOWN}


@given(st.binary(max_size=60))
def test_nothing_raises_on_noise(data: bytes) -> None:
    parse_stream_map(b"\x00\x00\x01\xbc" + data)
    parse_stream_map(data)
