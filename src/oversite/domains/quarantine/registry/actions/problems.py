"""Problem reports and their answers (req: Q16)."""

from typing import TYPE_CHECKING

from django.db import transaction
from django.urls import reverse

from oversite.base.audit.actions import record
from oversite.base.events.actions import publish
from oversite.common import clock
from oversite.common.errors import Refused
from oversite.common.sentences import sentence as _
from oversite.domains.quarantine.registry.models import Problem, ProblemNote

if TYPE_CHECKING:
    from oversite.base.accounts.models import User


@transaction.atomic
def report_problem(user: "User", title: str, text: str, where: str = "") -> Problem:
    """Tell the provincial institute and the maintainer of a problem."""
    user.require("quarantine.problem.report", "Q16")
    now = clock.now()
    problem = Problem.objects.create(
        title=title, text=text, where=where, agency=user.agency, reporter=user, reported_at=now, changed_at=now
    )
    record("quarantine.problem.reported", actor=user, subject=problem, data={"title": title}, clause="Q16")
    notice = {"text": title, "tone": "soon", "url": _url(problem)}
    publish("quarantine.problem.reported", problem, notice, agency=user.agency)
    return problem


def _url(problem: Problem) -> str:
    return reverse("quarantine_registry:problem", args=[problem.uid])


@transaction.atomic
def answer_problem(user: "User", problem: Problem, text: str, state: str) -> ProblemNote:
    """Answer a report, or say that it is in hand; its reporter may add to it and close it."""
    is_own = problem.reporter_id == user.pk
    if not is_own:
        user.require("quarantine.problem.answer", "Q16")
    elif state == Problem.State.ANSWERED and not user.has_perm("quarantine.problem.answer"):
        raise Refused(
            "quarantine.problem.own", _("You cannot answer your own report; close it or add to it."), "Q16", 409
        )
    problem = Problem.objects.select_for_update().get(pk=problem.pk)
    if problem.state == Problem.State.CLOSED:
        raise Refused("quarantine.problem.closed", _("This report is closed. Report anew."), "Q16", 409)
    now = clock.now()
    note = ProblemNote.objects.create(problem=problem, author=user, text=text, state=state, at=now)
    problem.state, problem.changed_at = state, now
    problem.save(update_fields=["state", "changed_at"])
    record(
        "quarantine.problem.answered", actor=user, subject=problem, data={"state": state, "text": text}, clause="Q16"
    )
    notice = {"text": str(_("Your problem report has an answer")), "tone": "busy", "url": _url(problem)}
    publish("quarantine.problem.answered", problem, notice, agency=problem.agency)
    return note
