"""Producers: list, page, data, ponds, periodic tests, and what the agency decides about a registration."""

from collections.abc import Sequence
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from oversite.base.sites.queries import visible_sites
from oversite.common.errors import Refused
from oversite.domains.quarantine.registry import actions, checks, forms, queries
from oversite.domains.quarantine.registry.models import PeriodicTest, Pond, Producer
from oversite.domains.quarantine.registry.views.bodies import missing_group
from oversite.domains.quarantine.registry.views.pages import (
    CHANGE,
    READ,
    RegisterDetail,
    RegisterForm,
    RegisterList,
    url,
)
from oversite.domains.quarantine.rules.queries import farm_categories, species, today
from oversite.screens.act_page import ActPage
from oversite.screens.acts import Act, EmptyState
from oversite.screens.columns import Column
from oversite.screens.detail_page import Fact, FactGroup, Tab
from oversite.screens.filters import ChoiceFilter, TextFilter
from oversite.screens.form_page import FormPage, FormSection
from oversite.screens.formats import CODE, DATE, INSTANT, NUMBER, YES_NO, State, StateFormat

OWN = "quarantine.registry.own"
STATES = StateFormat(
    {
        Producer.State.APPLIED: State(_("waits for confirmation"), "soon"),
        Producer.State.CONFIRMED: State(_("confirmed"), "good"),
        Producer.State.REFUSED: State(_("sent back"), "quiet"),
        Producer.State.SUSPENDED: State(_("suspended"), "now"),
    }
)
TEST_STATES = StateFormat(
    {
        "planned": State(_("not due yet"), "quiet"),
        "soon": State(_("due soon"), "soon"),
        "overdue": State(_("overdue"), "now"),
        "negative": State(_("negative"), "good"),
        "positive": State(_("positive"), "now"),
    }
)


def categories(_user: Any) -> list[tuple[str, str]]:
    """The farm categories to choose from."""
    return [(str(each.pk), str(each)) for each in farm_categories()]


def species_choices(_user: Any) -> list[tuple[str, str]]:
    """The species to choose from."""
    return [(str(each.pk), str(each)) for each in species()]


def may_keep(producer: Producer, user: Any) -> bool:
    """Whether the user changes a producer's data: its agency, or it itself."""
    return bool(user.has_perm(CHANGE) or (user.has_perm(OWN) and producer.unit_id == user.agency_id))


def site_link(producer: Producer, user: Any) -> str:
    """The page of a producer's site, for those who may open it."""
    site = producer.site
    can_see = site is not None and user.has_perm("sites.read") and visible_sites(user).filter(pk=site.pk).exists()
    return reverse("sites:site", args=[site.uid]) if site is not None and can_see else ""


def test_state(test: PeriodicTest) -> str:
    """Where a periodic test stands today."""
    if test.filed_at is not None:
        return test.result
    days = (test.due_on - today()).days
    return "overdue" if days < 0 else "soon" if days <= 14 else "planned"


class Producers(RegisterList):
    """The producers."""

    name, new_url, page_name = "producers", "producer-new", "producer"
    title = _("Producers")
    lead = _("The producers of aquatic seed with licence, species and ponds; new registrations wait here.")
    default_sort = "-applied"
    columns = (
        Column("name", _("name"), "name", sort="name"),
        Column("code", _("unified social credit code"), "credit_code", CODE, "credit_code"),
        Column("agency", _("agency in charge"), "agency.name", sort="agency__path"),
        Column("category", _("category"), "category"),
        Column("licence", _("seed production licence"), "licence_number", CODE),
        Column("until", _("licence valid until"), "licence_valid_until_on", DATE, "licence_valid_until_on"),
        Column("applied", _("registered at"), "applied_at", INSTANT, "applied_at"),
        Column("state", _("state"), "state", STATES, "state"),
    )
    filters = (
        TextFilter("q", _("name, code or licence"), ("name", "credit_code", "licence_number")),
        ChoiceFilter("state", _("state"), Producer.State.choices),
        ChoiceFilter("category", _("category"), categories),
        ChoiceFilter("species", _("species"), species_choices, "licensed__species"),
    )
    empty = EmptyState(
        _("No producer has registered yet"), _("Producers register on the public page, or you enter them.")
    )

    def queryset(self, user: Any) -> QuerySet[Any]:
        return queries.producers(user)


