"""The desk of declarations: what waits for the producer or the point, and what the producer was told."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from oversite.base.events.queries import last_events
from oversite.domains.quarantine.declarations import queries
from oversite.domains.quarantine.declarations.actions import DECIDE
from oversite.domains.quarantine.declarations.flow import State
from oversite.domains.quarantine.registry.queries import producer_of
from oversite.screens.slots import DeskList, DeskRow

NOTICES_AT_MOST = 10
WAITING_AT_MOST = 10


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


def submitted(user: Any) -> DeskList:
    """Declarations at the points of the user's own agency that nobody has decided yet, the first to leave first."""
    rows = []
    if user.has_perm(DECIDE):
        waiting = queries.of_agency(user, DECIDE).filter(agency_id=user.agency_id, state=State.SUBMITTED)
        rows = [
            DeskRow(
                each.number,
                reverse("quarantine_declarations:declaration", args=[each.uid]),
                _("leaves on %(day)s") % {"day": each.departs_on},
                "soon",
                f"{each.producer.name} · {each.species} {each.quantity}",
                each.submitted_at,
            )
            for each in waiting.order_by("departs_on", "pk")[:WAITING_AT_MOST]
        ]
    return DeskList(_("Declarations to accept or refuse"), rows)


def notices(user: Any) -> DeskList:
    """What the user's own producer was told of its declarations, newest first (req: Q5)."""
    found = []
    if producer_of(user) is not None:
        found = last_events("quarantine.declaration.", user.agency.path, NOTICES_AT_MOST)
    rows = [DeskRow(str(each.data["text"]), str(each.data["url"]), at=each.at) for each in found]
    return DeskList(_("Notices of your declarations"), rows)
