"""Malformed SIP, XML and SDP: counted, logged with the device, and everybody else goes on."""

import asyncio
from typing import Any

import pytest
from structlog.testing import capture_logs

from oversite.protocol.sip.message import Request, Response
from oversite.services.signalling import complaints as complaints_module
from oversite.services.signalling import sessions as sessions_module
from services.signalling import test_shell
from services.signalling.device import ScriptedDevice
from services.signalling.stage import CAMERA_UID, DEVICE_ID, DOMAIN_PASSWORD, MemoryStore, Stage, in_loop, known_device

PLAY = {"camera_uid": CAMERA_UID, "stream": 0}
MANSCDP = "Application/MANSCDP+xml"

pytestmark = pytest.mark.req("V5.1")


def lines(logged: list[Any], event: str) -> list[Any]:
    return [line for line in logged if line["event"] == event]


@pytest.mark.parametrize("transport", ["UDP", "TCP"])
@in_loop
async def test_malformed_sip_is_counted_and_logged_with_the_device_that_is_known_there(transport: str) -> None:
    async with Stage() as stage, stage.device(transport=transport) as device:  # type: ignore[arg-type]
        await device.register()
        with capture_logs() as logged:
            for number in range(30):
                device.send_raw(b"MESSAGE nonsense SIP/2.0\r\nX: %d\r\nContent-Length: 0\r\n\r\n" % number)
            await stage.until(lambda: stage.counted("malformed") == 30)
        (line,) = lines(logged, "malformed")
        assert (line["device"], line["log_level"]) == (DEVICE_ID, "warning")
        assert (await device.keep_alive()).status == 200
        metrics = (await stage.ask("GET", "/metrics")).body
        assert b'oversite_signalling_sip{what="malformed"} 30.0' in metrics
        (told,) = (await stage.ask("GET", f"/door/complaints/{DEVICE_ID}")).json()["complaints"]
        assert (told["what"], told["device"], told["times"]) == ("malformed", DEVICE_ID, 30)
        assert (await stage.ask("GET", "/door/complaints/34020000001320000099")).json()["complaints"] == []


@in_loop
async def test_complaints_come_once_a_minute_with_how_often(monkeypatch: pytest.MonkeyPatch) -> None:
    async with Stage() as stage, stage.device() as device:
        await device.register()
        with capture_logs() as logged:
            for number in range(3):
                device.send_raw(b"\xff\xfe%d" % number)
            await stage.until(lambda: stage.counted("malformed") == 3)
            monkeypatch.setattr(complaints_module, "TELL_AGAIN_S", 0.0)
            device.send_raw(b"\xff\xfe")
            await stage.until(lambda: stage.counted("malformed") == 4)
        assert [line["times"] for line in lines(logged, "malformed")] == [1, 3]


@pytest.mark.parametrize(
    "body",
    [
        b"<Notify><CmdType>Alarm",
        b"<Notify><CmdType>Alarm</CmdType></Notify>",
        b'<!DOCTYPE a [<!ENTITY b "c">]><Notify><CmdType>Alarm</CmdType><DeviceID>&b;</DeviceID></Notify>',
        b"<a>" * 40_000,
        b"\xff\xfe\x00<\x00",
        b"<Pleased><CmdType>Alarm</CmdType><DeviceID>1</DeviceID></Pleased>",
    ],
)
@in_loop
async def test_malformed_xml_is_refused_counted_and_logged_with_the_device(body: bytes) -> None:
    async with Stage() as stage, stage.device(transport="TCP") as device:
        await device.register()
        with capture_logs() as logged:
            assert (await device.ask(device.request("MESSAGE", body, MANSCDP))).status == 400
        (line,) = lines(logged, "malformed_body")
        assert (line["device"], stage.counted("malformed_body")) == (DEVICE_ID, 1)
        assert (await device.keep_alive()).status == 200


def answering(device: ScriptedDevice, body: bytes) -> Any:
    """An answer to INVITE with this description."""

    def answer(request: Request) -> Response:
        response = device.accept(request)
        response.body = body
        return response

    return answer


@pytest.mark.parametrize("body", [b"", b"\xff" * 50, b"v=0\r\nm=video", b"m=audio 9 RTP/AVP 8\r\n", b"v=0\n" * 20_000])
@in_loop
async def test_malformed_sdp_does_not_hinder_udp_where_the_answer_decides_nothing(body: bytes) -> None:
    async with Stage() as stage, stage.device(transport="TCP") as device:
        device.answers["INVITE"] = answering(device, body)
        await device.register()
        with capture_logs() as logged:
            assert (await stage.ask("POST", "/door/play", PLAY)).status == 200
        (line,) = lines(logged, "malformed_sdp")
        assert (line["device"], stage.counted("malformed_sdp")) == (DEVICE_ID, 1)
        (told,) = (await stage.ask("GET", f"/door/complaints/{DEVICE_ID}")).json()["complaints"]
        assert (told["what"], told["device"], told["times"]) == ("malformed_sdp", DEVICE_ID, 1)
        assert told["why"], "the device's page says what is wrong with it"


