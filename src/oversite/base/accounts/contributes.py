"""What the app plugs in: permissions of the lowest apps, the texts of its acts, its ties to agencies."""

from django.utils.translation import gettext_lazy as _

from oversite.base.accounts.queries import active_users_of
from oversite.base.accounts.saved_views import SavedViews
from oversite.base.accounts.slots import (
    ADMINISTRATOR,
    AUDIT_ADMINISTRATOR,
    AUDITOR,
    PERMISSIONS,
    SECURITY_ADMINISTRATOR,
    SYSTEM_ADMINISTRATOR,
    Permission,
)
from oversite.base.agencies.slots import TIES, Tie
from oversite.base.audit.slots import ACTS, REFUSED_ACTS
from oversite.screens.slots import MENU, STORES, MenuEntry

ADMINISTRATORS = frozenset({ADMINISTRATOR, SECURITY_ADMINISTRATOR})
AUDITORS = frozenset({AUDITOR, AUDIT_ADMINISTRATOR})
SECURITY = frozenset({SECURITY_ADMINISTRATOR})

PERMISSIONS.plug(
    "agencies.change",
    Permission(_("change agencies and departments"), frozenset({SYSTEM_ADMINISTRATOR, ADMINISTRATOR})),
)
PERMISSIONS.plug(
    "agencies.contact",
    Permission(_("change address and telephone of the own agency"), frozenset({SYSTEM_ADMINISTRATOR, ADMINISTRATOR})),
)
PERMISSIONS.plug("accounts.read", Permission(_("see users and roles"), ADMINISTRATORS | {AUDITOR, AUDIT_ADMINISTRATOR}))
PERMISSIONS.plug("accounts.change", Permission(_("change users, record training, give roles"), ADMINISTRATORS))
PERMISSIONS.plug("accounts.roles", Permission(_("make and change roles"), SECURITY))
PERMISSIONS.plug("accounts.separate", Permission(_("appoint system, security and audit administrators"), SECURITY))
PERMISSIONS.plug("accounts.tokens", Permission(_("issue keys for other systems"), SECURITY))
PERMISSIONS.plug("audit.read", Permission(_("read the audit"), AUDITORS))
PERMISSIONS.plug("audit.export", Permission(_("export the audit"), AUDITORS))
PERMISSIONS.plug(
    "audit.seal", Permission(_("check the audit chain and keep its head"), frozenset({AUDIT_ADMINISTRATOR}))
)

TIES.plug("users", Tie(_("users"), lambda agency: active_users_of(agency).count()))

for act, text in {
    "accounts.user.created": _("user created"),
    "accounts.user.changed": _("user changed"),
    "accounts.user.disabled": _("user disabled"),
    "accounts.user.enabled": _("user enabled"),
    "accounts.user.unlocked": _("user unlocked"),
    "accounts.password.changed": _("password changed"),
    "accounts.password.reset": _("password reset"),
    "accounts.second_factor.enrolled": _("second factor enrolled"),
    "accounts.second_factor.removed": _("second factor removed"),
    "accounts.second_factor.reset": _("second factor reset"),
    "accounts.second_factor.codes": _("recovery codes made"),
    "accounts.role.granted": _("role granted"),
    "accounts.role.revoked": _("role revoked"),
    "accounts.role.narrowed": _("role narrowed"),
    "accounts.role.created": _("role created"),
    "accounts.role.changed": _("role changed"),
    "accounts.role.deleted": _("role deleted"),
    "accounts.training.recorded": _("training recorded"),
    "accounts.training.voided": _("training voided"),
    "accounts.token.issued": _("key for another system issued"),
    "accounts.token.revoked": _("key for another system revoked"),
    "accounts.token.used": _("key used, for the first time on that day from that address"),
    "accounts.session.opened": _("signed in"),
    "accounts.session.closed": _("signed out"),
    "accounts.session.expired": _("signed out after idling"),
}.items():
    ACTS.plug(act, text)
REFUSED_ACTS.plug("accounts", _("changing accounts or roles"))
REFUSED_ACTS.plug("accounts.session", _("signing in"))
REFUSED_ACTS.plug("accounts.second_factor", _("signing in with the second factor"))
REFUSED_ACTS.plug("accounts.token", _("using a key of the interface"))
REFUSED_ACTS.plug("accounts.permission", _("an act beyond the roles"))

SYSTEM_GROUP = _("System")
for entry in (
    MenuEntry("accounts.users", _("Users"), "accounts:users", "users", "accounts.read", 910, SYSTEM_GROUP),
    MenuEntry("accounts.roles", _("Roles"), "accounts:roles", "id-badge-2", "accounts.read", 920, SYSTEM_GROUP),
    MenuEntry(
        "accounts.tokens", _("Keys of other systems"), "accounts:tokens", "key", "accounts.tokens", 930, SYSTEM_GROUP
    ),
):
    MENU.plug(entry.key, entry)

STORES.plug("saved_views", SavedViews())
