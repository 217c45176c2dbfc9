"""What the app plugs in."""

from django.utils.translation import gettext_lazy as _

from oversite.base.accounts import slots as roles
from oversite.base.accounts.slots import PERMISSIONS, Permission
from oversite.base.audit.slots import ACTS, REFUSED_ACTS
from oversite.base.documents.provisions import provisions
from oversite.screens.slots import MENU, PROVISIONS, MenuEntry

PERMISSIONS.plug(
    "documents.read",
    Permission(
        _("open the register of documents"),
        frozenset({roles.MONITOR, roles.ADMINISTRATOR, roles.SITE_OPERATOR, roles.AUDITOR}),
    ),
)

ACTS.plug("documents.document.issued", _("document issued"))
ACTS.plug("documents.document.opened", _("document opened"))
REFUSED_ACTS.plug("documents", _("opening or issuing a document"))

for key, provision in provisions():
    PROVISIONS.plug(key, provision)

MENU.plug(
    "documents", MenuEntry("documents", _("Documents"), "documents:list", "file-certificate", "documents.read", 85)
)
