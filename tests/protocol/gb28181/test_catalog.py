"""Catalogues: lines normalised (quirk 11), damaged lines marked (2), answers in several messages (12)."""

import pytest

from oversite.protocol.gb28181.catalog import CatalogCollector, CatalogEvent, CatalogNotify, CatalogResponse
from oversite.protocol.gb28181.catalog_item import CatalogItem, ItemKind, online
from oversite.protocol.gb28181.collector import AnswerCollector
from oversite.protocol.gb28181.manscdp import parse_manscdp
from oversite.protocol.gb28181.record_info import RecordCollector, RecordInfoResponse

DEVICE = "34020000001180000001"


def camera(serial: int) -> str:
    return f"3402000000132{serial:07d}"


def answer(items: str, total: int = 1, command: str = "Catalog", list_tag: str = "DeviceList") -> bytes:
    return (
        f'<?xml version="1.0" encoding="GB2312"?>\n<Response>\n<CmdType>{command}</CmdType>\n<SN>17430</SN>\n'
        f"<DeviceID>{DEVICE}</DeviceID>\n<SumNum>{total}</SumNum>\n"
        f'<{list_tag} Num="1">\n{items}\n</{list_tag}>\n</Response>'
    ).encode("gb18030")


def read_item(inner: str) -> CatalogItem:
    message = parse_manscdp(answer(f"<Item>\n<DeviceID>{camera(1)}</DeviceID>\n{inner}\n</Item>"))
    assert isinstance(message, CatalogResponse)
    return message.items[0]


@pytest.mark.req("V5.1")
def test_a_full_line_is_read() -> None:
    item = read_item(
        "<Name>大门</Name><Manufacturer>Hikvision</Manufacturer><Model>IP Camera</Model><Owner>Owner</Owner>"
        "<CivilCode>340200</CivilCode><Address>Address</Address><Parental>0</Parental>"
        f"<ParentID>{DEVICE}</ParentID><SafetyWay>0</SafetyWay><RegisterWay>1</RegisterWay><Secrecy>0</Secrecy>"
        "<IPAddress>192.168.1.64</IPAddress><Port>5060</Port><Status>ON</Status>"
        "<Longitude>117.1</Longitude><Latitude>31.2</Latitude>"
        "<Info><PTZType>1</PTZType><Resolution>6/4/2</Resolution><DirectionType>2</DirectionType></Info>"
    )
    assert item == CatalogItem(
        device_id=camera(1),
        name="大门",
        manufacturer="Hikvision",
        model="IP Camera",
        owner="Owner",
        civil_code="340200",
        address="Address",
        parent_ids=(DEVICE,),
        ip_address="192.168.1.64",
        port=5060,
        is_online=True,
        longitude=117.1,
        latitude=31.2,
        ptz_type=1,
        resolution="6/4/2",
        direction_type=2,
    )


@pytest.mark.parametrize(
    ("word", "is_on"),
    [
        ("ON", True),
        ("ONLINE", True),
        ("OK", True),
        ("on", True),
        ("OFF", False),
        ("OFFLINE", False),
        ("Off", False),
        ("", None),
        ("?", None),
    ],
)
@pytest.mark.quirk(11)
def test_quirk_11_status_in_all_its_words(word: str, is_on: bool | None) -> None:
    assert online(word) is is_on
    assert read_item(f"<Status>{word}</Status>").is_online is is_on


@pytest.mark.parametrize(("value", "is_parent"), [("0", False), ("1", True), ("65535", False), ("", False)])
@pytest.mark.quirk(11)
def test_quirk_11_parental_is_yes_only_when_it_is_one(value: str, is_parent: bool) -> None:
    assert read_item(f"<Parental>{value}</Parental>").is_parent is is_parent


@pytest.mark.quirk(11)
def test_quirk_11_a_way_to_the_parent_ends_at_the_parent() -> None:
    item = read_item(f"<ParentID>34020000002000000001/{DEVICE}</ParentID>")
    assert item.parent_id == DEVICE
    assert item.parent_ids == ("34020000002000000001", DEVICE)
    assert read_item("").parent_id == ""


