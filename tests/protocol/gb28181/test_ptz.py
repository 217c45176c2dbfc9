"""PTZ commands (2022, A.3): the fourteen byte strings of the reference, both ways."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oversite.protocol.errors import PeerError, UsageError
from oversite.protocol.gb28181.ptz import (
    STOP,
    AuxiliaryCommand,
    CruiseCommand,
    CruiseVerb,
    Lens,
    Move,
    PresetCommand,
    PresetVerb,
    PtzAction,
    PtzCommand,
    ScanCommand,
    ScanSpeedCommand,
    ScanVerb,
)

VECTORS = [
    ("A50F0102200000D7", Move(pan=-1, pan_speed=0x20)),
    ("A50F0101200000D6", Move(pan=1, pan_speed=0x20)),
    ("A50F0108002000DD", Move(tilt=1, tilt_speed=0x20)),
    ("A50F0104002000D9", Move(tilt=-1, tilt_speed=0x20)),
    ("A50F0110000010D5", Move(zoom=1, zoom_speed=1)),
    ("A50F0120000010E5", Move(zoom=-1, zoom_speed=1)),
    ("A50F0100000000B5", STOP),
    ("A50F01480020001D", Lens(iris=-1, iris_speed=0x20)),
    ("A50F014120000016", Lens(focus=-1, focus_speed=0x20)),
    ("A50F018100010037", PresetCommand(PresetVerb.SET, 1)),
    ("A50F018200010038", PresetCommand(PresetVerb.CALL, 1)),
    ("A50F018300010039", PresetCommand(PresetVerb.DELETE, 1)),
    ("A50F01880100003E", CruiseCommand(CruiseVerb.START, 1)),
    ("A50F018C01000042", AuxiliaryCommand(is_on=True)),
]


@pytest.mark.req("V5.1")
@pytest.mark.parametrize(("text", "action"), VECTORS)
def test_the_printed_bytes_are_written_and_read(text: str, action: PtzAction) -> None:
    assert PtzCommand(action).hex == text
    assert PtzCommand.parse(text) == PtzCommand(action, address=1)
    assert PtzCommand.parse(text.lower()) == PtzCommand.parse(bytes.fromhex(text))


def test_there_are_fourteen_of_them() -> None:
    assert len({text for text, _ in VECTORS}) == 14


def test_only_the_axes_that_move_get_a_speed() -> None:
    assert Move.towards(pan=-1, tilt=1, speed=255) == Move(-1, 1, 0, 255, 255, 0)
    assert Move.towards(zoom=1, speed=0x20) == Move(zoom=1, zoom_speed=2)
    assert Move.towards(zoom=1, speed=3).zoom_speed == 1
    assert STOP.is_stop
    assert not Move(pan=1).is_stop


def test_twelve_bits_of_address_and_of_values_are_split_over_two_bytes() -> None:
    command = PtzCommand(CruiseCommand(CruiseVerb.SET_DWELL, 2, value=0x123), address=0xABC)
    assert bytes(command)[2:7] == bytes((0xBC, 0x87, 0x02, 0x23, 0x1A))
    assert PtzCommand.parse(bytes(command)) == command
    scan = PtzCommand(ScanSpeedCommand(1, 0xFFF))
    assert bytes(scan)[3:7] == bytes((0x8A, 0x01, 0xFF, 0xF0))


def summed(head: bytes) -> bytes:
    return head + bytes((sum(head) & 0xFF,))


@pytest.mark.parametrize(
    "command", [0x03, 0x0C, 0x30, 0x3F, 0x43, 0x4C], ids=["pan", "tilt", "zoom", "all", "focus", "iris"]
)
def test_both_of_a_pair_are_refused(command: int) -> None:
    with pytest.raises(PeerError, match="both of a pair"):
        PtzCommand.parse(summed(bytes((0xA5, 0x0F, 1, command, 0x20, 0x20, 0))))


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("A50F0102200000D8", "sum D8 instead of D7"),
        ("A50F01022000D7", "7 bytes"),
        ("A50F0102200000D700", "9 bytes"),
        ("B50F0102200000E7", "begins with b50f"),
        ("A50E0102200000D6", "begins with a50e"),
        ("A50F01022000zzD7", "not hexadecimal"),
        ("", "0 bytes"),
    ],
)
def test_broken_bytes_are_refused_with_their_reason(text: str, reason: str) -> None:
    with pytest.raises(PeerError, match=reason):
        PtzCommand.parse(text)


@pytest.mark.parametrize("head", ["A50F0181000000", "A50F0189010300", "A50F018E000000", "A50F0150000000"])
def test_reserved_and_unknown_commands_are_refused(head: str) -> None:
    with pytest.raises(PeerError):
        PtzCommand.parse(summed(bytes.fromhex(head)))


@pytest.mark.parametrize(
    "action",
    [
        Move(pan=2),
        Move(pan=1, pan_speed=256),
        Move(zoom=1, zoom_speed=16),
        Lens(focus=1, focus_speed=-1),
        PresetCommand(PresetVerb.SET, 0),
        PresetCommand(PresetVerb.CALL, 256),
        CruiseCommand(CruiseVerb.ADD_POINT, 1),
        CruiseCommand(CruiseVerb.SET_SPEED, 1, value=4096),
        ScanSpeedCommand(1, 4096),
    ],
)
def test_numbers_out_of_range_are_our_own_fault(action: PtzAction) -> None:
    with pytest.raises(UsageError):
        bytes(PtzCommand(action))


directions = st.integers(-1, 1)
octets = st.integers(0, 255)
actions: st.SearchStrategy[PtzAction] = st.one_of(
    st.builds(Move, directions, directions, directions, octets, octets, st.integers(0, 15)),
    st.builds(Lens, directions, directions, octets, octets),
    st.builds(PresetCommand, st.sampled_from(PresetVerb), st.integers(1, 255)),
    st.builds(CruiseCommand, st.just(CruiseVerb.ADD_POINT), octets, st.integers(1, 255)),
    st.builds(CruiseCommand, st.sampled_from([CruiseVerb.DELETE_POINT, CruiseVerb.START]), octets, octets),
    st.builds(
        CruiseCommand,
        st.sampled_from([CruiseVerb.SET_SPEED, CruiseVerb.SET_DWELL]),
        octets,
        st.just(0),
        st.integers(0, 4095),
    ),
    st.builds(ScanCommand, st.sampled_from(ScanVerb), octets),
    st.builds(ScanSpeedCommand, octets, st.integers(0, 4095)),
    st.builds(AuxiliaryCommand, st.booleans(), octets),
)


@given(actions, st.integers(0, 0xFFF))
def test_what_is_written_is_read_again(action: PtzAction, address: int) -> None:
    command = PtzCommand(action, address)
    assert PtzCommand.parse(bytes(command)) == command
    assert len(bytes(command)) == 8


@given(st.binary(min_size=7, max_size=7).map(summed) | st.binary(max_size=12) | st.text(max_size=20))
def test_any_bytes_are_read_or_refused(command: bytes | str) -> None:
    with suppress(PeerError):
        assert PtzCommand.parse(bytes(PtzCommand.parse(command)))


def test_every_movement_byte_reads_as_the_standard_says() -> None:
    for command in range(0x40):
        pairs = [command & 3 == 3, command & 12 == 12, command & 48 == 48]
        data = summed(bytes((0xA5, 0x0F, 1, command, 1, 2, 0x30)))
        if any(pairs):
            continue
        action = PtzCommand.parse(data).action
        assert isinstance(action, Move)
        expected = (
            bool(command & 1) - bool(command & 2),
            bool(command & 8) - bool(command & 4),
            bool(command & 16) - bool(command & 32),
        )
        assert (action.pan, action.tilt, action.zoom) == expected
