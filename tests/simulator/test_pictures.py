"""What a simulated camera sees and how its head moves."""

import numpy as np
import pytest

from oversite.protocol.gb28181.control import PrecisePtz
from oversite.protocol.gb28181.ptz import (
    STOP,
    AuxiliaryCommand,
    CruiseCommand,
    CruiseVerb,
    Lens,
    Move,
    PresetCommand,
    PresetVerb,
    ScanCommand,
    ScanVerb,
)
from oversite.simulator.lettering import text_points
from oversite.simulator.misbehaviour import Misbehaviour
from oversite.simulator.picture import MAIN, SUB, Painter, Size, read_stamp
from oversite.simulator.ptz_head import PAN_DEGREES, Pose, PtzHead
from oversite.simulator.scene import Scene

AT = 1_790_000_000.25


@pytest.fixture(scope="module")
def scene() -> Scene:
    return Scene(7)


def view(scene: Scene, pose: Pose, at: float = AT, faults: frozenset[Misbehaviour] = frozenset()) -> np.ndarray:
    """The middle of the picture, without the text at its edges."""
    return Painter(scene, MAIN, "GATE").paint(pose, at, faults)[40:300, :].astype(np.int32)


def difference(one: np.ndarray, other: np.ndarray) -> float:
    return float(np.abs(one - other).mean())


@pytest.mark.parametrize("size", [MAIN, SUB])
def test_a_picture_carries_its_time(scene: Scene, size: Size) -> None:
    picture = Painter(scene, size, "GATE").paint(Pose(), AT)
    assert picture.shape == (size.height * 3 // 2, size.width)
    assert read_stamp(picture[: size.height]) == 1_790_000_000_250


@pytest.mark.parametrize("pose", [Pose(pan=20), Pose(tilt=15), Pose(zoom=2)])
def test_the_picture_moves_with_the_head(scene: Scene, pose: Pose) -> None:
    assert difference(view(scene, Pose()), view(scene, pose)) > 10


def test_something_moves_while_the_head_stands_still(scene: Scene) -> None:
    still, later = view(scene, Pose()), view(scene, Pose(), AT + 1)
    assert 0.2 < difference(still, later) < 10


def test_two_cameras_see_two_places() -> None:
    assert difference(view(Scene(1), Pose()), view(Scene(2), Pose())) > 5


def test_the_faults_of_a_picture_can_be_told_apart(scene: Scene) -> None:
    def seen(fault: Misbehaviour) -> np.ndarray:
        return view(scene, Pose(), faults=frozenset({fault}))

    sound = view(scene, Pose())
    assert seen(Misbehaviour.BLACK).max() == 16
    assert seen(Misbehaviour.COVERED).std() < 5
    edges = np.abs(np.diff(sound, axis=1)).max(), np.abs(np.diff(seen(Misbehaviour.BLURRED), axis=1)).max()
    assert edges[1] < edges[0] / 3


def test_a_frozen_picture_stands_with_its_clock_and_thaws(scene: Scene) -> None:
    painter = Painter(scene, MAIN, "GATE")
    frozen = frozenset({Misbehaviour.FROZEN})
    first = painter.paint(Pose(), AT, frozen)
    assert (painter.paint(Pose(pan=9), AT + 5, frozen) == first).all()
    assert read_stamp(painter.paint(Pose(), AT + 5)[: MAIN.height]) == round((AT + 5) * 1000)


def test_letters_are_readable() -> None:
    rows = ["".join("#" if point else "." for point in row) for row in text_points("1T", 1)]
    assert rows == [
        "..#...#####.",
        ".##.....#...",
        "..#.....#...",
        "..#.....#...",
        "..#.....#...",
        "..#.....#...",
        ".###....#...",
    ]
    assert not text_points("门", 1).any()


def test_a_movement_lasts_until_the_stop() -> None:
    head = PtzHead()
    head.apply(Move(pan=1, pan_speed=255), 100.0)
    assert head.is_moving_at(100.5)
    head.apply(STOP, 101.0)
    assert head.pose_at(101.0).pan == pytest.approx(40)
    assert head.pose_at(200.0) == head.pose_at(101.0)
    assert not head.is_moving_at(101.5)


def test_the_past_is_remembered() -> None:
    head = PtzHead()
    head.apply(Move(tilt=-1, tilt_speed=255), 100.0)
    head.apply(STOP, 100.5)
    assert head.pose_at(99.0) == Pose()
    assert head.pose_at(100.25).tilt == pytest.approx(-6.25)
    assert head.commands == 2


def test_the_head_stops_at_its_ends() -> None:
    head = PtzHead()
    head.apply(Move(pan=-1, zoom=1, pan_speed=255, zoom_speed=15), 0.0)
    assert head.pose_at(60.0) == Pose(-PAN_DEGREES, 0, 4)


def test_presets_are_kept_called_and_deleted() -> None:
    head = PtzHead()
    head.look(PrecisePtz(20, 5, 2), 0.0)
    head.apply(PresetCommand(PresetVerb.SET, 3), 10.0)
    head.look(PrecisePtz(pan_degrees=-40), 10.0)
    assert head.pose_at(20.0) == Pose(-40, 5, 2)
    head.apply(PresetCommand(PresetVerb.CALL, 3), 20.0)
    assert head.pose_at(30.0) == Pose(20, 5, 2)
    head.apply(PresetCommand(PresetVerb.DELETE, 3), 30.0)
    head.apply(PresetCommand(PresetVerb.CALL, 3), 30.0)
    assert head.presets == {}


def test_a_tour_visits_its_presets_until_the_stop() -> None:
    head = PtzHead()
    for number, pan in ((1, -30.0), (2, 30.0)):
        head.look(PrecisePtz(pan_degrees=pan), number * 10.0)
        head.apply(PresetCommand(PresetVerb.SET, number), number * 10.0 + 9)
        head.apply(CruiseCommand(CruiseVerb.ADD_POINT, 1, number), number * 10.0 + 9)
    head.apply(CruiseCommand(CruiseVerb.START, 1), 100.0)
    seen = [head.pose_at(100 + second / 2).pan for second in range(60)]
    assert min(seen) == pytest.approx(-30)
    assert max(seen) == pytest.approx(30)
    assert seen.count(min(seen)) > 4
    head.apply(STOP, 130.0)
    assert head.pose_at(130.0) == head.pose_at(400.0)


def test_a_sweep_goes_from_edge_to_edge() -> None:
    head = PtzHead()
    head.apply(ScanCommand(ScanVerb.START, 1), 0.0)
    seen = [head.pose_at(second / 4).pan for second in range(60)]
    assert (min(seen), max(seen)) == (pytest.approx(-60, abs=10), pytest.approx(60, abs=10))


def test_wiper_and_focus() -> None:
    head = PtzHead()
    head.apply(AuxiliaryCommand(is_on=True), 0.0)
    assert head.is_wiping
    head.apply(AuxiliaryCommand(is_on=False), 0.0)
    head.apply(Lens(focus=-1, focus_speed=9), 0.0)
    assert not head.is_wiping
    assert head.focus < 0


def test_a_head_left_alone_goes_to_its_guard_position() -> None:
    head = PtzHead()
    head.apply(PresetCommand(PresetVerb.SET, 1), 0.0)
    head.home_preset, head.home_after_s = 1, 30
    head.apply(Move(pan=1, pan_speed=255), 100.0)
    head.apply(STOP, 101.0)
    assert head.pose_at(130.0).pan == pytest.approx(40)
    assert head.pose_at(140.0) == Pose()
