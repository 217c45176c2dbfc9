"""Making, changing, disabling users; first passwords and lost ones."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from oversite.base.accounts.actions.granting import grant_role
from oversite.base.accounts.actions.rights import require_change, require_in_subtree, require_not_self
from oversite.base.accounts.models import OldPassword, Role, User
from oversite.base.accounts.passwords import hash_of_random, random_password
from oversite.base.accounts.signin import unlock
from oversite.base.audit.actions import record
from oversite.common.errors import Refused

if TYPE_CHECKING:
    from oversite.base.agencies.models import Agency, Department

USER_FACTS = ("name", "phone", "agency", "department")


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
    department: "Department | None" = None,
    phone: str = "",
    password: str = "",
    roles: Iterable[Role] = (),
) -> NewUser:
    """Make an account with a random password (unless one is given) that must be changed at first sign-in.

    `actor` none is the installation itself (first start, demonstration). Raises `Refused` when the actor may not,
    the agency lies outside their subtree or is closed, or the user name is taken; see `grant_role` for the roles.
    """
    require_in_subtree(actor, agency)
    if not agency.is_active:
        raise Refused("accounts.agency.closed", _("This agency is closed. Choose another."), status=409)
    if User.objects.filter(username__iexact=username).exists():
        raise Refused(
            "accounts.username.taken",
            _("This user name is taken. Choose another."),
            status=422,
            data={"username": username},
        )
    user = User(username=username, name=name, agency=agency, department=department, phone=phone)
    if password:
        user.set_password(password)
    else:
        password = random_password()
        user.password = hash_of_random(password)
    user.save()
    record("accounts.user.created", actor=actor, subject=user, data={"username": username, "agency": agency.code})
    for role in roles:
        grant_role(actor, user, role)
    return NewUser(user, password)


@transaction.atomic
def change_user(actor: User | None, user: User, **values: Any) -> User:
    """Change the facts named in `USER_FACTS`; the user name is permanent, because the audit names people by it."""
    require_change(actor, user)
    if unknown := set(values) - set(USER_FACTS):
        raise TypeError(f"not changeable: {sorted(unknown)}")
    if (agency := values.get("agency")) is not None:
        require_in_subtree(actor, agency)
    fresh = User.objects.select_for_update().get(pk=user.pk)
    changes = {
        name: [_plain(getattr(fresh, name)), _plain(value)]
        for name, value in values.items()
        if getattr(fresh, name) != value
    }
    if "agency" in changes:
        require_not_self(actor, user)
    if changes:
        for name, value in values.items():
            setattr(fresh, name, value)
        fresh.save(update_fields=list(changes))
        record("accounts.user.changed", actor=actor, subject=fresh, data=changes)
    return fresh


@transaction.atomic
def disable_user(actor: User | None, user: User, reason: str) -> None:
    """Take the account out of use: every session and every API token of it ends at once."""
    require_change(actor, user)
    require_not_self(actor, user)
    if User.objects.filter(pk=user.pk, is_active=True).update(is_active=False):
        record("accounts.user.disabled", actor=actor, subject=user, data={"reason": reason})
    user.is_active = False


@transaction.atomic
def enable_user(actor: User | None, user: User, reason: str) -> None:
    """Take a disabled account into use again."""
    require_change(actor, user)
    require_not_self(actor, user)
    if User.objects.filter(pk=user.pk, is_active=False).update(is_active=True):
        record("accounts.user.enabled", actor=actor, subject=user, data={"reason": reason})
    user.is_active = True


@transaction.atomic
def reset_password(actor: User | None, user: User) -> str:
    """Give the user a random password, shown once, to be changed at the next sign-in; ends their sessions."""
    require_change(actor, user)
    require_not_self(actor, user)
    password = random_password()
    _replace_password(user, hash_of_random(password), must_change=True)
    unlock(user.username)
    record("accounts.password.reset", actor=actor, subject=user)
    return password


@transaction.atomic
def change_own_password(user: User, password: str) -> None:
    """Set a password that the user chose; it has passed the rules of `passwords.py`."""
    _replace_password(user, make_password(password), must_change=False)
    record("accounts.password.changed", actor=user, subject=user)


@transaction.atomic
def reset_second_factor(actor: User | None, user: User, reason: str) -> None:
    """Forget the user's authenticator and recovery codes, for a lost telephone."""
    from allauth.mfa.models import Authenticator

    require_change(actor, user)
    require_not_self(actor, user)
    Authenticator.objects.filter(user_id=user.pk).delete()
    record("accounts.second_factor.reset", actor=actor, subject=user, data={"reason": reason})


@transaction.atomic
def unlock_user(actor: User | None, user: User) -> None:
    """Lift the lock that five failures put on the account."""
    require_change(actor, user)
    require_not_self(actor, user)
    unlock(user.username)
    record("accounts.user.unlocked", actor=actor, subject=user)


def _replace_password(user: User, hashed: str, *, must_change: bool) -> None:
    if user.password:
        OldPassword.objects.create(user=user, password=user.password)
    user.password = hashed
    user.must_change_password = must_change
    user.save(update_fields=["password", "must_change_password"])


def _plain(value: object) -> object:
    return getattr(value, "code", None) or getattr(value, "key", None) or (str(value) if value is not None else "")
