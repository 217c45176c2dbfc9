"""Calls to simulated devices: live, playback, download; UDP and TCP both ways."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from oversite.protocol.gb28181.control import DeviceControl, KeyFrame
from oversite.protocol.gb28181.mansrtsp import PlaybackRequest, PlaybackResponse
from oversite.protocol.gb28181.notify import MediaStatus
from oversite.protocol.rtp.framing import RtpFramer, frame_packet
from oversite.protocol.sip.message import Response
from oversite.simulator.device import Device
from simulator.looping import asynchronous
from simulator.scenes import CAMERA, fleet, one_device
from simulator.small_platform import Call, MediaSocket, Platform
from simulator.watching import payload_type, pictures, program_stream, sequence, ssrc, stamps, timestamp

STREAM_MAP = b"\x00\x00\x01\xbc"

pytestmark = pytest.mark.req("V5.1")


@asynccontextmanager
async def watching(
    *faults: str, call: dict[str, object] | None = None, **more: object
) -> AsyncIterator[tuple[Platform, Device, MediaSocket, Call]]:
    """A call that is up, sending to a socket of ours."""
    async with one_device(*faults, **more) as (platform, device):  # type: ignore[arg-type]
        media = MediaSocket()
        try:
            answer = await platform.invite(CAMERA, media.port, **(call or {}))  # type: ignore[arg-type]
            assert isinstance(answer, Call), answer
            yield platform, device, media, answer
        finally:
            media.close()


@asynchronous
async def test_live_pictures_by_udp() -> None:
    before = time.time() * 1000
    async with watching() as (platform, device, media, call):
        packets = await media.packets(120)
        answer = call.answer
        assert (answer.kind, answer.ssrc, call.video.direction) == ("play", "0200000001", "sendonly")
        assert call.video.rtpmap() == {96: "PS/90000"}
        assert {ssrc(packet) for packet in packets} == {200_000_001}
        assert {payload_type(packet) for packet in packets} == {96}
        first = sequence(packets[0])
        assert [sequence(packet) for packet in packets] == list(range(first, first + 120))
        seen = stamps(program_stream(packets))
        assert before - 100 < seen[0] <= seen[-1] < time.time() * 1000 + 100
        assert pictures(program_stream(packets), "h264")[0][1].shape == (360, 640)
        assert device.watched_streams == 1
        assert (await platform.hang_up(call, CAMERA)).status == 200
        assert device.watched_streams == 0
        assert device.book.calls == []


@asynchronous
async def test_the_sub_stream_is_smaller() -> None:
    async with watching(call={"stream_number": 1}) as (_, _, media, call):
        packets = await media.packets(40)
        assert call.video.stream_number == 1
        assert pictures(program_stream(packets))[0][1].shape == (180, 320)


@asynchronous
async def test_h265_and_sound() -> None:
    from oversite.protocol.media import Codec

    async with watching(codec=Codec.H265, has_audio=True) as (_, _, media, _):
        stream = program_stream(await media.packets(80))
        assert pictures(stream, "hevc")
        assert b"\x00\x00\x01\xc0" in stream


@asynchronous
async def test_nothing_is_sent_before_the_ack() -> None:
    async with watching(call={"ack": False}) as (platform, _, media, call):
        assert await media.silence(0.3)
        platform.acknowledge(call, CAMERA)
        assert await media.packets(1)


@asynchronous
async def test_two_viewers_share_an_encoder_and_each_begins_with_a_key_frame() -> None:
    async with watching() as (platform, device, first, _):
        await first.packets(60)
        second = MediaSocket()
        call = await platform.invite(CAMERA, second.port, ssrc="0200000002")
        assert isinstance(call, Call)
        packets = await second.packets(60)
        second.close()
        assert len(pictures(program_stream(packets))) > 1
        assert device.watched_streams == 1
        assert len(device.book.calls) == 2


@asynchronous
async def test_a_key_frame_comes_when_it_is_asked_for() -> None:
    async with watching() as (platform, _, media, _):
        first = (await media.packets(40))[0]
        await platform.tell(CAMERA, DeviceControl(device_id=CAMERA, action=KeyFrame()))
        packet = first
        while packet is first or STREAM_MAP not in packet:
            (packet,) = await media.packets(1)
        assert timestamp(packet) - timestamp(first) < 2 * 90_000


async def framed_packets(reader: asyncio.StreamReader, count: int) -> list[bytes]:
    framer, packets = RtpFramer(), []
    async with asyncio.timeout(10):
        while len(packets) < count:
            packets += [bytes(packet) for packet in framer.feed(await reader.read(65_536))]
    return packets


@asynchronous
async def test_live_pictures_by_tcp_when_the_device_connects() -> None:
    async with one_device(transport="TCP") as (platform, device):
        arrived: asyncio.Future[tuple[asyncio.StreamReader, asyncio.StreamWriter]] = asyncio.Future()
        server = await asyncio.start_server(lambda *ends: arrived.set_result(ends), "127.0.0.1", 0)
        port = server.sockets[0].getsockname()[1]
        call = await platform.invite(CAMERA, port, protocol="TCP/RTP/AVP", setup="passive")
        assert isinstance(call, Call)
        assert (call.video.protocol, call.video.setup) == ("TCP/RTP/AVP", "active")
        reader, writer = await arrived
        assert writer.get_extra_info("peername")[1] == call.video.port
        assert stamps(program_stream(await framed_packets(reader, 60)))
        writer.close()
        await platform.until(lambda: bool(platform.byes))
        assert device.book.calls == []
        server.close()
        await server.wait_closed()


@asynchronous
async def test_live_pictures_by_tcp_when_the_platform_connects() -> None:
    async with one_device() as (platform, _):
        call = await platform.invite(CAMERA, 9, protocol="TCP/RTP/AVP", setup="active")
        assert isinstance(call, Call)
        assert call.video.setup == "passive"
        reader, writer = await asyncio.open_connection("127.0.0.1", call.video.port)
        assert stamps(program_stream(await framed_packets(reader, 60)))
        await platform.hang_up(call, CAMERA)
        while await reader.read(65_536):
            pass
        writer.close()


@asynchronous
async def test_a_receiver_that_cannot_be_reached_ends_the_call(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("oversite.simulator.media_path.TCP_RETRY_S", 0.01)
    async with one_device() as (platform, device):
        free = MediaSocket()
        await platform.invite(CAMERA, free.port, protocol="TCP/RTP/AVP", setup="passive")
        await platform.until(lambda: bool(platform.byes))
        free.close()
        assert device.book.calls == []


@asynchronous
async def test_a_call_that_cannot_be_is_refused() -> None:
    async with one_device() as (platform, device):
        stranger = await platform.invite("34020000001320000099", 9, device_id=CAMERA)
        strange_kind = await platform.invite(CAMERA, 9, kind="Dance")
        no_time = await platform.invite(CAMERA, 9, kind="Playback", times=(9, 9))
        device.channels[CAMERA].is_online = False
        offline = await platform.invite(CAMERA, 9)
        answers = (stranger, strange_kind, no_time, offline)
        assert [answer.status for answer in answers if isinstance(answer, Response)] == [404, 488, 488, 488]
        assert device.book.calls == []


@asynchronous
async def test_an_offer_without_ssrc_gets_one_from_the_device() -> None:
    async with watching(call={"ssrc": ""}) as (_, _, media, call):
        (packet,) = await media.packets(1)
        assert int(call.answer.ssrc) == ssrc(packet) == 987_654_321


def recorded(seconds: int, ago: int = 60) -> tuple[int, int]:
    begin = int(time.time()) - ago
    return begin, begin + seconds


@asynchronous
async def test_a_playback_shows_what_was_recorded_and_says_when_it_ends() -> None:
    begin, end = recorded(2)
    async with watching(call={"kind": "Playback", "times": (begin, end), "ssrc": "1200000001"}) as (
        platform,
        _,
        media,
        call,
    ):
        (notice,) = await platform.first(MediaStatus)
        assert isinstance(notice, MediaStatus)
        assert (notice.is_end, notice.device_id) == (True, CAMERA)
        assert platform.request_of(MediaStatus).call_id == call.dialog.call_id
        packets = await media.packets(25)
        seen = stamps(program_stream(packets))
        assert seen[0] == begin * 1000
        assert (await platform.hang_up(call, CAMERA)).status == 200


@asynchronous
async def test_a_playback_is_paused_sought_and_sped_up() -> None:
    begin, end = recorded(50)
    async with watching(call={"kind": "Playback", "times": (begin, end)}) as (platform, device, media, call):
        await media.packets(30)
        playback = device.book.calls[0].playback
        assert playback is not None
        response = await platform.control(call, CAMERA, PlaybackRequest.pause(1))
        assert PlaybackResponse.parse(response.body).sequence == 1
        assert playback.is_paused
        response = await platform.control(call, CAMERA, PlaybackRequest.seek(2, 30))
        answer = PlaybackResponse.parse(response.body)
        packets: list[bytes] = []
        while not packets or sequence(packets[-1]) != answer.rtp_sequence:
            packets += await media.packets(1)
        packets = packets[-1:] + await media.packets(60)
        assert timestamp(packets[0]) == answer.rtp_time
        assert stamps(program_stream(packets))[0] == (begin + 30) * 1000
        await platform.control(call, CAMERA, PlaybackRequest.speed(3, 4))
        started, position = time.monotonic(), playback.position_s
        await media.packets(300)
        assert 2 < (playback.position_s - position) / (time.monotonic() - started) < 6


@asynchronous
async def test_playing_backwards_shows_ever_earlier_pictures() -> None:
    begin, end = recorded(40)
    async with watching(call={"kind": "Playback", "times": (begin, end)}) as (platform, _, media, call):
        await platform.control(call, CAMERA, PlaybackRequest.seek(1, 20))
        response = await platform.control(call, CAMERA, PlaybackRequest.speed(2, -4))
        first = PlaybackResponse.parse(response.body).rtp_sequence or 0
        backwards: list[bytes] = []
        while len({timestamp(packet) for packet in backwards}) < 6:
            packets = await media.packets(1)
            backwards += [packet for packet in packets if (sequence(packet) - first) % 65_536 < 30_000]
        seen = stamps(program_stream(backwards))
        assert len(seen) > 3
        assert seen == sorted(seen, reverse=True)


@asynchronous
async def test_a_gap_is_passed_over_and_time_stamps_jump_by_its_length() -> None:
    now = int(time.time())
    async with one_device(recorded_s=0) as (platform, device):
        archive = device.channels[CAMERA].archive
        archive.add(now - 100, now - 99)
        archive.add(now - 60, now - 59)
        media = MediaSocket()
        await platform.invite(CAMERA, media.port, kind="Playback", times=(now - 100, now - 50))
        await platform.first(MediaStatus)
        packets = media.waiting()
        media.close()
    found = pictures(b"".join(packet[12:] for packet in packets))
    seen = stamps(b"".join(packet[12:] for packet in packets))
    assert (seen[0], seen[15]) == ((now - 100) * 1000, (now - 60) * 1000)
    assert found[15][0] - found[0][0] == pytest.approx(40 * 90_000, abs=100)


@asynchronous
async def test_a_download_has_its_size_and_is_whole() -> None:
    begin, end = recorded(6)
    extra = (("downloadspeed", "8"),)
    async with watching(call={"kind": "Download", "times": (begin, end), "extra": extra}) as (platform, _, media, call):
        size = call.video.file_bytes
        assert size is not None
        started = time.monotonic()
        stream = b""
        while len(stream) < size:
            stream += b"".join(packet[12:] for packet in await media.packets(1))
        assert time.monotonic() - started < 3
        await platform.first(MediaStatus)
        assert len(stream) == size
        assert stamps(stream) == [round((begin + number / 15) * 1000) for number in range(90)]


@asynchronous
async def test_a_cancelled_call_never_sends(monkeypatch: pytest.MonkeyPatch) -> None:
    begin, end = recorded(30, ago=400)
    async with one_device() as (platform, device):
        media = MediaSocket()
        asking = asyncio.create_task(
            platform.invite(CAMERA, media.port, kind="Download", times=(begin, end), ack=False)
        )
        await platform.until(lambda: bool(platform.provisional))
        (transaction,) = platform._answers
        platform._endpoint.cancel(transaction, time.monotonic())
        platform._flush()
        response = await asking
        assert isinstance(response, Response)
        assert response.status == 487
        assert device.book.calls == []
        media.close()


@asynchronous
async def test_a_loop_looks_the_same_from_outside(tmp_path: Path) -> None:
    for transport in ("UDP", "TCP"):
        async with Platform(transport=transport) as platform, fleet(platform, mode="loop", cache=tmp_path) as devices:
            media = MediaSocket()
            call = await platform.invite(CAMERA, media.port)
            assert isinstance(call, Call)
            stream = program_stream(await media.packets(150))
            assert pictures(stream, "h264")[0][1].shape == (720, 1280)
            await platform.hang_up(call, CAMERA)
            media.close()
            assert devices.calls == 0
            call = await platform.invite(CAMERA, 9, protocol="TCP/RTP/AVP", setup="active")
            assert isinstance(call, Call)
            reader, writer = await asyncio.open_connection("127.0.0.1", call.video.port)
            assert pictures(program_stream(await framed_packets(reader, 150)), "h264")
            writer.close()
            await platform.until(lambda: bool(platform.byes))


def test_framing_is_two_bytes_of_length() -> None:
    assert frame_packet(b"abc") == b"\x00\x03abc"
