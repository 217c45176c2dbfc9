"""Taking, losing and giving back control (req: A4.2, C9.1, C9.2, C-A4.3)."""

from datetime import timedelta
from typing import Any

import pytest

from oversite.base.audit.models import Entry
from oversite.base.events.models import Event
from oversite.common import clock
from oversite.common.errors import Refused
from oversite.video.control import actions, queries
from oversite.video.control.models import Lease, Movement

STEER = "video.steer"


def acts() -> list[str]:
    return list(Entry.objects.order_by("position").values_list("act", flat=True))


def expire(lease: Lease) -> None:
    Lease.objects.filter(pk=lease.pk).update(expires_at=clock.now() - timedelta(seconds=1))


@pytest.mark.req("A4.2")
def test_level_three_takes_back_and_the_loser_is_told(world: Any, doors: Any, committed: Any) -> None:
    regional = world.person("regional", world.regional, STEER)
    branch = world.person("branch", world.branch, STEER)
    with committed():
        lost = actions.take(regional, world.camera).lease
    with committed():
        taken = actions.take(branch, world.camera)
    assert taken.lost is not None
    assert taken.lost.pk == lost.pk
    lost.refresh_from_db()
    assert (lost.end_cause, lost.ended_by_id) == (Lease.EndCause.TAKEN, taken.lease.pk)
    entry = Entry.objects.get(act="video.control.taken")
    assert entry.data["from"] == "Regional"
    assert entry.data["from_agency"] == "直属局"
    assert entry.clause == "A4.2"
    event = Event.objects.get(kind="video.control.taken")
    assert event.data["lost_by"] == regional.pk
    assert doors.asked(f"/door/leases/{taken.lease.uid}")[0]["camera_uid"] == str(world.camera.uid)
    assert ("DELETE", f"/door/leases/{lost.uid}") in [call[:2] for call in doors.calls]


@pytest.mark.req("A4.2")
def test_a_higher_level_is_refused_then_takes_over_with_a_reason(world: Any, doors: Any) -> None:
    branch = world.person("branch", world.branch, STEER)
    regional = world.person("regional", world.regional, STEER)
    actions.take(branch, world.camera)
    with pytest.raises(Refused) as refused:
        actions.take(regional, world.camera)
    assert (refused.value.code, refused.value.clause) == ("video.control.held", "A4.2")
    assert "Branch" in str(refused.value)
    with pytest.raises(Refused) as unreasoned:
        actions.take(regional, world.camera, is_special=True, reason="  ")
    assert unreasoned.value.code == "video.control.reason-missing"
    lease = actions.take(regional, world.camera, is_special=True, reason="疫情排查").lease
    assert lease.is_special
    entry = Entry.objects.get(act="video.control.taken")
    assert (entry.data["reason"], entry.data["special"]) == ("疫情排查", True)
    with pytest.raises(Refused) as back:
        actions.take(branch, world.camera)
    assert back.value.code == "video.control.held"
    actions.release(regional, world.camera)
    assert actions.take(branch, world.camera).lost is None


@pytest.mark.req("C9.1")
def test_exclusive_control_is_for_customs_alone(world: Any, doors: Any) -> None:
    world.customs_camera.control_right = "exclusive"
    national = world.person("national", world.national, STEER)
    officer = world.person("officer", world.customs, STEER)
    with pytest.raises(Refused) as refused:
        actions.take(national, world.customs_camera, is_special=True, reason="x")
    assert (refused.value.code, refused.value.clause) == ("video.control.exclusive", "C9.1")
    assert actions.take(officer, world.customs_camera).lease.is_customs


@pytest.mark.req("C9.2")
def test_primary_control_customs_takes_over_at_once(world: Any, doors: Any) -> None:
    national = world.person("national", world.national, STEER)
    officer = world.person("officer", world.customs, STEER)
    actions.take(national, world.customs_camera)
    assert actions.take(officer, world.customs_camera).lost is not None
    with pytest.raises(Refused) as refused:
        actions.take(national, world.customs_camera, is_special=True, reason="x")
    assert (refused.value.code, refused.value.clause) == ("video.control.held", "C9.2")


@pytest.mark.req("A4.2")
def test_a_lease_ends_after_two_minutes_without_use(world: Any, doors: Any, committed: Any) -> None:
    branch = world.person("branch", world.branch, STEER)
    other = world.person("other", world.branch, STEER)
    lease = actions.take(branch, world.camera).lease
    assert timedelta(seconds=118) < lease.expires_at - clock.now() <= timedelta(seconds=120)
    with pytest.raises(Refused):
        actions.take(other, world.camera)
    expire(lease)
    assert queries.running_lease(world.camera.pk) is None
    assert actions.take(other, world.camera).lost is None
    lease.refresh_from_db()
    assert lease.end_cause == Lease.EndCause.EXPIRED


