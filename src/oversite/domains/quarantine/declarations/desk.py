"""What waits on the desk: for a point's officers declarations to decide, for a producer corrections and notices."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from oversite.base.events.queries import last_events
from oversite.domains.quarantine.declarations import queries
from oversite.domains.quarantine.declarations.flow import State
from oversite.domains.quarantine.declarations.models import Declaration
from oversite.domains.quarantine.desk import nothing, waiting
from oversite.domains.quarantine.registry.queries import producer_of
from oversite.domains.quarantine.rules.queries import today
from oversite.domains.quarantine.searching import by_number
from oversite.screens.slots import DeskList, DeskRow, Found

NOTICES_AT_MOST = 10
DECIDE = "quarantine.declaration.decide"


def to_decide(user: Any) -> DeskList:
    """Declarations at the points of the user's agency that were neither accepted nor refused (req: Q5)."""
    title = _("Declarations to accept or refuse")
    if not user.has_perm(DECIDE):
        return nothing(title)
    rows = queries.of_agency(user, DECIDE).filter(state=State.SUBMITTED).order_by("departs_on", "pk")
    return waiting(title, rows, _asked, reverse("quarantine_declarations:declarations") + f"?state={State.SUBMITTED}")


def _asked(each: Declaration) -> DeskRow:
    tone = "now" if each.departs_on <= today() else "soon"
    label = _("leaves on %(day)s") % {"day": each.departs_on}
    detail = f"{each.producer} · {each.species} {each.quantity.text_zh}"
    return DeskRow(each.number, reverse("quarantine_declarations:declaration", args=[each.uid]), label, tone, detail)


def corrections(user: Any) -> DeskList:
    """Declarations that the user's own producer has to correct (req: Q5)."""
    rows = []
    if (producer := producer_of(user)) is not None:
        asked = queries.declarations(user).filter(producer=producer, state=State.CORRECTING)
        rows = [
            DeskRow(
                each.number,
                reverse("quarantine_declarations:declaration", args=[each.uid]),
                _("correct until %(day)s") % {"day": each.correction_due_on},
                "now",
                each.correction_text,
            )
            for each in asked.order_by("correction_due_on")
        ]
    return DeskList(_("Declarations to correct"), rows)


def notices(user: Any) -> DeskList:
    """What the user's own producer was told of its declarations, newest first (req: Q5)."""
    found = []
    if producer_of(user) is not None:
        found = last_events("quarantine.declaration.", user.agency.path, NOTICES_AT_MOST)
    rows = [DeskRow(str(each.data["text"]), str(each.data["url"]), at=each.at) for each in found]
    return DeskList(_("Notices of your declarations"), rows)


def _found(each: Declaration) -> Found:
    detail = f"{each.get_state_display()} · {each.producer} · {each.species} {each.quantity.text_zh}"
    return Found(_("declaration"), each.number, detail, reverse("quarantine_declarations:declaration", args=[each.uid]))


search = by_number(queries.declarations, ("number",), _found)
"""By the number on a declaration form (req: Q9)."""
