"""What a stranger, a broken device or a slow peer may do: it is counted and bounded, and the others go on."""

import json
import os
import socket
import struct

import pytest
from structlog.testing import capture_logs

from oversite.protocol.media import AccessUnit, Codec
from oversite.protocol.mpegps.mux import PsMuxer
from oversite.protocol.mpegps.stream_map import build_stream_map
from oversite.protocol.rtp.framing import frame_packet
from oversite.protocol.rtp.sender import RtpSender
from oversite.services.media import receiver
from oversite.services.media.ports import PortPool, PortsExhausted
from services.media.camera import GB_ID, SSRC, TcpCamera, packets
from services.media.conftest import Client, RunningNode, Steady, Udp, free_ports, wait_for


def test_a_flood_from_elsewhere_is_counted_and_costs_no_picture(
    running: RunningNode, client: Client, steady: Steady, udp: Udp
) -> None:
    port = client.open()
    steady(port, speed=2)
    client.status(stage="playing")
    intruder = udp(port)
    fake = packets(ssrc="0999999999", frames=20)
    for _ in range(40):
        intruder.send([[os.urandom(1200), *group, b"", b"\x80"] for group in fake], 0.0005)
    status = wait_for(lambda: (found := client.status())["foreign"] > 0 and found)
    assert status["lost"] == status["malformed"] == status["bad_units"] == 0
    assert status["stage"] == "playing"