class ProducerDetail(RegisterDetail):
    """A producer."""

    def queryset(self, user: Any) -> QuerySet[Any]:
        return queries.producers(user)

    def state(self, subject: Producer) -> str:
        return STATES.html(subject.state)

    def fact_groups(self, subject: Producer) -> Sequence[FactGroup]:
        unit = [
            Fact(_("unified social credit code"), subject.credit_code, CODE),
            Fact(_("agency in charge"), subject.agency),
            Fact(_("category"), subject.category),
            Fact(_("address"), subject.address),
            Fact(_("division code"), subject.area_code, CODE),
            Fact(_("contact"), f"{subject.contact_name} {subject.contact_phone}".strip()),
            Fact(_("site with cameras and supervision"), subject.site, link=site_link(subject, self.user)),
            Fact(_("registered at"), subject.applied_at, INSTANT),
            Fact(_("decided by"), subject.decided_by),
        ]
        if subject.decision_reason:
            unit.append(Fact(_("reason"), subject.decision_reason, is_wide=True))
        licence = [
            Fact(_("seed production licence"), subject.licence_number, CODE),
            Fact(_("licence issued by"), subject.licence_issuer),
            Fact(_("licence valid until"), subject.licence_valid_until_on, DATE),
            Fact(_("aquaculture certificate"), subject.water_certificate, CODE),
            Fact(
                _("species on the licence"),
                "、".join(str(each) for each in subject.licensed.select_related("species")),
                is_wide=True,
            ),
        ]
        problems = checks.producer_problems(subject, today())
        return [FactGroup(_("Producer"), unit), FactGroup(_("Licence"), licence), *missing_group(problems)]

    def tabs(self, subject: Producer, user: Any) -> Sequence[Tab]:
        ponds = subject.ponds.select_related("species")
        tests = subject.tests.select_related("species", "disease")
        keeps = may_keep(subject, user)
        files_tests = user.has_perm("quarantine.test.file")
        return [
            Tab(
                "ponds",
                _("ponds"),
                ponds,
                (
                    Column(
                        "code",
                        _("number"),
                        "code",
                        link=lambda row: url("pond", subject.uid, row.uid) if keeps else "",
                    ),
                    Column("species", _("species"), "species"),
                    Column("stock", _("stock"), lambda row: str(row.quantity)),
                    Column("area", _("surface in m²"), "area_m2", NUMBER),
                    Column("counted", _("stock as of"), "counted_at", INSTANT),
                    Column("active", _("in use"), "is_active", YES_NO),
                ),
                ponds.count(),
                act=Act(_("Add a pond"), url("pond-new", subject.uid), "plus") if keeps else None,
                empty=EmptyState(_("No pond is entered.")),
            ),
            Tab(
                "tests",
                _("periodic tests"),
                tests,
                (
                    Column(
                        "test",
                        _("test"),
                        str,
                        link=lambda row: url("test", row.uid) if files_tests and row.filed_at is None else "",
                    ),
                    Column("due", _("due on"), "due_on", DATE),
                    Column("sampled", _("sampled on"), "sampled_on", DATE),
                    Column("report", _("report number"), "report_number", CODE),
                    Column("state", _("state"), test_state, TEST_STATES),
                ),
                tests.count(),
                empty=EmptyState(_("The procedures in force ask for no periodic test.")),
            ),
        ]

    def acts(self, subject: Producer, user: Any) -> list[Act]:
        found = [Act(_("Change"), url("producer-change", subject.uid), "pencil")] if may_keep(subject, user) else []
        if not user.has_perm(CHANGE):
            return found
        if subject.state == Producer.State.APPLIED:
            found.append(Act(_("Send back"), url("producer-refuse", subject.uid), "x", is_dialog=True))
            found.append(Act(_("Confirm"), url("producer-confirm", subject.uid), "check", is_main=True))
        if subject.state == Producer.State.CONFIRMED:
            found.append(Act(_("Suspend"), url("producer-suspend", subject.uid), "ban", is_dialog=True, is_grave=True))
        if subject.state == Producer.State.SUSPENDED:
            found.append(Act(_("Take back"), url("producer-resume", subject.uid), "refresh", is_dialog=True))
        return found


