"""Reading the register of sites."""

from typing import TYPE_CHECKING

from django.db.models import QuerySet

from oversite.base.accounts.queries import restrict
from oversite.base.sites.models import Area, Site

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from oversite.base.accounts.models import User


def visible_sites(user: "User | AnonymousUser", permission: str | None = None) -> QuerySet[Site]:
    """The sites whose agency in charge or whose operator lies in the user's subtree (req: A4.1)."""
    return restrict(Site.objects.all(), user, permission, "agency", "operator")


def areas_of(site: Site) -> QuerySet[Area]:
    """The areas of a site that the caller may show."""
    return Area.objects.filter(site=site)
