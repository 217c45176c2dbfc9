"""Every misbehaviour does what its text says; those of pictures and muxing are shown beside their code."""

import asyncio
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from oversite.protocol.gb28181.catalog import CatalogEvent, CatalogNotify, CatalogQuery, CatalogResponse
from oversite.protocol.gb28181.config_download import ConfigDownloadQuery, ConfigDownloadResponse
from oversite.protocol.gb28181.control import DeviceControl, PrecisePtz
from oversite.protocol.gb28181.manscdp import parse_manscdp
from oversite.protocol.gb28181.mansrtsp import PlaybackRequest
from oversite.protocol.gb28181.message import ManscdpMessage
from oversite.protocol.gb28181.notify import Keepalive, MediaStatus
from oversite.protocol.gb28181.position import MobilePosition, MobilePositionQuery
from oversite.protocol.gb28181.preset import HomePositionQuery, HomePositionResponse
from oversite.protocol.gb28181.record_info import RecordInfoQuery, RecordInfoResponse
from oversite.protocol.sip.message import Response
from oversite.simulator.answers import answers
from oversite.simulator.faulty_xml import write_body
from oversite.simulator.fleet import Fleet
from oversite.simulator.misbehaviour import BY_CODE, Misbehaviour, misbehaviours
from simulator.looping import asynchronous
from simulator.scenes import CAMERA, fleet, one_device, settings
from simulator.small_platform import ID, Call, MediaSocket, Platform
from simulator.test_calls import recorded, watching
from simulator.watching import payload_type, program_stream, sequence, ssrc, stamps

HERE = Path(__file__).parent


def test_every_misbehaviour_is_shown_by_a_test() -> None:
    text = "".join(path.read_text(encoding="utf-8") for path in HERE.glob("test_*.py"))
    shown = {one for one in Misbehaviour if f'"{one.code}"' in text or f"Misbehaviour.{one.name}" in text}
    assert set(Misbehaviour) - shown == set()


def test_every_misbehaviour_says_what_it_does() -> None:
    assert all(one.text and one.code == code for code, one in BY_CODE.items())
    assert all(1 <= one.quirk <= 36 for one in Misbehaviour if one.quirk is not None)
    assert misbehaviours(["black", "missing-y"]) == {Misbehaviour.BLACK, Misbehaviour.MISSING_SSRC}
    with pytest.raises(KeyError):
        misbehaviours(["polite"])


# XML: what is written is looked at as bytes, and read again


def bodies(query: ManscdpMessage, *codes: str, channels: int = 1) -> list[bytes]:
    """What a device with these misbehaviours answers to a query."""
    platform = Platform()
    platform.port = 5060
    device = Fleet(settings(platform, *codes, channels=channels)).devices[0]
    return [write_body(answer, device.dialect, device.faults) for answer in answers(query, device)]


def catalogue_body(code: str) -> tuple[bytes, CatalogResponse]:
    (body,) = bodies(CatalogQuery(device_id=CAMERA, sn=1), code)
    message = parse_manscdp(body)
    assert isinstance(message, CatalogResponse)
    return body, message


@pytest.mark.parametrize(
    ("code", "sign"),
    [
        ("utf8-as-gb2312", b'encoding="GB2312"'),
        ("no-declaration", "模拟".encode("gb18030")),
        ("broken-address", b"Road & Lane <3</Address>"),
        ("control-characters", b"<Name>\x01\x08"),
        ("odd-items", b"<Parental>65535<"),
    ],
)
def test_a_faulty_catalogue_is_read_all_the_same(code: str, sign: bytes) -> None:
    body, message = catalogue_body(code)
    item = message.items[0]
    assert sign in body
    assert (item.name, item.parent_id, item.is_online, item.ptz_type) == ("模拟摄像机 1", ID, True, 1)
    assert item.is_damaged is (code == "broken-address")


