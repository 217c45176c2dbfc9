"""What the app plugs in."""

from datetime import time

from django.utils.translation import gettext_lazy as _

from oversite.base.audit.slots import ACTS, REFUSED_ACTS
from oversite.base.audit.tasks import keep_daily_head
from oversite.base.jobs.slots import SCHEDULES, Schedule
from oversite.screens.slots import MENU, MenuEntry

ACTS.plug("audit.head.kept", _("head of the audit chain kept outside"))
ACTS.plug("audit.chain.checked", _("audit chain checked"))
ACTS.plug("audit.exported", _("audit exported"))
REFUSED_ACTS.plug("screens", _("opening a page or carrying out an act"))

MENU.plug("audit", MenuEntry("audit", _("Audit"), "audit:entries", "shield-check", "audit.read", 900, _("System")))
SCHEDULES.plug("audit.head", Schedule(task=keep_daily_head, title=_("Keep the head of the audit chain"), at=time(0, 5)))
