"""What the app plugs in."""

from django.utils.translation import gettext_lazy as _

from oversite.base.audit.slots import ACTS
from oversite.screens.slots import MENU, MenuEntry

ACTS.plug("audit.head.kept", _("head of the audit chain kept outside"))
ACTS.plug("audit.chain.checked", _("audit chain checked"))
ACTS.plug("audit.exported", _("audit exported"))

MENU.plug("audit", MenuEntry("audit", _("Audit"), "audit:entries", "shield-check", "audit.read", 900, _("System")))