def test_the_faults_of_a_faulty_catalogue() -> None:
    assert "模拟".encode() in catalogue_body("utf8-as-gb2312")[0]
    assert not catalogue_body("no-declaration")[0].startswith(b"<?xml")
    odd = catalogue_body("odd-items")[0]
    assert b"<Status>ONLINE<" in odd
    assert b"/34020000002000000001<" in odd


@pytest.mark.parametrize(("code", "count"), [("partial-catalogue", 2), ("repeated-catalogue", 10), ("odd-items", 5)])
def test_a_catalogue_comes_partly_or_twice(code: str, count: int) -> None:
    assert len(bodies(CatalogQuery(device_id="34020000001180000001", sn=1), code, channels=10)) == count


def test_other_names_of_elements() -> None:
    (body,) = bodies(ConfigDownloadQuery(device_id=CAMERA), "other-config-name")
    message = parse_manscdp(body)
    assert b"<BasicParamCfg>" in body
    assert isinstance(message, ConfigDownloadResponse)
    assert message.basic is not None
    (body,) = bodies(HomePositionQuery(device_id=CAMERA), "home-position-alias")
    assert b"<CmdType>HomePosition</CmdType>" in body
    assert isinstance(parse_manscdp(body), HomePositionResponse)


@pytest.mark.quirk(12)
@asynchronous
async def test_a_late_catalogue_takes_its_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("oversite.simulator.device.LATE_S", 0.3)
    async with one_device("late-catalogue", channels=4) as (platform, device):
        started = time.monotonic()
        await platform.tell(device.gb_id, CatalogQuery(device_id=device.gb_id))
        await platform.first(CatalogResponse, 2)
        assert time.monotonic() - started >= 0.3


@pytest.mark.quirk(8)
@pytest.mark.parametrize("has_type", [True, False])
@asynchronous
async def test_records_only_for_those_who_write_a_type(has_type: bool) -> None:
    async with one_device("type-needed") as (platform, _):
        now = datetime.now(UTC)
        query = RecordInfoQuery(device_id=CAMERA, start_at=now - timedelta(minutes=9), end_at=now)
        body = query.to_xml() if has_type else query.to_xml().replace(b"<Type>all</Type>", b"")
        await platform._ask(CAMERA, platform._request("MESSAGE", CAMERA, body, "Application/MANSCDP+xml"))
        answer = (await platform.first(RecordInfoResponse))[0]
        assert isinstance(answer, RecordInfoResponse)
        assert bool(answer.total) is has_type


@pytest.mark.quirk(9)
@asynchronous
async def test_registering_instead_of_answering() -> None:
    async with one_device("register-instead") as (platform, _):
        count = len(platform.registers)
        await platform.tell(CAMERA, ConfigDownloadQuery(device_id=CAMERA))
        await platform.until(lambda: len(platform.registers) >= count + 2)
        assert platform.messages(ConfigDownloadResponse) == []


@asynchronous
async def test_deaf_to_precise_positions() -> None:
    async with one_device("deaf-to-precise-ptz") as (platform, device):
        control = DeviceControl(device_id=CAMERA, action=PrecisePtz(30, 0, 1))
        assert (await platform.tell(CAMERA, control)).status == 200
        assert device.channels[CAMERA].head.pose_at(device.clock.seconds() + 60).pan == 0


@pytest.mark.quirk(31)
@asynchronous
async def test_flat_positions() -> None:
    async with one_device("flat-position") as (platform, device):
        await platform.subscribe(CAMERA, MobilePositionQuery(device_id=CAMERA), "presence")
        await device.announce_position(117, 31)
        (notice,) = await platform.first(MobilePosition)
        assert isinstance(notice, MobilePosition)
        assert not notice.is_list


@asynchronous
async def test_all_channels_off_at_once() -> None:
    async with one_device("all-off", channels=3) as (platform, device):
        await platform.subscribe(device.gb_id, CatalogQuery(device_id=device.gb_id), "catalog")
        (notice,) = await platform.first(CatalogNotify)
        assert isinstance(notice, CatalogNotify)
        assert [change.event for change in notice.changes] == [CatalogEvent.OFF] * 3