@pytest.mark.parametrize("inner", ["<PTZType>3</PTZType>", "<Info><PTZType>3</PTZType></Info>"])
@pytest.mark.quirk(11)
def test_quirk_11_the_ptz_type_stands_in_either_place(inner: str) -> None:
    assert read_item(inner).ptz_type == 3


def test_what_stands_in_info_goes_before_what_stands_beside_it() -> None:
    assert read_item("<PTZType>3</PTZType><Info><PTZType>1</PTZType></Info>").ptz_type == 1
    assert read_item("<PTZType>3</PTZType><Info><PTZType/></Info>").ptz_type == 3


@pytest.mark.parametrize(
    ("device_id", "kind"),
    [
        ("340200", ItemKind.CIVIL_CODE),
        ("34020000002150000001", ItemKind.BUSINESS_GROUP),
        ("34020000002160000001", ItemKind.VIRTUAL_ORGANISATION),
        ("34020000002000000001", ItemKind.PLATFORM),
        ("34020000001180000001", ItemKind.DEVICE),
        (camera(1), ItemKind.CHANNEL),
        ("3402000000132000001", ItemKind.CHANNEL),
    ],
)
def test_the_identity_says_what_a_line_stands_for(device_id: str, kind: ItemKind) -> None:
    assert CatalogItem(device_id=device_id).kind is kind


def test_changes_between_two_readings_are_named() -> None:
    old = CatalogItem(device_id=camera(1), name="a", is_online=True)
    assert old.changed_fields(CatalogItem(device_id=camera(1), name="b", is_online=True)) == ("name",)


@pytest.mark.quirk(2)
def test_quirk_2_a_damaged_address_marks_its_line() -> None:
    items = (
        f"<Item>\n<DeviceID>{camera(1)}</DeviceID>\n<Address>浙江<3栋</Address>\n</Item>\n"
        f"<Item>\n<DeviceID>{camera(2)}</DeviceID>\n<Address>sound</Address>\n</Item>"
    )
    message = parse_manscdp(answer(items, total=2))
    assert isinstance(message, CatalogResponse)
    assert [(item.address, item.is_damaged) for item in message.items] == [("浙江<3栋", True), ("sound", False)]


def test_lines_without_identity_are_counted_not_lost_in_silence() -> None:
    message = parse_manscdp(answer("<Item><Name>nobody</Name></Item>"))
    assert isinstance(message, CatalogResponse)
    assert message.unusable == 1
    collector = CatalogCollector(17430, 0.0)
    collector.add_response(message, 0.0)
    assert not collector.is_complete


@pytest.mark.parametrize("event", list(CatalogEvent))
def test_a_notification_says_what_happened(event: CatalogEvent) -> None:
    raw = (
        f'<?xml version="1.0"?><Notify><CmdType>Catalog</CmdType><SN>6</SN><DeviceID>{DEVICE}</DeviceID>'
        f'<SumNum>1</SumNum><DeviceList Num="1"><Item><DeviceID>{camera(1)}</DeviceID><Event>{event.lower()}</Event>'
        "</Item></DeviceList></Notify>"
    ).encode()
    message = parse_manscdp(raw)
    assert isinstance(message, CatalogNotify)
    assert [(change.event, change.item.device_id) for change in message.changes] == [(event, camera(1))]


def test_a_notification_of_something_unheard_is_counted() -> None:
    raw = (
        f"<Notify><CmdType>Catalog</CmdType><SN>6</SN><DeviceID>{DEVICE}</DeviceID>"
        f'<DeviceList Num="1"><Item><DeviceID>{camera(1)}</DeviceID><Event>BURNT</Event></Item></DeviceList></Notify>'
    ).encode()
    message = parse_manscdp(raw)
    assert isinstance(message, CatalogNotify)
    assert (message.changes, message.unusable) == ((), 1)


