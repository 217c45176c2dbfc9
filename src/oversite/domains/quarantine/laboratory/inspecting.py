"""What the page of an inspection shows of samples, and the act that begins one."""

from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from oversite.domains.quarantine.declarations.flow import State
from oversite.domains.quarantine.laboratory import queries
from oversite.domains.quarantine.laboratory.words import STATES
from oversite.screens.acts import Act, EmptyState
from oversite.screens.columns import Column
from oversite.screens.detail_page import Tab
from oversite.screens.formats import CODE, INSTANT

if TYPE_CHECKING:
    from oversite.base.accounts.models import User
    from oversite.domains.quarantine.inspections.models import Inspection
    from oversite.domains.quarantine.laboratory.models import Sample


def _url(row: "Sample") -> str:
    return reverse("quarantine_laboratory:sample", args=[row.uid])


COLUMNS = (
    Column("number", _("sample number"), "number", CODE, link=_url),
    Column("laboratory", _("laboratory"), "laboratory.name"),
    Column("taken", _("sampled at"), "taken_at", INSTANT),
    Column("state", _("state"), "state", STATES),
    Column("report", _("report number"), "report_number", CODE),
)


def samples_tab(inspection: "Inspection", user: "User") -> Tab | None:
    """The samples of an inspection that the user may see."""
    if not user.has_perm(queries.READ):
        return None
    rows = list(queries.samples(user).filter(inspection_id=inspection.pk))
    return Tab("samples", _("Samples"), rows, COLUMNS, len(rows), empty=EmptyState(_("No sample has been taken")))


def sample_acts(inspection: "Inspection", user: "User") -> list[Act]:
    """Taking a sample, as long as nothing is decided."""
    state = inspection.declaration.state
    if not user.has_perm(queries.TAKE) or state not in (State.ASSIGNED, State.INSPECTING, State.TESTING):
        return []
    why_not = _("Samples are taken while an inspection is under way.") if state == State.ASSIGNED else ""
    return [
        Act(
            _("Take a sample"),
            reverse("quarantine_laboratory:take", args=[inspection.uid]),
            "test-pipe",
            why_not=why_not,
        )
    ]