# Calls


@pytest.mark.parametrize(("code", "status"), [("refuse-486", 486), ("refuse-488", 488)])
@asynchronous
async def test_a_call_is_refused(code: str, status: int) -> None:
    async with one_device(code) as (platform, _):
        response = await platform.invite(CAMERA, 9)
        assert isinstance(response, Response)
        assert response.status == status


@asynchronous
async def test_a_call_is_never_answered() -> None:
    async with one_device("no-answer") as (platform, device):
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.5):
                await platform.invite(CAMERA, 9)
        assert device.book.calls == []


@asynchronous
async def test_silence_after_the_answer() -> None:
    async with watching("silent") as (_, _, media, _):
        assert await media.silence(0.5)


@pytest.mark.parametrize(
    ("code", "named", "used"),
    [
        ("missing-y", "", 200_000_001),
        ("other-ssrc", "0987654321", 987_654_321),
        ("wrong-ssrc", "0200000001", 987_654_321),
        ("same-ssrc", "0200000001", 1),
        ("short-y", "0200000001", 200_000_001),
    ],
)
@asynchronous
async def test_the_ssrc_that_is_named_and_the_one_that_is_used(code: str, named: str, used: int) -> None:
    async with watching(code) as (_, _, media, call):
        (packet,) = await media.packets(1)
        assert (call.answer.ssrc, ssrc(packet)) == (named, used)
        assert (b"y=200000001\r\n" in call.response.body) is (code == "short-y")


@asynchronous
async def test_a_bare_description() -> None:
    async with watching("bare-sdp") as (_, _, media, call):
        assert b"rtpmap" not in call.response.body
        assert not call.response.body.endswith(b"\n")
        assert await media.packets(1)


@asynchronous
async def test_pictures_before_the_ack() -> None:
    async with watching("early-media", call={"ack": False}) as (_, _, media, _):
        assert await media.packets(1)


@asynchronous
async def test_a_report_comes_first() -> None:
    async with watching("rtcp-first") as (_, _, media, _):
        packets = await media.packets(2)
        assert (packets[0][1], len(packets[0])) == (200, 28)
        assert payload_type(packets[1]) == 96


@asynchronous
async def test_packets_are_lost() -> None:
    async with watching("packet-loss") as (_, _, media, _):
        packets = await media.packets(150)
        spread = (sequence(packets[-1]) - sequence(packets[0])) % 65_536 + 1
        assert 150 < spread < 170


@asynchronous
async def test_packets_change_places() -> None:
    async with watching("reorder") as (_, _, media, _):
        numbers = [sequence(packet) for packet in await media.packets(150)]
        assert numbers != sorted(numbers)
        assert len(set(numbers)) == 150


@asynchronous
async def test_a_viewer_comes_in_the_middle_of_a_group() -> None:
    async with watching("late-parameters") as (platform, _, first, _):
        await first.packets(30)
        second = MediaSocket()
        await platform.invite(CAMERA, second.port)
        (packet,) = await second.packets(1)
        second.close()
        assert b"\x00\x00\x01\xbc" not in packet


@asynchronous
async def test_sound_beside_the_program_stream() -> None:
    async with watching("audio-beside", has_audio=True) as (_, _, media, _):
        packets = await media.packets(60)
        assert {payload_type(packet) for packet in packets} == {96, 8}
        assert {len(packet) - 12 for packet in packets if payload_type(packet) == 8} == {320}


@asynchronous
async def test_a_frozen_picture_goes_on_being_sent() -> None:
    async with watching("frozen") as (_, device, media, _):
        assert len(set(stamps(program_stream(await media.packets(40))))) == 1
        device.faults.clear()
        assert len(set(stamps(program_stream(await media.packets(90))))) > 1


