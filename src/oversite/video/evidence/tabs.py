"""The tab of evidence on the page of a site."""

from typing import TYPE_CHECKING, Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from oversite.screens.acts import EmptyState
from oversite.screens.columns import Column
from oversite.screens.detail_page import Tab
from oversite.screens.formats import INSTANT
from oversite.video.evidence import queries

if TYPE_CHECKING:
    from oversite.base.sites.models import Site

COLUMNS = (
    Column("title", _("title"), "title", link=lambda row: reverse("evidence:evidence", args=[row.uid])),
    Column("from", _("from"), "from_at", INSTANT),
    Column("until", _("until"), "until_at", INSTANT),
    Column("reason", _("why it is kept"), "reason"),
    Column("state", _("state"), "get_state_display"),
)


def evidence_of_site(site: "Site", user: Any) -> Tab | None:
    """The evidence of a site; none for those who may see none."""
    if not user.has_perm("evidence.read"):
        return None
    found = queries.evidence(user).filter(site=site)
    return Tab("evidence", _("Evidence"), found, COLUMNS, found.count(), empty=EmptyState(_("Nothing is kept here")))
