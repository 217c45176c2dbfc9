"""MANSCDP messages: texts in the standard's and in devices' own form, and ours read again."""

from contextlib import suppress
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oversite.protocol.errors import PeerError
from oversite.protocol.gb28181.alarm import Alarm, AlarmMethod, AlarmQuery, DeviceAlarm
from oversite.protocol.gb28181.catalog import CatalogChange, CatalogEvent, CatalogNotify, CatalogQuery, CatalogResponse
from oversite.protocol.gb28181.catalog_item import CatalogItem
from oversite.protocol.gb28181.config_download import BasicParameters, ConfigDownloadQuery, ConfigDownloadResponse
from oversite.protocol.gb28181.device import (
    AlarmInputState,
    DeviceInfoQuery,
    DeviceInfoResponse,
    DeviceStatusQuery,
    DeviceStatusResponse,
)
from oversite.protocol.gb28181.manscdp import parse_manscdp
from oversite.protocol.gb28181.message import ManscdpMessage, ResultResponse, UnknownMessage
from oversite.protocol.gb28181.notify import Keepalive, MediaStatus
from oversite.protocol.gb28181.position import (
    MobilePosition,
    MobilePositionQuery,
    Position,
    PtzPosition,
    PtzPositionNotify,
    PtzPositionQuery,
)
from oversite.protocol.gb28181.preset import (
    HomePositionQuery,
    HomePositionResponse,
    Preset,
    PresetQuery,
    PresetResponse,
)
from oversite.protocol.gb28181.record_info import RecordInfoQuery, RecordInfoResponse, RecordItem

DEVICE = "34020000001320000001"
AT = datetime(2026, 11, 21, 16, 0, 0, tzinfo=UTC)
BEIJING_TEXT = "2026-11-22T00:00:00"

MESSAGES: list[ManscdpMessage] = [
    Keepalive(device_id=DEVICE, sn=1, status="ERROR", faulty_ids=(DEVICE, "34020000001320000002")),
    MediaStatus(device_id=DEVICE, sn=2),
    Alarm(
        device_id=DEVICE,
        sn=3,
        priority=1,
        method=AlarmMethod.DEVICE,
        occurred_at=AT,
        description="门被打开 <&>",
        longitude=117.25,
        latitude=-31.5,
        alarm_type=DeviceAlarm.TAMPER,
        event_type=1,
    ),
    AlarmQuery(device_id=DEVICE, sn=4, start_priority=1, end_priority=4, methods="25", start_at=AT, end_at=AT),
    CatalogQuery(device_id=DEVICE, sn=5, start_at=AT),
    CatalogResponse(device_id=DEVICE, sn=6, total=0),
    CatalogResponse(
        device_id=DEVICE,
        sn=6,
        total=2,
        items=(
            CatalogItem(
                device_id=DEVICE,
                name="大门",
                manufacturer="Oversite",
                civil_code="340200",
                parent_ids=("34020000001180000001",),
                is_online=True,
                port=5060,
                longitude=117.123456,
                latitude=31.5,
                ptz_type=1,
                point_type=9,
                horizontal_field_angle=60.5,
                installed_at=AT,
                record_save_days=90,
                management_unit="unit",
            ),
            CatalogItem(device_id="34020000001320000002", is_online=False, is_parent=True, is_secret=True),
        ),
    ),
    CatalogNotify(device_id=DEVICE, sn=7, changes=(CatalogChange(CatalogEvent.VLOST, CatalogItem(device_id=DEVICE)),)),
    DeviceInfoQuery(device_id=DEVICE, sn=8),
    DeviceInfoResponse(device_id=DEVICE, sn=8, name="n", manufacturer="m", model="x", firmware="1", channels=16),
    DeviceStatusQuery(device_id=DEVICE, sn=9),
    DeviceStatusResponse(
        device_id=DEVICE,
        sn=9,
        is_online=True,
        is_sound=False,
        reason="disk",
        is_encoding=True,
        is_recording=False,
        device_time=AT,
        alarm_inputs=(AlarmInputState("34020000001340000001", "ONDUTY"),),
    ),
    RecordInfoQuery(device_id=DEVICE, sn=10, start_at=AT, end_at=AT, is_indistinct=True, stream_number=1),
    RecordInfoResponse(
        device_id=DEVICE,
        sn=10,
        name="大门",
        total=1,
        items=(RecordItem(device_id=DEVICE, start_at=AT, end_at=AT, name="r", record_type="time", file_bytes=5),),
    ),
    PresetQuery(device_id=DEVICE, sn=11),
    PresetResponse(device_id=DEVICE, sn=11, presets=(Preset(1, "门"), Preset(255))),
    HomePositionQuery(device_id=DEVICE, sn=12),
    HomePositionResponse(device_id=DEVICE, sn=12, is_enabled=True, reset_s=60, preset_number=1),
    ConfigDownloadQuery(device_id=DEVICE, sn=13, config_types=("BasicParam", "OSDConfig")),
    ConfigDownloadResponse(device_id=DEVICE, sn=13, basic=BasicParameters("n", 3600, 60, 3)),
    MobilePositionQuery(device_id=DEVICE, sn=14, interval_s=10),
    MobilePosition(
        device_id=DEVICE, sn=14, positions=(Position(device_id=DEVICE, at=AT, longitude=117.2, speed_kmh=3.5),)
    ),
    PtzPositionQuery(device_id=DEVICE, sn=15),
    PtzPosition(device_id=DEVICE, sn=15, pan_degrees=10.5, tilt_degrees=-3, zoom=2),
    PtzPositionNotify(device_id=DEVICE, sn=15, zoom=2),
    ResultResponse(device_id=DEVICE, sn=16, command_name="Alarm"),
]


