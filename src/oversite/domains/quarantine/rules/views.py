"""Pages of the rules: procedures and what they ask for, the catalogue, musts."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.db.models import Count, QuerySet
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from oversite.base.audit.queries import history_entries
from oversite.domains.quarantine.rules import actions, forms, queries
from oversite.domains.quarantine.rules.models import (
    Disease,
    FarmCategory,
    Group,
    MustRule,
    Named,
    Procedure,
    ProcedureEntry,
    Species,
)
from oversite.screens.act_page import ActPage
from oversite.screens.acts import Act, EmptyState
from oversite.screens.columns import Column
from oversite.screens.detail_page import DetailPage, Fact, FactGroup, HistoryEntry, Tab
from oversite.screens.filters import ChoiceFilter, TextFilter, YesNoFilter
from oversite.screens.form_page import FormPage
from oversite.screens.formats import CODE, DATE, NUMBER, YES_NO, State, StateFormat
from oversite.screens.list_page import ListPage

READ, CHANGE = "quarantine.rules.read", "quarantine.rules.change"
STANDINGS = StateFormat(
    {
        "draft": State(_("draft"), "busy"),
        "future": State(_("comes into force"), "soon"),
        "force": State(_("in force"), "good"),
        "repealed": State(_("repealed"), "quiet"),
    }
)
LISTS = (
    ("procedures", _("Procedures"), "list-details"),
    ("species-list", _("Species"), "fish"),
    ("diseases", _("Diseases"), "microscope"),
    ("categories", _("Farm categories"), "category"),
    ("musts", _("Musts"), "checklist"),
    ("settings", _("Dated figures"), "adjustments"),
)


def standing(row: Procedure | MustRule) -> str:
    """Where something dated stands today: draft, yet to come, in force, repealed."""
    if getattr(row, "state", "") == Procedure.State.DRAFT:
        return "draft"
    day = queries.today()
    if row.effective_on > day:
        return "future"
    return "repealed" if row.ends_on and row.ends_on <= day else "force"


class RulesList(ListPage):
    """A list of the rules, with the ways to its neighbours."""

    menu = "quarantine.rules"
    permission = READ
    name = ""
    new_url = ""
    new_label: Any = _("Add")

    def main_act(self, user: Any) -> Act | None:
        if not self.new_url or not user.has_perm(CHANGE):
            return None
        return Act(self.new_label, reverse(f"quarantine_rules:{self.new_url}"), "plus", is_main=True)

    def page_acts(self, user: Any) -> list[Act]:
        others = [
            Act(label, reverse(f"quarantine_rules:{name}"), icon) for name, label, icon in LISTS if name != self.name
        ]
        return [*others, *super().page_acts(user)]


class Procedures(RulesList):
    """Every version of every procedure."""

    name = "procedures"
    title = _("Procedures of quarantine")
    lead = _("Which diseases are looked for in which species, by the day from which it holds.")
    new_url = "procedure-new"
    new_label = _("Draft a version")
    default_sort = "-from"
    columns = (
        Column("title", _("title"), "title", sort="title"),
        Column("group", _("group"), "get_group_display", sort="group"),
        Column("document", _("document number"), "document"),
        Column("from", _("in force from"), "effective_on", DATE, "effective_on"),
        Column("until", _("repealed on"), "ends_on", DATE, "ends_on"),
        Column("entries", _("diseases"), "entry_count", NUMBER),
        Column("shipped", _("shipped"), "is_shipped", YES_NO, is_hidden=True),
        Column("standing", _("state"), standing, STANDINGS),
    )
    filters = (
        TextFilter("q", _("title or document"), ("title", "document")),
        ChoiceFilter("group", _("group"), Group.choices),
    )

    def queryset(self, user: Any) -> QuerySet[Any]:
        return queries.procedures().annotate(entry_count=Count("entries"))

    def row_link(self, row: Any) -> str:
        return reverse("quarantine_rules:procedure", args=[row.pk])


class ProcedureDetail(DetailPage):
    """A version of a procedure with what it asks for."""

    menu = "quarantine.rules"
    permission = READ

    def queryset(self, user: Any) -> QuerySet[Any]:
        return queries.procedures()

    def state(self, subject: Procedure) -> str:
        return STANDINGS.html(standing(subject))

    def fact_groups(self, subject: Procedure) -> Sequence[FactGroup]:
        facts = [
            Fact(_("group"), subject.get_group_display()),
            Fact(_("document number"), subject.document),
            Fact(_("in force from"), subject.effective_on, DATE),
            Fact(_("repealed on"), subject.ends_on, DATE),
            Fact(_("source"), subject.source, is_wide=True),
            Fact(_("note"), subject.note, is_wide=True),
        ]
        return [FactGroup(_("Procedure"), facts)]

    def tabs(self, subject: Procedure, user: Any) -> Sequence[Tab]:
        is_open = subject.state == Procedure.State.DRAFT and user.has_perm(CHANGE)

        def link(entry: ProcedureEntry) -> str:
            return reverse("quarantine_rules:entry", args=[subject.pk, entry.pk]) if is_open else ""

        add = Act(_("Add a disease"), reverse("quarantine_rules:entry-new", args=[subject.pk]), "plus")
        entries = subject.entries.select_related("disease").prefetch_related("species")
        columns = (
            Column("disease", _("disease"), "disease", link=link),
            Column("species", _("species"), _species_text),
            Column("test", _("laboratory test"), "needs_test", YES_NO),
            Column("period", _("good for days"), "period_days", NUMBER),
            Column("method", _("method used"), "method"),
            Column("source", _("source"), "source"),
        )
        empty = EmptyState(_("No disease has been entered yet"))
        return [
            Tab("entries", _("diseases"), entries, columns, entries.count(), act=add if is_open else None, empty=empty)
        ]

    def history(self, subject: Procedure, user: Any) -> Iterable[HistoryEntry]:
        return history_entries(subject, user)

    def acts(self, subject: Procedure, user: Any) -> list[Act]:
        if not user.has_perm(CHANGE):
            return []
        if subject.state == Procedure.State.DRAFT:
            return [
                Act(_("Change"), _procedure_url("procedure-change", subject), "pencil"),
                Act(_("Put in force"), _procedure_url("publish", subject), "check", is_main=True, is_dialog=True),
            ]
        return [Act(_("Repeal"), _procedure_url("repeal", subject), "ban", is_dialog=True)]


class ProcedureEdit(FormPage):
    """Begin or change a draft."""

    menu = "quarantine.rules"
    title = _("Draft of a procedure")
    lead = _("A draft can be changed until it is put in force; then it stays as it is.")
    permission = CHANGE
    form_class = forms.ProcedureForm

    def queryset(self, user: Any) -> QuerySet[Any]:
        return queries.procedures().filter(state=Procedure.State.DRAFT)

    def cancel_to(self) -> str:
        return reverse("quarantine_rules:procedures")

    def perform(self, form: Any, user: Any) -> str:
        before = self.subject() if "pk" in self.kwargs else None
        return _procedure_url("procedure", actions.draft_procedure(user, before, form.cleaned_data))


class EntryEdit(FormPage):
    """Add or change a disease of a draft."""

    menu = "quarantine.rules"
    title = _("Disease of the procedure")
    permission = CHANGE
    form_class = forms.EntryForm
    model_pk = "entry"
    units = {"period_days": _("days")}

    def procedure(self) -> Procedure:
        """The draft that the address names."""
        return get_object_or_404(queries.procedures(), pk=self.kwargs["pk"])

    def subject(self) -> ProcedureEntry:
        return get_object_or_404(self.procedure().entries, pk=self.kwargs["entry"])

    def form(self, **kwargs: Any) -> Any:
        return super().form(procedure=self.procedure(), **kwargs)

    def cancel_to(self) -> str:
        return _procedure_url("procedure", self.procedure())

    def perform(self, form: Any, user: Any) -> str:
        before = self.subject() if "entry" in self.kwargs else None
        actions.save_entry(user, self.procedure(), before, form.values(), form.cleaned_data["chosen"])
        return self.cancel_to()


class ProcedureAct(ActPage):
    """An act on a procedure."""

    permission = CHANGE
    clause = "Q14"

    def queryset(self, user: Any) -> QuerySet[Any]:
        return queries.procedures()


class Publish(ProcedureAct):
    """Put a draft in force."""

    title = _("Put the procedure in force")
    button = _("Put in force")
    irreversible = _("A published version can no longer be changed, only replaced by a newer one.")

    def sentence(self, subject: Procedure) -> Any:
        return _("From %(day)s on, declarations are judged by it; the version before ends on that day.") % {
            "day": subject.effective_on
        }

    def perform(self, subject: Procedure, form: Any, user: Any) -> str:
        return _procedure_url("procedure", actions.publish_procedure(user, subject))


class Repeal(ProcedureAct):
    """Repeal a published procedure."""

    title = _("Repeal the procedure")
    button = _("Repeal")
    reason = "required"
    form_class = forms.RepealForm
    is_grave = True

    def sentence(self, subject: Procedure) -> Any:
        return _("From that day on no species is judged by it any more.")

    def perform(self, subject: Procedure, form: Any, user: Any) -> str:
        data = form.cleaned_data
        return _procedure_url("procedure", actions.repeal_procedure(user, subject, data["ends_on"], data["reason"]))


class NamedList(RulesList):
    """A list of species, diseases or categories."""

    model: type[Named] = Species
    default_sort = "key"
    filters = (
        TextFilter("q", _("name or key"), ("name_zh", "name_en", "key")),
        YesNoFilter("active", _("in use"), field="is_active"),
    )

    def queryset(self, user: Any) -> QuerySet[Any]:
        return queries.named(self.model)

    def row_link(self, row: Any) -> str:
        if not self.user.has_perm(CHANGE):
            return ""
        return reverse(f"quarantine_rules:{self.new_url.removesuffix('-new')}", args=[row.pk])


NAME_COLUMNS = (
    Column("name", _("name"), str, sort="name_zh"),
    Column("key", _("key"), "key", CODE, "key"),
)
LAST_COLUMNS = (
    Column("source", _("source"), "source"),
    Column("active", _("in use"), "is_active", YES_NO, "is_active"),
)


class SpeciesList(NamedList):
    """The catalogue of species."""

    name, new_url = "species-list", "species-new"
    title = _("Species")
    lead = _("The catalogue that licences, declarations and procedures choose from.")
    columns = (
        *NAME_COLUMNS,
        Column("latin", _("Latin name"), "latin"),
        Column("group", _("group"), "get_group_display", sort="group"),
        Column("marine", _("marine"), "is_marine", YES_NO),
        Column("unit", _("usual unit"), "get_unit_display"),
        Column("catalogued", _("to be inspected"), "is_catalogued", YES_NO),
        *LAST_COLUMNS,
    )


class Diseases(NamedList):
    """The diseases."""

    name, new_url, model = "diseases", "disease-new", Disease
    title = _("Diseases")
    lead = _("What procedures look for and laboratories test.")
    columns = (*NAME_COLUMNS, Column("grade", _("class of disease"), "grade"), *LAST_COLUMNS)


class Categories(NamedList):
    """The farm categories."""

    name, new_url, model = "categories", "category-new", FarmCategory
    title = _("Farm categories")
    lead = _("Four levels and three kinds of farm, as the province reads them.")
    columns = (*NAME_COLUMNS, Column("order", _("order"), "order", NUMBER, "order"), *LAST_COLUMNS)


class NamedEdit(FormPage):
    """Add or change a species, a disease or a category."""

    menu = "quarantine.rules"
    permission = CHANGE
    model: type[Named] = Species
    list_name = "species-list"

    def queryset(self, user: Any) -> QuerySet[Any]:
        return queries.named(self.model)

    def cancel_to(self) -> str:
        return reverse(f"quarantine_rules:{self.list_name}")

    def perform(self, form: Any, user: Any) -> str:
        row = self.subject() if "pk" in self.kwargs else self.model()
        actions.save_named(user, row, form.cleaned_data)
        return self.cancel_to()


class SpeciesEdit(NamedEdit):
    """A species."""

    title, form_class = _("Species"), forms.SpeciesForm


class DiseaseEdit(NamedEdit):
    """A disease."""

    title, form_class, model, list_name = _("Disease"), forms.DiseaseForm, Disease, "diseases"


class CategoryEdit(NamedEdit):
    """A farm category."""

    title, form_class, model, list_name = _("Farm category"), forms.CategoryForm, FarmCategory, "categories"


class Musts(RulesList):
    """The musts with their dates."""

    name, new_url = "musts", "must-new"
    title = _("Musts of quarantine")
    lead = _("The conditions under which seed must be inspected (四个必检), by the day from which they hold.")
    default_sort = "-from"
    columns = (
        Column("label", _("wording"), "label", sort="label"),
        Column("condition", _("condition"), "get_condition_display"),
        Column("from", _("in force from"), "effective_on", DATE, "effective_on"),
        Column("until", _("repealed on"), "ends_on", DATE),
        Column("source", _("source"), "source"),
        Column("standing", _("state"), standing, STANDINGS),
    )

    def queryset(self, user: Any) -> QuerySet[Any]:
        return queries.musts()

    def row_link(self, row: Any) -> str:
        return reverse("quarantine_rules:must-end", args=[row.pk]) if self.user.has_perm(CHANGE) else ""


class MustNew(FormPage):
    """Enter a wording of a must."""

    menu = "quarantine.rules"
    title = _("Enter a must")
    permission = CHANGE
    form_class = forms.MustForm
    units = {"years": _("years")}

    def cancel_to(self) -> str:
        return reverse("quarantine_rules:musts")

    def perform(self, form: Any, user: Any) -> str:
        actions.enter_must(user, form.cleaned_data)
        return self.cancel_to()


class MustEnd(ActPage):
    """End a must."""

    permission = CHANGE
    title = _("End the must")
    button = _("End it today")
    reason = "required"

    def queryset(self, user: Any) -> QuerySet[Any]:
        return queries.musts()

    def sentence(self, subject: MustRule) -> Any:
        return _("From today on “%(label)s” is no longer asked for.") % {"label": subject.label}

    def perform(self, subject: MustRule, form: Any, user: Any) -> str:
        actions.end_must(user, subject, form.cleaned_data["reason"])
        return reverse("quarantine_rules:musts")


def _species_text(entry: ProcedureEntry) -> str:
    if entry.is_whole_group:
        return str(_("every species of the group"))
    return "、".join(str(each) for each in entry.species.all())


def _procedure_url(name: str, procedure: Procedure) -> str:
    return reverse(f"quarantine_rules:{name}", args=[procedure.pk])
