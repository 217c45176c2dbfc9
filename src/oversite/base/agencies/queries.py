"""Reading the tree of agencies."""

from typing import TYPE_CHECKING

from django.db.models import QuerySet

from oversite.base.agencies.models import Agency

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from oversite.base.accounts.models import User


def agencies(user: "User | AnonymousUser") -> QuerySet[Agency]:
    """The agencies that `user` sees: their own and everything below it (req: A4.1)."""
    if not user.is_authenticated or not user.is_active:
        nothing: QuerySet[Agency] = Agency.objects.none()
        return nothing
    return subtree(user.agency)


def subtree(agency: Agency) -> QuerySet[Agency]:
    """`agency` and everything below it, in tree order."""
    found: QuerySet[Agency] = Agency.objects.filter(path__startswith=agency.path).order_by("path")
    return found
