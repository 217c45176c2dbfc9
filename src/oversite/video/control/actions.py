"""Taking, using, losing and giving back control of a camera (req: A4.2, C9.1, C9.2, C-A4.3)."""

import functools
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from oversite.base.audit.actions import record
from oversite.base.events.actions import publish
from oversite.common import clock
from oversite.common.errors import Refused
from oversite.video.cameras import queries as register
from oversite.video.control import queries
from oversite.video.control.models import Lease, Movement
from oversite.video.control.policies import Answer
from oversite.video.gateway import actions as gateway

if TYPE_CHECKING:
    from oversite.base.accounts.models import User
    from oversite.video.cameras.models import Camera

LEASE_S = 120
RENEW_WHEN_LEFT_S = 105
"""A lease in use is written anew at most every 15 s."""
REASON_LENGTH = 500


@dataclass(frozen=True, slots=True)
class Taken:
    """A lease just taken, and the one that it took the place of."""

    lease: Lease
    lost: Lease | None


def take(actor: "User", camera: "Camera", *, is_special: bool = False, reason: str = "") -> Taken:
    """Take control of a camera; who holds it already keeps it and renews it.

    Raises `Refused`: no permission, a camera that cannot be steered, held by one who has priority, or a special
    circumstance declared without its reason. The loser is told by an event and over the steering socket.
    """
    actor.require("video.steer", "A4.2")
    if not register.is_steerable(camera):
        raise Refused(
            "video.control.fixed", _("This camera is fixed. It cannot be steered."), status=409, data=_about(camera)
        )
    try:
        return _take(actor, camera, is_special=is_special, reason=reason.strip()[:REASON_LENGTH])
    except IntegrityError:
        # somebody else took the free camera in the same instant: judge again against them
        return _take(actor, camera, is_special=is_special, reason=reason.strip()[:REASON_LENGTH])


@transaction.atomic
def _take(actor: "User", camera: "Camera", *, is_special: bool, reason: str) -> Taken:
    now = clock.now()
    _end_expired(camera, now)
    held = Lease.objects.select_for_update().filter(camera=camera, ended_at=None).first()
    if held is not None and held.holder_id == actor.pk:
        return Taken(_renew(held), None)
    prospect = queries.prospect(actor, camera, held)
    _judge(prospect, camera, is_special=is_special, reason=reason)
    party = queries.party_of(actor, camera.site)
    lease = Lease(
        camera=camera,
        holder=actor,
        holder_name=actor.name,
        agency_name=actor.agency.name,
        level=party.level,
        is_customs=party.is_customs,
        is_operator=party.is_operator,
        is_special=prospect.answer is Answer.SPECIAL,
        reason=reason,
        taken_at=now,
        expires_at=now + timedelta(seconds=LEASE_S),
    )
    if held is not None:
        _end(held, Lease.EndCause.TAKEN)
    lease.save()
    if held is not None:
        Lease.objects.filter(pk=held.pk).update(ended_by=lease)
    _tell_taken(actor, camera, lease, held, prospect.clause)
    transaction.on_commit(functools.partial(_share, lease, held))
    return Taken(lease, held)


def _judge(prospect: queries.Prospect, camera: "Camera", *, is_special: bool, reason: str) -> None:
    """Raise `Refused` unless the policy lets the camera be taken as asked."""
    given = prospect.answer
    if given in {Answer.GRANT, Answer.TAKE}:
        return
    held = prospect.holder
    about = _about(camera) | ({"holder": held.holder_name, "agency": held.agency_name} if held else {})
    if given is Answer.NEVER:
        raise Refused("video.control.exclusive", prospect.why, prospect.clause, data=about)
    if given is Answer.WAIT or not is_special:
        raise Refused("video.control.held", prospect.why, prospect.clause, 409, about)
    if not reason:
        raise Refused(
            "video.control.reason-missing",
            _("A special circumstance is declared with its reason. Say what it is."),
            prospect.clause,
            422,
            about,
        )


def _tell_taken(actor: "User", camera: "Camera", lease: Lease, held: Lease | None, clause: str) -> None:
    data: dict[str, Any] = {"lease": str(lease.uid), "level": lease.level, "site": camera.site.code}
    if lease.reason:
        data |= {"special": lease.is_special, "reason": lease.reason}
    if held is None:
        record("video.control.granted", actor=actor, subject=camera, data=data, clause=clause)
    else:
        data |= {"from": held.holder_name, "from_agency": held.agency_name, "from_level": held.level}
        record("video.control.taken", actor=actor, subject=camera, data=data, clause=clause)
    told: dict[str, Any] = {"camera": str(camera.uid), "holder": lease.holder_name, "agency": lease.agency_name}
    if held is not None:
        told |= {"lost_by": held.holder_id, "reason": lease.reason, "special": lease.is_special}
    publish("video.control.taken" if held else "video.control.granted", camera, told, agency=camera.site.agency)


def release(actor: "User", camera: "Camera") -> bool:
    """Give control back and turn the camera to its everyday view; false where the actor did not hold it."""
    with transaction.atomic():
        lease = Lease.objects.select_for_update().filter(camera=camera, ended_at=None, holder=actor).first()
        if lease is None:
            return False
        _end(lease, Lease.EndCause.RELEASED)
        publish("video.control.released", camera, {"camera": str(camera.uid)}, agency=camera.site.agency)
        transaction.on_commit(functools.partial(gateway.withdraw_lease, str(lease.uid)))
        transaction.on_commit(functools.partial(restore_view, camera, lease))
    return True


