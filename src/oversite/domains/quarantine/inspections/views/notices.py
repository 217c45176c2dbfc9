"""How far a treatment notice is, in words."""

from django.utils.translation import gettext_lazy as _

from oversite.domains.quarantine.inspections.models import TreatmentNotice
from oversite.screens.formats import State, StateFormat

NOTICES = StateFormat(
    {
        TreatmentNotice.State.ISSUED: State(_("to be carried out"), "now"),
        TreatmentNotice.State.DISPOSED: State(_("disposed of"), "good"),
        TreatmentNotice.State.RECOVERED: State(_("recovered"), "good"),
    }
)
