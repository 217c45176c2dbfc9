"""Rights: the one place where it is judged who sees and does what."""

from collections.abc import Iterable
from datetime import timedelta
from importlib import import_module
from typing import TYPE_CHECKING, Literal, TypeVar

from django.conf import settings
from django.contrib.auth import get_user
from django.db.models import Model, Q, QuerySet
from django.http import HttpRequest

from oversite.base.accounts import sessions
from oversite.base.accounts.models import ApiToken, GrantScope, Role, RoleGrant, User
from oversite.base.accounts.slots import SCOPE_KINDS
from oversite.common import clock

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from oversite.base.agencies.models import Agency

M = TypeVar("M", bound=Model)


def has_permission(user: "User | AnonymousUser", permission: str) -> bool:
    """Whether `user` is signed in, active and holds `permission` through any role."""
    return user.is_authenticated and user.is_active and user.has_perm(permission)


def restrict(queryset: QuerySet[M], user: "User | AnonymousUser", permission: str | None, *paths: str) -> QuerySet[M]:
    """The rows of `queryset` that `user` may use with `permission`; the building block of every app's queries.

    `paths` lead from the row to an agency (default `site__agency`; empty text: the row is the agency); a row counts
    when any of them ends in the user's own subtree (req: A4.1). `permission` none asks for visibility alone.
    Grants narrowed to single things narrow the rows of the models that `SCOPE_KINDS` names.
    """
    if not user.is_authenticated or not user.is_active or (permission and not user.has_perm(permission)):
        return queryset.none()
    subtree = user.agency.path
    inside = Q()
    for path in paths or ("site__agency",):
        inside |= Q(**{f"{path}__path__startswith" if path else "path__startswith": subtree})
    return queryset.filter(inside & _narrowed(user, permission, queryset.model._meta.label_lower))


def _narrowed(user: User, permission: str | None, model: str) -> Q:
    """The condition that the narrowings of the user's grants put on rows of `model`; empty when there is none."""
    kinds = {key: kind for key, kind in SCOPE_KINDS.items() if kind.model == model}
    if not kinds:
        return Q()
    allowed = Q(pk__in=[])
    for scopes in _scopes_per_grant(user, permission):
        if not scopes:
            return Q()
        for key, kind in kinds.items():
            ids = [subject_id for subject_kind, subject_id in scopes if subject_kind == key]
            if ids:
                allowed |= kind.condition(ids)
    return allowed


def is_narrowed(user: "User | AnonymousUser", permission: str | None, model: str) -> bool:
    """Whether every grant of `permission` to `user` is narrowed to single things of `model` (`cameras.camera`)."""
    return user.is_authenticated and bool(_narrowed(user, permission, model))


def _scopes_per_grant(user: User, permission: str | None) -> Iterable[list[tuple[str, str]]]:
    grants = [
        grant
        for grant in RoleGrant.objects.filter(user_id=user.pk).select_related("role")
        if permission is None or permission in grant.role.permissions
    ]
    scopes: dict[int, list[tuple[str, str]]] = {grant.pk: [] for grant in grants}
    for scope in GrantScope.objects.filter(grant__in=grants):
        scopes[scope.grant_id].append((scope.subject_kind, scope.subject_id))
    return scopes.values()


def users(user: "User | AnonymousUser") -> QuerySet[User]:
    """The accounts of the subtree, for those who may see accounts."""
    return restrict(User.objects.select_related("agency", "department"), user, "accounts.read", "agency")


def active_users_of(agency: "Agency") -> QuerySet[User]:
    """The accounts of one agency that are in use."""
    return User.objects.filter(agency_id=agency.pk, is_active=True)


def disabled_users_of(agency: "Agency") -> QuerySet[User]:
    """The accounts of one agency that were taken out of use."""
    return User.objects.filter(agency_id=agency.pk, is_active=False)


def roles(user: "User | AnonymousUser") -> QuerySet[Role]:
    """All roles, for those who may see accounts."""
    return Role.objects.all() if has_permission(user, "accounts.read") else Role.objects.none()


def shipped_role(key: str) -> Role:
    """The shipped role called `key`; raises `Role.DoesNotExist` where no installed app plugs it in."""
    return Role.objects.get(key=key, is_shipped=True)


def api_tokens(user: "User | AnonymousUser") -> QuerySet[ApiToken]:
    """The keys issued to users of the subtree, for those who may issue them."""
    return restrict(ApiToken.objects.select_related("user__agency"), user, "accounts.tokens", "user__agency")


def is_trained(user: User) -> bool:
    """Whether a training of the user is on record (req: A8)."""
    return user.trainings.filter(voided_at=None).exists()


def has_second_factor(user: User) -> bool:
    """Whether the user has enrolled an authenticator."""
    from allauth.mfa.models import Authenticator

    return bool(Authenticator.objects.filter(user_id=user.pk, type=Authenticator.Type.TOTP).exists())


def pending_step(user: User) -> Literal["", "password", "second-factor"]:
    """What the user must do before anything else."""
    if user.must_change_password:
        return "password"
    if user.needs_second_factor and not has_second_factor(user):
        return "second-factor"
    return ""


def separation_breaches() -> list[tuple[User, list[Role]]]:
    """Users who hold two of the three administrators all the same: what `oversite fsck` looks for."""
    held: dict[int, list[RoleGrant]] = {}
    for grant in RoleGrant.objects.filter(role__is_separated=True).select_related("user", "role"):
        held.setdefault(grant.user_id, []).append(grant)
    return [(grants[0].user, [grant.role for grant in grants]) for grants in held.values() if len(grants) > 1]


def untrained_holders() -> list[RoleGrant]:
    """Grants of roles that need training to users without any on record: what `oversite fsck` looks for."""
    grants = RoleGrant.objects.filter(role__needs_training=True).select_related("user", "role")
    return [grant for grant in grants if not is_trained(grant.user)]


def user_of_session(session_key: str) -> User | None:
    """The user signed in under a session key, for connections that outlive a request (WebSocket, event stream).

    None when the session ended, idled out, or its user must first change the password or enrol a second factor.
    """
    request = HttpRequest()
    request.session = import_module(settings.SESSION_ENGINE).SessionStore(session_key)
    user = get_user(request)
    if not user.is_authenticated or sessions.left(request, clock.now()) <= timedelta(0):
        return None
    return None if pending_step(user) else user
