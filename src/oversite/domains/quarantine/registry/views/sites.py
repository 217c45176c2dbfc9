"""What the page of a site says about the producer that it is."""

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _

from oversite.domains.quarantine.registry import queries
from oversite.domains.quarantine.registry.views.pages import READ, url
from oversite.screens.columns import Column
from oversite.screens.detail_page import Tab
from oversite.screens.formats import DATE

if TYPE_CHECKING:
    from oversite.base.sites.models import Site


def producer_tab(site: "Site", user: Any) -> Tab | None:
    """The producer with its licence; nothing at sites of another kind."""
    if not user.has_perm(READ):
        return None
    rows = queries.producers(user).filter(site=site)
    if not rows:
        return None
    columns = (
        Column("name", _("producer"), "name", link=lambda row: url("producer", row.uid)),
        Column("licence", _("seed production licence"), "licence_number"),
        Column("until", _("licence valid until"), "licence_valid_until_on", DATE),
        Column("species", _("species on the licence"), lambda row: "、".join(map(str, row.licensed.all()))),
        Column("ponds", _("ponds"), lambda row: "、".join(pond.code for pond in queries.ponds_of(row))),
    )
    return Tab("quarantine", _("Quarantine"), rows, columns, len(rows))
