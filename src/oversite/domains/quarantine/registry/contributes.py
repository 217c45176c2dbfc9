"""What the app plugs in: permissions, menu entries, texts of its acts."""

from datetime import time
from pathlib import Path

import yaml
from django.utils.translation import gettext_lazy as _

from oversite.base.accounts.slots import AUDITOR, PERMISSIONS, SIGN_IN_LINKS, Permission, SignInLink
from oversite.base.agencies.slots import TIES, Tie
from oversite.base.audit.slots import ACTS, REFUSED_ACTS
from oversite.base.documents.slots import FORMS, Form
from oversite.base.jobs.slots import SCHEDULES, Schedule
from oversite.base.sites.slots import SITE_CLASSES, SITE_TABS, SiteClass, SiteTab
from oversite.domains.quarantine import roles
from oversite.domains.quarantine.registry import desk
from oversite.domains.quarantine.registry.actions import SEED_FARM
from oversite.domains.quarantine.registry.models import Producer
from oversite.domains.quarantine.registry.tasks import remind_of_tests, settle_sites
from oversite.domains.quarantine.registry.views.sites import producer_tab
from oversite.oversight.supervision.slots import CHECKLISTS, SITE_CHECKLISTS, checklist_from
from oversite.screens.slots import DESK_LISTS, MENU, MenuEntry

KEEPERS = frozenset({roles.PROVINCE, roles.SUPERVISOR})

SIGN_IN_LINKS.plug(
    "quarantine.registration",
    SignInLink(_("Register as a producer of aquatic seed"), "quarantine_registry:register"),
)

for _key, _text, _roles in (
    ("registry.read", _("read the register of quarantine"), roles.EVERYBODY | {AUDITOR}),
    ("registry.change", _("keep the register of quarantine and confirm producers"), KEEPERS),
    ("registry.own", _("keep one's own data in the register"), frozenset({roles.PRODUCER, roles.LABORATORY})),
    ("campaign.call", _("call a verification of the register"), frozenset({roles.PROVINCE})),
    ("campaign.confirm", _("confirm data in a verification"), KEEPERS | {roles.PRODUCER, roles.LABORATORY}),
    ("contacts.read", _("read contact lists"), KEEPERS),
    ("contacts.call", _("ask for contact lists"), frozenset({roles.PROVINCE})),
    ("contacts.file", _("file in contact lists"), KEEPERS),
    ("problem.report", _("report problems of quarantine"), roles.EVERYBODY),
    ("problem.answer", _("answer problem reports"), frozenset({roles.PROVINCE})),
    ("test.file", _("file periodic tests"), KEEPERS | {roles.PRODUCER, roles.OFFICER}),
):
    PERMISSIONS.plug(f"quarantine.{_key}", Permission(_text, _roles))

for _act, _said in {
    "point.saved": _("declaration point entered or changed"),
    "veterinarian.saved": _("official veterinarian entered or changed"),
    "producer.saved": _("producer entered or changed"),
    "producer.applied": _("producer registered itself"),
    "producer.confirmed": _("producer confirmed"),
    "producer.refused": _("registration sent back"),
    "producer.suspended": _("producer suspended"),
    "producer.resumed": _("producer taken back"),
    "pond.saved": _("pond entered or changed"),
    "laboratory.saved": _("laboratory entered or changed"),
    "campaign.called": _("verification called"),
    "campaign.confirmed": _("data confirmed"),
    "campaign.closed": _("verification closed"),
    "contacts.called": _("contact list asked for"),
    "contacts.filed": _("contact filed"),
    "problem.reported": _("problem reported"),
    "problem.answered": _("problem report answered"),
    "test.filed": _("periodic test filed"),
}.items():
    ACTS.plug(f"quarantine.{_act}", _said)

for _entry in (
    ("registry", _("Units and people"), "producers", "fish", "registry.read", 550),
    ("campaigns", _("Verification"), "campaigns", "checklist", "registry.read", 560),
    ("contacts", _("Contact lists"), "contacts", "phone", "contacts.read", 570),
    ("problems", _("Problem reports"), "problems", "message-report", "problem.report", 580),
):
    _name, _label, _url, _icon, _permission, _order = _entry
    _key = f"quarantine.{_name}"
    _address = f"quarantine_registry:{_url}"
    _group = _("Quarantine")
    MENU.plug(_key, MenuEntry(_key, _label, _address, _icon, f"quarantine.{_permission}", _order, _group))

FORMS.plug(
    "quarantine.annex-2",
    Form(
        "设区市水产苗种产地检疫工作联系人信息表",
        "Contacts of the cities for quarantine of aquatic seed",
        Path(__file__).parent / "papers/annex2.typ",
        "quarantine.contacts.read",
    ),
)
SCHEDULES.plug(
    "quarantine.tests",
    Schedule(task=remind_of_tests, title=_("remind producers of periodic tests"), at=time(7, 30)),
)
SCHEDULES.plug(
    "quarantine.sites",
    Schedule(task=settle_sites, title=_("give producers their sites"), at=time(3, 20)),
)
SITE_CLASSES.plug(
    SEED_FARM,
    SiteClass(
        "水产苗种场",
        "seed farm",
        (
            ("pond", "养殖池", "pond"),
            ("hatchery", "孵化车间", "hatchery"),
            ("nursery", "育苗车间", "nursery"),
            ("isolation", "隔离池", "isolation pond"),
            ("loading", "出苗装运区", "loading area"),
            ("disposal", "无害化处理点", "place of disposal"),
        ),
    ),
)
_checklist = checklist_from(
    yaml.safe_load((Path(__file__).parent / "checklists/seed_farm.yaml").read_text(encoding="utf-8"))
)
CHECKLISTS.plug(_checklist.key, _checklist)
SITE_CHECKLISTS.plug(SEED_FARM, _checklist.key)
for _name, _list in {
    "registrations": desk.registrations,
    "verifications": desk.verifications,
    "contacts": desk.contacts,
    "problems": desk.problems,
    "tests": desk.tests,
}.items():
    DESK_LISTS.plug(f"quarantine.{_name}", _list)
SITE_TABS.plug("quarantine", SiteTab(producer_tab, order=20))
TIES.plug(
    "quarantine.producers",
    Tie(_("producers"), lambda agency: Producer.objects.filter(agency=agency, state=Producer.State.CONFIRMED).count()),
)

for _code, _kept_from in {
    "registry": _("keeping the register of quarantine"),
    "registration": _("registering a producer"),
    "producer": _("deciding on a producer"),
    "pond": _("keeping ponds"),
    "licence": _("keeping a licence"),
    "campaign": _("verifying the register"),
    "contacts": _("filing contacts"),
    "problem": _("reporting or answering a problem"),
    "test": _("filing or testing"),
}.items():
    REFUSED_ACTS.plug(f"quarantine.{_code}", _kept_from)
