"""What the app plugs in: permissions, menu, the tab of a site, acts, jobs, listeners, the gap report."""

from datetime import time
from pathlib import Path

from django.utils.translation import gettext_lazy as _

from oversite.base.accounts import slots as roles
from oversite.base.accounts.slots import PERMISSIONS, Permission
from oversite.base.audit.slots import ACTS, REFUSED_ACTS
from oversite.base.documents.slots import FORMS, Form
from oversite.base.events.slots import LISTENERS, Listener
from oversite.base.jobs.slots import SCHEDULES, Schedule
from oversite.base.sites.slots import KEY_AREAS, SITE_TABS, SiteTab
from oversite.oversight.rules import listening, queries, reports, tasks
from oversite.oversight.rules.tabs import rules_of_site
from oversite.screens.slots import MENU, MenuEntry

PERMISSIONS.plug(
    "rules.read",
    Permission(
        _("see evaluations and plans"),
        frozenset({roles.MONITOR, roles.ADMINISTRATOR, roles.SITE_OPERATOR, roles.AUDITOR}),
    ),
)
PERMISSIONS.plug(
    "rules.declare",
    Permission(_("declare areas and cameras, adopt plans"), frozenset({roles.ADMINISTRATOR, roles.SITE_OPERATOR})),
)
PERMISSIONS.plug(
    "rules.judge",
    Permission(_("sign judgements, rulings and gap reports"), frozenset({roles.MONITOR, roles.ADMINISTRATOR})),
)

MENU.plug("rules", MenuEntry("rules", _("Placement"), "rules:evaluations", "checklist", "rules.read", 42))
KEY_AREAS.plug("rules", queries.key_areas)
SITE_TABS.plug("rules", SiteTab(rules_of_site, order=20))
FORMS.plug(
    reports.FORM,
    Form(
        "摄像头布控评估报告",
        "gap report of camera placement",
        Path(__file__).parent / "gap_report.typ",
        "rules.read",
        reports.readable,
    ),
)

ACTS.plug("rules.declared", _("areas or cameras declared"))
ACTS.plug("rules.judgement.signed", _("judgement signed"))
ACTS.plug("rules.ruling.made", _("ruling about a rule written down"))
ACTS.plug("rules.plan.adopted", _("camera plan adopted"))
ACTS.plug("rules.plan.coded", _("codes allotted to planned cameras"))
ACTS.plug("rules.picture.kept", _("plan picture taken in"))
ACTS.plug("rules.layout.changed", _("areas and cameras placed on the plan picture"))
ACTS.plug("rules.report.signed", _("gap report signed"))
ACTS.plug("rules.construction.exported", _("construction list exported"))
ACTS.plug("rules.findings.exported", _("open findings exported"))

REFUSED_ACTS.plug("rules", _("declaring, judging or planning the placement of cameras"))

SCHEDULES.plug("rules.evaluate", Schedule(task=tasks.evaluate_sites, title=_("judge every site"), at=time(2, 30)))
LISTENERS.plug(
    "rules.changes",
    Listener("rules.changes", listening.SITE_KINDS | listening.CAMERA_KINDS, listening.on_change),
)
LISTENERS.plug("rules.presence", Listener("rules.presence", listening.PRESENCE_KINDS, listening.on_presence))
