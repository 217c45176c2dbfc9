"""What devices write, byte for byte, and the words that must go out to them; nothing here is of our own encoder."""

import asyncio
from typing import Any

import pytest

from oversite.protocol.gb28181.control import DeviceControl
from oversite.protocol.sip.message import Request, Response
from services.signalling.device import ScriptedDevice
from services.signalling.stage import CAMERA_UID, DEVICE_ID, Stage, in_loop

PLAY = {"camera_uid": CAMERA_UID, "stream": 0}
MANSCDP = "Application/MANSCDP+xml"
CHANNEL = "34020000001310000007"

pytestmark = pytest.mark.req("V5.1")


def catalogue(item: str) -> str:
    return (
        "<Response>\r\n<CmdType>Catalog</CmdType>\r\n<SN>7</SN>\r\n<DeviceID>34020000001320000001</DeviceID>\r\n"
        '<SumNum>1</SumNum>\r\n<DeviceList Num="1">\r\n<Item>\r\n<DeviceID>34020000001310000007</DeviceID>\r\n'
        f"{item}\r\n</Item>\r\n</DeviceList>\r\n</Response>\r\n"
    )


async def send(device: ScriptedDevice, body: bytes) -> int:
    return (await device.ask(device.request("MESSAGE", body, MANSCDP))).status


async def stored(body: bytes) -> Any:
    """The channel that a catalogue of these bytes leads to."""
    async with Stage() as stage, stage.device() as device:
        await device.register()
        assert await send(device, body) == 200
        await stage.until(lambda: CHANNEL in stage.store.channels)
        return stage.store.channels[CHANNEL]


@pytest.mark.quirk(1)
@pytest.mark.parametrize(
    ("declaration", "charset"),
    [
        ('<?xml version="1.0" encoding="GB2312"?>\r\n', "gb18030"),
        ('<?xml version="1.0" encoding="GB2312"?>\r\n', "utf-8"),
        ('<?xml version="1.0" encoding="UTF-8"?>\r\n', "gb18030"),
        ('<?xml version="1.0"?>\r\n', "gb18030"),
        ("", "gb18030"),
        ("", "utf-8"),
    ],
)
@in_loop
async def test_quirk_1_a_name_beyond_gb2312_whatever_is_declared(declaration: str, charset: str) -> None:
    body = (declaration + catalogue("<Name>㙍镇养殖场大门</Name><Status>ON</Status>")).encode(charset)
    assert (await stored(body)).name == "㙍镇养殖场大门"


@pytest.mark.quirk(2)
@in_loop
async def test_quirk_2_an_address_full_of_signs_costs_nothing_but_a_mark() -> None:
    record = await stored(
        catalogue("<Name>A&B 门</Name>\r\n<Address>3#<4 & 5</Address>\r\n<Status>ON</Status>").encode("gb18030")
    )
    assert (record.name, record.facts["address"], record.is_damaged) == ("A&B 门", "3#<4 & 5", True)


@pytest.mark.quirk(3)
@in_loop
async def test_quirk_3_control_characters_are_left_out() -> None:
    body = catalogue("<Name>\x01门\x02\x08口</Name><Status>ON</Status>").encode("gb18030")
    assert (await stored(body)).name == "门口"


@pytest.mark.quirk(11)
@pytest.mark.parametrize(
    ("status", "is_online"),
    [("ON", True), ("ONLINE", True), ("OK", True), ("OFF", False), ("OFFLINE", False)],
)
@pytest.mark.parametrize("ptz", ["<PTZType>3</PTZType>", "<Info><PTZType>3</PTZType></Info>"])
@in_loop
async def test_quirk_11_items_in_the_words_of_their_makers(status: str, is_online: bool, ptz: str) -> None:
    item = f"<Name>x</Name><Parental>65535</Parental><ParentID>34020000002000000001/{DEVICE_ID}</ParentID>"
    record = await stored(catalogue(f"{item}<Status>{status}</Status>{ptz}").encode("gb2312"))
    assert (record.is_online, record.parent_id, record.facts["ptz_type"]) == (is_online, DEVICE_ID, 3)
    assert not record.facts.get("parental")