@pytest.mark.req("V5.1")
@pytest.mark.parametrize("message", MESSAGES, ids=lambda message: type(message).__name__)
@pytest.mark.parametrize("charset", ["GB2312", "GB18030", "UTF-8"])
def test_a_message_is_read_as_it_was_written(message: ManscdpMessage, charset: str) -> None:
    raw = message.to_xml(charset)
    assert parse_manscdp(raw) == message
    assert type(message).from_xml(raw) == message


def body(root: str, inner: str) -> bytes:
    return f'<?xml version="1.0" encoding="GB2312"?>\r\n<{root}>{inner}</{root}>'.encode("gb18030")


def head(command: str, sn: int = 1) -> str:
    return f"<CmdType>{command}</CmdType><SN>{sn}</SN><DeviceID>{DEVICE}</DeviceID>"


def test_the_printed_keepalive() -> None:
    raw = (
        b'<?xml version="1.0"?>\n<Notify>\n<CmdType>Keepalive</CmdType>\n<SN>43</SN>\n'
        b"<DeviceID>64010000001110000001</DeviceID>\n<Status>OK</Status>\n</Notify>"
    )
    assert parse_manscdp(raw) == Keepalive(device_id="64010000001110000001", sn=43)


def test_a_keepalive_lists_faulty_sub_devices() -> None:
    raw = body(
        "Notify", head("Keepalive") + "<Status>OK</Status><Info><DeviceID>1</DeviceID><DeviceID>2</DeviceID></Info>"
    )
    message = parse_manscdp(raw)
    assert isinstance(message, Keepalive)
    assert message.faulty_ids == ("1", "2")
    assert message.is_ok


def test_the_element_names_on_the_wire_are_the_standards() -> None:
    assert RecordInfoQuery(device_id=DEVICE, sn=17430, start_at=AT, end_at=AT).to_xml("GB2312") == (
        '<?xml version="1.0" encoding="GB2312"?>\r\n<Query>\r\n<CmdType>RecordInfo</CmdType>\r\n<SN>17430</SN>\r\n'
        f"<DeviceID>{DEVICE}</DeviceID>\r\n<StartTime>{BEIJING_TEXT}</StartTime>\r\n"
        f"<EndTime>{BEIJING_TEXT}</EndTime>\r\n<Secrecy>0</Secrecy>\r\n<Type>all</Type>\r\n"
        "<IndistinctQuery>0</IndistinctQuery>\r\n</Query>\r\n"
    ).encode("gb2312")


@pytest.mark.quirk(8)
def test_quirk_8_every_record_query_carries_a_type() -> None:
    element = RecordInfoQuery(device_id=DEVICE, start_at=AT, end_at=AT).to_element()
    assert element.findtext("Type") == "all"


