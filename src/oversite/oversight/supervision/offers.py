"""Where a session is offered to begin: on the page of a site, and on the wall for the site that it shows."""

from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from oversite.oversight.supervision.queries import sites_to_supervise
from oversite.screens.acts import Act

if TYPE_CHECKING:
    from uuid import UUID

    from oversite.base.accounts.models import User
    from oversite.base.sites.models import Site

LABEL = _("Supervise")
ICON = "clipboard-check"


def at_site(site: "Site", user: "User") -> Act | None:
    """The act on the page of a site, where `user` can begin a session there."""
    if not sites_to_supervise(user).filter(pk=site.pk).exists():
        return None
    return Act(LABEL, _begin_url(site.uid), ICON)


def begin_urls(user: "User") -> dict[int, str]:
    """Where a session begins, for each site at which `user` can: key of the site → address."""
    return {pk: _begin_url(uid) for pk, uid in sites_to_supervise(user).values_list("pk", "uid")}


def _begin_url(uid: "UUID") -> str:
    return reverse("supervision:begin", args=[uid])
