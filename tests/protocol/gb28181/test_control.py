"""Controls (9.3)."""

import pytest

from oversite.protocol.errors import PeerError
from oversite.protocol.gb28181.control import (
    ControlAction,
    DeviceControl,
    DragZoom,
    Guard,
    KeyFrame,
    PrecisePtz,
    Ptz,
    Reboot,
    Record,
    ResetAlarm,
    SetHomePosition,
)
from oversite.protocol.gb28181.manscdp import parse_manscdp
from oversite.protocol.gb28181.ptz import Move, PtzCommand

DEVICE = "34020000001320000001"
LEFT = PtzCommand(Move(pan=-1, pan_speed=0x20))

CONTROLS: list[tuple[str, ControlAction]] = [
    ("<PTZCmd>A50F0102200000D7</PTZCmd>", Ptz(LEFT)),
    ("<PTZCmd>A50F0102200000D7</PTZCmd><Info><ControlPriority>5</ControlPriority></Info>", Ptz(LEFT, 5)),
    ("<IFameCmd>Send</IFameCmd>", KeyFrame()),
    ("<TeleBoot>Boot</TeleBoot>", Reboot()),
    ("<RecordCmd>Record</RecordCmd>", Record(is_on=True)),
    ("<RecordCmd>StopRecord</RecordCmd><StreamNumber>1</StreamNumber>", Record(is_on=False, stream_number=1)),
    ("<GuardCmd>SetGuard</GuardCmd>", Guard(is_on=True)),
    ("<GuardCmd>ResetGuard</GuardCmd>", Guard(is_on=False)),
    ("<AlarmCmd>ResetAlarm</AlarmCmd>", ResetAlarm()),
    (
        "<AlarmCmd>ResetAlarm</AlarmCmd><Info><AlarmMethod>2</AlarmMethod><AlarmType>1</AlarmType></Info>",
        ResetAlarm(2, 1),
    ),
    (
        "<HomePosition><Enabled>1</Enabled><ResetTime>60</ResetTime><PresetIndex>3</PresetIndex></HomePosition>",
        SetHomePosition(is_enabled=True, reset_s=60, preset_number=3),
    ),
    ("<PTZPreciseCtrl><Pan>10.5</Pan><Tilt>-3</Tilt><Zoom>2</Zoom></PTZPreciseCtrl>", PrecisePtz(10.5, -3, 2)),
    (
        (
            "<DragZoomIn><Length>640</Length><Width>360</Width><MidPointX>320</MidPointX><MidPointY>180</MidPointY>"
            "<LengthX>100</LengthX><LengthY>50</LengthY></DragZoomIn>"
        ),
        DragZoom(True, 640, 360, 320, 180, 100, 50),
    ),
    (
        (
            "<DragZoomOut><Length>640</Length><Width>360</Width><MidPointX>1</MidPointX><MidPointY>2</MidPointY>"
            "<LengthX>3</LengthX><LengthY>4</LengthY></DragZoomOut>"
        ),
        DragZoom(False, 640, 360, 1, 2, 3, 4),
    ),
]


def body(inner: str) -> bytes:
    head = f"<CmdType>DeviceControl</CmdType><SN>11</SN><DeviceID>{DEVICE}</DeviceID>"
    return f'<?xml version="1.0"?><Control>{head}{inner}</Control>'.encode()


@pytest.mark.req("V5.1")
@pytest.mark.parametrize(("inner", "action"), CONTROLS)
def test_a_control_is_read_and_written_in_the_standards_words(inner: str, action: ControlAction) -> None:
    control = DeviceControl(device_id=DEVICE, sn=11, action=action)
    assert parse_manscdp(body(inner)) == control
    written = control.to_xml("GB2312").replace(b"\r\n", b"").decode("gb2312")
    assert written == body(inner).decode().replace('"1.0"?', '"1.0" encoding="GB2312"?')


@pytest.mark.quirk(21)
def test_both_spellings_of_the_key_frame_command_are_read() -> None:
    for tag in ("IFameCmd", "IFrameCmd"):
        message = parse_manscdp(body(f"<{tag}>Send</{tag}>"))
        assert isinstance(message, DeviceControl)
        assert message.action == KeyFrame()


def test_only_four_controls_are_answered() -> None:
    answered = {type(action) for _, action in CONTROLS if DeviceControl(device_id=DEVICE, action=action).wants_response}
    assert answered == {Record, Guard, ResetAlarm, SetHomePosition}


@pytest.mark.parametrize(
    "inner",
    [
        "",
        "<Unheard>1</Unheard>",
        "<PTZCmd>A50F0103200000D8</PTZCmd>",
        "<PTZCmd/>",
        "<RecordCmd>Maybe</RecordCmd>",
        "<GuardCmd></GuardCmd>",
    ],
)
def test_a_control_that_says_nothing_sensible_is_refused(inner: str) -> None:
    with pytest.raises(PeerError):
        parse_manscdp(body(inner))
