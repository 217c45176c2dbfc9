"""Live pictures: from RTP packets to what a browser gets over the WebSocket."""

import io
import json
import socket
from contextlib import ExitStack
from itertools import pairwise
from typing import Any

import av
import pytest
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import ClientConnection, connect

from services.media.camera import TcpCamera, packets
from services.media.conftest import Client, RunningNode, Steady, Udp, wait_for


def header_of(viewer: ClientConnection) -> Any:
    message = viewer.recv(10)
    assert isinstance(message, str)
    return json.loads(message)


def decoded(data: bytes) -> list[Any]:
    with av.open(io.BytesIO(data), "r", format="mp4") as container:
        return list(container.decode(video=0))


def collect(viewer: ClientConnection, messages: int) -> bytes:
    return b"".join(message for _ in range(messages) if isinstance(message := viewer.recv(10), bytes))


@pytest.mark.parametrize("codec", ["h264", "h265"])
def test_a_viewer_gets_header_init_and_pictures(client: Client, steady: Steady, codec: str) -> None:
    steady(client.open(), codec=codec)
    status = client.status(stage="playing")
    assert status["stage"] == "playing"
    assert status["codec"] == codec
    assert (status["width"], status["height"]) == (320, 192)
    with client.watch(client.ticket()) as viewer:
        header = header_of(viewer)
        assert header["mime"].startswith('video/mp4; codecs="avc1.' if codec == "h264" else 'video/mp4; codecs="hvc1.')
        assert header["started_at"].endswith("+00:00")
        pictures = decoded(collect(viewer, 8))
    assert len(pictures) >= 20
    assert pictures[0].key_frame


def test_nobody_waits_a_second_for_the_first_picture(client: Client) -> None:
    camera = TcpCamera(client.open(transport="tcp-passive"))
    camera.send(packets(frames=10))
    assert client.status(stage="playing")["stage"] == "playing"
    camera.close()


def test_tcp_both_ways(client: Client) -> None:
    passive = TcpCamera(client.open("passive", transport="tcp-passive"))
    passive.send(packets(frames=60))
    assert client.status("passive", "playing")["stage"] == "playing"
    active = TcpCamera()
    client.open("active", transport="tcp-active")
    client.door("POST", "receivers/active/connect", {"host": "127.0.0.1", "port": active.port})
    active.accept()
    active.send(packets(frames=60))
    status = client.status("active", "playing")
    assert (status["stage"], status["lost"], status["malformed"]) == ("playing", 0, 0)
    passive.close()
    active.close()


def test_a_ticket_opens_one_picture_once(running: RunningNode, client: Client, steady: Steady) -> None:
    steady(client.open())
    client.status(stage="playing")
    token = client.ticket()
    with client.watch(token) as viewer:
        header_of(viewer)
        with client.watch(token) as second, pytest.raises(ConnectionClosed) as refusal:
            second.recv(5)
        assert refusal.value.rcvd is not None
        assert refusal.value.rcvd.code == 4403
    report = wait_for(lambda: [item for item in running.store.reports if item.ended_at])[0]
    assert (report.viewing_id, report.end_cause) == ("1", "closed")
    assert report.sent_bytes > 1000


def test_a_viewing_whose_right_ends_is_closed_and_others_go_on(
    running: RunningNode, client: Client, steady: Steady
) -> None:
    steady(client.open())
    client.status(stage="playing")
    with client.watch(client.ticket(viewing_id="1")) as one, client.watch(client.ticket(viewing_id="2")) as two:
        header_of(one)
        header_of(two)
        running.node.tickets.viewings["1"].granted_at -= 60
        running.node.tickets.viewings["2"].granted_at -= 60
        assert client.door("PUT", "allowed", {"viewings": [2]}) == {"ended": 1}
        with pytest.raises(ConnectionClosed):
            collect(one, 1000)
        assert collect(two, 3)
    ended = [item for item in running.store.reports if item.ended_at and item.viewing_id == "1"]
    assert [item.end_cause for item in ended] == ["right-ended"]


