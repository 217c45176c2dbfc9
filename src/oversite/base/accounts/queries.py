"""Rights: the one place where it is judged who sees and does what."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, TypeVar

from django.db.models import Model, Q, QuerySet

from oversite.base.accounts.models import GrantScope, RoleGrant, User
from oversite.base.accounts.slots import SCOPE_KINDS

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

M = TypeVar("M", bound=Model)


def has_permission(user: "User | AnonymousUser", permission: str) -> bool:
    """Whether `user` is signed in, active and holds `permission` through any role."""
    return user.is_authenticated and user.has_perm(permission)


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
