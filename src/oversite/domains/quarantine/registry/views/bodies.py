"""Points, veterinarians, laboratories."""

from collections.abc import Sequence
from typing import Any

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext_lazy as _

from oversite.domains.quarantine.registry import actions, checks, forms, queries
from oversite.domains.quarantine.registry.models import Laboratory, Point, Veterinarian
from oversite.domains.quarantine.registry.views.pages import CHANGE, RegisterDetail, RegisterForm, RegisterList, url
from oversite.domains.quarantine.rules.queries import today
from oversite.screens.acts import Act, EmptyState
from oversite.screens.columns import Column
from oversite.screens.detail_page import Fact, FactGroup, Tab
from oversite.screens.filters import TextFilter, YesNoFilter
from oversite.screens.formats import CODE, DATE, NUMBER, YES_NO
from oversite.screens.slots import Words


def areas_text(row: Any) -> str:
    """Division codes side by side."""
    return ", ".join(row.area_codes)


def missing_group(problems: list[str]) -> list[FactGroup]:
    """What is still missing, as a group of facts of its own; none where nothing is."""
    if not problems:
        return []
    return [FactGroup(_("Still missing"), [Fact(_("to be added"), problem, is_wide=True) for problem in problems])]


class Points(RegisterList):
    """The declaration points."""

    name, new_url, page_name = "points", "point-new", "point"
    title = _("Declaration points")
    lead = _("Where seed is declared: place, hours, officers, area.")
    default_sort = "code"
    columns = (
        Column("name", _("name"), "name", sort="name"),
        Column("code", _("code"), "code", CODE, "code"),
        Column("agency", _("agency"), "agency.name", sort="agency__path"),
        Column("address", _("address"), "address"),
        Column("hours", _("opening hours"), "hours"),
        Column("phone", _("telephone"), "phone"),
        Column("area", _("area served"), areas_text, CODE),
        Column("active", _("open to declarers"), "is_active", YES_NO, "is_active"),
    )
    filters = (
        TextFilter("q", _("name, code or address"), ("name", "code", "address")),
        YesNoFilter("active", _("open to declarers"), field="is_active"),
    )

    def queryset(self, user: Any) -> QuerySet[Any]:
        return queries.points(user)


class PointDetail(RegisterDetail):
    """A declaration point."""

    change_name = "point-change"

    def queryset(self, user: Any) -> QuerySet[Any]:
        return queries.points(user)

    def fact_groups(self, subject: Point) -> Sequence[FactGroup]:
        officers = "、".join(str(each) for each in subject.officers.select_related("user"))
        facts = [
            Fact(_("code"), subject.code, CODE),
            Fact(_("agency"), subject.agency),
            Fact(_("address"), subject.address),
            Fact(_("opening hours"), subject.hours),
            Fact(_("telephone"), subject.phone),
            Fact(_("fax"), subject.fax),
            Fact(_("area served"), areas_text(subject), CODE),
            Fact(_("officers"), officers, is_wide=True),
            Fact(_("open to declarers"), subject.is_active, YES_NO),
        ]
        return [FactGroup(_("Declaration point"), facts), *missing_group(checks.point_problems(subject))]


class PointEdit(RegisterForm):
    """Open or change a point."""

    title = _("Declaration point")
    form_class = forms.PointForm
    list_name, page_name = "points", "point"

    def queryset(self, user: Any) -> QuerySet[Any]:
        return queries.points(user, CHANGE)

    def perform(self, form: Any, user: Any) -> str:
        values = dict(form.cleaned_data)
        officers = values.pop("officers")
        return url("point", actions.save_point(user, self.present(), values, officers).uid)


class Veterinarians(RegisterList):
    """The official veterinarians."""

    name, new_url, page_name = "veterinarians", "veterinarian-new", "veterinarian"
    title = _("Official veterinarians")
    lead = _("Who may inspect and decide, for which area, until when.")
    default_sort = "agency"
    columns = (
        Column("name", _("name"), "user.name", sort="user__name"),
        Column("number", _("certificate number"), "certificate_number", CODE, "certificate_number"),
        Column("agency", _("agency"), "agency.name", sort="agency__path"),
        Column("area", _("area of office"), areas_text, CODE),
        Column("until", _("valid until"), "valid_until_on", DATE, "valid_until_on"),
        Column("may", _("may act today"), queries.in_office, YES_NO),
    )
    filters = (TextFilter("q", _("name or number"), ("user__name", "certificate_number")),)

    def queryset(self, user: Any) -> QuerySet[Any]:
        return queries.veterinarians(user)


