"""Recorded training, without which some roles cannot be held (req: A8)."""

from datetime import date

from django.db import transaction

from oversite.base.accounts.actions.rights import require_change, require_not_self
from oversite.base.accounts.models import Training, User
from oversite.base.audit.actions import record
from oversite.common import clock
from oversite.common.errors import Refused
from oversite.common.sentences import sentence as _


@transaction.atomic
def record_training(
    actor: User | None, user: User, *, course: str, trained_on: date, trained_by: str, certificate: str = ""
) -> Training:
    """Record that `user` was trained; nobody records their own. Raises `Refused` for a day that is still to come."""
    require_change(actor, user)
    require_not_self(actor, user)
    if trained_on > clock.now().astimezone(clock.BEIJING).date():
        raise Refused(
            "accounts.training.future", _("The training has not taken place yet. Record it afterwards."), "A8", 422
        )
    training = Training.objects.create(
        user=user, course=course, trained_on=trained_on, trained_by=trained_by, certificate=certificate
    )
    record(
        "accounts.training.recorded",
        actor=actor,
        subject=user,
        data={"course": course, "trained_on": trained_on, "trained_by": trained_by, "certificate": certificate},
        clause="A8",
    )
    return training


@transaction.atomic
def void_training(actor: User | None, training: Training, reason: str) -> None:
    """Void a record made in error; it stays readable.

    Raises `Refused` while the user holds a role that rests on it.
    """
    user = training.user
    require_change(actor, user)
    require_not_self(actor, user)
    others = user.trainings.filter(voided_at=None).exclude(pk=training.pk)
    if not others.exists() and user.grants.filter(role__needs_training=True).exists():
        raise Refused(
            "accounts.training.needed",
            _("%(user)s holds a role that rests on this training. Take the role away first.") % {"user": user.name},
            clause="A8",
            status=409,
            data={"user": user.username},
        )
    if training.voided_at is None:
        training.voided_at, training.void_reason = clock.now(), reason
        training.save(update_fields=["voided_at", "void_reason"])
        record(
            "accounts.training.voided",
            actor=actor,
            subject=user,
            data={"course": training.course, "trained_on": training.trained_on, "reason": reason},
            clause="A8",
        )
