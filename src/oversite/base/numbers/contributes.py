"""What the app plugs in."""

from django.utils.translation import gettext_lazy as _

from oversite.base.audit.slots import ACTS, REFUSED_ACTS

ACTS.plug("numbers.allotted", _("numbers allotted"))
ACTS.plug("numbers.void", _("number voided"))
ACTS.plug("numbers.lost", _("number declared lost"))
REFUSED_ACTS.plug("numbers", _("using numbers of a pool"))
