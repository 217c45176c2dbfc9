"""One person at one pad: messages in, messages out (req: A4.2)."""

from datetime import timedelta
from io import BytesIO
from typing import Any

import av
import numpy as np
import pytest
from django.utils import translation

from oversite.base.accounts.models import RoleGrant
from oversite.common import clock
from oversite.common.errors import Refused
from oversite.video.control.models import Lease, Movement
from oversite.video.control.pictures import has_turned
from oversite.video.control.steering import BadMessage, Steering, command_of
from oversite.video.gateway.models import Dialog

MOVE = {"type": "move", "id": 1, "pan": 1, "tilt": 0, "zoom": 0, "speed": 80}


@pytest.fixture(autouse=True)
def _english() -> Any:
    with translation.override("en"):
        yield


@pytest.fixture
def pads(world: Any, doors: Any) -> tuple[Steering, Steering]:
    """The pads of the on-site officer and of a regional one, at the farm's camera."""
    branch = world.person("branch", world.branch, "video.steer")
    regional = world.person("regional", world.regional, "video.steer")
    return Steering(branch, world.camera), Steering(regional, world.camera)


def jpeg(picture: Any) -> bytes:
    stream = BytesIO()
    with av.open(stream, "w", format="mjpeg") as container:
        track: Any = container.add_stream("mjpeg", rate=1)
        track.width, track.height, track.pix_fmt = 320, 180, "yuvj420p"
        frame = av.VideoFrame.from_ndarray(picture, format="rgb24")
        for packet in [*track.encode(frame), *track.encode(None)]:
            container.mux(packet)
    return stream.getvalue()


def scene(shift: int, seed: int = 1) -> Any:
    """A picture with structure, turned by so many pixels."""
    blocks = np.random.default_rng(seed).integers(0, 255, (9, 16, 3), dtype=np.uint8)
    return np.roll(np.kron(blocks, np.ones((20, 20, 1), dtype=np.uint8)), shift, axis=1)


def test_everybody_sees_who_steers_and_what_they_may_do(pads: Any) -> None:
    branch, regional = pads
    (free,) = regional.look(force=True)
    assert (free["lease"], free["may"]["take"], free["may"]["why"]) == (None, "grant", "")
    (mine, *_presets) = branch.handle({"type": "take"}, 0)
    assert mine["lease"]["is_mine"] is True
    assert mine["lease"]["seconds_left"] in {119, 120}
    (theirs,) = regional.look()
    assert (theirs["lease"]["holder"], theirs["lease"]["agency"], theirs["lease"]["level"]) == ("Branch", "分支局", 3)
    assert theirs["may"]["take"] == "special"
    assert "declare it with its reason" in theirs["may"]["why"]
    assert regional.look() == []


@pytest.mark.req("A4.2")
def test_the_loser_is_told_who_and_why(pads: Any) -> None:
    branch, regional = pads
    branch.handle({"type": "take"}, 0)
    with pytest.raises(Refused):
        regional.handle({"type": "take"}, 0)
    regional.handle({"type": "take", "special": True, "reason": "疫情排查"}, 0)
    lost, lease = branch.look()
    assert lost["type"] == "lost"
    assert "Regional (直属局) has taken over" in lost["message"]
    assert (lost["by"], lost["reason"]) == ("Regional", "疫情排查")
    assert lease["lease"]["is_special"] is True
    assert lease["may"]["take"] == "wait"


def test_who_lets_it_run_out_is_told(pads: Any) -> None:
    branch, _regional = pads
    branch.handle({"type": "take"}, 0)
    Lease.objects.update(expires_at=clock.now() - timedelta(seconds=1))
    lost, lease = branch.look()
    assert "no longer steer" in lost["message"]
    assert lease["lease"] is None


def test_a_held_button_is_one_movement_passed_on_at_a_measured_pace(pads: Any, doors: Any) -> None:
    branch, _regional = pads
    branch.handle({"type": "take"}, 0)
    (state,) = branch.handle(MOVE, 10.0)
    assert (state["id"], state["state"]) == (1, "acknowledged")
    assert branch.handle(MOVE | {"id": 2}, 10.1) == []
    branch.handle(MOVE | {"id": 3}, 10.5)
    branch.handle(MOVE | {"id": 4, "pan": -1}, 10.6)
    branch.handle({"type": "stop"}, 10.7)
    assert branch.handle({"type": "stop"}, 10.8) == []
    sent = [body["command"] for body in doors.asked("/door/ptz")]
    assert [item.get("pan", item["action"]) for item in sent] == [1, 1, "stop", -1, "stop"]
    assert Movement.objects.count() == 2
    assert not Movement.objects.filter(ended_at=None).exists()


