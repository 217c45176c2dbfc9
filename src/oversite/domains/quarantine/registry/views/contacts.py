"""Contact lists with a deadline, and who has not filed (req: Q15)."""

from datetime import date
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext_lazy as _

from oversite.base.agencies.queries import is_inside
from oversite.common import clock
from oversite.domains.quarantine.registry import actions, forms, queries
from oversite.domains.quarantine.registry.models import ContactCall, ContactEntry
from oversite.domains.quarantine.registry.views.pages import CalledList, CallPage, url
from oversite.domains.quarantine.rules.queries import today
from oversite.screens.acts import Act, EmptyState
from oversite.screens.columns import Column
from oversite.screens.filters import IsSetFilter
from oversite.screens.form_page import FormPage
from oversite.screens.formats import DATE, INSTANT, NUMBER, State, StateFormat
from oversite.screens.list_page import ListPage

ENTRY_STATES = StateFormat(
    {
        "filed": State(_("filed"), "good"),
        "late": State(_("filed late"), "soon"),
        "open": State(_("not filed"), "soon"),
        "overdue": State(_("overdue"), "now"),
    }
)


def entry_state(entry: ContactEntry) -> str:
    """Where a row of a contact list stands today."""
    if entry.filed_at is not None:
        filed_on = entry.filed_at.astimezone(clock.BEIJING).date()
        return "late" if filed_on > entry.call.deadline_on else "filed"
    return "overdue" if today() > entry.call.deadline_on else "open"


class Calls(CalledList):
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
    empty = EmptyState(
        _("No contact list has been asked for yet"),
        _("The province asks for it with a deadline; then every city fills in its row here."),
    )
    call_permission, call_label = "quarantine.contacts.call", _("Ask for a list")
    new_name, page_name = "contacts-new", "contact-entries"

    def queryset(self, user: Any) -> QuerySet[Any]:
        return queries.contact_calls(user)


class CallNew(CallPage):
    """Ask for a contact list."""

    menu = "quarantine.contacts"
    title = _("Ask for a contact list")
    lead = _("The thirteen cities fill in one row each, in the order of the form (annex 2).")
    permission = "quarantine.contacts.call"
    button = _("Ask for it")
    list_name, page_name = "contacts", "contact-entries"

    def call(self, user: Any, title: str, deadline_on: date) -> Any:
        return actions.call_contacts(user, title, deadline_on)


class Entries(ListPage):
    """A contact list in the order and with the columns of the form."""

    menu = "quarantine.contacts"
    permission = "quarantine.contacts.read"
    default_sort = "number"
    columns = (
        Column("number", _("serial number"), "number", NUMBER, "number"),
        Column("region", _("region"), "region"),
        Column("name", _("person's name"), "name"),
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
