"""What the app plugs in."""

from django.utils.translation import gettext_lazy as _

from oversite.base.audit.slots import ACTS

ACTS.plug("agencies.agency.created", _("agency created"))
