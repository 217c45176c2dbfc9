"""What waits on the desk: samples to sign and hand over, what each duty of a laboratory has to do, and notices."""

from typing import Any

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from oversite.base.events.queries import last_events
from oversite.common.clock import BEIJING
from oversite.domains.quarantine.desk import nothing, waiting
from oversite.domains.quarantine.inspections.queries import FILE, filing_url
from oversite.domains.quarantine.laboratory import queries
from oversite.domains.quarantine.laboratory.flow import State
from oversite.domains.quarantine.laboratory.models import Sample, Test
from oversite.domains.quarantine.registry.queries import laboratory_of, producer_of
from oversite.domains.quarantine.searching import by_number
from oversite.screens.slots import DeskList, DeskRow, Found

NOTICES_AT_MOST = 6
WORK_OF_DUTY = {
    "tester": (State.SENT, State.RECEIVED, State.TESTING),
    "reviewer": (State.REVIEW,),
    "approver": (State.APPROVAL,),
}
"""Which duty has a sample to work on in which state."""


def to_send(user: Any) -> DeskList:
    """Samples that the user took and has not handed over, and those to be signed as the second taker (req: Q8)."""
    title = _("Samples to sign and hand over")
    if not user.has_perm(queries.TAKE):
        return nothing(title)
    mine = Q(state=State.TAKEN, second_id=user.pk) | Q(state=State.SEALED, taker_id=user.pk)
    rows = queries.of_agency(user).filter(mine).select_related("species", "producer").order_by("taken_at", "pk")
    return waiting(title, rows, _shown, reverse("quarantine_laboratory:samples"))


def to_test(user: Any) -> DeskList:
    """What waits in the laboratory for somebody with the user's duties."""
    title = _("Samples that wait for you")
    laboratory = laboratory_of(user) if user.has_perm(queries.WORK) else None
    if laboratory is None:
        return nothing(title)
    states = [state for duty in queries.duties_of(user, laboratory) for state in WORK_OF_DUTY.get(duty, ())]
    rows = queries.of_laboratory(user).filter(state__in=states).order_by("taken_at", "pk")
    return waiting(title, rows, _shown, reverse("quarantine_laboratory:samples"))


def to_record(user: Any) -> DeskList:
    """What laboratories found positive and the prevention centre has not taken into its records (req: Q2)."""
    title = _("Positive reports to take into the records")
    if not user.has_perm(FILE):
        return nothing(title)

    def shown(each: Test) -> DeskRow:
        sample = each.sample
        day = sample.taken_at.astimezone(BEIJING).date()
        where = filing_url(sample.producer, sample.species, each.disease, day, sample.report_number, each.standard)
        detail = f"{sample.producer} · {sample.species}"
        return DeskRow(sample.report_number, where, str(each.disease), "now", detail, sample.released_at)

    rows = queries.positives_to_file(user).order_by("sample__released_at", "pk")
    return waiting(title, rows, shown)


def _shown(each: Sample) -> DeskRow:
    detail = f"{each.species} · {each.producer}"
    url = reverse("quarantine_laboratory:sample", args=[each.uid])
    return DeskRow(each.number, url, each.get_state_display(), "soon", detail, each.taken_at)


def notices(user: Any) -> DeskList:
    """What the takers of samples and the client were told of samples and reports, newest first (req: Q8)."""
    found = []
    if user.has_perm(queries.TAKE) or producer_of(user) is not None:
        found = last_events("quarantine.sample.", user.agency.path, NOTICES_AT_MOST)
    rows = [DeskRow(str(each.data["text"]), str(each.data["url"]), at=each.at) for each in found]
    return DeskList(_("Notices of samples and reports"), rows)


def _found(each: Sample) -> Found:
    detail = " · ".join(filter(None, (each.get_state_display(), str(each.producer), each.report_number)))
    return Found(_("sample"), each.number, detail, reverse("quarantine_laboratory:sample", args=[each.uid]))


search = by_number(queries.samples, ("number", "report_number", "seal_number", "receipt_number"), _found)
"""By the number on a sample form, a report or a seal (req: Q8)."""
