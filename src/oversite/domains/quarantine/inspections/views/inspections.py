"""Inspections: list, page, assigning, deciding, treatment, archive."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from oversite.base.audit.queries import history_entries
from oversite.base.documents.queries import document_bytes
from oversite.domains.quarantine.declarations.flow import State as Flow
from oversite.domains.quarantine.declarations.queries import of_agency
from oversite.domains.quarantine.declarations.words import next_step
from oversite.domains.quarantine.files.queries import files_of
from oversite.domains.quarantine.inspections import actions, checklist, forms, queries
from oversite.domains.quarantine.inspections.measures import name_zh
from oversite.domains.quarantine.inspections.models import Inspection, TreatmentNotice
from oversite.domains.quarantine.inspections.papers import ANSWERS_ZH
from oversite.domains.quarantine.inspections.slots import INSPECTION_ACTS, INSPECTION_TABS
from oversite.domains.quarantine.inspections.views.diseases import RECORD_COLUMNS
from oversite.domains.quarantine.inspections.views.notices import NOTICES
from oversite.domains.quarantine.rules.queries import disease_names, number
from oversite.domains.quarantine.rules.sampling import sample_plan
from oversite.screens import formats
from oversite.screens.act_page import ActPage
from oversite.screens.acts import Act, EmptyState
from oversite.screens.columns import Column
from oversite.screens.detail_page import DetailPage, Fact, FactGroup, HistoryEntry, Tab
from oversite.screens.filters import ChoiceFilter, DateRangeFilter, TextFilter
from oversite.screens.form_page import FormPage
from oversite.screens.formats import CODE, DATE, INSTANT, NUMBER, StateFormat
from oversite.screens.list_page import ListPage
from oversite.screens.print_page import PrintPage

READ, CONDUCT, ASSIGN = queries.READ, queries.CONDUCT, "quarantine.inspection.assign"
TONES: dict[Flow, formats.Tone] = {
    Flow.ASSIGNED: "soon",
    Flow.INSPECTING: "busy",
    Flow.TESTING: "busy",
    Flow.QUALIFIED: "good",
    Flow.UNQUALIFIED: "now",
    Flow.CERTIFIED: "good",
    Flow.TREATED: "soon",
}
STATES = StateFormat({state: formats.State(state.label, TONES.get(state, "quiet")) for state in Flow})
OPEN = (Flow.ASSIGNED, Flow.INSPECTING, Flow.TESTING)


def url(name: str, *args: object) -> str:
    """The address of a page of inspections."""
    return reverse(f"quarantine_inspections:{name}", args=args)


def people_text(row: Inspection) -> str:
    """Those who were sent."""
    return "、".join(str(each) for each in (row.veterinarian, row.second) if each is not None)


class Inspections(ListPage):
    """The inspections that the user may read."""

    menu = "quarantine.inspections"
    title = _("Inspections")
    lead = _("Declared seed on the spot: who goes, what they find, what they decide.")
    permission = READ
    default_sort = "-planned"
    columns = (
        Column("declaration", _("declaration"), "declaration.number", CODE, "declaration__number"),
        Column("producer", _("producer"), "declaration.producer.name", sort="declaration__producer__name"),
        Column("species", _("species"), "declaration.species"),
        Column("quantity", _("quantity"), lambda row: str(row.declaration.quantity)),
        Column("planned", _("planned for"), "planned_on", DATE, "planned_on"),
        Column("people", _("veterinarians"), people_text),
        Column("record", _("work record"), "record_number", CODE, is_hidden=True),
        Column("certificate", _("quarantine certificate"), "certificate_number", CODE),
        Column("state", _("state"), "declaration.state", STATES, "declaration__state"),
    )
    filters = (
        TextFilter(
            "q", _("number or producer"), ("declaration__number", "declaration__producer__name", "record_number")
        ),
        ChoiceFilter("state", _("state"), Flow.choices, "declaration__state"),
        DateRangeFilter("planned", _("planned for"), "planned_on", is_date=True),
    )
    empty = EmptyState(_("No inspection yet"), _("Open an accepted declaration and assign veterinarians."))

    def queryset(self, user: Any) -> QuerySet[Any]:
        return queries.inspections(user)

    def row_link(self, row: Any) -> str:
        return url("inspection", row.uid)


class Detail(DetailPage):
    """An inspection."""

    menu = "quarantine.inspections"
    permission = READ
    model_pk = "uid"

    def queryset(self, user: Any) -> QuerySet[Any]:
        return queries.inspections(user)

    def heading(self, subject: Any = None) -> Any:
        return f"{subject.declaration.producer.name} · {subject.declaration.species}" if subject else ""

    @property
    def lead(self) -> Any:  # type: ignore[override]
        """What happens next."""
        return next_step(self.subject().declaration.state)

    def state(self, subject: Inspection) -> str:
        return STATES.html(subject.declaration.state)

    def fact_groups(self, subject: Inspection) -> Sequence[FactGroup]:
        declared = subject.declaration
        link = reverse("quarantine_declarations:declaration", args=[declared.uid])
        order = [
            Fact(_("declaration"), declared.number, CODE, link=link),
            Fact(_("quantity"), str(declared.quantity)),
            Fact(_("veterinarians"), people_text(subject)),
            Fact(_("planned for"), subject.planned_on, DATE),
            Fact(_("place of inspection"), subject.place, is_wide=True),
            Fact(_("begun at"), subject.begun_at, INSTANT),
            Fact(_("last draft received at"), subject.synced_at, INSTANT),
        ]
        found = [
            Fact(_("decision"), subject.get_verdict_display() if subject.verdict else ""),
            Fact(_("grounds for it"), subject.grounds, is_wide=True),
            Fact(_("decided at"), subject.decided_at, INSTANT),
            Fact(_("work record"), subject.record_number, CODE),
            Fact(_("quarantine certificate"), subject.certificate_number, CODE),
        ]
        groups = [FactGroup(_("Inspection"), order), *_tests(subject)]
        return [*groups, FactGroup(_("Decision"), found)] if subject.verdict else groups

    def tabs(self, subject: Inspection, user: Any) -> Sequence[Tab]:
        findings = _findings(subject)
        photos = list(files_of(subject))
        for photo in photos:
            photo.kind_text = _("photograph") if photo.kind == "photo" else photo.kind  # type: ignore[attr-defined]
        records = queries.history_of(subject.declaration) if user.has_perm("quarantine.disease.read") else None
        tabs = [
            Tab(
                "findings",
                _("what was checked"),
                findings,
                (
                    Column("section", _("part"), "section"),
                    Column("item", _("checked"), "item"),
                    Column("answer", _("answer given"), "answer"),
                    Column("note", _("note"), "note"),
                ),
                len(findings),
                empty=EmptyState(_("Nothing has been checked yet")),
            ),
            Tab(
                "photos",
                _("photographs"),
                photos,
                count=len(photos),
                template_name="quarantine_inspections/photos.html",
            ),
        ]
        if records is not None:
            empty = EmptyState(_("No record of this place and city within the period"))
            tabs.append(Tab("history", _("disease history"), records, RECORD_COLUMNS, records.count(), empty=empty))
        if notice := TreatmentNotice.objects.filter(inspection=subject).first():
            tabs.append(_treatment_tab(notice))
        return tabs + [tab for make in INSPECTION_TABS if (tab := make(subject, user)) is not None]

    def history(self, subject: Inspection, user: Any) -> Iterable[HistoryEntry]:
        return history_entries(subject, user)

    def acts(self, subject: Inspection, user: Any) -> list[Act]:
        found = [Act(_("Work record"), url("record", subject.uid), "file-type-pdf")] if subject.record_uid else []
        if user.has_perm(CONDUCT):
            found += _acts(subject, user)
        return found + [act for make in INSPECTION_ACTS for act in make(subject, user)]


def _acts(subject: Inspection, user: Any) -> list[Act]:
    not_sent = "" if user.pk in queries.people_of(subject) else _("Other veterinarians were sent to this inspection.")
    state = subject.declaration.state
    if state in OPEN:
        waits = _("Reports are awaited.") if queries.unreleased_tests(subject) else ""
        testing = _("The samples are at the laboratory.") if state == Flow.TESTING else ""
        return [
            Act(_("Inspect"), url("conduct", subject.uid), "clipboard-check", not_sent, is_main=True),
            Act(_("Not qualified"), url("disqualify", subject.uid), "x", not_sent, is_dialog=True, is_grave=True),
            Act(_("Qualified"), url("qualify", subject.uid), "check", not_sent or testing or waits, is_dialog=True),
        ]
    if state == Flow.QUALIFIED:
        return [Act(_("Not qualified"), url("disqualify", subject.uid), "x", not_sent, is_dialog=True, is_grave=True)]
    if state == Flow.UNQUALIFIED:
        return [Act(_("Treatment notice"), url("treat", subject.uid), "gavel", not_sent, is_main=True)]
    if state in (Flow.CERTIFIED, Flow.TREATED, Flow.CLOSED):
        missing = actions.missing_in_file(subject)
        why = not_sent or (str(missing[0]) if missing else "")
        return [Act(_("Archive"), url("archive", subject.uid), "archive", why, is_dialog=True)]
    return []


def _tests(subject: Inspection) -> list[FactGroup]:
    if not subject.needed_tests:
        return []
    plan = sample_plan(
        number("sampling.prevalence_percent") / 100,
        number("sampling.confidence_percent") / 100,
        subject.declaration.quantity.counted[1] or None,
    )
    left = queries.unreleased_tests(subject)
    facts = [
        Fact(_("tests needed"), disease_names(subject.needed_tests), is_wide=True),
        Fact(_("without a released report"), disease_names(left), is_wide=True),
        Fact(_("seed per sample"), plan.planned, NUMBER),
    ]
    return [FactGroup(_("Laboratory"), facts)]


def _findings(subject: Inspection) -> list[dict[str, str]]:
    rows = []
    for section in checklist.sections():
        for item in section.items:
            given = subject.findings.get(item.key)
            if given:
                rows.append(
                    {
                        "section": forms.in_language(section.label_zh, section.label_en),
                        "item": forms.in_language(item.label_zh, item.label_en),
                        "answer": ANSWERS_ZH.get(given.get("answer", ""), ""),
                        "note": given.get("note", ""),
                    }
                )
    return rows


def _treatment_tab(notice: TreatmentNotice) -> Tab:
    columns = (
        Column("number", _("number"), "number", CODE, link=lambda row: url("treatment", row.uid)),
        Column("measures", _("measures"), lambda row: "、".join(name_zh(each["kind"]) for each in row.measures)),
        Column("issued", _("issued at"), "issued_at", INSTANT),
        Column("state", _("state"), "state", NOTICES),
    )
    return Tab("treatment", _("treatment"), [notice], columns, 1)


class Assign(FormPage):
    """Send veterinarians to a declaration."""

    menu = "quarantine.declarations"
    title = _("Assign veterinarians")
    permission = ASSIGN
    form_class = forms.AssignForm
    model_pk = "uid"
    button = _("Assign")

    @property
    def lead(self) -> Any:  # type: ignore[override]
        """How many the rule asks for."""
        return _("%(count)s veterinarians in office for this area are needed.") % {"count": number("inspection.people")}

    def queryset(self, user: Any) -> QuerySet[Any]:
        return of_agency(user, ASSIGN).filter(state__in=(Flow.ACCEPTED, Flow.ASSIGNED))

    def form(self, **kwargs: Any) -> Any:
        return super().form(declaration=self.subject(), **kwargs)

    def initial(self) -> dict[str, Any]:
        declared = self.subject()
        return {"planned_on": declared.visit_on, "place": declared.visit_place}

    def cancel_to(self) -> str:
        return reverse("quarantine_declarations:declaration", args=[self.kwargs["uid"]])

    def perform(self, form: Any, user: Any) -> str:
        data = form.cleaned_data
        made = actions.assign(
            user,
            self.subject(),
            form.chosen("veterinarian"),
            form.chosen("second"),
            planned_on=data["planned_on"],
            place=data["place"],
        )
        return url("inspection", made.uid)


class InspectionAct(ActPage):
    """An act of the veterinarian."""

    permission = CONDUCT
    model_pk = "uid"

    def queryset(self, user: Any) -> QuerySet[Any]:
        return queries.inspections(user, CONDUCT)


class Qualify(InspectionAct):
    """Find seed qualified."""

    title = _("Qualified")
    button = _("Decide: qualified")
    irreversible = _("The work record is printed and can no longer be changed.")

    def sentence(self, subject: Inspection) -> Any:
        return _("%(quantity)s are found qualified under your name; the certificate is issued for them next.") % {
            "quantity": queries.found_quantity(subject)
        }

    def perform(self, subject: Inspection, form: Any, user: Any) -> str:
        return url("inspection", actions.find_qualified(user, subject).uid)


class Disqualify(InspectionAct):
    """Find seed not qualified."""

    title = _("Not qualified")
    button = _("Decide: not qualified")
    irreversible = _("The work record is printed and can no longer be changed.")
    is_grave = True
    form_class = forms.GroundsForm

    def sentence(self, subject: Inspection) -> Any:
        return _("No certificate is issued; a treatment notice with these grounds follows.")

    def perform(self, subject: Inspection, form: Any, user: Any) -> str:
        return url("inspection", actions.find_unqualified(user, subject, form.cleaned_data["grounds"]).uid)


class Archive(InspectionAct):
    """Close the file."""

    title = _("Archive the file")
    button = _("Archive")
    clause = "Q9"

    def sentence(self, subject: Inspection) -> Any:
        return _("The file is complete and closed; it is kept for %(months)s months at least.") % {
            "months": number("file.retention_months")
        }

    def perform(self, subject: Inspection, form: Any, user: Any) -> str:
        return url("inspection", actions.archive(user, subject).uid)


class Record(PrintPage):
    """The work record."""

    menu = "quarantine.inspections"
    permission = READ
    model_pk = "uid"

    def queryset(self, user: Any) -> QuerySet[Any]:
        return queries.inspections(user).exclude(record_uid=None)

    def pdf(self, subject: Inspection, user: Any) -> bytes:
        assert subject.record_uid is not None
        return document_bytes(subject.record_uid)