def end_expired_leases() -> int:
    """End the leases whose time is over and turn their cameras to the everyday view; returns how many."""
    now = clock.now()
    count = 0
    for lease in Lease.objects.filter(ended_at=None, expires_at__lte=now).select_related("camera__site__agency"):
        with transaction.atomic():
            if not _end_expired(lease.camera, now):
                continue
            count += 1
            transaction.on_commit(functools.partial(restore_view, lease.camera, lease))
    return count


def revoke(lease: Lease) -> None:
    """End a lease whose holder has lost the right to it."""
    with transaction.atomic():
        _end(lease, Lease.EndCause.REVOKED)
        transaction.on_commit(functools.partial(gateway.withdraw_lease, str(lease.uid)))


def begin_movement(actor: "User", camera: "Camera", command: dict[str, Any]) -> Movement:
    """Write the row and the audit row of one movement, and renew the lease; nothing has been sent yet.

    Raises `Refused` when the actor does not hold the camera.
    """
    with transaction.atomic():
        lease = Lease.objects.select_for_update().filter(camera=camera, ended_at=None, holder=actor).first()
        if lease is None or lease.expires_at <= clock.now():
            raise Refused(
                "video.control.not-held",
                _("You do not hold control of this camera. Take control first."),
                "A4.2",
                409,
                _about(camera),
            )
        movement = Movement.objects.create(
            lease=lease, action=str(command["action"]), command=command, started_at=clock.now()
        )
        record(
            "video.control.moved",
            actor=actor,
            subject=camera,
            data={"lease": str(lease.uid), **command},
            clause="A4.2",
        )
        _renew(lease)
    return movement


def send(camera: "Camera", movement: Movement, command: dict[str, Any]) -> Movement:
    """Send a command of a movement and note what became of it; a device that does not obey is no exception."""
    lease = movement.lease
    try:
        gateway.share_lease(str(lease.uid), str(camera.uid), lease.expires_at)
        state = gateway.steer(str(camera.uid), str(lease.uid), command)
    except gateway.StageFailure as failure:
        told = failure.payload()
        return note_state(movement, Movement.State.FAILED, f"{told['message']} {told['cause']}"[:300])
    return note_state(movement, Movement.State(state) if state in Movement.State.values else Movement.State.SENT)


def stop(camera: "Camera", movement: Movement) -> Movement:
    """End a movement: stop is sent whatever became of the lease, and the row is closed."""
    if movement.ended_at is None:
        movement.ended_at = clock.now()
        movement.save(update_fields=["ended_at"])
    if movement.state == Movement.State.FAILED:
        return movement
    return send(camera, movement, {"action": "stop"})


def note_state(movement: Movement, state: Movement.State, problem: str = "") -> Movement:
    """Keep how far a movement is known to have got."""
    movement.state, movement.problem = state, problem
    movement.save(update_fields=["state", "problem"])
    return movement


def renew(lease: Lease) -> Lease:
    """Push the end of a lease in use two minutes ahead; written at most every 15 s."""
    return _renew(lease)


def restore_view(camera: "Camera", lease: Lease) -> bool:
    """Turn a camera to its everyday view after steering (req: C-A4.3); a failure is an event for the upkeep unit."""
    if camera.everyday_preset is None or not lease.movements.exists():
        return False
    if queries.running_lease(camera.pk) is not None:
        return False
    problem = ""
    try:
        gateway.call_preset(str(camera.uid), camera.everyday_preset)
    except gateway.StageFailure as failure:
        problem = str(failure)
    data = {"preset": camera.everyday_preset, "problem": problem}
    with transaction.atomic():
        record("video.control.restored", actor=None, subject=camera, data=data, clause="C-A4.3")
        if problem:
            publish("video.view.not-restored", camera, data, agency=camera.site.agency)
    return not problem


def _renew(lease: Lease) -> Lease:
    left_s = (lease.expires_at - clock.now()).total_seconds()
    if lease.ended_at is None and left_s < RENEW_WHEN_LEFT_S:
        lease.expires_at = clock.now() + timedelta(seconds=LEASE_S)
        lease.save(update_fields=["expires_at"])
    return lease


def _end(lease: Lease, cause: Lease.EndCause) -> None:
    lease.ended_at, lease.end_cause = clock.now(), cause
    lease.save(update_fields=["ended_at", "end_cause"])


def _end_expired(camera: "Camera", now: Any) -> int:
    """End what ran out at the instant it ran out."""
    count = 0
    for lease in Lease.objects.select_for_update().filter(camera=camera, ended_at=None, expires_at__lte=now):
        lease.ended_at, lease.end_cause = lease.expires_at, Lease.EndCause.EXPIRED
        lease.save(update_fields=["ended_at", "end_cause"])
        count += 1
    return count


def _share(lease: Lease, held: Lease | None) -> None:
    if held is not None:
        gateway.withdraw_lease(str(held.uid))
    try:
        gateway.share_lease(str(lease.uid), str(lease.camera.uid), lease.expires_at)
    except gateway.StageFailure:
        return  # the copy is given again with the first movement


def _about(camera: "Camera") -> dict[str, object]:
    return {"camera": camera.gb_id, "site": camera.site.code}
