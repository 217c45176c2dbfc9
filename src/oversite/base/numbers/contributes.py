"""What the app plugs in."""

from django.utils.translation import gettext_lazy as _

from oversite.base.accounts.slots import ADMINISTRATOR, AUDITOR, PERMISSIONS, SYSTEM_ADMINISTRATOR, Permission
from oversite.base.audit.slots import ACTS, REFUSED_ACTS
from oversite.screens.slots import MENU, MenuEntry

ACTS.plug("numbers.allotted", _("numbers allotted"))
ACTS.plug("numbers.void", _("number voided"))
ACTS.plug("numbers.lost", _("number declared lost"))
REFUSED_ACTS.plug("numbers", _("using numbers of a pool"))

PERMISSIONS.plug(
    "numbers.read",
    Permission(_("see the pools of numbers"), frozenset({ADMINISTRATOR, AUDITOR, SYSTEM_ADMINISTRATOR})),
)
MENU.plug("numbers", MenuEntry("numbers", _("Numbers"), "numbers:pools", "barcode", "numbers.read", 880, _("System")))