def test_another_sites_page_is_turned_away(client: Client) -> None:
    client.open()
    with pytest.raises(InvalidStatus) as refusal:
        client.watch(client.ticket(), origin="https://elsewhere.example")
    assert refusal.value.response.status_code == 403


def test_our_pages_origin_is_let_in(running: RunningNode, client: Client, steady: Steady) -> None:
    steady(client.open())
    client.status(stage="playing")
    with client.watch(client.ticket(), origin=running.config.web_url) as viewer:
        assert header_of(viewer)["codec"] == "h264"


def test_a_slow_viewer_goes_on_at_a_key_frame_and_another_misses_nothing(
    running: RunningNode, client: Client, steady: Steady, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("oversite.services.media.websocket.SEND_BUFFER_BYTES", 8192)
    monkeypatch.setattr("oversite.services.media.live.BACKLOG_FRAMES_MAX", 4)
    steady(client.open(), speed=6)
    client.status(stage="playing")
    with client.watch(client.ticket(viewing_id="1")) as fast, ExitStack() as stack:
        header_of(fast)
        narrow = socket.create_connection(("127.0.0.1", client.port))
        narrow.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 65536)
        url = f"ws://127.0.0.1:{client.port}/live/{client.ticket(viewing_id='2')}"
        slow = stack.enter_context(connect(url, sock=narrow, compression=None, max_queue=4))
        header_of(slow)
        viewers = running.node.streams.receivers["cam-0"].live.viewers
        data = b""
        while sum(viewer.skips for viewer in viewers) < 1:
            data += collect(fast, 5)
        times = [picture.pts for picture in decoded(data)]
        steps = {after - before for before, after in pairwise(times)}
        assert steps == {3600}
        pictures = decoded(collect(slow, 40))
        jumps = [after for before, after in pairwise(pictures) if after.pts - before.pts > 3600]
        assert jumps
        assert all(picture.key_frame for picture in jumps)


def test_new_parameters_bring_a_new_init_segment(client: Client, udp: Udp) -> None:
    port = client.open(ssrc=None)
    camera = udp(port)
    camera.send(packets("h264", 60))
    client.status(stage="playing")
    with client.watch(client.ticket()) as viewer:
        assert header_of(viewer)["codec"] == "h264"
        camera.send(packets("h265", 120, first_sequence=_next_sequence(60)), 0.004)
        headers = []
        while not headers:
            message = viewer.recv(10)
            if isinstance(message, str):
                headers.append(json.loads(message))
        assert headers[0]["codec"] == "h265"
        assert collect(viewer, 2)[4:8] == b"ftyp"


def _next_sequence(frames: int) -> int:
    return sum(len(group) for group in packets("h264", frames))


def test_stages_say_what_is_missing(client: Client, udp: Udp) -> None:
    port = client.open()
    assert client.status(stage="playing", timeout_ms=50)["reason"] == "no_packet"
    camera = udp(port)
    camera.send(packets(frames=100)[1:20])  # no key frame among them
    status = wait_for(lambda: (found := client.status())["packets"] > 0 and found)
    assert (status["stage"], status["reason"]) == ("waiting_key", "no_key_frame")


def test_a_snapshot_is_the_newest_picture(client: Client, udp: Udp) -> None:
    camera = udp(client.open())
    frames = packets(frames=90)
    camera.send(frames)
    wait_for(lambda: client.status()["packets"] == sum(map(len, frames)))
    response, jpeg = client.call("POST", "/door/snapshots", {"stream_key": "cam-0"}, {"X-Oversite-Door": client.secret})
    assert response.status == 200
    assert response.headers["X-Taken-At"].endswith("+00:00")
    with av.open(io.BytesIO(jpeg), "r", format="mjpeg") as container:
        picture = next(container.decode(video=0)).to_ndarray(format="gray")
    assert picture.shape == (192, 320)
    assert abs(int(picture[150, 100]) - (16 + 85 * 2)) < 24  # the eighty-sixth of ninety, or close