class VeterinarianDetail(RegisterDetail):
    """An official veterinarian."""

    change_name = "veterinarian-change"

    def queryset(self, user: Any) -> QuerySet[Any]:
        return queries.veterinarians(user)

    def fact_groups(self, subject: Veterinarian) -> Sequence[FactGroup]:
        facts = [
            Fact(_("name"), subject.user.name),
            Fact(_("user name"), subject.user.username, CODE),
            Fact(_("certificate number"), subject.certificate_number, CODE),
            Fact(_("valid until"), subject.valid_until_on, DATE),
            Fact(_("agency"), subject.agency),
            Fact(_("area of office"), areas_text(subject), CODE),
            Fact(_("telephone"), subject.phone),
            Fact(_("may act today"), queries.in_office(subject), YES_NO),
        ]
        problems = checks.veterinarian_problems(subject, today())
        return [FactGroup(_("Official veterinarian"), facts), *missing_group(problems)]


class VeterinarianEdit(RegisterForm):
    """Enter or change a veterinarian."""

    title = _("Official veterinarian")
    form_class = forms.VeterinarianForm
    list_name, page_name = "veterinarians", "veterinarian"

    def queryset(self, user: Any) -> QuerySet[Any]:
        return queries.veterinarians(user, CHANGE)

    def perform(self, form: Any, user: Any) -> str:
        return url("veterinarian", actions.save_veterinarian(user, self.present(), form.cleaned_data).uid)


class Laboratories(RegisterList):
    """The laboratories."""

    name, new_url, page_name = "laboratories", "laboratory-new", "laboratory"
    title = _("Laboratories")
    lead = _("Accreditation, designation, methods and people of the laboratories that test samples.")
    default_sort = "name"
    columns = (
        Column("name", _("name"), "name", sort="name"),
        Column("agency", _("agency"), "agency.name", sort="agency__path"),
        Column("cma", _("CMA number"), "cma_number", CODE),
        Column("cma_until", _("CMA valid until"), "cma_valid_until_on", DATE, "cma_valid_until_on"),
        Column("by", _("designated by"), "designated_by"),
        Column("until", _("designated until"), "designated_until_on", DATE, "designated_until_on"),
        Column("methods", _("methods"), lambda row: row.methods.count(), NUMBER),
        Column("active", _("in use"), "is_active", YES_NO, "is_active"),
    )
    filters = (TextFilter("q", _("name"), ("name",)),)

    def queryset(self, user: Any) -> QuerySet[Any]:
        return queries.laboratories(user)