PRODUCER_SECTIONS = (
    FormSection(_("Producer"), ("name", "credit_code", "agency", "category")),
    FormSection(
        _("Licence"),
        ("licence_number", "licence_valid_until_on", "licence_issuer", "water_certificate", "licensed"),
    ),
    FormSection(
        _("Place and contact"),
        ("address", "area_code", "latitude", "longitude", "contact_name", "contact_phone"),
    ),
)


class ProducerEdit(RegisterForm):
    """Enter or change a producer."""

    title = _("Producer")
    permission = ""
    sections = PRODUCER_SECTIONS
    list_name, page_name = "producers", "producer"

    def queryset(self, user: Any) -> QuerySet[Any]:
        return queries.producers(user, CHANGE if user.has_perm(CHANGE) else OWN)

    @property
    def form_class(self) -> Any:  # type: ignore[override]
        """A producer itself changes less."""
        return forms.ProducerForm if self.user.has_perm(CHANGE) else forms.OwnProducerForm

    def perform(self, form: Any, user: Any) -> str:
        values = dict(form.cleaned_data)
        licensed = values.pop("licensed")
        return url("producer", actions.save_producer(user, self.present(), values, licensed).uid)


class ProducerNew(ProducerEdit):
    """Enter a producer at the agency."""

    permission = CHANGE


class PondEdit(RegisterForm):
    """Add or change a pond."""

    title, form_class, permission = _("Pond"), forms.PondForm, ""
    page_name = "producer"
    units = {"area_m2": "m²"}

    def producer(self) -> Producer:
        """The producer that the address names."""
        permission = CHANGE if self.user.has_perm(CHANGE) else OWN
        return get_object_or_404(queries.producers(self.user, permission), uid=self.kwargs["uid"])

    def present(self) -> Pond | None:
        return get_object_or_404(self.producer().ponds, uid=self.kwargs["pond"]) if "pond" in self.kwargs else None

    def form(self, **kwargs: Any) -> Any:
        return forms.PondForm(user=self.user, producer=self.producer(), instance=self.present(), **kwargs)

    def perform(self, form: Any, user: Any) -> str:
        actions.save_pond(user, self.producer(), self.present(), form.cleaned_data)
        return self.cancel_to()


class Confirm(FormPage):
    """Confirm a registration; the password of the new account is shown once, on the page that answers."""

    menu = "quarantine.registry"
    permission = CHANGE
    title = _("Confirm the registration")
    lead = _("The producer gets an account of its own and can declare online from now on.")
    button = _("Confirm")
    form_class = forms.ConfirmForm
    model_pk = "uid"

    def queryset(self, user: Any) -> QuerySet[Any]:
        return queries.producers(user, CHANGE)

    def initial(self) -> dict[str, Any]:
        return {"username": self.subject().applied_username}

    def cancel_to(self) -> str:
        return url("producer", self.kwargs["uid"])

    def post(self, request: HttpRequest, **_kwargs: Any) -> HttpResponse:
        """Confirm, and show the password."""
        form = self.form(data=request.POST)
        if not form.is_valid():
            return self.show_form(form, status=422)
        try:
            done = actions.confirm_producer(self.user, self.subject(), form.cleaned_data["username"])
        except Refused as refused:
            return self.show_form(form, status=refused.status, refused=refused)
        return self.show({"subject": done.producer, "done": done}, template_name="quarantine_registry/confirmed.html")


