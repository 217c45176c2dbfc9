"""How states are shown."""

from django.utils.translation import gettext_lazy as _

from oversite.screens.formats import State, StateFormat

STATE = StateFormat(
    {
        "issued": State(_("valid"), "good"),
        "used": State(_("used up"), "quiet"),
        "void": State(_("void"), "now"),
        "replaced": State(_("replaced"), "now"),
        "expired": State(_("expired"), "soon"),
    }
)
ENROLMENT = StateFormat(
    {
        "requested": State(_("waits for approval"), "soon"),
        "approved": State(_("in use"), "good"),
        "refused": State(_("refused"), "quiet"),
        "ended": State(_("ended"), "quiet"),
    }
)
