"""PES packet headers."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oversite.protocol.mpegps.pes import parse_pes_header


@pytest.mark.parametrize(
    ("packet", "expected"),
    [
        # MPEG-2: none, PTS, PTS and DTS. 0x21 0x00 0x01 0x00 0x01 is time 0 (ISO/IEC 13818-1 table 2-21).
        ("000001e0000388000041", (9, None, None)),
        ("000001e000098880052100010001", (14, 0, 0)),
        ("000001e00009888005210005bf21", (14, 90_000, 90_000)),
        ("000001e0000e88c00a310005db41110005bf21", (19, 93_600, 90_000)),
        # 33 bits, all ones
        ("000001e00009888005 2fffffffff", (14, 0x1FFFFFFFF, 0x1FFFFFFFF)),
        # flags promise a PTS that the header length leaves out
        ("000001e0000388800041", (9, None, None)),
        # MPEG-1: stuffing, buffer size, PTS; PTS and DTS; neither
        ("000001e0000affff6004210005bf21aabb", (15, 90_000, 90_000)),
        ("000001e0000b310005db41110005bf21aa", (16, 93_600, 90_000)),
        ("000001e000040faabbcc", (7, None, None)),
    ],
)
def test_where_the_payload_starts_and_when_it_is_due(packet: str, expected: tuple[int, int, int]) -> None:
    data = bytes.fromhex(packet.replace(" ", ""))
    assert parse_pes_header(data, 0, len(data)) == expected


def test_a_header_longer_than_its_packet_is_refused() -> None:
    assert parse_pes_header(bytes.fromhex("000001e0000388800541"), 0, 10) is None


@given(st.binary(min_size=6, max_size=40))
def test_nothing_raises_on_noise(data: bytes) -> None:
    parse_pes_header(data, 0, len(data))
