"""Giving and taking roles, narrowing them, and the roles themselves."""

from collections.abc import Collection, Iterable

from django.db import transaction

from oversite.base.accounts.actions.rights import require_may_grant
from oversite.base.accounts.models import GrantScope, Role, RoleGrant, User
from oversite.base.accounts.roles import separated_permissions
from oversite.base.accounts.slots import PERMISSIONS, SCOPE_KINDS
from oversite.base.audit.actions import record
from oversite.common.errors import Refused
from oversite.common.sentences import sentence as _

ROLE_FACTS = ("label_zh", "label_en", "permissions", "needs_second_factor")
SEPARATION = "GB/T 22239-2019 8.1.4.2"


@transaction.atomic
def grant_role(actor: User | None, user: User, role: Role) -> RoleGrant:
    """Give `user` the role.

    Raises `Refused`: not allowed, no recorded training (req: A8), or a second one of the three administrators.
    """
    require_may_grant(actor, user, role)
    locked = User.objects.select_for_update().get(pk=user.pk)
    if role.needs_training and not locked.trainings.filter(voided_at=None).exists():
        raise Refused(
            "accounts.training.missing",
            _("%(user)s has no recorded training. Record the training first.") % {"user": user.name},
            clause="A8",
            status=409,
            data={"user": user.username, "role": role.key},
        )
    others = RoleGrant.objects.filter(user=locked, role__is_separated=True).exclude(role=role)
    if role.is_separated and (other := others.select_related("role").first()):
        raise Refused(
            "accounts.administrators.separated",
            _("%(user)s is already %(role)s. System, security and audit administration are kept by three people.")
            % {"user": user.name, "role": other.role},
            clause=SEPARATION,
            status=409,
            data={"user": user.username, "role": role.key, "held": other.role.key},
        )
    grant, created = RoleGrant.objects.get_or_create(user=locked, role=role)
    if created:
        record("accounts.role.granted", actor=actor, subject=user, data={"role": role.key}, clause="A10")
    return grant


@transaction.atomic
def revoke_role(actor: User | None, user: User, role: Role) -> None:
    """Take the role away; nothing happens when the user does not hold it."""
    require_may_grant(actor, user, role)
    deleted, _models = RoleGrant.objects.filter(user=user, role=role).delete()
    if deleted:
        record("accounts.role.revoked", actor=actor, subject=user, data={"role": role.key}, clause="A10")


@transaction.atomic
def narrow_grant(actor: User | None, grant: RoleGrant, scopes: Collection[tuple[str, str]]) -> None:
    """Narrow a held role to single things, given as (kind, id); none of them: the whole subtree again (req: A9).

    Raises `Refused` for things that the actor may not choose themselves.
    """
    require_may_grant(actor, grant.user, grant.role)
    wanted = sorted(set(scopes))
    for kind, subject_id in wanted:
        scope_kind = SCOPE_KINDS.get(kind)
        known = scope_kind is not None and (
            actor is None or any(subject_id == choice for choice, _text in scope_kind.choices(actor))
        )
        if not known:
            raise Refused(
                "accounts.scope.unknown",
                _("What the role is to be narrowed to does not exist, or is not yours to give."),
                status=404,
                data={"kind": kind, "id": subject_id},
            )
    before = sorted(grant.scopes.values_list("subject_kind", "subject_id"))
    if before == wanted:
        return
    grant.scopes.all().delete()
    GrantScope.objects.bulk_create(
        GrantScope(grant=grant, subject_kind=kind, subject_id=subject_id) for kind, subject_id in wanted
    )
    record(
        "accounts.role.narrowed",
        actor=actor,
        subject=grant.user,
        data={"role": grant.role.key, "from": [list(pair) for pair in before], "to": [list(pair) for pair in wanted]},
        clause="A9",
    )


@transaction.atomic
def create_role(
    actor: User | None,
    *,
    key: str,
    label_zh: str,
    label_en: str,
    permissions: Iterable[str],
    needs_training: bool = False,
    needs_second_factor: bool = False,
) -> Role:
    """Make a role of this installation; it cannot carry what only the three administrators carry."""
    _require_roles(actor)
    if Role.objects.filter(key=key).exists():
        raise Refused("accounts.role.taken", _("There is such a role already."), status=422, data={"key": key})
    names = _checked_permissions(permissions)
    role = Role.objects.create(
        key=key,
        label_zh=label_zh,
        label_en=label_en,
        permissions=names,
        needs_training=needs_training,
        needs_second_factor=needs_second_factor,
    )
    record("accounts.role.created", actor=actor, subject=role, data={"key": key, "permissions": names}, clause="A10")
    return role


@transaction.atomic
def change_role(
    actor: User | None,
    role: Role,
    *,
    needs_second_factor: bool,
    label_zh: str = "",
    label_en: str = "",
    permissions: Iterable[str] = (),
) -> Role:
    """Change a role; of a shipped one only whether it needs a second factor."""
    _require_roles(actor)
    fresh = Role.objects.select_for_update().get(pk=role.pk)
    values: dict[str, object] = {"needs_second_factor": needs_second_factor}
    if not fresh.is_shipped:
        values |= {"label_zh": label_zh, "label_en": label_en, "permissions": _checked_permissions(permissions)}
    changes = {name: [getattr(fresh, name), value] for name, value in values.items() if getattr(fresh, name) != value}
    if changes:
        for name, value in values.items():
            setattr(fresh, name, value)
        fresh.save(update_fields=list(changes))
        record("accounts.role.changed", actor=actor, subject=fresh, data=changes, clause="A10")
    return fresh


@transaction.atomic
def delete_role(actor: User | None, role: Role) -> None:
    """Remove a role of this installation that nobody holds."""
    _require_roles(actor)
    if role.is_shipped or role.grants.exists():
        raise Refused(
            "accounts.role.held",
            _("A shipped role, or one that somebody holds, stays. Take it away from everybody first."),
            status=409,
            data={"role": role.key},
        )
    record("accounts.role.deleted", actor=actor, subject=role, data={"key": role.key, "permissions": role.permissions})
    role.delete()


def _require_roles(actor: User | None) -> None:
    if actor is not None:
        actor.require("accounts.roles", "A10")


def _checked_permissions(permissions: Iterable[str]) -> list[str]:
    names = sorted(set(permissions))
    unknown = [name for name in names if name not in PERMISSIONS]
    kept_apart = sorted(separated_permissions() & set(names))
    if unknown or kept_apart:
        raise Refused(
            "accounts.role.permissions",
            _("These permissions cannot be put into a role: %(names)s.") % {"names": ", ".join(unknown + kept_apart)},
            clause=SEPARATION,
            status=409,
        )
    return names
