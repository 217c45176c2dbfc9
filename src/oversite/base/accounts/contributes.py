"""What the app plugs in: permissions of the lowest apps, and the texts of its acts."""

from django.utils.translation import gettext_lazy as _

from oversite.base.accounts import roles
from oversite.base.accounts.slots import PERMISSIONS, Permission
from oversite.base.audit.slots import ACTS

PERMISSIONS.plug(
    "agencies.change", Permission(_("change agencies and departments"), frozenset({roles.SECURITY_ADMINISTRATOR}))
)
PERMISSIONS.plug(
    "accounts.read",
    Permission(_("see users and roles"), frozenset({roles.ADMINISTRATOR, roles.SECURITY_ADMINISTRATOR, roles.AUDITOR})),
)
PERMISSIONS.plug(
    "accounts.change",
    Permission(_("change users"), frozenset({roles.ADMINISTRATOR, roles.SECURITY_ADMINISTRATOR})),
)
PERMISSIONS.plug(
    "accounts.separate",
    Permission(_("appoint system, security and audit administrators"), frozenset({roles.SECURITY_ADMINISTRATOR})),
)
PERMISSIONS.plug(
    "accounts.tokens", Permission(_("issue keys for other systems"), frozenset({roles.SECURITY_ADMINISTRATOR}))
)
PERMISSIONS.plug("audit.read", Permission(_("read the audit"), frozenset({roles.AUDITOR, roles.AUDIT_ADMINISTRATOR})))
PERMISSIONS.plug(
    "audit.export", Permission(_("export the audit"), frozenset({roles.AUDITOR, roles.AUDIT_ADMINISTRATOR}))
)
PERMISSIONS.plug(
    "audit.seal", Permission(_("check the chain and keep its head"), frozenset({roles.AUDIT_ADMINISTRATOR}))
)

ACTS.plug("accounts.user.created", _("user created"))
ACTS.plug("accounts.role.granted", _("role granted"))
ACTS.plug("accounts.role.revoked", _("role revoked"))
ACTS.plug("accounts.training.recorded", _("training recorded"))
