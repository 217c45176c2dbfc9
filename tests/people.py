"""Agencies and users for tests: a customs tree, a neighbour beside it, and people with the roles they need."""

from itertools import count
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from oversite.base.accounts.models import User
    from oversite.base.agencies.models import Agency

SERIAL = count(1)


def make_agency(parent: "Agency | None" = None, kind: str = "customs", level: int = 3, name: str = "") -> "Agency":
    """An agency below `parent` (a root without)."""
    from oversite.base.agencies.actions import create_agency

    code = f"AG{next(SERIAL):04d}"
    return create_agency(None, parent=parent, code=code, name=name or f"机构{code}", kind=kind, level=level)


def make_user(agency: "Agency", *permissions: str) -> "User":
    """A user of `agency` who holds exactly `permissions`, through a role of their own."""
    from oversite.base.accounts.actions import create_user
    from oversite.base.accounts.models import Role, RoleGrant

    number = next(SERIAL)
    user = create_user(None, username=f"user{number}", name=f"用户{number}", agency=agency).user
    user.must_change_password = False
    user.save()
    role = Role.objects.create(
        key=f"role{number}", label_zh="测试", label_en="test", permissions=list(permissions), needs_training=False
    )
    RoleGrant.objects.create(user=user, role=role)
    return user