def test_focus_iris_presets_and_wiper(pads: Any, doors: Any) -> None:
    branch, _regional = pads
    branch.handle({"type": "take"}, 0)
    branch.handle({"type": "focus", "id": 1, "direction": -1}, 1)
    branch.handle({"type": "stop"}, 1.5)
    branch.handle({"type": "preset", "id": 2, "verb": "call", "number": 3}, 2)
    (state,) = branch.handle({"type": "wiper", "id": 3, "on": True}, 3)
    assert state["id"] == 3
    assert [body["command"]["action"] for body in doors.asked("/door/ptz")] == ["focus", "stop", "preset", "wiper"]


def test_presets_are_told_with_control(pads: Any, doors: Any) -> None:
    doors.answer("/door/query", 200, {"presets": [{"number": 1, "name": "全景"}, {"number": "x"}, 7]})
    branch, _regional = pads
    _lease, presets = branch.handle({"type": "take"}, 0)
    assert presets == {"type": "presets", "presets": [{"number": 1, "name": "全景"}]}


@pytest.mark.parametrize(
    "message",
    [
        {},
        {"type": "fly"},
        {"type": "move"},
        {"type": "move", "pan": 2},
        {"type": "move", "pan": True},
        {"type": "move", "pan": 1, "speed": 256},
        {"type": "move", "pan": 1, "speed": "fast"},
        {"type": "preset", "verb": "burn", "number": 1},
        {"type": "preset", "verb": "call", "number": 0},
        {"type": "focus", "direction": 0.5},
    ],
)
def test_a_message_that_is_none_of_ours_is_named(message: dict[str, Any]) -> None:
    with pytest.raises(BadMessage):
        command_of(message)


def test_a_right_that_ends_takes_the_lease_with_it(pads: Any, doors: Any) -> None:
    branch, _regional = pads
    branch.handle({"type": "take"}, 0)
    assert branch.may_still_steer()
    RoleGrant.objects.filter(user=branch.user).delete()
    branch.user = type(branch.user).objects.get(pk=branch.user.pk)
    assert not branch.may_still_steer()
    assert Lease.objects.get().end_cause == "revoked"


@pytest.mark.parametrize(("after", "state"), [(scene(90), "verified"), (scene(0), "contradicted")])
def test_the_picture_says_whether_the_camera_turned(pads: Any, world: Any, doors: Any, after: Any, state: str) -> None:
    Dialog.objects.create(
        stream_key="live-1-0", camera=world.camera, kind="live", call_id="c", state={}, node=0, media_port=1,
        transport="udp", ssrc="0100000001", started_at=clock.now(),
    )  # fmt: skip
    branch, _regional = pads
    branch.handle({"type": "take"}, 0)
    doors.answer("/door/snapshots", 200, jpeg(scene(0)))
    branch.remember_picture()
    branch.handle(MOVE, 1)
    branch.finish(2)
    doors.answer("/door/snapshots", 200, jpeg(after))
    (told,) = branch.verify()
    assert (told["state"], Movement.objects.get().state) == (state, state)
    assert branch.verify() == []


def test_without_a_picture_nothing_is_claimed(pads: Any, doors: Any) -> None:
    branch, _regional = pads
    branch.handle({"type": "take"}, 0)
    branch.handle(MOVE, 1)
    branch.finish(2)
    assert branch.verify() == []
    assert Movement.objects.get().state == Movement.State.ACKNOWLEDGED
    assert has_turned(b"no jpeg", jpeg(scene(0))) is None


def test_a_moving_clock_in_the_picture_is_no_turn() -> None:
    still, later = scene(0), scene(0)
    later[:10, :80] = 255 - later[:10, :80]
    assert has_turned(jpeg(still), jpeg(later)) is False


def test_a_renewed_lease_is_told_with_its_new_end(pads: Any, doors: Any) -> None:
    branch, regional = pads
    branch.handle({"type": "take"}, 0)
    regional.look()
    Lease.objects.update(expires_at=clock.now() + timedelta(seconds=30))
    (short,) = regional.look()
    assert short["lease"]["seconds_left"] in {29, 30}
    branch.handle(MOVE, 1)
    (renewed,) = regional.look()
    assert renewed["lease"]["seconds_left"] in {119, 120}
