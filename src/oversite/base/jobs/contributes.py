"""What the app plugs in."""

from datetime import time

from django.utils.translation import gettext_lazy as _

from oversite.base.audit.slots import ACTS, REFUSED_ACTS
from oversite.base.events.slots import KINDS, EventKind
from oversite.base.jobs import announcements
from oversite.base.jobs.exports import order_workbook
from oversite.base.jobs.queries import open_jobs
from oversite.base.jobs.slots import SCHEDULES, Schedule
from oversite.base.jobs.tasks import housekeeping
from oversite.screens.slots import EXPORTERS, TOP_BAR, TopBarPart

ACTS.plug("jobs.job.cancelled", _("long work cancelled"))
ACTS.plug("jobs.export.ordered", _("list exported"))
REFUSED_ACTS.plug("jobs", _("changing long work"))
KINDS.plug(announcements.KIND, EventKind(announcements.KIND, announcements.is_owner))
SCHEDULES.plug("housekeeping", Schedule(task=housekeeping, title=_("housekeeping"), at=time(3, 40)))
EXPORTERS.plug("excel", order_workbook)
TOP_BAR.plug(
    "jobs",
    TopBarPart("notices", "jobs/notices.html", lambda request: {"running_jobs": open_jobs(request.user).count()}),
)
