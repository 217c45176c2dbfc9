"""Starting, stopping, failing and adopting streams."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from structlog.testing import capture_logs

from oversite.protocol.gb28181.control import DeviceControl, KeyFrame
from oversite.protocol.gb28181.mansrtsp import PlaybackRequest
from oversite.protocol.gb28181.notify import MediaStatus
from oversite.protocol.gb28181.subject import Subject
from oversite.protocol.sdp import SessionDescription
from oversite.services.signalling import sessions as sessions_module
from oversite.services.signalling.records import WantedRecord
from services.signalling.stage import CAMERA_UID, DEVICE_ID, MemoryStore, Stage, in_loop, known_device

KEY = f"{CAMERA_UID}-0"
PLAY = {"camera_uid": CAMERA_UID, "stream": 0}


@pytest.mark.req("V5.1")
@in_loop
async def test_play_over_udp_from_click_to_picture_and_back() -> None:
    async with Stage() as stage, stage.device() as device:
        await device.register()
        response = await stage.ask("POST", "/door/play", PLAY)
        assert response.status == 200
        told = response.json()
        assert (told["stream_key"], told["node"], told["codec"], told["stage"]) == (KEY, 0, "h264", "playing")
        invite = await device.received("INVITE")
        offer = SessionDescription.parse(invite.body)
        assert (offer.kind, offer.ssrc[:6], offer.start_s, offer.end_s) == ("play", "020000", 0, 0)
        assert (offer.media[0].port, offer.media[0].protocol) == (30_002, "RTP/AVP")
        assert offer.media[0].stream_number == 0
        subject = Subject.parse(invite.headers.get("Subject"))
        assert (subject.sender_id, subject.sender_sequence) == (DEVICE_ID, offer.ssrc)
        assert invite.via.host == "127.0.0.1"
        ack = await device.acknowledged()
        assert (ack.call_id, ack.cseq.number) == (invite.call_id, invite.cseq.number)
        await stage.until(lambda: KEY in stage.store.stored)
        assert stage.store.stored[KEY].call_id == invite.call_id
        assert stage.media.receivers[KEY]["transport"] == "udp"
        await stage.ask("DELETE", f"/door/sessions/{KEY}")
        bye = await device.received("BYE")
        assert (bye.call_id, bye.cseq.number) == (invite.call_id, invite.cseq.number + 1)
        assert stage.media.receivers == {}
        await stage.until(lambda: KEY not in stage.store.stored)


@pytest.mark.quirk(21)
@in_loop
async def test_quirk_21_a_key_frame_is_asked_for_at_the_start() -> None:
    async with Stage() as stage, stage.device() as device:
        await device.register()
        await stage.ask("POST", "/door/play", PLAY)
        control = await device.received_message(DeviceControl)
        assert isinstance(control.action, KeyFrame)


@in_loop
async def test_many_clicks_are_one_invite() -> None:
    async with Stage() as stage, stage.device() as device:
        await device.register()
        responses = await asyncio.gather(*(stage.ask("POST", "/door/play", PLAY) for _ in range(5)))
        assert {response.status for response in responses} == {200}
        assert len([one for one in device.requests if one.method == "INVITE"]) == 1
        assert len(stage.media.made("POST", "/door/receivers")) == 1


@pytest.mark.parametrize(("transport", "setup"), [("tcp-passive", "passive"), ("tcp-active", "active")])
@in_loop
async def test_play_over_tcp_both_ways(transport: str, setup: str) -> None:
    store = MemoryStore(known_device(media_transport=transport))
    async with Stage(store) as stage, stage.device(transport="TCP") as device:
        await device.register()
        assert (await stage.ask("POST", "/door/play", PLAY)).status == 200
        offer = SessionDescription.parse((await device.received("INVITE")).body)
        media = offer.media[0]
        assert (media.protocol, media.setup, media.attribute("connection")) == ("TCP/RTP/AVP", setup, "new")
        connects = stage.media.made("POST", "/connect")
        assert connects == ([{"host": "127.0.0.1", "port": 16_000}] if transport == "tcp-active" else [])


@pytest.mark.quirk(5, 6)
@pytest.mark.parametrize(("answered", "told"), [("", []), ("0987654321", [{"ssrc": "0987654321"}])])
@in_loop
async def test_quirks_5_and_6_no_y_keeps_our_ssrc_and_another_is_passed_on(answered: str, told: list[Any]) -> None:
    async with Stage() as stage, stage.device() as device:
        device.answers["INVITE"] = lambda request: device.accept(request, ssrc=answered)
        await device.register()
        assert (await stage.ask("POST", "/door/play", PLAY)).status == 200
        assert stage.media.made("PATCH") == told


@pytest.mark.req("V5.1")
@in_loop
async def test_a_refusal_says_so_with_the_devices_reason() -> None:
    async with Stage() as stage, stage.device() as device:
        device.answers["INVITE"] = lambda request: request.reply(486, "too many streams")
        await device.register()
        response = await stage.ask("POST", "/door/play", PLAY)
        assert response.status == 409
        assert response.json() == {"stage": "refused", "reason": "too many streams", "sip_status": 486}
        assert stage.media.receivers == {}
        assert stage.store.stored == {}


@in_loop
async def test_a_channel_that_the_device_does_not_know_is_off() -> None:
    async with Stage() as stage, stage.device() as device:
        await device.register()
        device.answers["INVITE"] = lambda request: request.reply(404, "no such channel")
        response = await stage.ask("POST", "/door/play", PLAY)
        assert response.json()["sip_status"] == 404
        await stage.until(lambda: DEVICE_ID in stage.store.channels)
        record = stage.store.channels[DEVICE_ID]
        assert (record.is_online, record.has_state_only) == (False, True)


@pytest.mark.req("V5.1")
@in_loop
async def test_no_answer_is_named_and_the_late_answer_is_hung_up(monkeypatch: pytest.MonkeyPatch) -> None:
    async with Stage() as stage, stage.device() as device:
        late: list[Any] = []

        def ring(request: Any) -> Any:
            late.append(request)
            return request.reply(100)

        device.answers["INVITE"] = ring
        await device.register()
        monkeypatch.setattr(sessions_module, "ANSWER_S", 0.3)
        response = await stage.ask("POST", "/door/play", PLAY)
        assert (response.status, response.json()["stage"]) == (504, "no_answer")
        await stage.until(lambda: stage.media.receivers == {})
        invite = late[0]
        transaction = next(iter(device.endpoint._by_key[key].id for key in device.endpoint._by_key if "INVITE" in key))
        device.endpoint.respond(transaction, device.accept(invite), asyncio.get_running_loop().time())
        device.flush()
        await device.acknowledged()
        assert (await device.received("BYE")).call_id == invite.call_id


@pytest.mark.req("V5.1")
@pytest.mark.parametrize(
    ("progress", "stage_name"),
    [
        ({"stage": "waiting_packet", "reason": "no_packet"}, "no_packet"),
        ({"stage": "waiting_key", "reason": "no_key_frame", "codec": "h264"}, "no_key_frame"),
        ({"stage": "failed", "reason": "codec_unknown"}, "codec_unknown"),
    ],
)
@in_loop
async def test_media_that_does_not_come_is_named_and_hung_up(progress: dict[str, str], stage_name: str) -> None:
    async with Stage() as stage, stage.device() as device:
        stage.media.progress = progress
        await device.register()
        response = await stage.ask("POST", "/door/play", PLAY)
        assert response.json()["stage"] == stage_name
        await device.received("BYE")
        await stage.until(lambda: stage.media.receivers == {})


@in_loop
async def test_offline_devices_and_full_media_nodes_are_named() -> None:
    async with Stage() as stage, stage.device() as device:
        response = await stage.ask("POST", "/door/play", PLAY)
        assert (response.status, response.json()["stage"]) == (409, "device_offline")
        await device.register()
        stage.media.open_status = 503
        response = await stage.ask("POST", "/door/play", PLAY)
        assert (response.status, response.json()["stage"]) == (409, "no_receiver")
        assert "no port left" in response.json()["reason"]
        assert not [one for one in device.requests if one.method == "INVITE"]


@in_loop
async def test_the_device_hangs_up() -> None:
    async with Stage() as stage, stage.device() as device:
        await device.register()
        await stage.ask("POST", "/door/play", PLAY)
        assert (await device.hang_up()).status == 200
        await stage.until(lambda: stage.media.receivers == {})
        assert stage.service.sessions.running == {}
        assert (await device.hang_up()).status == 481


@in_loop
async def test_a_restart_adopts_what_runs() -> None:
    async with Stage() as stage, stage.device() as device:
        await device.register()
        await stage.ask("POST", "/door/play", PLAY)
        invite = await device.received("INVITE")
        await stage.until(lambda: KEY in stage.store.stored)
        stage.store.wanted_now = [WantedRecord(CAMERA_UID, 0, record=False)]
        stage.store.known = stage.store.known.__class__(
            (known_device(is_online=True, source=f"127.0.0.1:{device.local.port}", transport="UDP"),),
            stage.store.known.cameras,
        )
        await stage.service.stop()
        assert [one.method for one in device.requests].count("BYE") == 0
        await stage.start()
        device.server = device.server._replace(port=stage.service.shell.port)
        response = await stage.ask("POST", "/door/play", PLAY)
        assert (response.json()["stage"], response.json()["codec"]) == ("playing", "h264")
        assert [one.method for one in device.requests].count("INVITE") == 1
        await stage.ask("DELETE", f"/door/sessions/{KEY}")
        bye = await device.received("BYE")
        assert bye.call_id == invite.call_id
        assert bye.cseq.number > invite.cseq.number


@in_loop
async def test_after_a_restart_of_media_udp_goes_on_at_the_same_port_and_tcp_is_called_again() -> None:
    for transport, invites in (("udp", 1), ("tcp-passive", 2)):
        store = MemoryStore(known_device(media_transport=transport))
        store.wanted_now = [WantedRecord(CAMERA_UID, 0, record=False)]
        async with Stage(store) as stage, stage.device() as device:
            await device.register()
            await stage.until(lambda stage=stage: KEY in stage.service.sessions.running)  # type: ignore[misc]
            port = stage.service.sessions.running[KEY].media_port
            await stage.until(
                lambda stage=stage: stage.service.sessions.running[KEY].is_playing  # type: ignore[misc]
            )
            stage.media.receivers.clear()
            await stage.ask("POST", "/door/wanted", {})
            await device.received("INVITE", invites)
            await stage.until(lambda stage=stage: KEY in stage.media.receivers)  # type: ignore[misc]
            assert [one.method for one in device.requests].count("INVITE") == invites
            if transport == "udp":
                assert stage.media.receivers[KEY]["port"] == port
                assert isinstance((await device.received_message(DeviceControl, 2)).action, KeyFrame)


@in_loop
async def test_what_is_wanted_runs_when_the_device_comes_and_ends_when_nobody_wants_it() -> None:
    store = MemoryStore()
    store.wanted_now = [WantedRecord(CAMERA_UID, 0, record=True)]
    async with Stage(store) as stage, stage.device() as device:
        await stage.ask("POST", "/door/wanted", {})
        await device.register()
        await stage.until(lambda: KEY in stage.service.sessions.running)
        assert stage.media.receivers[KEY]["record"] is True
        await stage.until(lambda: stage.service.sessions.running[KEY].is_playing)
        store.wanted_now = [WantedRecord(CAMERA_UID, 0, record=False)]
        await stage.ask("POST", "/door/wanted", {})
        await stage.until(lambda: {"record": False} in stage.media.made("PATCH"))
        store.wanted_now = []
        stage.service.sessions.running[KEY].hold_until_s = 0.0
        await stage.ask("POST", "/door/wanted", {})
        await device.received("BYE")


@pytest.mark.req("V5.1")
@in_loop
async def test_playback_pauses_seeks_changes_speed_and_ends() -> None:
    start = datetime(2026, 11, 20, 1, 0, tzinfo=UTC)
    period = {"start_at": start.isoformat(), "end_at": (start + timedelta(hours=1)).isoformat()}
    async with Stage() as stage, stage.device() as device:
        await device.register()
        response = await stage.ask("POST", "/door/playback", {"camera_uid": CAMERA_UID, **period})
        assert response.status == 200
        session = response.json()["session"]
        offer = SessionDescription.parse((await device.received("INVITE")).body)
        assert (offer.kind, offer.uri, offer.ssrc[0]) == ("playback", f"{DEVICE_ID}:0", "1")
        assert (offer.start_s, offer.end_s) == (int(start.timestamp()), int(start.timestamp()) + 3600)
        for nth, (body, expected) in enumerate(
            [
                ({"action": "pause"}, PlaybackRequest.pause(1)),
                ({"action": "resume"}, PlaybackRequest.resume(2)),
                ({"action": "seek", "value": 90}, PlaybackRequest.seek(3, 90)),
                ({"action": "scale", "value": 2}, PlaybackRequest.speed(4, 2)),
            ],
            start=1,
        ):
            told = await stage.ask("POST", f"/door/sessions/{session}/control", body)
            assert told.json()["state"] == "acknowledged"
            info = await device.received("INFO", nth)
            assert info.content_type == "application/mansrtsp"
            assert PlaybackRequest.parse(info.body) == expected
        followed = [{"position_s": 90.0}, {"scale": 2.0}]
        assert stage.media.made("PATCH")[-2:] == followed, "media knows what the pictures are that it gets now"
        assert (await stage.ask("POST", f"/door/sessions/{session}/control", {"action": "dance"})).status == 400
        await stage.ask("DELETE", f"/door/sessions/{session}")
        await device.received("BYE")


@pytest.mark.quirk(27)
@in_loop
async def test_quirk_27_a_speed_that_the_device_refuses_is_reported_for_the_viewer_to_do() -> None:
    period = {"start_at": "2026-11-20T01:00:00+00:00", "end_at": "2026-11-20T02:00:00+00:00"}
    async with Stage() as stage, stage.device() as device:
        device.answers["INFO"] = lambda request: request.reply(400)
        await device.register()
        response = await stage.ask("POST", "/door/playback", {"camera_uid": CAMERA_UID, **period})
        session = response.json()["session"]
        told = await stage.ask("POST", f"/door/sessions/{session}/control", {"action": "scale", "value": 4})
        assert (told.status, told.json()["state"], told.json()["sip_status"]) == (200, "unsupported", 400)
        assert session in stage.service.sessions.running


@pytest.mark.quirk(4)
@in_loop
async def test_quirk_4_the_end_of_a_recording_is_found_by_call_id_whoever_says_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(sessions_module, "DRAIN_S", 0.05)
    period = {"start_at": "2026-11-20T01:00:00+00:00", "end_at": "2026-11-20T02:00:00+00:00"}
    async with Stage() as stage, stage.device() as device:
        await device.register()
        response = await stage.ask("POST", "/door/playback", {"camera_uid": CAMERA_UID, **period})
        session = response.json()["session"]
        invite = await device.received("INVITE")
        told = MediaStatus(device_id="34020000001180000009", sn=5)
        assert (await device.message(told, call_id=invite.call_id)).status == 200
        await device.received("BYE")
        await stage.until(lambda: session not in stage.service.sessions.running)


@in_loop
async def test_a_device_that_comes_back_from_a_reboot_is_called_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sessions_module, "ALIVE_S", 0.05)
    store = MemoryStore()
    store.wanted_now = [WantedRecord(CAMERA_UID, 0, record=True)]
    async with Stage(store) as stage, stage.device() as device:
        await device.register()
        await stage.until(lambda: KEY in stage.service.sessions.running)
        await stage.until(lambda: stage.service.sessions.running[KEY].is_playing)
        stage.media.progress |= {"packets": 500}
        device._call_id = "after-the-reboot"
        await device.register()
        await device.received("INVITE", 2)


@pytest.mark.quirk(21)
@in_loop
async def test_quirk_21_a_key_frame_that_does_not_come_is_asked_for_again() -> None:
    async with Stage() as stage, stage.device() as device:
        stage.media.progress = {"stage": "waiting_key", "reason": "no_key_frame"}
        stage.media.delays_s = [1.0]
        await device.register()
        played = asyncio.create_task(stage.ask("POST", "/door/play", PLAY))
        assert isinstance((await device.received_message(DeviceControl, 2)).action, KeyFrame)
        await played


@in_loop
async def test_a_media_node_that_dies_and_comes_back_is_noticed_at_once() -> None:
    async with Stage() as stage, stage.device() as device:
        stage.store.wanted_now = [WantedRecord(CAMERA_UID, 0, record=True)]
        await device.register()
        await stage.ask("POST", "/door/wanted", {})
        await stage.until(lambda: KEY in stage.service.sessions.running)
        await stage.until(lambda: stage.service.sessions.running[KEY].is_playing)
        port = stage.media.server.port
        with capture_logs() as logged:
            await stage.media.server.stop()
            stage.media.receivers.clear()
            await stage.until(lambda: any(line["event"] == "media_down" for line in logged))
        await stage.media.server.start("127.0.0.1", port)
        await stage.until(lambda: KEY in stage.media.receivers)
        assert stage.media.receivers[KEY]["port"] == stage.service.sessions.running[KEY].media_port


@in_loop
async def test_an_invite_that_rings_too_long_is_taken_back(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sessions_module, "ANSWER_S", 0.2)
    async with Stage() as stage, stage.device() as device:
        await device.register()
        device.answers["INVITE"] = lambda request: request.reply(180)
        response = await stage.ask("POST", "/door/play", PLAY)
        assert response.json()["stage"] == "no_answer"
        await device.cancelled.wait()
