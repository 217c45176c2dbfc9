"""Who may change whose account: checked at the start of every action of this app."""

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from oversite.base.accounts.models import Role, User
from oversite.base.agencies.queries import is_inside
from oversite.common.errors import Refused

if TYPE_CHECKING:
    from oversite.base.agencies.models import Agency


def require_in_subtree(actor: User | None, agency: "Agency", permission: str = "accounts.change") -> None:
    """Raise `Refused` unless `actor` holds `permission` and `agency` lies in their subtree."""
    if actor is None:
        return
    actor.require(permission)
    if not is_inside(agency, actor.agency):
        raise Refused(
            "accounts.agency.outside", _("This agency is not in your subtree."), "A4.1", 404, {"agency": agency.code}
        )


def require_change(actor: User | None, user: User) -> None:
    """Raise `Refused` unless `actor` may change the account of `user`.

    Whoever could reset the password of one of the three administrators could become them: that needs the right to
    appoint them as well.
    """
    require_in_subtree(actor, user.agency)
    if actor is None:
        return
    if user.grants.filter(role__is_separated=True).exists():
        actor.require("accounts.separate")


def require_not_self(actor: User | None, user: User) -> None:
    """Raise `Refused` when somebody changes their own rights or state."""
    if actor is not None and actor.pk == user.pk:
        raise Refused(
            "accounts.user.own",
            _("Nobody changes their own roles or state. Ask another administrator."),
            data={"user": user.username},
        )


def require_may_grant(actor: User | None, user: User, role: Role) -> None:
    """Raise `Refused` unless `actor` may give `role` to `user` or take it away."""
    require_change(actor, user)
    require_not_self(actor, user)
    if actor is not None and role.is_separated:
        actor.require("accounts.separate")
