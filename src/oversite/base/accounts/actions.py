"""Making users, giving and taking roles, recording training."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from oversite.base.accounts.models import Role, RoleGrant, Training, User
from oversite.base.accounts.passwords import random_password
from oversite.base.audit.actions import record
from oversite.common.errors import Refused

if TYPE_CHECKING:
    from oversite.base.agencies.models import Agency


@dataclass(frozen=True, slots=True)
class NewUser:
    """A user just made and the password that is shown once."""

    user: User
    password: str


@transaction.atomic
def create_user(
    actor: User | None,
    *,
    username: str,
    name: str,
    agency: "Agency",
    phone: str = "",
    password: str = "",
    roles: Iterable[Role] = (),
) -> NewUser:
    """Make an account with a random password (unless one is given) that must be changed at first sign-in.

    `actor` none is the installation itself (first start, demonstration). Raises `Refused` when the actor may not,
    the agency lies outside their subtree, or the user name is taken.
    """
    _require_change(actor, agency)
    if User.objects.filter(username__iexact=username).exists():
        raise Refused(
            "accounts.username.taken",
            _("This user name is taken. Choose another."),
            status=409,
            data={"name": username},
        )
    password = password or random_password()
    user = User(username=username, name=name, agency=agency, phone=phone)
    user.set_password(password)
    user.save()
    record("accounts.user.created", actor=actor, subject=user, data={"agency": agency.code})
    for role in roles:
        grant_role(actor, user, role)
    return NewUser(user, password)


@transaction.atomic
def grant_role(actor: User | None, user: User, role: Role) -> RoleGrant:
    """Give `user` the role.

    Raises `Refused`: not allowed, no recorded training (req: A8), or a second one of the three administrators.
    """
    _require_change(actor, user.agency)
    _require_may_grant(actor, user, role)
    if role.needs_training and not user.trainings.filter(voided_at=None).exists():
        raise Refused(
            "accounts.training.missing",
            _("%(user)s has no recorded training. Record the training first.") % {"user": user.name},
            clause="A8",
            status=409,
            data={"user": user.username, "role": role.key},
        )
    others = RoleGrant.objects.filter(user=user, role__is_separated=True).exclude(role=role)
    if role.is_separated and (other := others.select_related("role").first()):
        raise Refused(
            "accounts.administrators.separated",
            _("%(user)s is already %(role)s. System, security and audit administration are kept by three people.")
            % {"user": user.name, "role": other.role},
            clause="GB/T 22239-2019 8.1.4.2",
            status=409,
            data={"user": user.username, "role": role.key, "held": other.role.key},
        )
    grant, created = RoleGrant.objects.get_or_create(user=user, role=role)
    if created:
        record("accounts.role.granted", actor=actor, subject=user, data={"role": role.key}, clause="A10")
    return grant


@transaction.atomic
def revoke_role(actor: User | None, user: User, role: Role) -> None:
    """Take the role away; nothing happens when the user does not hold it."""
    _require_change(actor, user.agency)
    _require_may_grant(actor, user, role)
    deleted, _models = RoleGrant.objects.filter(user=user, role=role).delete()
    if deleted:
        record("accounts.role.revoked", actor=actor, subject=user, data={"role": role.key}, clause="A10")


@transaction.atomic
def record_training(
    actor: User | None, user: User, *, course: str, trained_on: date, trained_by: str, certificate: str = ""
) -> Training:
    """Record that `user` was trained (req: A8)."""
    _require_change(actor, user.agency)
    training = Training.objects.create(
        user=user, course=course, trained_on=trained_on, trained_by=trained_by, certificate=certificate
    )
    record(
        "accounts.training.recorded",
        actor=actor,
        subject=user,
        data={"course": course, "trained_on": trained_on, "trained_by": trained_by},
        clause="A8",
    )
    return training


def _require_change(actor: User | None, agency: "Agency") -> None:
    """Raise `Refused` unless `actor` may change users of `agency`."""
    if actor is None:
        return
    actor.require("accounts.change")
    if not agency.path.startswith(actor.agency.path):
        raise Refused(
            "accounts.agency.outside", _("This agency is not in your subtree."), "A4.1", 404, {"agency": agency.code}
        )


def _require_may_grant(actor: User | None, user: User, role: Role) -> None:
    if actor is None:
        return
    if actor.pk == user.pk:
        raise Refused(
            "accounts.role.own",
            _("Nobody changes their own roles. Ask another administrator."),
            data={"role": role.key},
        )
    if role.is_separated:
        actor.require("accounts.separate")
