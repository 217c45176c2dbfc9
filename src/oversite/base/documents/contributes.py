"""What the app plugs in."""

from django.utils.translation import gettext_lazy as _

from oversite.base.accounts import slots as roles
from oversite.base.accounts.slots import PERMISSIONS, Permission
from oversite.base.audit.slots import ACTS
from oversite.screens.slots import MENU, MenuEntry

PERMISSIONS.plug(
    "documents.read",
    Permission(
        _("open the register of documents"),
        frozenset({roles.MONITOR, roles.ADMINISTRATOR, roles.SITE_OPERATOR, roles.AUDITOR}),
    ),
)

ACTS.plug("documents.document.issued", _("document issued"))
ACTS.plug("documents.document.opened", _("document opened"))

MENU.plug(
    "documents", MenuEntry("documents", _("Documents"), "documents:list", "file-certificate", "documents.read", 85)
)
