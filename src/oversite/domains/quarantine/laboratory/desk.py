"""What is found on the desk of samples: what the laboratory has to do, and what everybody concerned was told."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from oversite.base.events.queries import last_events
from oversite.domains.quarantine.laboratory import queries
from oversite.domains.quarantine.laboratory.flow import State
from oversite.domains.quarantine.registry.queries import laboratory_of, producer_of
from oversite.screens.slots import DeskList, DeskRow

WAITING_AT_MOST = 10
NOTICES_AT_MOST = 6
BY_DUTY = {
    "tester": (State.SENT, State.RECEIVED, State.TESTING),
    "reviewer": (State.REVIEW,),
    "approver": (State.APPROVAL,),
}
"""The states in which a sample waits for somebody of the laboratory."""


def work(user: Any) -> DeskList:
    """The samples that wait for what the user does in the laboratory, the oldest first."""
    rows = []
    laboratory = laboratory_of(user) if user.has_perm(queries.WORK) else None
    if laboratory is not None:
        states = [state for duty in queries.duties_of(user, laboratory) for state in BY_DUTY[duty]]
        waiting = queries.of_laboratory(user).filter(state__in=states)
        rows = [
            DeskRow(
                each.number,
                reverse("quarantine_laboratory:sample", args=[each.uid]),
                State(each.state).label,
                "soon",
                f"{each.species} · {each.agency.name}",
                each.taken_at,
            )
            for each in waiting.order_by("taken_at", "pk")[:WAITING_AT_MOST]
        ]
    return DeskList(_("Samples that wait for you"), rows)


def notices(user: Any) -> DeskList:
    """What the takers of samples and the client were told of samples and reports, newest first (req: Q8)."""
    found = []
    if user.has_perm(queries.TAKE) or producer_of(user) is not None:
        found = last_events("quarantine.sample.", user.agency.path, NOTICES_AT_MOST)
    rows = [DeskRow(str(each.data["text"]), str(each.data["url"]), at=each.at) for each in found]
    return DeskList(_("Notices of samples and reports"), rows)
