"""What the app plugs in."""

from django.utils.translation import gettext_lazy as _

from oversite.base.accounts.slots import ADMINISTRATOR, AUDITOR, MONITOR, PERMISSIONS, SITE_OPERATOR, Permission
from oversite.base.audit.slots import ACTS, REFUSED_ACTS
from oversite.screens.slots import MENU, MenuEntry

PERMISSIONS.plug(
    "sites.read",
    Permission(_("see sites"), frozenset({MONITOR, ADMINISTRATOR, SITE_OPERATOR, AUDITOR})),
)
PERMISSIONS.plug("sites.change", Permission(_("change sites and areas"), frozenset({ADMINISTRATOR})))
PERMISSIONS.plug(
    "sites.declare", Permission(_("enter the areas of the sites that one operates"), frozenset({SITE_OPERATOR}))
)

ACTS.plug("sites.site.created", _("site registered"))
ACTS.plug("sites.site.changed", _("site changed"))
ACTS.plug("sites.area.created", _("area added"))
ACTS.plug("sites.area.changed", _("area changed"))
ACTS.plug("sites.area.removed", _("area removed"))
ACTS.plug("sites.area.declared", _("area entered by the operator of the site"))
ACTS.plug("sites.area.redeclared", _("area changed by the operator of the site"))
ACTS.plug("sites.area.withdrawn", _("area taken back by the operator of the site"))
ACTS.plug("sites.contact.changed", _("contact changed"))
ACTS.plug("sites.contact.removed", _("contact removed"))
ACTS.plug("sites.register.imported", _("sites imported"))
ACTS.plug("sites.register.exported", _("sites exported"))
REFUSED_ACTS.plug("sites", _("changing the register of sites"))

MENU.plug("sites", MenuEntry("sites", _("Sites"), "sites:list", "building-warehouse", "sites.read", 30))
