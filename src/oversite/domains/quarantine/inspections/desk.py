"""The desk of inspections: to assign, to inspect and decide, treatment notices to carry out."""

from typing import Any

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from oversite.domains.quarantine.declarations.flow import State
from oversite.domains.quarantine.declarations.queries import of_agency
from oversite.domains.quarantine.inspections import queries
from oversite.domains.quarantine.inspections.models import TreatmentNotice
from oversite.domains.quarantine.registry.queries import producer_of
from oversite.screens.slots import DeskList, DeskRow

WAITING_AT_MOST = 10
ASSIGN = "quarantine.inspection.assign"
MINE = (State.ASSIGNED, State.INSPECTING, State.TESTING, State.QUALIFIED, State.UNQUALIFIED)


def to_assign(user: Any) -> DeskList:
    """Accepted declarations of the user's own agency to which nobody was sent yet."""
    rows = []
    if user.has_perm(ASSIGN):
        waiting = of_agency(user, ASSIGN).filter(agency_id=user.agency_id, state=State.ACCEPTED)
        rows = [
            DeskRow(
                each.number,
                reverse("quarantine_inspections:assign", args=[each.uid]),
                _("visit on %(day)s") % {"day": each.visit_on},
                "soon",
                f"{each.producer.name} · {each.species} {each.quantity}",
            )
            for each in waiting.order_by("visit_on", "pk")[:WAITING_AT_MOST]
        ]
    return DeskList(_("Veterinarians to assign"), rows)


def mine(user: Any) -> DeskList:
    """The inspections to which the user was sent and in which something is left to do, the next one first."""
    rows = []
    if user.has_perm(queries.CONDUCT):
        sent = Q(veterinarian__user_id=user.pk) | Q(second__user_id=user.pk)
        waiting = queries.inspections(user, queries.CONDUCT).filter(sent, declaration__state__in=MINE)
        rows = [
            DeskRow(
                f"{each.declaration.producer.name} · {each.declaration.species} {each.declaration.quantity}",
                reverse("quarantine_inspections:inspection", args=[each.uid]),
                State(each.declaration.state).label,
                "busy" if each.declaration.state == State.TESTING else "soon",
                _("%(day)s, %(place)s") % {"day": each.planned_on, "place": each.place},
            )
            for each in waiting.order_by("planned_on", "pk")[:WAITING_AT_MOST]
        ]
    return DeskList(_("Your inspections"), rows)


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
