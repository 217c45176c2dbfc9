"""Control of playback (2022, appendix B)."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oversite.protocol.errors import PeerError, UsageError
from oversite.protocol.gb28181.mansrtsp import Method, PlaybackRequest, PlaybackResponse, is_response


@pytest.mark.parametrize(
    ("request_", "lines"),
    [
        (PlaybackRequest.resume(1), ["PLAY RTSP/1.0", "CSeq: 1", "Range: npt=now-"]),
        (PlaybackRequest.pause(2), ["PAUSE RTSP/1.0", "CSeq: 2", "PauseTime: now"]),
        (PlaybackRequest.seek(3, 100), ["PLAY RTSP/1.0", "CSeq: 3", "Range: npt=100-"]),
        (PlaybackRequest.seek(3, 1.5), ["PLAY RTSP/1.0", "CSeq: 3", "Range: npt=1.5-"]),
        (PlaybackRequest.speed(4, 0.25), ["PLAY RTSP/1.0", "CSeq: 4", "Scale: 0.25"]),
        (PlaybackRequest.speed(4, -2), ["PLAY RTSP/1.0", "CSeq: 4", "Scale: -2"]),
        (PlaybackRequest.stop(5), ["TEARDOWN RTSP/1.0", "CSeq: 5"]),
    ],
)
@pytest.mark.req("V5.1")
def test_each_request_carries_its_own_headers_only(request_: PlaybackRequest, lines: list[str]) -> None:
    assert bytes(request_).decode().split("\r\n") == [*lines, "", ""]
    assert PlaybackRequest.parse(bytes(request_)) == request_


@pytest.mark.parametrize("version", ["RTSP/1.0", "MANSRTSP/1.0", "rtsp/1.0"])
def test_both_names_of_the_protocol_are_read(version: str) -> None:
    request = PlaybackRequest.parse(f"PLAY {version}\r\nCSeq: 7\r\nScale: 2.0\r\n\r\n".encode())
    assert request == PlaybackRequest.speed(7, 2)


def test_spare_words_and_line_ends_are_put_up_with() -> None:
    body = b"\r\nPLAY rtsp://camera/track RTSP/1.0\nCSeq:2\nRange: npt = 30 - 60\n"
    assert PlaybackRequest.parse(body) == PlaybackRequest.seek(2, 30)


def test_a_request_without_number_still_counts() -> None:
    assert PlaybackRequest.parse(b"PAUSE RTSP/1.0\r\n\r\n") == PlaybackRequest.pause(0)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"PLAY",
        b"RECORD RTSP/1.0\r\nCSeq: 1\r\n\r\n",
        b"PLAY HTTP/1.0\r\n\r\n",
        b"PLAY RTSP/1.0\r\nScale: fast\r\n\r\n",
        b"PLAY RTSP/1.0\r\nScale: 0\r\n\r\n",
        b"PLAY RTSP/1.0\r\nRange: clock=2026\r\n\r\n",
        b"PLAY RTSP/1.0\r\n" + b"X: y\r\n" * 1000,
    ],
)
def test_what_cannot_be_done_is_refused(body: bytes) -> None:
    with pytest.raises(PeerError):
        PlaybackRequest.parse(body)


@pytest.mark.parametrize("number", [float("nan"), float("inf"), -1.0])
def test_we_do_not_seek_nowhere(number: float) -> None:
    with pytest.raises(UsageError):
        PlaybackRequest.seek(1, number)


@pytest.mark.parametrize("number", [float("nan"), 0.0])
def test_we_do_not_play_at_no_speed(number: float) -> None:
    with pytest.raises(UsageError):
        PlaybackRequest.speed(1, number)


def test_the_answer_maps_media_time_to_the_new_position() -> None:
    body = b"RTSP/1.0 200 OK\r\nCSeq: 3\r\nRTP-Info: seq=5873;rtptime=4294967295\r\n\r\n"
    response = PlaybackResponse.parse(body)
    assert response == PlaybackResponse(sequence=3, rtp_sequence=5873, rtp_time=4294967295)
    assert bytes(response) == body
    assert is_response(body)
    assert not is_response(b"PLAY RTSP/1.0\r\n")


def test_a_refusal_keeps_its_reason() -> None:
    response = PlaybackResponse.parse(b"MANSRTSP/1.0 400 Bad Request\r\nCSeq: 9\r\n\r\n")
    assert (response.status, response.reason, response.sequence) == (400, "Bad Request", 9)


@pytest.mark.parametrize("body", [b"", b"RTSP/1.0", b"RTSP/1.0 abc", b"HTTP/1.1 200 OK"])
def test_what_is_no_answer_is_refused(body: bytes) -> None:
    with pytest.raises(PeerError):
        PlaybackResponse.parse(body)


@given(st.binary(max_size=200) | st.text(max_size=200).map(lambda text: f"PLAY RTSP/1.0\r\n{text}".encode()))
def test_any_bytes_are_read_or_refused(body: bytes) -> None:
    for kind in (PlaybackRequest, PlaybackResponse):
        with suppress(PeerError):
            assert isinstance(kind.parse(body), kind)


@given(st.floats(0, 86_400), st.integers(0, 2**31))
def test_positions_survive(position_s: float, sequence: int) -> None:
    read = PlaybackRequest.parse(bytes(PlaybackRequest.seek(sequence, position_s)))
    assert read.method is Method.PLAY
    assert read.position_s == pytest.approx(position_s, abs=1e-6)
