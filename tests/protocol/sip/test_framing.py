"""Quirk 15: a TCP stream is cut by Content-Length in bytes."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oversite.protocol.errors import PeerError
from oversite.protocol.sip.framing import StreamFramer

BODY = "<Name>一号机位</Name>".encode("gb18030")
FIRST = b"MESSAGE sip:a@b SIP/2.0\r\nCall-ID: 1\r\nContent-Length: %d\r\n\r\n" % len(BODY) + BODY
SECOND = b"SIP/2.0 200 OK\r\nCall-ID: 2\r\nl: 0\r\n\r\n"
THIRD = b"OPTIONS sip:a@b SIP/2.0\r\nCall-ID: 3\r\n\r\n"


@pytest.mark.quirk(15)
def test_several_messages_in_one_read_with_keepalives_between() -> None:
    assert StreamFramer().feed(b"\r\n\r\n" + FIRST + b"\r\n" + SECOND + THIRD) == [FIRST, SECOND, THIRD]


@given(st.lists(st.integers(0, len(FIRST + SECOND + THIRD)), max_size=12))
def test_however_the_stream_is_split_the_messages_are_the_same(cuts: list[int]) -> None:
    stream = FIRST + b"\r\n\r\n" + SECOND + THIRD
    edges = [0, *sorted(cuts), len(stream)]
    framer = StreamFramer()
    pieces = [stream[start:end] for start, end in pairwise(edges)]
    assert [message for piece in pieces for message in framer.feed(piece)] == [FIRST, SECOND, THIRD]
    assert not framer.is_waiting


def test_a_half_message_is_waited_for() -> None:
    framer = StreamFramer()
    assert framer.feed(FIRST[:-1]) == []
    assert framer.is_waiting
    assert framer.feed(FIRST[-1:]) == [FIRST]


@pytest.mark.parametrize(
    "stream",
    [
        b"X" * 20_000,
        b"OPTIONS sip:a@b SIP/2.0\r\nContent-Length: 999999999\r\n\r\n",
        b"OPTIONS sip:a@b SIP/2.0\r\nA: " + b"x" * 20_000 + b"\r\n\r\n",
    ],
)
def test_what_is_too_long_ends_the_stream(stream: bytes) -> None:
    with pytest.raises(PeerError) as caught:
        StreamFramer().feed(stream)
    assert caught.value.status_hint == 513
