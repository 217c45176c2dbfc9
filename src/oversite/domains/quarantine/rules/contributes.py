"""What the app plugs in: the people of quarantine and who may keep its rules."""

from django.utils.translation import gettext_lazy as _

from oversite.base.accounts.slots import AUDITOR, PERMISSIONS, ROLES, Permission
from oversite.domains.quarantine import roles

for _key, _role in roles.SHIPPED.items():
    ROLES.plug(_key, _role)

PERMISSIONS.plug("quarantine.rules.read", Permission(_("read quarantine's rules"), roles.EVERYBODY | {AUDITOR}))
PERMISSIONS.plug("quarantine.rules.change", Permission(_("keep quarantine's rules"), frozenset({roles.PROVINCE})))