def part(total: int, *serials: int) -> CatalogResponse:
    items = tuple(CatalogItem(device_id=camera(serial)) for serial in serials)
    return CatalogResponse(device_id=DEVICE, sn=1, total=total, items=items)


@pytest.mark.quirk(12)
def test_quirk_12_an_answer_is_complete_when_all_its_lines_have_come() -> None:
    collector = CatalogCollector(1, 0.0)
    collector.add_response(part(3, 1, 2), 1.0)
    assert not collector.is_over(1.0)
    collector.add_response(part(3, 3), 2.0)
    assert collector.is_over(2.0)
    collected = collector.collected
    assert (collected.received, collected.total, collected.is_complete) == (3, 3, True)
    assert [item.device_id for item in collected.items] == [camera(1), camera(2), camera(3)]


@pytest.mark.quirk(12)
def test_quirk_12_a_repeated_message_completes_nothing() -> None:
    collector = CatalogCollector(1, 0.0)
    for _ in range(4):
        collector.add_response(part(3, 1, 2), 1.0)
    assert (collector.received, collector.is_complete) == (2, False)


@pytest.mark.quirk(12)
def test_quirk_12_a_device_that_counts_a_line_twice_is_complete() -> None:
    collector = CatalogCollector(1, 0.0)
    collector.add_response(part(3, 1, 2, 2), 1.0)
    assert (collector.received, collector.is_complete) == (2, True)


@pytest.mark.quirk(12)
def test_quirk_12_silence_ends_the_waiting_and_the_rest_is_n_of_m() -> None:
    collector = CatalogCollector(1, 0.0, idle_timeout_s=30)
    collector.add_response(part(100, 1, 2), 20.0)
    assert collector.next_timeout == 50.0
    assert not collector.is_over(49.9)
    assert collector.is_over(50.0)
    collected = collector.collected
    assert (collected.received, collected.total, collected.is_complete) == (2, 100, False)


def test_an_empty_catalogue_is_a_complete_answer_without_list() -> None:
    response = CatalogResponse(device_id=DEVICE, sn=1, total=0)
    assert response.to_element().find("DeviceList") is None
    collector = CatalogCollector(1, 0.0)
    collector.add_response(response, 0.0)
    assert collector.collected.is_complete


def test_an_answer_that_does_not_say_how_many_is_never_complete() -> None:
    collector = CatalogCollector(1, 0.0)
    collector.add(None, [CatalogItem(device_id=camera(1))], 0.0)
    assert not collector.is_complete


def test_a_collector_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("oversite.protocol.gb28181.collector.MAX_COLLECTED", 3)
    collector: AnswerCollector[int] = AnswerCollector(1, 0.0)
    collector.add(None, range(10), 0.0)
    assert collector.collected.items == (0, 1, 2)


def test_recordings_are_collected_the_same_way() -> None:
    times = "<StartTime>2026-11-21T0{0}:00:00</StartTime><EndTime>2026-11-21T0{1}:00:00</EndTime>"
    items = "".join(
        f"<Item><DeviceID>{camera(1)}</DeviceID><Name>n</Name>{times.format(hour, hour + 1)}<Type>Time</Type>"
        "<FileSize>1000</FileSize></Item>"
        for hour in range(3)
    )
    backwards = f"<Item><DeviceID>{camera(1)}</DeviceID>{times.format(5, 4)}</Item>"
    message = parse_manscdp(answer(items, 3, "RecordInfo", "RecordList"))
    assert isinstance(message, RecordInfoResponse)
    collector = RecordCollector(17430, 0.0)
    collector.add_response(message, 0.0)
    collector.add_response(message, 0.0)
    assert collector.collected.is_complete
    assert [item.file_bytes for item in collector.collected.items] == [1000, 1000, 1000]
    assert {item.record_type for item in collector.collected.items} == {"time"}
    broken = parse_manscdp(answer(backwards, 1, "RecordInfo", "RecordList"))
    assert isinstance(broken, RecordInfoResponse)
    assert (broken.items, broken.unusable) == ((), 1)
