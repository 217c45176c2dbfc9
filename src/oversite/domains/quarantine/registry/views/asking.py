"""What is asked of the units: verifications, contact lists, and the problems that they report."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext_lazy as _

from oversite.base.agencies.queries import is_inside
from oversite.base.audit.queries import history_entries
from oversite.domains.quarantine.registry import actions, forms, queries
from oversite.domains.quarantine.registry.models import Campaign, CampaignItem, ContactCall, ContactEntry, Problem
from oversite.domains.quarantine.registry.views.pages import READ, url
from oversite.domains.quarantine.rules.queries import today
from oversite.screens.act_page import ActPage
from oversite.screens.acts import Act, EmptyState
from oversite.screens.columns import Column
from oversite.screens.detail_page import DetailPage, Fact, FactGroup, HistoryEntry, Tab
from oversite.screens.filters import ChoiceFilter, IsSetFilter, TextFilter
from oversite.screens.form_page import FormPage
from oversite.screens.formats import CODE, DATE, INSTANT, NUMBER, State, StateFormat
from oversite.screens.list_page import ListPage

ITEM_STATES = StateFormat(
    {
        "confirmed": State(_("confirmed"), "good"),
        "complete": State(_("complete, not confirmed"), "soon"),
        "incomplete": State(_("incomplete"), "now"),
    }
)
ENTRY_STATES = StateFormat(
    {
        "filed": State(_("filed"), "good"),
        "late": State(_("filed late"), "soon"),
        "open": State(_("not filed"), "soon"),
        "overdue": State(_("overdue"), "now"),
    }
)
PROBLEM_STATES = StateFormat(
    {
        Problem.State.OPEN: State(_("waits for an answer"), "soon"),
        Problem.State.IN_HAND: State(_("in hand"), "busy"),
        Problem.State.ANSWERED: State(_("answered"), "good"),
        Problem.State.CLOSED: State(_("settled"), "quiet"),
    }
)


def item_state(item: CampaignItem) -> str:
    """Where a unit stands in a verification."""
    return "confirmed" if item.confirmed_at else "incomplete" if item.problems else "complete"


def entry_state(entry: ContactEntry) -> str:
    """Where a row of a contact list stands today."""
    if entry.filed_at is not None:
        return "late" if entry.filed_at.date() > entry.call.deadline_on else "filed"
    return "overdue" if today() > entry.call.deadline_on else "open"


class Campaigns(ListPage):
    """The verifications of the register."""

    menu = "quarantine.campaigns"
    title = _("Verification of the register")
    lead = _("Every unit confirms that its data are complete and right.")
    permission = READ
    default_sort = "-begun"
    columns = (
        Column("title", _("title"), "title", sort="title"),
        Column("agency", _("agency"), "agency.name"),
        Column("begun", _("begun at"), "begun_at", INSTANT, "begun_at"),
        Column("deadline", _("deadline"), "deadline_on", DATE, "deadline_on"),
        Column("units", _("units"), "unit_count", NUMBER),
        Column("confirmed", _("confirmed"), "confirmed_count", NUMBER),
        Column("closed", _("closed at"), "closed_at", INSTANT),
    )
    empty = EmptyState(_("No verification has been called yet"))

    def queryset(self, user: Any) -> QuerySet[Any]:
        own = Q(items__agency__path__startswith=user.agency.path)
        done = own & Q(items__confirmed_at__isnull=False)
        return queries.campaigns(user).annotate(
            unit_count=Count("items", filter=own), confirmed_count=Count("items", filter=done)
        )

    def main_act(self, user: Any) -> Act | None:
        may = user.has_perm("quarantine.campaign.call")
        return Act(_("Call a verification"), url("campaign-new"), "plus", is_main=True) if may else None

    def row_link(self, row: Any) -> str:
        return url("campaign", row.uid)


class CampaignNew(FormPage):
    """Call a verification."""

    menu = "quarantine.campaigns"
    title = _("Call a verification")
    lead = _("Every agency, point, veterinarian, producer and laboratory below yours is asked to confirm its data.")
    permission = "quarantine.campaign.call"
    form_class = forms.CallForm
    button = _("Call")

    def cancel_to(self) -> str:
        return url("campaigns")

    def perform(self, form: Any, user: Any) -> str:
        data = form.cleaned_data
        return url("campaign", actions.call_campaign(user, data["title"], data["deadline_on"]).uid)


class CampaignDetail(DetailPage):
    """A verification: figures, the map of what is unconfirmed, figures by agency."""

    menu = "quarantine.campaigns"
    permission = READ
    model_pk = "uid"

    def queryset(self, user: Any) -> QuerySet[Any]:
        return queries.campaigns(user)

    def fact_groups(self, subject: Campaign) -> Sequence[FactGroup]:
        items = queries.campaign_items(self.user, subject)
        total, confirmed = items.count(), items.exclude(confirmed_at=None).count()
        incomplete = sum(1 for item in items.filter(confirmed_at=None) if item.problems)
        facts = [
            Fact(_("called by"), subject.agency),
            Fact(_("begun at"), subject.begun_at, INSTANT),
            Fact(_("deadline"), subject.deadline_on, DATE),
            Fact(_("closed at"), subject.closed_at, INSTANT),
            Fact(_("units"), total, NUMBER),
            Fact(_("confirmed"), confirmed, NUMBER),
            Fact(
                _("unconfirmed"), total - confirmed, NUMBER, link=url("campaign-items", subject.uid) + "?confirmed=no"
            ),
            Fact(_("of these incomplete"), incomplete, NUMBER),
        ]
        return [FactGroup(_("Verification"), facts)]

    def tabs(self, subject: Campaign, user: Any) -> Sequence[Tab]:
        items = list(queries.campaign_items(user, subject))
        places = [
            {
                "lat": float(item.latitude),
                "lng": float(item.longitude),
                "label": item.title,
                "url": url("campaign-item", subject.uid, item.pk),
                "tone": ITEM_STATES.states[item_state(item)].tone,
                "state": str(ITEM_STATES.states[item_state(item)].word),
            }
            for item in items
            if item.confirmed_at is None and item.latitude is not None and item.longitude is not None
        ]
        by_agency: dict[str, dict[str, Any]] = {}
        for item in items:
            row = by_agency.setdefault(item.agency.name, {"agency": item.agency.name, "units": 0, "confirmed": 0})
            row["units"] += 1
            row["confirmed"] += item.confirmed_at is not None
        rows = [row | {"left": row["units"] - row["confirmed"]} for row in by_agency.values()]
        return [
            Tab(
                "agencies",
                _("by agency"),
                sorted(rows, key=lambda row: -row["left"]),
                (
                    Column("agency", _("agency"), "agency"),
                    Column("units", _("units"), "units", NUMBER),
                    Column("confirmed", _("confirmed"), "confirmed", NUMBER),
                    Column("left", _("unconfirmed"), "left", NUMBER),
                ),
                len(rows),
                all_url=url("campaign-items", subject.uid),
            ),
            Tab(
                "map",
                _("map of what is unconfirmed"),
                (),
                count=len(places),
                template_name="quarantine_registry/places.html",
                context={"map_props": {"places": places}},
            ),
        ]

    def history(self, subject: Campaign, user: Any) -> Iterable[HistoryEntry]:
        return history_entries(subject, user)

    def acts(self, subject: Campaign, user: Any) -> list[Act]:
        found = [Act(_("All units"), url("campaign-items", subject.uid), "list", is_main=True)]
        if user.has_perm("quarantine.campaign.call") and subject.closed_at is None:
            found.append(Act(_("Close"), url("campaign-close", subject.uid), "lock", is_dialog=True))
        return found


class CampaignItems(ListPage):
    """The units of a verification, with Excel."""

    menu = "quarantine.campaigns"
    title = _("Units to be verified")
    permission = READ
    default_sort = "agency"
    columns = (
        Column("title", _("name"), "title", sort="title"),
        Column("kind", _("kind"), "get_kind_display", sort="kind"),
        Column("agency", _("agency"), "agency.name", sort="agency__path"),
        Column("problems", _("what is missing"), lambda row: " ".join(row.problems)),
        Column("at", _("confirmed at"), "confirmed_at", INSTANT, "confirmed_at"),
        Column("by", _("confirmed by"), "confirmed_by"),
        Column("state", _("state"), item_state, ITEM_STATES),
    )
    filters = (
        TextFilter("q", _("name or agency"), ("title", "agency__name")),
        ChoiceFilter("kind", _("kind"), CampaignItem.Kind.choices),
        IsSetFilter("confirmed", _("confirmed"), field="confirmed_at"),
    )

    def queryset(self, user: Any) -> QuerySet[Any]:
        campaign = get_object_or_404(queries.campaigns(user), uid=self.kwargs["uid"])
        return queries.campaign_items(user, campaign)

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        """Saved views of a list that the user may see."""
        self.queryset(self.user)
        return super().post(request, **kwargs)

    def row_link(self, row: Any) -> str:
        return url("campaign-item", self.kwargs["uid"], row.pk)


class ItemConfirm(ActPage):
    """Confirm the data of one unit; shows what is missing first."""

    permission = "quarantine.campaign.confirm"
    title = _("Confirm the data")
    button = _("Confirm: complete and right")
    clause = "Q11"
    model_pk = "item"

    def queryset(self, user: Any) -> QuerySet[Any]:
        campaign = get_object_or_404(queries.campaigns(user), uid=self.kwargs["uid"])
        return queries.campaign_items(user, campaign)

    def subject(self) -> CampaignItem:
        found: CampaignItem | None = self.queryset(self.user).filter(pk=self.kwargs["item"]).first()
        if found is None:
            raise Http404
        return found

    def sentence(self, subject: CampaignItem) -> Any:
        if subject.problems:
            return _("%(unit)s cannot be confirmed yet: %(problems)s") % {
                "unit": subject.title,
                "problems": " ".join(subject.problems),
            }
        return _("%(unit)s is confirmed under your name; any later change of its data takes this back.") % {
            "unit": subject.title
        }

    def perform(self, subject: CampaignItem, form: Any, user: Any) -> str:
        actions.confirm_item(user, subject)
        return url("campaign-items", self.kwargs["uid"])


class CampaignClose(ActPage):
    """Close a verification."""

    permission = "quarantine.campaign.call"
    title = _("Close the verification")
    button = _("Close")
    reason = "required"
    model_pk = "uid"

    def queryset(self, user: Any) -> QuerySet[Any]:
        return queries.campaigns(user)

    def sentence(self, subject: Campaign) -> Any:
        return _("Nothing more can be confirmed; what is unconfirmed stays so in the record.")

    def perform(self, subject: Campaign, form: Any, user: Any) -> str:
        actions.close_campaign(user, subject, form.cleaned_data["reason"])
        return url("campaign", subject.uid)


class Calls(ListPage):
    """The contact lists."""

    menu = "quarantine.contacts"
    title = _("Contact lists")
    lead = _("Who answers for quarantine in each city, asked for with a deadline.")
    permission = "quarantine.contacts.read"
    default_sort = "-called"
    columns = (
        Column("title", _("title"), "title", sort="title"),
        Column("agency", _("asked for by"), "agency.name"),
        Column("called", _("asked for at"), "called_at", INSTANT, "called_at"),
        Column("deadline", _("deadline"), "deadline_on", DATE, "deadline_on"),
        Column("entries", _("regions"), "entry_count", NUMBER),
        Column("filed", _("filed"), "filed_count", NUMBER),
    )
    empty = EmptyState(_("No contact list has been asked for yet"))

    def queryset(self, user: Any) -> QuerySet[Any]:
        return queries.contact_calls(user)

    def main_act(self, user: Any) -> Act | None:
        may = user.has_perm("quarantine.contacts.call")
        return Act(_("Ask for a list"), url("contacts-new"), "plus", is_main=True) if may else None

    def row_link(self, row: Any) -> str:
        return url("contact-entries", row.uid)


class CallNew(FormPage):
    """Ask for a contact list."""

    menu = "quarantine.contacts"
    title = _("Ask for a contact list")
    lead = _("The thirteen cities fill in one row each, in the order of the form (annex 2).")
    permission = "quarantine.contacts.call"
    form_class = forms.CallForm
    button = _("Ask for it")

    def cancel_to(self) -> str:
        return url("contacts")

    def perform(self, form: Any, user: Any) -> str:
        data = form.cleaned_data
        return url("contact-entries", actions.call_contacts(user, data["title"], data["deadline_on"]).uid)


class Entries(ListPage):
    """A contact list in the order and with the columns of the form."""

    menu = "quarantine.contacts"
    permission = "quarantine.contacts.read"
    default_sort = "number"
    columns = (
        Column("number", _("number"), "number", NUMBER, "number"),
        Column("region", _("region"), "region"),
        Column("name", _("name"), "name"),
        Column("unit", _("unit name"), "unit"),
        Column("post", _("post"), "post"),
        Column("contact", _("contact details"), "contact"),
        Column("remarks", _("remarks"), "remarks"),
        Column("filed", _("filed at"), "filed_at", INSTANT),
        Column("state", _("state"), entry_state, ENTRY_STATES),
    )
    filters = (IsSetFilter("filed", _("filed"), field="filed_at"),)

    def call(self) -> ContactCall:
        """The list that the address names."""
        return get_object_or_404(queries.contact_calls(self.user), uid=self.kwargs["uid"])

    def heading(self, subject: Any = None) -> Any:
        return self.call().title

    @property
    def lead(self) -> Any:  # type: ignore[override]
        """The deadline, and who has not filed."""
        call = self.call()
        left = "、".join(call.entries.filter(filed_at=None).values_list("region", flat=True))
        if not left:
            return _("Every region has filed.")
        return _("Due on %(day)s. Not filed yet: %(regions)s.") % {"day": call.deadline_on, "regions": left}

    def queryset(self, user: Any) -> QuerySet[Any]:
        call = get_object_or_404(queries.contact_calls(user), uid=self.kwargs["uid"])
        return ContactEntry.objects.filter(call=call).select_related("agency", "call")

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        """Saved views of a list that the user may see."""
        self.call()
        return super().post(request, **kwargs)

    def row_link(self, row: ContactEntry) -> str:
        owner = row.agency or row.call.agency
        may = self.user.has_perm("quarantine.contacts.file") and is_inside(owner, self.user.agency)
        return url("contact-entry", self.kwargs["uid"], row.pk) if may else ""

    def page_acts(self, user: Any) -> list[Act]:
        return [Act(_("Print annex 2"), url("contacts-print", self.kwargs["uid"]), "printer", is_main=True)]


class EntryFile(FormPage):
    """Fill in a row."""

    menu = "quarantine.contacts"
    permission = "quarantine.contacts.file"
    form_class = forms.ContactForm
    button = _("File")

    def subject(self) -> ContactEntry:
        call = get_object_or_404(queries.contact_calls(self.user), uid=self.kwargs["uid"])
        return get_object_or_404(call.entries.select_related("agency", "call__agency"), pk=self.kwargs["pk"])

    def heading(self, subject: Any = None) -> Any:
        entry = self.subject()
        return f"{entry.region} · {entry.call.title}"

    def cancel_to(self) -> str:
        return url("contact-entries", self.kwargs["uid"])

    def perform(self, form: Any, user: Any) -> str:
        actions.file_contact(user, self.subject(), form.cleaned_data)
        return self.cancel_to()


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
    empty = EmptyState(_("No problem has been reported"))

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
