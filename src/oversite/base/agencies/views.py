"""The tree of agencies: tree, list, detail, forms."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from oversite.base.agencies import actions
from oversite.base.agencies.forms import (
    AgencyForm,
    ContactForm,
    DepartmentForm,
    DepartmentNameForm,
    MoveForm,
    NewAgencyForm,
)
from oversite.base.agencies.models import Agency, Department
from oversite.base.agencies.queries import agencies, chain_of, departments
from oversite.base.audit.queries import history_entries
from oversite.screens.act_page import ActPage
from oversite.screens.acts import Act, EmptyState
from oversite.screens.columns import Column
from oversite.screens.detail_page import DetailPage, Fact, FactGroup, HistoryEntry, Tab
from oversite.screens.filters import ChoiceFilter, TextFilter, YesNoFilter
from oversite.screens.form_page import FormPage
from oversite.screens.formats import CODE, NUMBER, State, StateFormat, state_html
from oversite.screens.list_page import ListPage
from oversite.screens.page import PageView

SHOWN = 2000
"""Agencies drawn as a tree; beyond it the list is the better way."""
OPEN_DEPTH = 2
ACTIVE = StateFormat({"True": State(_("in use"), "good"), "False": State(_("out of use"), "quiet")})


def agency_url(agency: Agency) -> str:
    """The page of an agency."""
    return reverse("agencies:agency", args=[agency.pk])


@dataclass
class Node:
    """An agency with those below it, as the template draws it."""

    agency: Agency
    is_open: bool
    below: list["Node"] = field(default_factory=list)


def nodes(rows: Iterable[Agency]) -> list[Node]:
    """Nest agencies given in tree order; those whose superior is not among them stand at the top."""
    top: list[Node] = []
    trail: list[Node] = []
    for agency in rows:
        while trail and not agency.path.startswith(trail[-1].agency.path):
            trail.pop()
        node = Node(agency, is_open=len(trail) < OPEN_DEPTH)
        (trail[-1].below if trail else top).append(node)
        trail.append(node)
    return top


class AgencyPage:
    """What the pages about agencies share."""

    menu = "agencies"

    def queryset(self, user: Any) -> QuerySet[Agency]:
        """The agencies that the user sees."""
        return agencies(user)


class Tree(AgencyPage, PageView):
    """The own agency and everything below it."""

    title = _("Agencies")
    lead = _("Your agency and those below it; what lies beside it is not yours to see.")
    template_name = "agencies/tree.html"

    def page_acts(self, user: Any) -> list[Act]:
        """The list, and a new agency."""
        acts = [Act(_("As a list"), reverse("agencies:list"), "list")]
        if user.has_perm("agencies.change"):
            new = reverse("agencies:new", args=[user.agency_id])
            acts.append(Act(_("New agency"), new, "plus", is_main=True))
        return acts

    def get(self, request: HttpRequest) -> HttpResponse:
        """The tree."""
        rows = list(self.queryset(request.user)[: SHOWN + 1])
        return self.show({"nodes": nodes(rows[:SHOWN]), "is_cut": len(rows) > SHOWN, "count": len(rows)})


class AgencyList(AgencyPage, ListPage):
    """The same agencies as a list, to search, sort and export."""

    title = _("Agencies")
    lead = _("Your agency and those below it.")
    default_sort = "path"
    columns = (
        Column("code", _("Code"), "code", CODE, sort="code"),
        Column("name", _("Name"), "name", sort="name"),
        Column("kind", _("Kind"), "get_kind_display", sort="kind"),
        Column("level", _("Level"), "level", NUMBER, sort="level"),
        Column("active", _("State"), "is_active", ACTIVE, sort="is_active"),
        Column("phone", _("Telephone"), "phone"),
        Column("address", _("Address"), "address"),
        Column("path", _("Place in the tree"), "path", CODE, sort="path", is_hidden=True),
    )
    filters = (
        TextFilter("q", _("Name"), ("code", "name", "name_en")),
        ChoiceFilter("kind", _("Kind"), tuple(Agency.Kind.choices)),
        ChoiceFilter("level", _("Level"), (("1", "1"), ("2", "2"), ("3", "3"))),
        YesNoFilter("active", _("In use"), field="is_active"),
    )
    empty = EmptyState(_("No agency fits"), _("Take out a filter."))

    def row_link(self, row: Agency) -> str:
        """A row leads to the agency."""
        return agency_url(row)


class AgencyDetail(AgencyPage, DetailPage):
    """One agency: facts, departments, those below it."""

    def heading(self, subject: Any = None) -> Any:
        """Its name."""
        return subject.name if subject else ""

    def state(self, subject: Agency) -> str:
        """Closed or in use."""
        return "" if subject.is_active else state_html(_("out of use"), "quiet")

    def fact_groups(self, subject: Agency) -> Sequence[FactGroup]:
        """Its facts and where it stands."""
        above = [each for each in chain_of(subject) if each.path.startswith(self.user.agency.path)]
        facts = [
            Fact(_("Code"), subject.code, CODE),
            Fact(_("English name"), subject.name_en),
            Fact(_("Kind"), subject.get_kind_display()),
            Fact(_("Level of supervision"), subject.level, NUMBER),
            Fact(_("Address"), subject.address),
            Fact(_("Telephone"), subject.phone),
            Fact(_("Place in the tree"), " › ".join(each.name for each in above), is_wide=True),
        ]
        return [FactGroup("", facts)]

    def history(self, subject: Agency, user: Any) -> Sequence[HistoryEntry]:
        """What the audit says."""
        return history_entries(subject, user)

    def tabs(self, subject: Agency, user: Any) -> Sequence[Tab]:
        """Departments, and the agencies right below."""
        may = user.has_perm("agencies.change")
        own, below = subject.departments.all(), Agency.objects.get_children(subject)
        department_columns = (
            Column("key", _("Key"), "key", CODE),
            Column("name", _("Name"), "name", link=department_url if may else None),
        )
        agency_columns = (
            Column("name", _("Name"), "name", link=agency_url),
            Column("code", _("Code"), "code", CODE),
            Column("kind", _("Kind"), "get_kind_display"),
            Column("active", _("State"), "is_active", ACTIVE),
        )
        new_department = reverse("agencies:new-department", args=[subject.pk])
        new_agency = reverse("agencies:new", args=[subject.pk])
        return [
            Tab(
                "below",
                _("Right below"),
                below,
                agency_columns,
                count=below.count(),
                act=Act(_("New agency"), new_agency, "plus") if may and subject.is_active else None,
            ),
            Tab(
                "departments",
                _("Departments"),
                own,
                department_columns,
                count=own.count(),
                act=Act(_("New department"), new_department, "plus") if may else None,
            ),
        ]

    def acts(self, subject: Agency, user: Any) -> list[Act]:
        """What may be done with it."""
        if not user.has_perm("agencies.change"):
            may = user.has_perm("agencies.contact") and subject.pk == user.agency_id
            where = reverse("agencies:contact", args=[subject.pk])
            return [Act(_("Address and telephone"), where, "edit", is_main=True)] if may else []
        own = _("Your own agency is moved and closed by the superior agency.") if subject == user.agency else ""

        def to(name: str) -> str:
            return reverse(f"agencies:{name}", args=[subject.pk])

        switch = (
            Act(_("Take out of use"), to("close"), "ban", own, is_grave=True, is_dialog=True)
            if subject.is_active
            else Act(_("Take into use again"), to("reopen"), "check", own, is_dialog=True)
        )
        return [
            Act(_("Edit"), to("edit"), "edit", is_main=True),
            Act(_("Move"), to("move"), "hierarchy-2", own),
            switch,
        ]


def department_url(department: Department) -> str:
    """Where a department is renamed."""
    return reverse("agencies:rename-department", args=[department.pk])


class AgencyCreate(AgencyPage, FormPage):
    """A new agency below the one that the address names."""

    permission = "agencies.change"
    form_class = NewAgencyForm
    button = _("Create")

    def heading(self, subject: Any = None) -> Any:
        """Below which agency."""
        del subject
        return _("New agency below %(name)s") % {"name": self.subject().name}

    def form(self, **kwargs: Any) -> forms.BaseForm:
        """A form for a new one: the address names its superior."""
        parent = self.subject()
        return NewAgencyForm(initial={"kind": parent.kind, "level": min(3, parent.level + 1)}, **kwargs)

    def perform(self, form: Any, user: Any) -> str:
        """Create it."""
        return agency_url(actions.create_agency(user, parent=self.subject(), **form.cleaned_data))


class AgencyEdit(AgencyPage, FormPage):
    """The facts of an agency."""

    permission = "agencies.change"
    form_class = AgencyForm

    def perform(self, form: Any, user: Any) -> str:
        """Change what was changed."""
        return agency_url(actions.change_agency(user, self.subject(), **form.cleaned_data))


class AgencyContact(AgencyPage, FormPage):
    """How the user's own agency is reached."""

    permission = "agencies.contact"
    title = _("Address and telephone")
    lead = _("Printed from now on in what your agency issues; what was issued before stays as it is.")
    form_class = ContactForm

    def queryset(self, user: Any) -> QuerySet[Agency]:
        """The user's own agency."""
        return super().queryset(user).filter(pk=user.agency_id)

    def perform(self, form: Any, user: Any) -> str:
        """Change what was changed."""
        return agency_url(actions.change_contact(user, self.subject(), **form.cleaned_data))


