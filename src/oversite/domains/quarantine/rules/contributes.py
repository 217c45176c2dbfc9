"""What the app plugs in: the people of quarantine, who may keep its rules, and its dated figures."""

from django.utils.translation import gettext_lazy as _

from oversite.base.accounts.slots import AUDITOR, PERMISSIONS, ROLES, Permission
from oversite.base.audit.slots import ACTS, REFUSED_ACTS
from oversite.domains.quarantine import roles
from oversite.domains.quarantine.rules.figures import FIGURES
from oversite.domains.quarantine.rules.slots import SETTINGS
from oversite.screens.slots import MENU, MenuEntry

for _key, _role in roles.SHIPPED.items():
    ROLES.plug(_key, _role)

PERMISSIONS.plug("quarantine.rules.read", Permission(_("read quarantine's rules"), roles.EVERYBODY | {AUDITOR}))
PERMISSIONS.plug("quarantine.rules.change", Permission(_("keep quarantine's rules"), frozenset({roles.PROVINCE})))

for _key, _kind in FIGURES.items():
    SETTINGS.plug(_key, _kind)

ACTS.plug("quarantine.rules.changed", _("catalogue of quarantine changed"))
ACTS.plug("quarantine.procedure.drafted", _("draft of a procedure changed"))
ACTS.plug("quarantine.procedure.published", _("procedure put in force"))
ACTS.plug("quarantine.procedure.repealed", _("procedure repealed"))
ACTS.plug("quarantine.setting.entered", _("dated figure entered"))
ACTS.plug("quarantine.must.entered", _("must entered"))
ACTS.plug("quarantine.must.ended", _("must ended"))

MENU.plug(
    "quarantine.rules",
    MenuEntry(
        "quarantine.rules",
        _("Procedures"),
        "quarantine_rules:procedures",
        "list-details",
        "quarantine.rules.read",
        590,
        _("Quarantine"),
    ),
)

for _code, _kept_from in {
    "rules": _("keeping quarantine's rules"),
}.items():
    REFUSED_ACTS.plug(f"quarantine.{_code}", _kept_from)