class ProducerAct(ActPage):
    """A decision about a producer."""

    permission = CHANGE
    model_pk = "uid"
    reason = "required"
    clause = "Q19"

    def queryset(self, user: Any) -> QuerySet[Any]:
        return queries.producers(user, CHANGE)


class Refuse(ProducerAct):
    """Refuse a registration."""

    title, button = _("Send the registration back"), _("Send back")

    def sentence(self, subject: Producer) -> Any:
        return _("%(producer)s reads the reason and may register again.") % {"producer": subject.name}

    def perform(self, subject: Producer, form: Any, user: Any) -> str:
        return url("producer", actions.refuse_producer(user, subject, form.cleaned_data["reason"]).uid)


class Suspend(ProducerAct):
    """Suspend a producer."""

    title, button, is_grave = _("Suspend the producer"), _("Suspend"), True

    def sentence(self, subject: Producer) -> Any:
        return _("%(producer)s can neither sign in nor declare until it is taken back.") % {"producer": subject.name}

    def perform(self, subject: Producer, form: Any, user: Any) -> str:
        return url("producer", actions.suspend_producer(user, subject, form.cleaned_data["reason"]).uid)


class Resume(ProducerAct):
    """Take a producer back."""

    title, button = _("Take the producer back"), _("Take back")

    def sentence(self, subject: Producer) -> Any:
        return _("%(producer)s can sign in and declare again.") % {"producer": subject.name}

    def perform(self, subject: Producer, form: Any, user: Any) -> str:
        return url("producer", actions.resume_producer(user, subject, form.cleaned_data["reason"]).uid)


class Tests(RegisterList):
    """The periodic tests of the producers."""

    __test__ = False

    name = "tests"
    title = _("Periodic tests")
    lead = _("What producers have tested themselves, what is due and what is overdue.")
    default_sort = "due"
    columns = (
        Column("producer", _("producer"), "producer.name", sort="producer__name"),
        Column("species", _("species"), "species"),
        Column("disease", _("disease"), "disease"),
        Column("due", _("due on"), "due_on", DATE, "due_on"),
        Column("sampled", _("sampled on"), "sampled_on", DATE, "sampled_on"),
        Column("laboratory", _("laboratory"), "laboratory"),
        Column("report", _("report number"), "report_number", CODE),
        Column("state", _("state"), test_state, TEST_STATES),
    )
    filters = (
        TextFilter("q", _("producer"), ("producer__name",)),
        ChoiceFilter("result", _("test result"), PeriodicTest.Result.choices),
    )

    def queryset(self, user: Any) -> QuerySet[Any]:
        return queries.periodic_tests(user)

    def row_link(self, row: Any) -> str:
        may = row.filed_at is None and self.user.has_perm("quarantine.test.file")
        return url("test", row.uid) if may else url("producer", row.producer.uid)


class FileTest(FormPage):
    """File the result of a periodic test."""

    menu = "quarantine.registry"
    permission = "quarantine.test.file"
    title = _("File the result of a periodic test")
    form_class = forms.TestForm
    model_pk = "uid"
    button = _("File")

    @property
    def lead(self) -> Any:  # type: ignore[override]
        """Which test it is, and until when."""
        test = self.queryset(self.user).filter(uid=self.kwargs["uid"]).first()
        if test is None:
            return ""
        said = {"producer": test.producer.name, "test": test, "day": test.due_on}
        return _("%(producer)s · %(test)s, to be tested until %(day)s") % said

    def queryset(self, user: Any) -> QuerySet[Any]:
        return queries.periodic_tests(user) if user.has_perm(READ) else PeriodicTest.objects.none()

    def cancel_to(self) -> str:
        return url("tests")

    def perform(self, form: Any, user: Any) -> str:
        test = actions.file_test(user, self.queryset(user).get(uid=self.kwargs["uid"]), form.cleaned_data)
        return url("producer", test.producer.uid)