@pytest.mark.quirk(4)
@in_loop
async def test_quirk_4_the_end_of_a_playback_from_a_channel_that_is_not_ours(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("oversite.services.signalling.sessions.DRAIN_S", 0.05)
    period = {"start_at": "2026-11-20T01:00:00+00:00", "end_at": "2026-11-20T02:00:00+00:00"}
    async with Stage() as stage, stage.device() as device:
        await device.register()
        session = (await stage.ask("POST", "/door/playback", {"camera_uid": CAMERA_UID, **period})).json()["session"]
        invite = await device.received("INVITE")
        end = (
            "MESSAGE sip:34020000002000000001@3402000000 SIP/2.0\r\n"
            "Via: SIP/2.0/UDP 192.168.1.64:5060;rport;branch=z9hG4bK1\r\n"
            "From: <sip:34020000002000000001@3402000000>;tag=9\r\nTo: <sip:34020000001180000009@3402000000>;tag=8\r\n"
            f"Call-ID: {invite.call_id}\r\nCSeq: 3 MESSAGE\r\nContent-Type: Application/MANSCDP+xml\r\n\r\n"
            '<?xml version="1.0"?>\r\n<Notify>\r\n<CmdType>MediaStatus</CmdType>\r\n<SN>8</SN>\r\n'
            "<DeviceID>34020000001180000009</DeviceID>\r\n<NotifyType>121</NotifyType>\r\n</Notify>\r\n"
        )
        device.send_raw(end.encode())
        await device.received("BYE")
        await stage.until(lambda: session not in stage.service.sessions.running)


@pytest.mark.quirk(8, 9, 21)
@in_loop
async def test_quirks_8_9_21_the_words_that_devices_insist_on() -> None:
    async with Stage() as stage, stage.device() as device:
        await device.register()
        await stage.ask("POST", "/door/play", PLAY)
        await device.received_message(DeviceControl)
        period = {"start_at": "2026-11-20T01:00:00+00:00", "end_at": "2026-11-20T02:00:00+00:00"}
        kinds = ({"kind": "records", **period}, {"kind": "configuration", "camera_gb_id": CHANNEL})
        asking = [
            asyncio.create_task(stage.ask("POST", "/door/query", {"device_gb_id": DEVICE_ID, **one})) for one in kinds
        ]
        await stage.until(lambda: b"<CmdType>ConfigDownload</CmdType>" in sent(device))
        await stage.until(lambda: b"<CmdType>RecordInfo</CmdType>" in sent(device))
        assert b"<IFameCmd>Send</IFameCmd>" in sent(device)
        assert b"<Type>all</Type>" in sent(device)
        (configuration,) = [one.body for one in device.requests if b"ConfigDownload" in one.body]
        assert b"<DeviceID>34020000001320000001</DeviceID>" in configuration
        assert b"<ConfigType>BasicParam</ConfigType>" in configuration
        for task in asking:
            task.cancel()
        await asyncio.gather(*asking, return_exceptions=True)


def sent(device: ScriptedDevice) -> bytes:
    """All bodies that came to the device."""
    return b"".join(request.body for request in device.requests)


async def told(kind: str, answer: str) -> Any:
    """What the door says when the device answers a query with these words; `{sn}` is the query's."""
    async with Stage() as stage, stage.device() as device:
        await device.register()
        body = {"device_gb_id": DEVICE_ID, "kind": kind}
        asking = asyncio.create_task(stage.ask("POST", "/door/query", body))
        command = answer.partition("<CmdType>")[2].partition("<")[0].encode()
        await stage.until(lambda: b">" + command in sent(device))
        query = next(one.body for one in device.requests if b">" + command in one.body)
        sn = query.partition(b"<SN>")[2].partition(b"<")[0].decode()
        await send(device, answer.replace("{sn}", sn).encode("gb2312"))
        return (await asking).json()


@pytest.mark.quirk(10)
@in_loop
async def test_quirk_10_the_element_is_named_otherwise() -> None:
    answer = (
        "<Response><CmdType>ConfigDownload</CmdType><SN>{sn}</SN><DeviceID>34020000001320000001</DeviceID>"
        "<Result>OK</Result><BasicParamInfo><Name>大门</Name><Expiration>3600</Expiration>"
        "<HeartBeatInterval>60</HeartBeatInterval><HeartBeatCount>3</HeartBeatCount></BasicParamInfo></Response>"
    )
    found = await told("configuration", answer)
    assert (found["name"], found["keepalive_s"], found["keepalive_misses"]) == ("大门", 60, 3)


@pytest.mark.quirk(29)
@in_loop
async def test_quirk_29_home_position_for_home_position_query() -> None:
    answer = (
        "<Response><CmdType>HomePosition</CmdType><SN>{sn}</SN><DeviceID>34020000001320000001</DeviceID>"
        "<HomePosition><Enabled>1</Enabled><ResetTime>30</ResetTime><PresetIndex>2</PresetIndex></HomePosition>"
        "</Response>"
    )
    assert await told("home-position", answer) == {"enabled": True, "after_s": 30, "preset": 2}


@pytest.mark.quirk(31)
@pytest.mark.parametrize(
    "positions",
    [
        "<Time>2026-11-21T14:05:09</Time><Longitude>117.2</Longitude><Latitude>31.8</Latitude>",
        (
            '<SumNum>1</SumNum><DeviceList Num="1"><Item><DeviceID>34020000001320000001</DeviceID>'
            "<CaptureTime>2026-11-21T14:05:09</CaptureTime><Longitude>117.2</Longitude><Latitude>31.8</Latitude>"
            "</Item></DeviceList>"
        ),
    ],
)
@in_loop
async def test_quirk_31_positions_of_both_editions_are_taken(positions: str) -> None:
    async with Stage() as stage, stage.device() as device:
        await device.register()
        head = "<CmdType>MobilePosition</CmdType><SN>4</SN><DeviceID>34020000001320000001</DeviceID>"
        assert await send(device, f"<Notify>{head}{positions}</Notify>".encode()) == 200
        assert stage.counted("malformed_body") == 0


@pytest.mark.quirk(25)
@pytest.mark.parametrize(
    ("maker", "lines"),
    [
        ("", (b"a=streamnumber:0", b"a=streamnumber:1")),
        ("Hikvision", (b"a=stream:0", b"a=stream:1")),
        ("Dahua", (b"a=streamprofile:0", b"a=streamprofile:1")),
        ("TP-LINK", (b"a=streamMode:main", b"a=streamMode:sub")),
        ("水星", (b"a=streamMode:main", b"a=streamMode:sub")),
    ],
)
@in_loop
async def test_quirk_25_the_sub_stream_is_asked_for_in_the_makers_word_too(
    maker: str, lines: tuple[bytes, bytes]
) -> None:
    async with Stage() as stage, stage.device() as device:
        await device.register()
        stage.service.directory.devices[DEVICE_ID].manufacturer = maker
        for stream in (0, 1):
            assert (await stage.ask("POST", "/door/play", PLAY | {"stream": stream})).status == 200
            offered = (await device.received("INVITE", stream + 1)).body.split(b"\r\n")
            assert {b"a=streamnumber:%d" % stream, lines[stream]} <= set(offered)


@pytest.mark.quirk(5, 6, 32)
@pytest.mark.parametrize(
    ("line", "announced"),
    [("", []), ("y=200000001", [{"ssrc": "0200000001"}]), ("y=0999999999", [{"ssrc": "0999999999"}])],
)
@in_loop
async def test_quirks_5_6_32_answers_without_rtpmap_and_last_line_end(line: str, announced: list[Any]) -> None:
    async with Stage() as stage, stage.device() as device:

        def answer(request: Request) -> Response:
            response = device.accept(request)
            response.body = (
                "v=0\r\no=34020000001320000001 0 0 IN IP4 127.0.0.1\r\ns=Play\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\n"
                f"m=video 15060 RTP/AVP 96\r\nm=audio 15062 RTP/AVP 8\r\na=sendonly\r\n{line}"
            ).encode()
            return response

        device.answers["INVITE"] = answer
        await device.register()
        stage.service.sessions._ssrcs.reserve("live", 0.0)
        assert (await stage.ask("POST", "/door/play", PLAY)).status == 200
        ours = next(iter(stage.service.sessions.running.values())).ssrc
        assert stage.media.made("PATCH") == [one for one in announced if one["ssrc"] != ours]
