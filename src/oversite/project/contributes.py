"""What the project's own pages plug in: the duty desk on top of the menu, the system page at its end."""

from django.utils.translation import gettext_lazy as _

from oversite.base.accounts.slots import PERMISSIONS, SYSTEM_ADMINISTRATOR, Permission
from oversite.screens.slots import MENU, MenuEntry

PERMISSIONS.plug(
    "system.read", Permission(_("see the condition of the installation"), frozenset({SYSTEM_ADMINISTRATOR}))
)

MENU.plug("desk", MenuEntry("desk", _("Duty desk"), "home", "layout-dashboard", "", 0))
MENU.plug("system", MenuEntry("system", _("System"), "system", "server", "system.read", 990, _("System")))
