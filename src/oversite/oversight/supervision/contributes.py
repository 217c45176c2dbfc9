"""What the app plugs in: permissions, menu entry, texts of its acts."""

from django.utils.translation import gettext_lazy as _

from oversite.base.accounts import slots as roles
from oversite.base.accounts.slots import PERMISSIONS, Permission
from oversite.base.audit.slots import ACTS, REFUSED_ACTS
from oversite.base.sites.slots import SITE_ACTS
from oversite.oversight.supervision import marks, offers
from oversite.screens.slots import MENU, MenuEntry
from oversite.video.viewing.slots import MARKS, WALL_ACTS, WallAct

PERMISSIONS.plug(
    "supervision.read",
    Permission(_("read supervision records"), frozenset({roles.MONITOR, roles.ADMINISTRATOR, roles.AUDITOR})),
)
PERMISSIONS.plug(
    "supervision.conduct",
    Permission(_("conduct supervision sessions"), frozenset({roles.MONITOR, roles.ADMINISTRATOR})),
)

MENU.plug(
    "supervision",
    MenuEntry("supervision", _("Supervision"), "supervision:sessions", "clipboard-check", "supervision.read", 40),
)

ACTS.plug("supervision.session.begun", _("supervision session begun"))
ACTS.plug("supervision.point.marked", _("monitored point graded"))
ACTS.plug("supervision.point.withdrawn", _("mark withdrawn"))
ACTS.plug("supervision.session.submitted", _("record sheet filed"))
ACTS.plug("supervision.session.corrected", _("correction of a record sheet begun"))
ACTS.plug("supervision.session.discarded", _("supervision session discarded"))
REFUSED_ACTS.plug("supervision", _("supervision session or record sheet"))

MARKS.plug("supervision", marks.marks)
SITE_ACTS.plug("supervision", offers.at_site)
WALL_ACTS.plug("supervision", WallAct(offers.LABEL, offers.ICON, offers.begin_urls))
