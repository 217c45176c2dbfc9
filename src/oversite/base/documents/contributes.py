"""What the app plugs in."""

from django.utils.translation import gettext_lazy as _

from oversite.base.accounts.slots import ADMINISTRATOR, AUDITOR, MONITOR, PERMISSIONS, SITE_OPERATOR, Permission
from oversite.base.audit.slots import ACTS
from oversite.screens.slots import MENU, MenuEntry

PERMISSIONS.plug(
    "documents.read",
    Permission(
        _("open the register of documents"),
        frozenset({MONITOR, ADMINISTRATOR, SITE_OPERATOR, AUDITOR}),
    ),
)

ACTS.plug("documents.document.issued", _("document issued"))
ACTS.plug("documents.document.opened", _("document opened"))

MENU.plug(
    "documents", MenuEntry("documents", _("Documents"), "documents:list", "file-certificate", "documents.read", 85)
)
