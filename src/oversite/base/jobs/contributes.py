"""What the app plugs in."""

from datetime import time

from django.utils.translation import gettext_lazy as _

from oversite.base.audit.slots import ACTS
from oversite.base.events.slots import KINDS, EventKind
from oversite.base.jobs import announcements
from oversite.base.jobs.slots import SCHEDULES, Schedule
from oversite.base.jobs.tasks import housekeeping

ACTS.plug("jobs.job.cancelled", _("long work cancelled"))
KINDS.plug(announcements.KIND, EventKind(announcements.KIND, announcements.is_owner))
SCHEDULES.plug("housekeeping", Schedule(task=housekeeping, title=_("housekeeping"), at=time(3, 40)))
