"""What the app plugs in."""

from django.utils.translation import gettext_lazy as _

from oversite.base.audit.slots import ACTS, REFUSED_ACTS
from oversite.screens.slots import MENU, MenuEntry

ACTS.plug("agencies.agency.created", _("agency created"))
ACTS.plug("agencies.agency.changed", _("agency changed"))
ACTS.plug("agencies.agency.moved", _("agency moved"))
ACTS.plug("agencies.agency.closed", _("agency taken out of use"))
ACTS.plug("agencies.agency.reopened", _("agency taken into use again"))
ACTS.plug("agencies.department.created", _("department created"))
ACTS.plug("agencies.department.renamed", _("department renamed"))
REFUSED_ACTS.plug("agencies", _("changing the agencies"))

MENU.plug("agencies", MenuEntry("agencies", _("Agencies"), "agencies:tree", "hierarchy-2", "", 905, _("System")))
