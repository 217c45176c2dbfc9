"""SDP with the lines of GB/T 28181, from devices that forget some of them."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oversite.protocol.errors import PeerError
from oversite.protocol.sdp import Media, SessionDescription

OFFER = (
    b"v=0\r\no=34020000002000000001 0 0 IN IP4 192.168.0.10\r\ns=Play\r\nc=IN IP4 192.168.0.10\r\nt=0 0\r\n"
    b"m=video 30000 TCP/RTP/AVP 96 98 97\r\na=recvonly\r\na=setup:passive\r\na=connection:new\r\n"
    b"a=rtpmap:96 PS/90000\r\na=rtpmap:98 H264/90000\r\na=rtpmap:97 MPEG4/90000\r\na=streamnumber:0\r\n"
    b"y=0100000001\r\nf=v/2/5/25/1/4000a/1/8/1\r\n"
)


@pytest.mark.req("V5.1")
def test_an_offer_reads_and_writes_back_byte_for_byte() -> None:
    offer = SessionDescription.parse(OFFER)
    video = offer.first("video")
    assert video is not None
    assert (offer.kind, offer.ssrc, offer.stream_format) == ("play", "0100000001", "v/2/5/25/1/4000a/1/8/1")
    assert (video.port, video.is_tcp, video.setup, video.direction) == (30000, True, "passive", "recvonly")
    assert video.rtpmap() == {96: "PS/90000", 98: "H264/90000", 97: "MPEG4/90000"}
    assert video.stream_number == 0
    assert offer.host_of(video) == "192.168.0.10"
    assert bytes(offer) == OFFER


def test_playback_and_download_carry_channel_period_and_size() -> None:
    answer = SessionDescription.parse(
        b"v=0\r\no=34020000001320000001 0 0 IN IP4 10.0.0.7\r\ns=Download\r\nu=34020000001320000001:3\r\n"
        b"t=1700000000 1700003600\r\nm=video 6000 RTP/AVP 96\r\nc=IN IP4 10.0.0.8\r\na=sendonly\r\n"
        b"a=downloadspeed:4\r\na=filesize:123456789\r\ny=1100000001\r\n"
    )
    video = answer.media[0]
    assert (answer.kind, answer.uri) == ("download", "34020000001320000001:3")
    assert (answer.start_s, answer.end_s) == (1700000000, 1700003600)
    assert (video.download_speed, video.file_bytes) == (4, 123456789)
    assert answer.host_of(video) == "10.0.0.8"


@pytest.mark.quirk(5)
def test_quirk_5_an_answer_without_y_has_no_ssrc() -> None:
    answer = SessionDescription.parse(OFFER.replace(b"y=0100000001\r\n", b""))
    assert answer.ssrc == ""


@pytest.mark.quirk(32)
def test_quirk_32_leading_zero_lost_no_rtpmap_no_last_line_end() -> None:
    answer = SessionDescription.parse(
        b"v=0\no=- 0 0 IN IP4 1.2.3.4\ns=Talk\nc=IN IP4 1.2.3.4\nt=0 0\nm=audio 7000 RTP/AVP 8\ny=100000001"
    )
    audio = answer.first("audio")
    assert audio is not None
    assert answer.ssrc == "0100000001"
    assert audio.rtpmap() == {8: "PCMA/8000"}


@pytest.mark.parametrize(
    ("attribute", "number"),
    [("streamnumber:1", 1), ("stream:1", 1), ("streamprofile:0", 0), ("streamMode:SUB", 1), ("other:1", None)],
)
@pytest.mark.quirk(25)
def test_quirk_25_the_sub_stream_has_many_names(attribute: str, number: int | None) -> None:
    text = b"m=video 1 RTP/AVP 96\r\na=" + attribute.encode()
    assert SessionDescription.parse(text).media[0].stream_number == number


def test_a_description_of_our_own() -> None:
    description = SessionDescription(
        "34020000002000000001",
        "10.0.0.1",
        "Playback",
        "34020000001320000001:0",
        "10.0.0.1",
        1,
        2,
        [Media("video", 30002, "RTP/AVP", [96], [("recvonly", ""), ("rtpmap", "96 PS/90000")])],
        "1000000001",
    )
    assert SessionDescription.parse(bytes(description)) == description


@pytest.mark.parametrize(
    "data", [b"", b"v=0\r\n", b"m=video x RTP/AVP 96", b"m=video 70000 RTP/AVP 96", b"m=video", b"v=0" * 30_000]
)
def test_what_offers_nothing_is_the_peers_error(data: bytes) -> None:
    with pytest.raises(PeerError):
        SessionDescription.parse(data)


@given(st.binary(max_size=400) | st.lists(st.sampled_from(OFFER.split(b"\r\n"))).map(b"\n".join))
def test_no_bytes_raise_anything_but_the_peers_error(data: bytes) -> None:
    with suppress(PeerError):
        bytes(SessionDescription.parse(data))
