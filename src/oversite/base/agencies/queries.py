"""Reading the tree of agencies."""

from typing import TYPE_CHECKING

from django.db.models import QuerySet

from oversite.base.agencies.models import Agency, Department
from oversite.base.agencies.slots import TIES
from oversite.screens.slots import Words

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from oversite.base.accounts.models import User


def agencies(user: "User | AnonymousUser") -> QuerySet[Agency]:
    """The agencies that `user` sees, in tree order: their own and everything below it (req: A4.1)."""
    if not user.is_authenticated or not user.is_active:
        nothing: QuerySet[Agency] = Agency.objects.none()
        return nothing
    return subtree(user.agency)


def subtree(agency: Agency) -> QuerySet[Agency]:
    """`agency` and everything below it, in tree order."""
    found: QuerySet[Agency] = Agency.objects.filter(path__startswith=agency.path).order_by("path")
    return found


def all_agencies() -> QuerySet[Agency]:
    """Every agency, for what is not shown to anybody as such."""
    found: QuerySet[Agency] = Agency.objects.all()
    return found


def roots() -> QuerySet[Agency]:
    """The agencies at the top of each tree."""
    found: QuerySet[Agency] = Agency.objects.filter(depth=1)
    return found


def chain_of(agency: Agency) -> list[Agency]:
    """The agencies from the root down to `agency` itself."""
    return [*Agency.objects.get_ancestors(agency), agency]


def departments(user: "User | AnonymousUser") -> QuerySet[Department]:
    """The departments of the agencies that `user` sees (req: DEP)."""
    return Department.objects.filter(agency__in=agencies(user)).select_related("agency")


def is_inside(agency: Agency, top: Agency) -> bool:
    """Whether `agency` is `top` or lies below it."""
    return bool(agency.path.startswith(top.path))


def ties(agency: Agency) -> list[tuple[Words, int]]:
    """What active things still hang on `agency`: (text, number), without zeros."""
    counted = [(tie.label, tie.count(agency)) for tie in TIES]
    return [(label, count) for label, count in counted if count]
