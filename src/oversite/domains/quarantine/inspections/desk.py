"""What a producer finds on its desk of treatment notices."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from oversite.domains.quarantine.inspections import queries
from oversite.domains.quarantine.inspections.models import TreatmentNotice
from oversite.domains.quarantine.registry.queries import producer_of
from oversite.screens.slots import DeskList, DeskRow


def treatments(user: Any) -> DeskList:
    """The notices that the user's own producer has to carry out."""
    rows = []
    if (producer := producer_of(user)) is not None:
        waiting = queries.treatments(user).filter(
            inspection__declaration__producer=producer, state=TreatmentNotice.State.ISSUED
        )
        rows = [
            DeskRow(
                each.number,
                reverse("quarantine_inspections:treatment", args=[each.uid]),
                _("to be carried out"),
                "now",
                each.grounds,
                each.issued_at,
            )
            for each in waiting
        ]
    return DeskList(_("Treatment notices to carry out"), rows)
