"""Problem reports with their state and answers (req: Q16)."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from oversite.base.audit.queries import history_entries
from oversite.domains.quarantine.registry import actions, forms, queries
from oversite.domains.quarantine.registry.models import Problem
from oversite.domains.quarantine.registry.views.pages import url
from oversite.screens.acts import Act, EmptyState
from oversite.screens.columns import Column
from oversite.screens.detail_page import DetailPage, Fact, FactGroup, HistoryEntry, Tab
from oversite.screens.filters import ChoiceFilter, TextFilter
from oversite.screens.form_page import FormPage
from oversite.screens.formats import CODE, INSTANT, State, StateFormat
from oversite.screens.list_page import ListPage

PROBLEM_STATES = StateFormat(
    {
        Problem.State.OPEN: State(_("waits for an answer"), "soon"),
        Problem.State.IN_HAND: State(_("in hand"), "busy"),
        Problem.State.ANSWERED: State(_("answered"), "good"),
        Problem.State.CLOSED: State(_("settled"), "quiet"),
    }
)


class Problems(ListPage):
    """The problem reports."""

    menu = "quarantine.problems"
    title = _("Problem reports")
    lead = _("What does not work or is not clear, with its state and the answer of the provincial institute.")
    permission = "quarantine.problem.report"
    default_sort = "-reported"
    columns = (
        Column("title", _("in one line"), "title", sort="title"),
        Column("agency", _("agency"), "agency.name", sort="agency__path"),
        Column("reporter", _("reported by"), "reporter.name"),
        Column("reported", _("reported at"), "reported_at", INSTANT, "reported_at"),
        Column("changed", _("last change"), "changed_at", INSTANT, "changed_at"),
        Column("state", _("state"), "state", PROBLEM_STATES, "state"),
    )
    filters = (TextFilter("q", _("text"), ("title", "text")), ChoiceFilter("state", _("state"), Problem.State.choices))
    empty = EmptyState(
        _("No problem has been reported"),
        _("Report what does not work or is not clear; the answer of the provincial institute stands here."),
    )

    def queryset(self, user: Any) -> QuerySet[Any]:
        return queries.problems(user)

    def main_act(self, user: Any) -> Act | None:
        return Act(_("Report a problem"), url("problem-new"), "plus", is_main=True)

    def row_link(self, row: Any) -> str:
        return url("problem", row.uid)


class ProblemNew(FormPage):
    """Report a problem."""

    menu = "quarantine.problems"
    title = _("Report a problem")
    lead = _("It goes to the provincial institute and the maintainer; you see the answer here.")
    permission = "quarantine.problem.report"
    form_class = forms.ProblemForm
    button = _("Report")

    def cancel_to(self) -> str:
        return url("problems")

    def perform(self, form: Any, user: Any) -> str:
        data = form.cleaned_data
        return url("problem", actions.report_problem(user, data["title"], data["text"], data["where"]).uid)


class ProblemDetail(DetailPage):
    """A problem report with its answers."""

    menu = "quarantine.problems"
    permission = "quarantine.problem.report"
    model_pk = "uid"

    def queryset(self, user: Any) -> QuerySet[Any]:
        return queries.problems(user)

    def state(self, subject: Problem) -> str:
        return PROBLEM_STATES.html(subject.state)

    def fact_groups(self, subject: Problem) -> Sequence[FactGroup]:
        facts = [
            Fact(_("reported by"), f"{subject.reporter} · {subject.agency}"),
            Fact(_("reported at"), subject.reported_at, INSTANT),
            Fact(_("where it happened"), subject.where, CODE),
            Fact(_("what happened"), subject.text, is_wide=True),
        ]
        return [FactGroup(_("Problem"), facts)]

    def tabs(self, subject: Problem, user: Any) -> Sequence[Tab]:
        notes = subject.notes.select_related("author")
        columns = (
            Column("at", _("written at"), "at", INSTANT),
            Column("author", _("written by"), "author.name"),
            Column("text", _("answer"), "text"),
            Column("state", _("state"), "state", PROBLEM_STATES),
        )
        return [Tab("notes", _("answers"), notes, columns, notes.count(), empty=EmptyState(_("No answer yet")))]

    def history(self, subject: Problem, user: Any) -> Iterable[HistoryEntry]:
        return history_entries(subject, user)

    def acts(self, subject: Problem, user: Any) -> list[Act]:
        if subject.state == Problem.State.CLOSED:
            return []
        label = _("Answer") if user.has_perm("quarantine.problem.answer") else _("Add or close")
        return [Act(label, url("problem-answer", subject.uid), "message", is_main=True)]


class ProblemAnswer(FormPage):
    """Answer a report."""

    menu = "quarantine.problems"
    title = _("Answer the report")
    permission = "quarantine.problem.report"
    form_class = forms.AnswerForm
    button = _("Send")
    model_pk = "uid"

    def queryset(self, user: Any) -> QuerySet[Any]:
        return queries.problems(user)

    def form(self, **kwargs: Any) -> Any:
        self.subject()
        return super().form(may_answer=self.user.has_perm("quarantine.problem.answer"), **kwargs)

    def cancel_to(self) -> str:
        return url("problem", self.kwargs["uid"])

    def perform(self, form: Any, user: Any) -> str:
        actions.answer_problem(user, self.subject(), form.cleaned_data["text"], form.cleaned_data["state"])
        return self.cancel_to()
