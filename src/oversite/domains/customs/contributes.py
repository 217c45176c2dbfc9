"""What the domain plugs in: site class, who steers, on what ground video leaves, its register and its screens."""

from pathlib import Path

from django.utils.translation import gettext_lazy as _

from oversite.base.accounts.slots import ADMINISTRATOR, AUDITOR, MONITOR, PERMISSIONS, SITE_OPERATOR, Permission
from oversite.base.audit.slots import ACTS, REFUSED_ACTS
from oversite.base.sites.slots import SITE_CLASSES, SITE_TABS, SiteClass, SiteTab
from oversite.domains.customs import planning, queries, register
from oversite.domains.customs.known_facts import known_facts
from oversite.oversight.rules.slots import (
    PLAN_ADVICE,
    PLAN_BUILT,
    PLAN_CODES,
    PLAN_LABELS,
    REGISTERED_FACTS,
    RULEBOOKS,
    PlanCoder,
    class_words,
)
from oversite.screens.slots import MENU, MenuEntry
from oversite.video.cameras.slots import CAMERA_PARTS, NAME_REGISTERS, CameraPart, NameRegister
from oversite.video.control.slots import Policy, class_policies
from oversite.video.evidence.slots import ExportPolicy, export_policies

DEPOT = "customs-depot"
BOOK = RULEBOOKS.plug("customs", Path(__file__).parent / "rulebook")

SITE_CLASSES.plug(
    DEPOT,
    SiteClass(
        "保税监管场所",
        "bonded depot",
        (
            ("gate", "卡口", "gate"),
            ("inspection", "查验区", "inspection area"),
            ("storage", "仓储区", "storage area"),
        ),
    ),
)
class_policies.plug(DEPOT, Policy.CUSTOMS_PRIMARY)
export_policies.plug(DEPOT, ExportPolicy(is_allowed=True, clause="C-A4.5"))

for word, site_class in class_words(BOOK).items():
    SITE_CLASSES.plug(word, site_class)
    class_policies.plug(word, Policy.CUSTOMS_PRIMARY)
    export_policies.plug(word, ExportPolicy(is_allowed=True, clause="C-A4.5"))

PERMISSIONS.plug(
    queries.READ,
    Permission(
        _("see the customs register: codes, texts, notices"),
        frozenset({MONITOR, ADMINISTRATOR, SITE_OPERATOR, AUDITOR}),
    ),
)
PERMISSIONS.plug(queries.CHANGE, Permission(_("change the customs register"), frozenset({ADMINISTRATOR})))
PERMISSIONS.plug(queries.PUSH, Permission(_("write texts into pictures"), frozenset({ADMINISTRATOR})))

ACTS.plug("customs.house.created", _("customs house registered"))
ACTS.plug("customs.house.changed", _("customs house changed"))
ACTS.plug("customs.short-name.created", _("short name registered"))
ACTS.plug("customs.short-name.changed", _("short name changed"))
ACTS.plug("customs.short-name.removed", _("short name taken out"))
ACTS.plug("customs.site.registered", _("site put into the customs register"))
ACTS.plug("customs.site.changed", _("site changed in the customs register"))
ACTS.plug("customs.codes.allotted", _("camera codes allotted"))
ACTS.plug("customs.position.changed", _("camera position changed"))
ACTS.plug("customs.position.assigned", _("hardware hung at a camera position"))
ACTS.plug("customs.position.closed", _("camera position closed"))
ACTS.plug("customs.screen.pushed", _("text written into the picture"))
ACTS.plug("customs.screen.read", _("text read back from the device"))
ACTS.plug("customs.screens.ordered", _("texts of a site written or read"))
ACTS.plug("customs.signs.printed", _("notices of a site printed"))
ACTS.plug("customs.room.changed", _("machine room changed"))
ACTS.plug("customs.room.removed", _("machine room taken out"))
REFUSED_ACTS.plug("customs", _("changing the customs register or the text on a picture"))

MENU.plug(
    "customs", MenuEntry("customs", _("Customs register"), "customs:sites", "building-warehouse", queries.READ, 36)
)
SITE_TABS.plug("customs", SiteTab(register.positions_of_site, order=15))
REGISTERED_FACTS.plug("customs", known_facts)
PLAN_ADVICE.plug("customs", register.advise_plan)
PLAN_LABELS.plug("customs", planning.label_plan)
PLAN_CODES.plug("customs", PlanCoder(planning.allot_plan, register.why_no_codes))
PLAN_BUILT.plug("customs", planning.hang_built)
CAMERA_PARTS.plug("customs", CameraPart(register.camera_facts, register.camera_acts))
NAME_REGISTERS.plug(
    "customs", NameRegister(register.name_of, register.code_problem, register.made_at, register.forget_picture)
)