@pytest.mark.parametrize(("code", "status", "scale"), [("info-400", 400, 1), ("no-scale", 200, 1)])
@asynchronous
async def test_a_playback_that_does_not_obey(code: str, status: int, scale: float) -> None:
    async with watching(code, call={"kind": "Playback", "times": recorded(30)}) as (platform, device, _, call):
        response = await platform.control(call, CAMERA, PlaybackRequest.speed(1, 4))
        playback = device.book.calls[0].playback
        assert playback is not None
        assert (response.status, playback.scale) == (status, scale)


@asynchronous
async def test_the_end_is_not_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("oversite.simulator.calls._END_WAIT_S", 0.1)
    async with watching("no-end-notice", call={"kind": "Playback", "times": recorded(1)}) as (platform, _, _, _):
        await platform.until(lambda: bool(platform.byes))
        assert platform.messages(MediaStatus) == []


@asynchronous
async def test_the_end_is_told_in_a_strange_name() -> None:
    async with watching("foreign-from", call={"kind": "Playback", "times": recorded(1)}) as (platform, _, _, call):
        await platform.first(MediaStatus)
        request = platform.request_of(MediaStatus)
        assert (request.from_.uri.user, request.call_id) == (ID, call.dialog.call_id)


# SIP


@asynchronous
async def test_a_private_address_in_contact_and_via() -> None:
    async with one_device("private-contact") as (platform, _):
        request = platform.registers[0]
        assert request.contact is not None
        assert (request.contact.uri.host, request.via.host) == ("192.168.1.64", "192.168.1.64")
        call = await platform.invite(CAMERA, 9)
        assert isinstance(call, Call)
        assert "192.168.1.64" in call.dialog.remote_target


@asynchronous
async def test_a_request_uri_without_port() -> None:
    async with one_device("bare-uri") as (platform, _):
        assert platform.registers[0].uri == f"sip:{ID}@3402000000"


@asynchronous
async def test_messages_in_pieces() -> None:
    async with one_device("split-messages", transport="TCP", channels=60) as (platform, device):
        await platform.tell(device.gb_id, CatalogQuery(device_id=device.gb_id))
        assert await platform.first(CatalogResponse)


@asynchronous
async def test_a_wrong_length() -> None:
    async with one_device("wrong-content-length") as (platform, _):
        await platform.first(Keepalive)
        message = next(raw for raw in platform.raw if raw.startswith(b"MESSAGE"))
        head, _, body = message.partition(b"\r\n\r\n")
        assert f"Content-Length: {len(body) - 7}".encode() in head


@asynchronous
async def test_a_storm_of_registrations() -> None:
    async with one_device("register-storm") as (platform, _):
        await platform.until(lambda: len(platform.registers) >= 10, seconds=3)


@asynchronous
async def test_keepalives_from_changing_ports() -> None:
    async with one_device("new-port") as (platform, _):
        await platform.first(Keepalive, 3)
        ports = {heard.source.port for heard in platform.heard if isinstance(heard.message, Keepalive)}
        assert len(ports) > 1


@asynchronous
async def test_no_keepalives() -> None:
    async with one_device("no-keepalive", keepalive_s=0.02) as (platform, _):
        with pytest.raises(TimeoutError):
            await platform.first(Keepalive, seconds=0.4)


@asynchronous
async def test_an_unknown_route() -> None:
    async with one_device("unknown-route") as (platform, _):
        assert "203.0.113.9" in platform.registers[0].headers.get("Route")


@asynchronous
async def test_two_devices_with_one_identity() -> None:
    async with Platform() as platform, fleet(platform, "duplicate-identity", count=2):
        assert platform.bindings.keys() == {CAMERA}
        assert len({request.call_id for request in platform.registers}) == 2


@asynchronous
async def test_an_identity_too_short() -> None:
    async with one_device("short-identity") as (platform, _):
        assert platform.bindings.keys() == {CAMERA[:19]}


@asynchronous
async def test_a_clock_that_is_wrong_and_stays_wrong() -> None:
    async with one_device("clock-wrong") as (_, device):
        assert device.clock.ahead_s == 90