@in_loop
async def test_malformed_sdp_is_named_where_it_should_say_where_to_connect() -> None:
    store = MemoryStore(known_device(media_transport="tcp-active"))
    async with Stage(store) as stage, stage.device() as device:
        device.answers["INVITE"] = answering(device, b"m=video none TCP/RTP/AVP 96\r\n")
        await device.register()
        response = await stage.ask("POST", "/door/play", PLAY)
        assert (response.status, response.json()["stage"]) == (409, "refused")
        assert "media port" in response.json()["reason"]
        await device.received("BYE")
        await stage.until(lambda: stage.media.receivers == {})


@in_loop
async def test_a_malformed_answer_is_no_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sessions_module, "ANSWER_S", 0.5)
    async with Stage() as stage, stage.device() as device:

        def answer(request: Request) -> None:
            via = request.headers.get("Via")
            device.send_raw(f"SIP/2.0 200 OK\r\nVia: {via}\r\nCSeq: x INVITE\r\nContent-Length: 0\r\n\r\n".encode())

        device.answers["INVITE"] = answer
        await device.register()
        response = await stage.ask("POST", "/door/play", PLAY)
        assert (response.status, response.json()["stage"]) == (504, "no_answer")
        assert stage.counted("malformed") >= 1


@in_loop
async def test_a_slow_sender_is_cut_off_logged_with_the_device_and_offline(monkeypatch: pytest.MonkeyPatch) -> None:
    async with Stage() as stage:
        monkeypatch.setattr("oversite.services.signalling.shell.SLOW_SENDER_S", 0.3)
        async with (
            stage.device(transport="TCP") as device,
            stage.device(DEVICE_ID[:-1] + "2", DOMAIN_PASSWORD) as other,
        ):
            await device.register()
            await other.register()
            known = stage.service.directory.devices[DEVICE_ID]
            with capture_logs() as logged:
                device.send_raw(b"MESSAGE sip:x@y SIP/2.0\r\nContent-Length: 5000\r\n\r\n<Notify>")
                await stage.until(lambda: not known.is_online)
            (line,) = lines(logged, "malformed")
            assert (line["device"], line["why"]) == (DEVICE_ID, "slow sender")
            assert (await other.keep_alive()).status == 200


@in_loop
async def test_a_peer_that_does_not_read_is_cut_off(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("oversite.services.signalling.shell.UNSENT_BYTES", 64 * 1024)
    async with Stage() as stage:
        _, writer = await test_shell.connect(stage)
        await stage.until(lambda: len(stage.service.shell._flows) == 1)
        writer.transport.pause_reading()  # type: ignore[attr-defined]
        sent = 0
        while stage.service.shell._flows and sent < 100_000:
            writer.write(b"".join(test_shell.OPTIONS % (sent + one, sent + one) for one in range(200)))
            sent += 200
            await asyncio.sleep(0)
        assert 0 < sent < 100_000
        assert stage.service.shell._flows == {}
        writer.close()


@in_loop
async def test_an_end_of_media_that_a_stranger_tells_ends_nothing() -> None:
    period = {"start_at": "2026-11-20T01:00:00+00:00", "end_at": "2026-11-20T02:00:00+00:00"}
    end = (
        b"MESSAGE sip:34020000002000000001@3402000000 SIP/2.0\r\n"
        b"Via: SIP/2.0/UDP 127.0.0.2:5060;rport;branch=z9hG4bKs\r\n"
        b"From: <sip:34020000001320000001@3402000000>;tag=1\r\nTo: <sip:34020000002000000001@3402000000>\r\n"
        b"Call-ID: guessed\r\nCSeq: 1 MESSAGE\r\nContent-Type: Application/MANSCDP+xml\r\n\r\n"
        b"<Notify><CmdType>MediaStatus</CmdType><SN>1</SN><DeviceID>34020000001320000001</DeviceID>"
        b"<NotifyType>121</NotifyType></Notify>"
    )
    async with Stage() as stage, stage.device() as device:
        await device.register()
        session = (await stage.ask("POST", "/door/playback", {"camera_uid": CAMERA_UID, **period})).json()["session"]
        loop = asyncio.get_running_loop()
        stranger, _ = await loop.create_datagram_endpoint(
            asyncio.DatagramProtocol,
            local_addr=("127.0.0.2", 0),
            remote_addr=("127.0.0.1", stage.service.shell.port),
        )
        stranger.sendto(end)
        await stage.until(lambda: stage.counted("media_end_unknown") == 1)
        assert not stage.service.sessions.running[session].has_ended
        device.send_raw(end.replace(b"branch=z9hG4bKs", b"branch=z9hG4bKd"))
        await stage.until(lambda: stage.service.sessions.running[session].has_ended)
        stranger.close()