class AgencyMove(AgencyPage, FormPage):
    """Another superior."""

    permission = "agencies.change"
    lead = _("Everything below it, its users and its sites move with it, and so does who sees them.")
    button = _("Move")

    def heading(self, subject: Any = None) -> Any:
        """Which agency moves."""
        del subject
        return _("Move %(name)s") % {"name": self.subject().name}

    def form(self, **kwargs: Any) -> forms.BaseForm:
        """The agencies that may become its superior."""
        subject = self.subject()
        choices = agencies(self.user).filter(is_active=True).exclude(path__startswith=subject.path)
        return MoveForm(choices=choices, **kwargs)

    def perform(self, form: Any, user: Any) -> str:
        """Move it."""
        return agency_url(actions.move_agency(user, self.subject(), form.cleaned_data["parent"]))


class AgencyClose(AgencyPage, ActPage):
    """Take an agency out of use."""

    title = _("Take the agency out of use")
    permission = "agencies.change"
    reason = "required"
    button = _("Take out of use")
    is_grave = True

    def sentence(self, subject: Agency) -> Any:
        """What will happen."""
        return _("%(name)s is out of use; its records stay.") % {"name": subject.name}

    def perform(self, subject: Agency, form: forms.Form, user: Any) -> str:
        """Close it."""
        return agency_url(actions.close_agency(user, subject, form.cleaned_data["reason"]))


