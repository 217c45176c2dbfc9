"""What the app plugs in: the permission to steer, and the texts of its acts."""

from django.utils.translation import gettext_lazy as _

from oversite.base.accounts import roles
from oversite.base.accounts.slots import PERMISSIONS, Permission
from oversite.base.audit.slots import ACTS

PERMISSIONS.plug(
    "video.steer",
    Permission(_("steer cameras"), frozenset({roles.MONITOR, roles.ADMINISTRATOR, roles.SITE_OPERATOR})),
)

ACTS.plug("video.control.granted", _("control granted"))
ACTS.plug("video.control.taken", _("control taken over"))
ACTS.plug("video.control.moved", _("camera steered"))
ACTS.plug("video.control.restored", _("everyday view restored"))