class LaboratoryDetail(RegisterDetail):
    """A laboratory."""

    def queryset(self, user: Any) -> QuerySet[Any]:
        return queries.laboratories(user)

    def fact_groups(self, subject: Laboratory) -> Sequence[FactGroup]:
        facts = [
            Fact(_("agency"), subject.agency),
            Fact(_("own unit"), subject.unit),
            Fact(_("address"), subject.address),
            Fact(_("contact"), f"{subject.contact_name} {subject.contact_phone}".strip()),
            Fact(_("in use"), subject.is_active, YES_NO),
        ]
        papers = [
            Fact(_("CMA number"), subject.cma_number, CODE),
            Fact(_("CMA valid until"), subject.cma_valid_until_on, DATE),
            Fact(_("CNAS number"), subject.cnas_number, CODE),
            Fact(_("CNAS valid until"), subject.cnas_valid_until_on, DATE),
            Fact(_("designated by"), subject.designated_by),
            Fact(_("designation document"), subject.designation_number),
            Fact(_("designated until"), subject.designated_until_on, DATE),
        ]
        problems = checks.laboratory_problems(subject, today())
        return [FactGroup(_("Laboratory"), facts), FactGroup(_("Accreditation"), papers), *missing_group(problems)]

    def tabs(self, subject: Laboratory, user: Any) -> Sequence[Tab]:
        methods, people = subject.methods.select_related("disease"), subject.people.all()
        keeps = user.has_perm(CHANGE)
        is_own = keeps or (user.has_perm("quarantine.registry.own") and subject.unit_id == user.agency_id)

        def edit(name: str, allowed: bool) -> Any:
            return lambda row: url(name, subject.uid, row.pk) if allowed else ""

        def add(name: str, allowed: bool, label: Words) -> Act | None:
            return Act(label, url(name, subject.uid), "plus") if allowed else None

        return [
            Tab(
                "methods",
                _("methods"),
                methods,
                (
                    Column("disease", _("disease"), "disease", link=edit("method", keeps)),
                    Column("standard", _("method standard"), "standard"),
                    Column("until", _("accredited until"), "valid_until_on", DATE),
                ),
                methods.count(),
                act=add("method-new", keeps, _("Add a method")),
                empty=EmptyState(_("No method is entered.")),
            ),
            Tab(
                "people",
                _("people"),
                people,
                (
                    Column("name", _("name"), "name", link=edit("person", is_own)),
                    Column("duty", _("duty"), "get_duty_display"),
                    Column("qualification", _("qualification"), "qualification"),
                    Column("active", _("in office"), "is_active", YES_NO),
                ),
                people.count(),
                act=add("person-new", is_own, _("Add a person")),
                empty=EmptyState(_("Nobody is entered.")),
            ),
        ]

    def acts(self, subject: Laboratory, user: Any) -> list[Act]:
        keeps = user.has_perm(CHANGE) or (
            user.has_perm("quarantine.registry.own") and subject.unit_id == user.agency_id
        )
        return [Act(_("Change"), url("laboratory-change", subject.uid), "pencil")] if keeps else []


class LaboratoryEdit(RegisterForm):
    """Enter or change a laboratory."""

    title = _("Laboratory")
    permission = ""
    list_name, page_name = "laboratories", "laboratory"

    def queryset(self, user: Any) -> QuerySet[Any]:
        keeps = user.has_perm(CHANGE)
        return queries.laboratories(user, CHANGE if keeps else "quarantine.registry.own")

    @property
    def form_class(self) -> Any:  # type: ignore[override]
        """A laboratory itself changes less."""
        return forms.LaboratoryForm if self.user.has_perm(CHANGE) else forms.OwnLaboratoryForm

    def perform(self, form: Any, user: Any) -> str:
        return url("laboratory", actions.save_laboratory(user, self.present(), form.cleaned_data).uid)


class LaboratoryNew(LaboratoryEdit):
    """Enter a laboratory."""

    permission = CHANGE


class PartEdit(RegisterForm):
    """A row of a laboratory."""

    page_name = "laboratory"

    def laboratory(self) -> Laboratory:
        """The laboratory that the address names."""
        keeps = self.user.has_perm(CHANGE)
        rows = queries.laboratories(self.user, CHANGE if keeps else "quarantine.registry.own")
        return get_object_or_404(rows, uid=self.kwargs["uid"])

    def rows(self) -> Any:
        """The rows of that laboratory."""
        raise NotImplementedError

    def present(self) -> Any:
        return get_object_or_404(self.rows(), pk=self.kwargs["row"]) if "row" in self.kwargs else None

    def form(self, **kwargs: Any) -> Any:
        self.laboratory()
        return self.form_class(user=self.user, instance=self.present(), **kwargs)  # type: ignore[call-arg]


class MethodEdit(PartEdit):
    """A method of a laboratory."""

    title, form_class = _("Method"), forms.MethodForm

    def rows(self) -> Any:
        return self.laboratory().methods

    def perform(self, form: Any, user: Any) -> str:
        actions.save_method(user, self.laboratory(), self.present(), form.cleaned_data)
        return self.cancel_to()


class PersonEdit(PartEdit):
    """Somebody of a laboratory."""

    title, form_class, permission = _("Person"), forms.PersonForm, ""

    def rows(self) -> Any:
        return self.laboratory().people

    def perform(self, form: Any, user: Any) -> str:
        actions.save_person(user, self.laboratory(), self.present(), form.cleaned_data)
        return self.cancel_to()