def test_an_alarm_in_the_words_of_a_device() -> None:
    raw = body(
        "Notify",
        head("Alarm", 11)
        + "<AlarmPriority>4</AlarmPriority><AlarmMethod>5</AlarmMethod>"
        + f"<AlarmTime>{BEIJING_TEXT}</AlarmTime><AlarmDescription>移动侦测</AlarmDescription>"
        + "<Longitude></Longitude><Latitude>n/a</Latitude>"
        + "<Info><AlarmType>6</AlarmType><AlarmTypeParam><EventType>1</EventType></AlarmTypeParam></Info>",
    )
    assert parse_manscdp(raw) == Alarm(
        device_id=DEVICE,
        sn=11,
        priority=4,
        method=AlarmMethod.VIDEO,
        occurred_at=AT,
        description="移动侦测",
        alarm_type=6,
        event_type=1,
    )


def test_only_device_alarms_must_be_reset() -> None:
    alarm = Alarm(device_id=DEVICE, priority=1, method=2, occurred_at=AT)
    assert alarm.needs_reset
    assert not Alarm(device_id=DEVICE, priority=1, method=5, occurred_at=AT).needs_reset


@pytest.mark.parametrize(
    ("query", "wanted"),
    [
        (AlarmQuery(device_id=DEVICE), True),
        (AlarmQuery(device_id=DEVICE, methods="5"), False),
        (AlarmQuery(device_id=DEVICE, methods="25"), True),
        (AlarmQuery(device_id=DEVICE, start_priority=1, end_priority=2), True),
        (AlarmQuery(device_id=DEVICE, start_priority=3, end_priority=4), False),
        (AlarmQuery(device_id=DEVICE, start_priority=2), True),
    ],
)
def test_a_subscription_says_which_alarms(query: AlarmQuery, wanted: bool) -> None:
    assert query.wants(Alarm(device_id=DEVICE, priority=2, method=2, occurred_at=AT)) is wanted


def test_the_end_of_a_playback() -> None:
    message = parse_manscdp(body("Notify", head("MediaStatus") + "<NotifyType>121</NotifyType>"))
    assert isinstance(message, MediaStatus)
    assert message.is_end


@pytest.mark.parametrize("tag", ["Alarmstatus", "AlarmStatus"])
def test_a_status_tells_the_devices_time_and_inputs(tag: str) -> None:
    message = parse_manscdp(
        body(
            "Response",
            head("DeviceStatus")
            + "<Result>OK</Result><Online>ONLINE</Online><Status>OK</Status><Encode>ON</Encode><Record>OFF</Record>"
            + f"<DeviceTime>{BEIJING_TEXT}</DeviceTime>"
            + f'<{tag} Num="1"><Item><DeviceID>7</DeviceID><DutyStatus>OFFDUTY</DutyStatus></Item></{tag}>',
        )
    )
    assert message == DeviceStatusResponse(
        device_id=DEVICE,
        sn=1,
        is_online=True,
        is_sound=True,
        is_encoding=True,
        is_recording=False,
        device_time=AT,
        alarm_inputs=(AlarmInputState("7", "OFFDUTY"),),
    )


@pytest.mark.parametrize("name", ["BasicParam", "BasicParamInfo", "basic"])
@pytest.mark.quirk(10)
def test_quirk_10_the_configuration_is_known_by_its_content(name: str) -> None:
    raw = body(
        "Response",
        head("ConfigDownload")
        + f"<Result>OK</Result><{name}><Name>gate</Name><Expiration>3600</Expiration>"
        + f"<HeartBeatInterval>60</HeartBeatInterval><HeartBeatCount>3</HeartBeatCount></{name}>",
    )
    message = parse_manscdp(raw)
    assert isinstance(message, ConfigDownloadResponse)
    assert message.basic == BasicParameters("gate", 3600, 60, 3)


def test_a_refused_configuration_holds_nothing() -> None:
    message = parse_manscdp(body("Response", head("ConfigDownload") + "<Result>ERROR</Result>"))
    assert message == ConfigDownloadResponse(device_id=DEVICE, sn=1, result="ERROR")


@pytest.mark.parametrize("command", ["HomePosition", "HomePositionQuery"])
@pytest.mark.parametrize("wrapped", [True, False])
@pytest.mark.quirk(29)
def test_quirk_29_both_names_of_the_guard_position(command: str, wrapped: bool) -> None:
    inner = "<Enabled>1</Enabled><ResetTime>30</ResetTime><PresetIndex>2</PresetIndex>"
    inner = f"<HomePosition>{inner}</HomePosition>" if wrapped else inner
    assert parse_manscdp(body("Response", head(command) + inner)) == HomePositionResponse(
        device_id=DEVICE, sn=1, is_enabled=True, reset_s=30, preset_number=2
    )


