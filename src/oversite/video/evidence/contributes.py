"""What the app plugs in: permissions, acts, the menu entry, the work that runs by the clock."""

from datetime import timedelta

from django.utils.translation import gettext_lazy as _

from oversite.base.accounts.slots import PERMISSIONS, Permission
from oversite.base.audit.slots import ACTS, REFUSED_ACTS
from oversite.base.jobs.slots import SCHEDULES, Schedule
from oversite.base.sites.slots import SITE_TABS, SiteTab
from oversite.screens.slots import MENU, MenuEntry
from oversite.video.evidence.queries import kept_stretches
from oversite.video.evidence.tabs import evidence_of_site
from oversite.video.evidence.tasks import seal_waiting
from oversite.video.recording.slots import KEPT

WATCHERS = frozenset({"monitor", "administrator"})

PERMISSIONS.plug("evidence.read", Permission(_("see evidence"), WATCHERS | {"auditor"}))
PERMISSIONS.plug("video.hold", Permission(_("keep footage as evidence"), WATCHERS))
PERMISSIONS.plug("video.release", Permission(_("release held footage"), frozenset({"administrator"})))
PERMISSIONS.plug("video.export", Permission(_("export evidence"), frozenset({"administrator"})))

for act, text in {
    "evidence.footage.held": _("footage held"),
    "evidence.footage.released": _("held footage released"),
    "evidence.picture.kept": _("picture kept"),
    "evidence.package.sealed": _("evidence sealed"),
    "evidence.package.failed": _("evidence could not be sealed"),
    "evidence.package.verified": _("evidence verified"),
    "evidence.package.exported": _("evidence exported"),
    "evidence.copy.made": _("playable copy of an export made"),
    "evidence.package.downloaded": _("exported evidence downloaded"),
}.items():
    ACTS.plug(act, text)
REFUSED_ACTS.plug("evidence", _("keeping or using evidence"))
REFUSED_ACTS.plug("evidence.export", _("exporting evidence"))

MENU.plug("evidence", MenuEntry("evidence", _("Evidence"), "evidence:list", "lock", "evidence.read", 45))
SCHEDULES.plug("evidence.seal", Schedule(task=seal_waiting, title=_("seal held footage"), every=timedelta(seconds=15)))
KEPT.plug("evidence", kept_stretches)
SITE_TABS.plug("evidence", SiteTab(evidence_of_site, order=60))
