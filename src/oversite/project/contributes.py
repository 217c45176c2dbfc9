"""What the project's own pages plug in: the duty desk on top of the menu."""

from django.utils.translation import gettext_lazy as _

from oversite.screens.slots import MENU, MenuEntry

MENU.plug("desk", MenuEntry("desk", _("Duty desk"), "home", "layout-dashboard", "", 0))