@pytest.mark.quirk(31)
def test_quirk_31_positions_flat_and_as_a_list() -> None:
    numbers = "<Longitude>117.2</Longitude><Latitude>31.8</Latitude><Speed>36.5</Speed><Direction>90</Direction>"
    flat = parse_manscdp(body("Notify", head("MobilePosition") + f"<Time>{BEIJING_TEXT}</Time>{numbers}"))
    item = f"<Item><DeviceID>{DEVICE}</DeviceID><CaptureTime>{BEIJING_TEXT}</CaptureTime>{numbers}</Item>"
    many = parse_manscdp(
        body("Notify", head("MobilePosition") + f'<SumNum>1</SumNum><DeviceList Num="1">{item}<Item/></DeviceList>')
    )
    assert isinstance(flat, MobilePosition)
    assert isinstance(many, MobilePosition)
    position = Position(device_id=DEVICE, at=AT, longitude=117.2, latitude=31.8, speed_kmh=36.5, direction_degrees=90)
    assert flat.positions == many.positions == (position,)
    assert (flat.is_list, many.is_list) == (False, True)
    assert parse_manscdp(flat.to_xml()) == flat


def test_presets_without_a_number_are_left_out() -> None:
    raw = body(
        "Response",
        head("PresetQuery")
        + '<PresetList Num="2"><Item><PresetID>1</PresetID><PresetName>门</PresetName></Item>'
        + "<Item><PresetID>x</PresetID></Item></PresetList>",
    )
    assert parse_manscdp(raw) == PresetResponse(device_id=DEVICE, sn=1, presets=(Preset(1, "门"),))


def test_an_unknown_command_is_no_error() -> None:
    message = parse_manscdp(body("Notify", head("UploadSnapShotFinished")))
    assert message == UnknownMessage(device_id=DEVICE, sn=1, root="Notify", command_name="UploadSnapShotFinished")
    assert message.command == "UploadSnapShotFinished"


def test_a_bare_answer_is_a_result() -> None:
    message = parse_manscdp(body("Response", head("DeviceControl") + "<Result>Error</Result>"))
    assert isinstance(message, ResultResponse)
    assert message.command == "DeviceControl"
    assert not message.is_ok


def test_notes_of_the_bytes_travel_with_the_message() -> None:
    message = parse_manscdp(b"<Notify><CmdType>Keepalive</CmdType><SN>x</SN><DeviceID>\x011</DeviceID></Notify>")
    assert message.notes == ("1 control characters stripped",)
    assert message.sn == 0


@pytest.mark.parametrize(
    "raw",
    [
        b"<Notify><CmdType>Keepalive</CmdType></Notify>",
        b"<Envelope><CmdType>Keepalive</CmdType><DeviceID>1</DeviceID></Envelope>",
        b"",
    ],
)
def test_what_is_no_message_is_refused(raw: bytes) -> None:
    with pytest.raises(PeerError):
        parse_manscdp(raw)


def test_a_message_of_another_kind_is_refused() -> None:
    with pytest.raises(PeerError, match="is no Keepalive"):
        Keepalive.from_xml(MediaStatus(device_id=DEVICE).to_xml())


TAGS = ["CmdType", "SN", "DeviceID", "Status", "Item", "Info", "DeviceList", "Event", "PTZCmd", "HomePosition"]
leaves = st.builds(
    lambda tag, text: f"<{tag}>{text}</{tag}>",
    st.sampled_from(TAGS),
    st.text("<&>1aZ年-: .", max_size=12) | st.sampled_from(["Catalog", "Keepalive", "DeviceControl", "Alarm"]),
)


@given(
    st.sampled_from(["Query", "Notify", "Response", "Control"]),
    st.sampled_from([message.command for message in MESSAGES] + ["DeviceControl", "HomePosition", "x"]),
    st.lists(
        leaves | st.lists(leaves).map(lambda parts: f'<DeviceList Num="1"><Item>{"".join(parts)}</Item></DeviceList>')
    ),
)
def test_any_document_is_read_or_refused(root: str, command: str, parts: list[str]) -> None:
    for front in (head(command), f"<CmdType>{command}</CmdType>"):
        with suppress(PeerError):
            message = parse_manscdp(body(root, front + "".join(parts)))
            assert message.device_id
            assert message.to_xml()


@given(st.binary(max_size=100))
def test_any_bytes_are_read_or_refused(raw: bytes) -> None:
    with suppress(PeerError):
        assert parse_manscdp(raw)