def test_use_renews_a_lease(world: Any, doors: Any) -> None:
    branch = world.person("branch", world.branch, STEER)
    lease = actions.take(branch, world.camera).lease
    Lease.objects.filter(pk=lease.pk).update(expires_at=clock.now() + timedelta(seconds=20))
    actions.begin_movement(branch, world.camera, {"action": "move", "pan": 1, "tilt": 0, "zoom": 0, "speed": 80})
    lease.refresh_from_db()
    assert lease.expires_at - clock.now() > timedelta(seconds=100)


def test_one_audit_row_per_lease_and_per_movement_never_per_packet(world: Any, doors: Any) -> None:
    branch = world.person("branch", world.branch, STEER)
    actions.take(branch, world.camera)
    command = {"action": "move", "pan": 1, "tilt": 0, "zoom": 0, "speed": 80}
    movement = actions.begin_movement(branch, world.camera, command)
    for _packet in range(5):
        actions.send(world.camera, movement, command)
    actions.stop(world.camera, movement)
    assert acts() == ["video.control.granted", "video.control.moved"]
    assert [body["command"]["action"] for body in doors.asked("/door/ptz")] == ["move"] * 5 + ["stop"]
    movement.refresh_from_db()
    assert movement.state == Movement.State.ACKNOWLEDGED
    assert movement.ended_at is not None


def test_a_device_that_does_not_obey_is_told_and_kept(world: Any, doors: Any) -> None:
    branch = world.person("branch", world.branch, STEER)
    actions.take(branch, world.camera)
    doors.answer("/door/ptz", 504, {"stage": "no_answer", "reason": "timeout"})
    movement = actions.begin_movement(branch, world.camera, {"action": "move", "pan": 1})
    assert actions.send(world.camera, movement, {"action": "move", "pan": 1}).state == Movement.State.FAILED
    assert movement.problem


def test_nobody_moves_a_camera_they_do_not_hold(world: Any, doors: Any) -> None:
    branch = world.person("branch", world.branch, STEER)
    with pytest.raises(Refused) as refused:
        actions.begin_movement(branch, world.camera, {"action": "move", "pan": 1})
    assert refused.value.code == "video.control.not-held"
    assert not Movement.objects.exists()


@pytest.mark.req("C-A4.3")
def test_the_everyday_view_is_restored_after_steering(world: Any, doors: Any, committed: Any) -> None:
    branch = world.person("branch", world.branch, STEER)
    with committed():
        actions.take(branch, world.camera)
        actions.begin_movement(branch, world.camera, {"action": "move", "pan": 1})
    with committed():
        assert actions.release(branch, world.camera)
    assert doors.asked("/door/ptz")[-1]["command"] == {"action": "preset", "verb": "call", "number": 1}
    assert acts()[-1] == "video.control.restored"


@pytest.mark.req("C-A4.3")
def test_a_view_that_cannot_be_restored_is_announced(world: Any, doors: Any, committed: Any) -> None:
    branch = world.person("branch", world.branch, STEER)
    lease = actions.take(branch, world.camera).lease
    actions.begin_movement(branch, world.camera, {"action": "move", "pan": 1})
    doors.answer("/door/ptz", 409, {"stage": "device_offline", "reason": ""})
    expire(lease)
    with committed():
        assert actions.end_expired_leases() == 1
    assert Event.objects.filter(kind="video.view.not-restored").exists()


def test_a_fixed_camera_cannot_be_taken(world: Any) -> None:
    branch = world.person("branch", world.branch, STEER)
    world.camera.mount = "fixed"
    with pytest.raises(Refused) as refused:
        actions.take(branch, world.camera)
    assert refused.value.code == "video.control.fixed"


def test_the_permission_is_needed(world: Any) -> None:
    with pytest.raises(Refused) as refused:
        actions.take(world.person("nobody", world.branch), world.camera)
    assert refused.value.code == "accounts.permission.missing"


@pytest.mark.req("A4.2")
def test_the_operator_yields_to_every_level(world: Any, doors: Any) -> None:
    operator = world.person("operator", world.farm_owner, STEER)
    regional = world.person("regional", world.regional, STEER)
    assert actions.take(operator, world.camera).lease.is_operator
    assert actions.take(regional, world.camera).lost is not None
    with pytest.raises(Refused):
        actions.take(operator, world.camera)