class AgencyReopen(AgencyPage, ActPage):
    """Take a closed agency into use again."""

    title = _("Take the agency into use again")
    permission = "agencies.change"
    reason = "required"
    button = _("Take into use again")

    def sentence(self, subject: Agency) -> Any:
        """What will happen."""
        return _("%(name)s is in use again.") % {"name": subject.name}

    def perform(self, subject: Agency, form: forms.Form, user: Any) -> str:
        """Reopen it."""
        return agency_url(actions.reopen_agency(user, subject, form.cleaned_data["reason"]))


class DepartmentCreate(AgencyPage, FormPage):
    """A new department of the agency that the address names."""

    lead = _("Steps are routed to departments by their key: technical, prevention, publicity, discipline …")
    permission = "agencies.change"
    button = _("Create")

    def heading(self, subject: Any = None) -> Any:
        """Of which agency."""
        del subject
        return _("New department of %(name)s") % {"name": self.subject().name}

    def form(self, **kwargs: Any) -> forms.BaseForm:
        """A form for a new one."""
        return DepartmentForm(**kwargs)

    def perform(self, form: Any, user: Any) -> str:
        """Create it."""
        agency = self.subject()
        actions.create_department(user, agency, **form.cleaned_data)
        return f"{agency_url(agency)}?tab=departments"


class DepartmentEdit(FormPage):
    """Another name for a department."""

    menu = "agencies"
    permission = "agencies.change"
    form_class = DepartmentNameForm

    def queryset(self, user: Any) -> QuerySet[Department]:
        """The departments that the user sees."""
        return departments(user)

    def perform(self, form: Any, user: Any) -> str:
        """Rename it."""
        department = actions.rename_department(user, self.subject(), form.cleaned_data["name"])
        return f"{agency_url(department.agency)}?tab=departments"
