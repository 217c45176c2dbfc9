"""What the app plugs in: permissions and the texts of its acts."""

from django.utils.translation import gettext_lazy as _

from oversite.base.accounts import slots as roles
from oversite.base.accounts.slots import PERMISSIONS, Permission
from oversite.base.audit.slots import ACTS

PERMISSIONS.plug("sites.change", Permission(_("change sites and areas"), frozenset({roles.ADMINISTRATOR})))

ACTS.plug("sites.site.created", _("site registered"))
ACTS.plug("sites.site.changed", _("site changed"))
ACTS.plug("sites.area.created", _("area added"))
ACTS.plug("sites.area.changed", _("area changed"))