@pytest.mark.req("V5.1")
def test_a_coding_that_nobody_knows_is_named_before_signalling_gives_up(
    client: Client, udp: Udp, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(receiver, "UNKNOWN_SECONDS", 0.0)
    known = build_stream_map({0xE0: Codec.H264})
    foreign = known.replace(b"\x1b\xe0", b"\xd7\xe0")
    muxer, sender = PsMuxer(video=Codec.H264), RtpSender(ssrc=int(SSRC))
    units = [AccessUnit("video", Codec.H264, number * 3600, number * 3600, True, b"\x33" * 900) for number in range(9)]
    frames = [sender.packetise(muxer.mux(unit).replace(known, foreign), unit.dts_90k) for unit in units]
    udp(client.open()).send(frames)
    status = client.status(stage="playing")
    assert (status["stage"], status["reason"]) == ("failed", "codec_unknown")


def test_rubbish_from_the_device_itself_is_counted_logged_with_it_and_outlived(
    running: RunningNode, client: Client, udp: Udp
) -> None:
    camera = udp(client.open())
    frames = packets(frames=150)
    with capture_logs() as logged:
        camera.send(frames[:50])
        client.status(stage="playing")
        head = frames[50][0][:12]
        rubbish = [head[:1] + b"\xe0" + packet[0][2:12] + os.urandom(900) for packet in frames[50:60]]
        camera.send([[packet] for packet in rubbish] + [[b"\x00" * 40, b"\x80", os.urandom(7)]] * 5)
        before = client.status()["packets"]
        camera.send(frames[60:], 0.005)
        status = wait_for(lambda: (found := client.status())["packets"] >= before + 90 and found)
        assert (status["stage"], running.node.loop.faults) == ("playing", 0)
        assert status["malformed"] + status["foreign"] >= 5
        assert status["bad_units"] > 0
        line = wait_for(lambda: next((line for line in logged if line["event"] == "malformed"), None))
    assert (line["device"], line["log_level"]) == (GB_ID, "warning")
    _, text = client.call("GET", "/metrics")
    assert b"oversite_media_bad_units_total 0.0" not in text


def test_who_does_not_end_a_request_is_cut_off(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("oversite.services.media.http.HEAD_SECONDS", 0.3)
    with socket.create_connection(("127.0.0.1", client.port), 5) as slow:
        slow.settimeout(5)
        slow.sendall(b"GET /healthz HTTP/1.1\r\nHost:")
        while slow.recv(4096):
            pass
    assert client.call("GET", "/healthz")[0].status == 200


def test_noise_before_the_device_does_not_bind_the_port(client: Client, udp: Udp) -> None:
    port = client.open()
    intruder, camera = udp(port), udp(port)
    intruder.send([[os.urandom(1200) for _ in range(50)]] * 4)
    camera.send(packets(frames=200), 0.005)
    assert client.status(stage="playing")["stage"] == "playing"


def test_a_device_with_another_ssrc_is_followed(client: Client, udp: Udp) -> None:
    udp(client.open()).send(packets(ssrc="0123456789", frames=60))
    status = client.status(stage="playing")
    assert (status["stage"], status["ssrc"]) == ("playing", "0123456789")


def test_a_device_that_comes_back_from_another_port_is_followed(
    running: RunningNode, client: Client, udp: Udp, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("oversite.services.media.udp.FAITHFUL_SECONDS", 0.2)
    port = client.open()
    frames = packets(frames=120)
    udp(port).send(frames[:60])
    client.status(stage="playing")
    again = udp(port)
    before = client.status()["packets"]
    for group in frames[60:]:
        again.send([group], 0.01)
    assert wait_for(lambda: client.status()["packets"] > before + 10)


def test_receiver_reports_go_to_the_sender(client: Client, udp: Udp) -> None:
    first, _ = free_ports(2)
    rtcp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    rtp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    rtcp.bind(("127.0.0.1", first + 1))
    rtp.bind(("127.0.0.1", first))
    rtp.connect(("127.0.0.1", client.open()))
    for group in packets(frames=10):
        for packet in group:
            rtp.send(packet)
    rtcp.settimeout(8)
    report = rtcp.recv(1500)
    assert (report[0] >> 6, report[1]) == (2, 201)
    assert struct.unpack(">I", report[8:12])[0] == int(SSRC)
    rtp.close()
    rtcp.close()


def test_tcp_candidates_are_few_and_the_device_gets_through(client: Client) -> None:
    port = client.open(transport="tcp-passive")
    idlers = [socket.create_connection(("127.0.0.1", port)) for _ in range(3)]
    idlers[0].sendall(b"GET / HTTP/1.1\r\n\r\n" * 50)
    idlers[1].sendall(frame_packet(b"\x80" + os.urandom(100)))
    camera = TcpCamera(port)
    camera.send(packets(frames=60))
    assert client.status(stage="playing")["stage"] == "playing"
    camera.close()
    for idler in idlers:
        idler.close()


def test_tcp_in_crumbs(client: Client) -> None:
    camera = TcpCamera(client.open(transport="tcp-passive"))
    assert camera.sock is not None
    data = b"".join(frame_packet(packet) for group in packets(frames=40) for packet in group)
    for start in range(0, len(data), 700):
        camera.sock.sendall(data[start : start + 700])
    status = client.status(stage="playing")
    assert (status["stage"], status["lost"], status["malformed"]) == ("playing", 0, 0)
    camera.close()


def test_a_tcp_device_that_reconnects_is_taken_again(client: Client) -> None:
    port = client.open(transport="tcp-passive")
    frames = packets(frames=120)
    camera = TcpCamera(port)
    camera.send(frames[:60])
    client.status(stage="playing")
    camera.close()
    before = client.status()["packets"]
    camera = TcpCamera(port)
    camera.send(frames[60:])
    assert wait_for(lambda: client.status()["packets"] > before + 60)
    camera.close()


def test_tcp_active_gives_up_after_three_tries(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("oversite.services.media.tcp.RETRY_SECONDS", 0.05)
    client.open(transport="tcp-active")
    (_, unused) = free_ports(2)
    client.door("POST", "receivers/cam-0/connect", {"host": "127.0.0.1", "port": unused})
    status = client.status(stage="playing")
    assert (status["stage"], status["reason"]) == ("failed", "no_connection")


@pytest.mark.parametrize(
    "raw",
    [
        b"\x00" * 40_000,
        b"GET / HTTP/1.1\r\n" + b"X: " + b"a" * 60_000 + b"\r\n\r\n",
        b"POST /door/tickets HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999999\r\n\r\n",
        b"NONSENSE\r\n\r\n",
        b"GET /live/x HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n",
    ],
)
def test_requests_that_are_none(running: RunningNode, client: Client, raw: bytes) -> None:
    with socket.create_connection(("127.0.0.1", client.port), 5) as sock:
        sock.sendall(raw)
        if b"Content-Length" not in raw:
            sock.settimeout(5)
            answer = b""
            try:
                while part := sock.recv(4096):
                    answer += part
            except ConnectionResetError:
                pass
            assert not answer or answer.startswith(b"HTTP/1.1 4")
    assert client.call("GET", "/healthz")[0].status == 200


def test_bodies_over_the_limit_are_refused(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("oversite.services.media.http.BODY_BYTES_MAX", 1000)
    answer, _ = client.call("PUT", "/door/allowed", {"viewings": list(range(1000))}, {"X-Oversite-Door": client.secret})
    assert answer.status == 413


def test_the_door_needs_the_secret_and_says_what_is_wrong(client: Client) -> None:
    assert client.call("GET", "/door/receivers")[0].status == 403
    answer, body = client.call("POST", "/door/receivers", {"kind": "live"}, {"X-Oversite-Door": client.secret})
    assert (answer.status, json.loads(body)["reason"]) == (422, "'transport' is missing")


def test_the_same_port_again_and_ports_that_run_out(running: RunningNode, client: Client) -> None:
    port = client.open("one")
    assert client.open("one") == port
    client.door("DELETE", "receivers/one")
    assert client.open("two", port=port) == port
    opened = 1
    headers = {"X-Oversite-Door": client.secret}
    while True:
        spec = {"stream_key": f"n{opened}", "camera_uid": "0c6f1e0a-3a5b-4a51-9d5e-2f3a7d0b9c11", "gb_id": "1"}
        answer, body = client.call("POST", "/door/receivers", {**spec, "kind": "live", "transport": "udp"}, headers)
        if answer.status != 201:
            break
        opened += 1
    assert (answer.status, json.loads(body)["stage"]) in {(503, "no_receiver"), (409, "no_receiver")}


def test_nodes_own_their_slices_of_the_ports() -> None:
    pools = [PortPool(30_000, 30_999, node, 3) for node in range(3)]
    taken = [pool.take() for pool in pools for _ in range(pool.capacity)]
    assert len(set(taken)) == len(taken)
    assert all(port % 2 == 0 and 30_000 <= port < 30_999 for port in taken)
    with pytest.raises(PortsExhausted):
        pools[0].take()
    with pytest.raises(ValueError, match="not of this node"):
        PortPool(30_000, 30_999, 0, 3).take(30_998)


def test_metrics_and_health(client: Client, steady: Steady) -> None:
    steady(client.open())
    client.status(stage="playing")
    answer, text = client.call("GET", "/metrics")
    assert answer.headers["Content-Type"].startswith("text/plain")
    assert b'oversite_media_streams{stage="playing"} 1.0' in text
    health = json.loads(client.call("GET", "/healthz")[1])
    assert (health["status"], health["streams"]) == ("ok", 1)
