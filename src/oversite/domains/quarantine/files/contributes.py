"""What the app plugs in: the text of its act."""

from django.utils.translation import gettext_lazy as _

from oversite.base.audit.slots import ACTS

ACTS.plug("quarantine.file.kept", _("file attached"))
