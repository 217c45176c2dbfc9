"""What the app plugs in: the permission to steer, the texts of its acts, the end of leases by the clock."""

from datetime import timedelta

from django.utils.translation import gettext_lazy as _

from oversite.base.accounts.slots import PERMISSIONS, Permission
from oversite.base.audit.slots import ACTS, REFUSED_ACTS
from oversite.base.jobs.slots import SCHEDULES, Schedule
from oversite.video.control.tasks import end_expired_leases

PERMISSIONS.plug(
    "video.steer",
    Permission(_("steer cameras"), frozenset({"monitor", "administrator", "site-operator"})),
)

ACTS.plug("video.control.granted", _("control granted"))
ACTS.plug("video.control.taken", _("control taken over"))
ACTS.plug("video.control.moved", _("camera steered"))
ACTS.plug("video.control.restored", _("everyday view restored"))
REFUSED_ACTS.plug("video.control", _("taking or using control of a camera"))

SCHEDULES.plug(
    "control.expiry",
    Schedule(task=end_expired_leases, title=_("end control leases that ran out"), every=timedelta(seconds=30)),
)
