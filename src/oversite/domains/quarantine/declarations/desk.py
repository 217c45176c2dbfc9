"""What a producer finds on its desk: declarations that wait for it, and what it was told of each step."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from oversite.base.events.queries import last_events
from oversite.domains.quarantine.declarations import queries
from oversite.domains.quarantine.declarations.flow import State
from oversite.domains.quarantine.registry.queries import producer_of
from oversite.screens.slots import DeskList, DeskRow

NOTICES_AT_MOST = 10


def corrections(user: Any) -> DeskList:
    """Declarations that the user's own producer has to correct (req: Q5)."""
    rows = []
    if (producer := producer_of(user)) is not None:
        waiting = queries.declarations(user).filter(producer=producer, state=State.CORRECTING)
        rows = [
            DeskRow(
                each.number,
                reverse("quarantine_declarations:declaration", args=[each.uid]),
                _("correct until %(day)s") % {"day": each.correction_due_on},
                "now",
                each.correction_text,
            )
            for each in waiting.order_by("correction_due_on")
        ]
    return DeskList(_("Declarations to correct"), rows)


def notices(user: Any) -> DeskList:
    """What the user's own producer was told of its declarations, newest first (req: Q5)."""
    found = []
    if producer_of(user) is not None:
        found = last_events("quarantine.declaration.", user.agency.path, NOTICES_AT_MOST)
    rows = [DeskRow(str(each.data["text"]), str(each.data["url"]), at=each.at) for each in found]
    return DeskList(_("Notices of your declarations"), rows)
