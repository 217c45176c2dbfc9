"""The list of samples, a sample with its chain of custody, taking one, and its documents."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.db.models import QuerySet
from django.http import Http404
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from oversite.base.accounts.queries import active_users_of
from oversite.base.audit.queries import history_entries
from oversite.domains.quarantine.files.actions import keep_upload
from oversite.domains.quarantine.files.queries import files_of
from oversite.domains.quarantine.inspections.queries import inspections
from oversite.domains.quarantine.laboratory import actions, printing, queries
from oversite.domains.quarantine.laboratory.actions.custody import REJECTIONS
from oversite.domains.quarantine.laboratory.flow import State, Step, can
from oversite.domains.quarantine.laboratory.forms import TakeForm
from oversite.domains.quarantine.laboratory.models import Sample, Test
from oversite.domains.quarantine.laboratory.plans import InspectionPlan, plan_for
from oversite.domains.quarantine.laboratory.words import RESULTS, STATES
from oversite.domains.quarantine.registry.queries import designated_laboratories
from oversite.domains.quarantine.rules.quantities import Quantity
from oversite.domains.quarantine.rules.queries import diseases, today
from oversite.screens.acts import Act, EmptyState
from oversite.screens.columns import Column
from oversite.screens.detail_page import DetailPage, Fact, FactGroup, HistoryEntry, Tab
from oversite.screens.filters import ChoiceFilter, DateRangeFilter, TextFilter
from oversite.screens.form_page import FormPage, FormSection
from oversite.screens.formats import CODE, DATE, INSTANT, NUMBER, YES_NO
from oversite.screens.list_page import ListPage
from oversite.screens.print_page import PrintPage

MENU = "quarantine.samples"


def link_to(sample: Sample, name: str = "sample") -> str:
    """The address of a page of a sample."""
    return reverse(f"quarantine_laboratory:{name}", args=[sample.uid])


class Samples(ListPage):
    """Every sample that the reader may see."""

    menu = MENU
    title = _("Samples")
    lead = _("Taken in the field, sealed, tested by a designated laboratory; only a released report counts.")
    permission = queries.READ
    default_sort = "-taken"
    columns: Sequence[Column] = (
        Column("number", _("sample number"), "number", CODE, "number"),
        Column("state", _("state"), "state", STATES, "state"),
        Column("species", _("species"), "species"),
        Column("producer", _("producer"), "producer.name", sort="producer__name"),
        Column("laboratory", _("laboratory"), "laboratory.name", sort="laboratory__name"),
        Column("count", _("number of seed"), "count", NUMBER, is_hidden=True),
        Column("seal", _("seal number"), "seal_number", CODE, is_hidden=True),
        Column("receipt", _("receipt number"), "receipt_number", CODE, is_hidden=True),
        Column("report", _("report number"), "report_number", CODE),
        Column("taken", _("sampled at"), "taken_at", INSTANT, "taken_at"),
        Column("agency", _("agency"), "agency.name", sort="agency__name", is_hidden=True),
        Column("released", _("report released at"), "released_at", INSTANT, is_hidden=True),
    )
    filters = (
        TextFilter(
            "q",
            _("number, seal or producer"),
            ("number", "seal_number", "receipt_number", "report_number", "producer__name"),
        ),
        ChoiceFilter("state", _("state"), State.choices),
        DateRangeFilter("taken", _("sampled at"), "taken_at"),
    )
    empty = EmptyState(
        _("There are no samples yet"), _("A sample is taken from the page of an inspection that is under way.")
    )

    def queryset(self, user: Any) -> QuerySet[Any]:
        return queries.samples(user)

    def row_link(self, row: Any) -> str:
        return link_to(row)

    def page_acts(self, user: Any) -> list[Act]:
        if not user.has_perm(queries.KEPT):
            return []
        return [Act(_("Kept samples"), reverse("quarantine_laboratory:kept"), "archive")]


class Kept(Samples):
    """What the laboratory keeps of finished samples, the longest due first."""

    title = _("Kept samples")
    lead = _("What is left of a sample is kept until its day, then disposed of before a witness.")
    permission = queries.KEPT
    default_sort = "until"
    columns = (
        Column("number", _("sample number"), "number", CODE, "number"),
        Column("laboratory", _("laboratory"), "laboratory.name", sort="laboratory__name"),
        Column("producer", _("producer"), "producer.name", sort="producer__name"),
        Column("report", _("report number"), "report_number", CODE),
        Column("negative", _("all negative"), "is_negative", YES_NO),
        Column("until", _("kept until"), "retained_until_on", DATE, "retained_until_on"),
        Column("due", _("disposal due"), lambda row: row.retained_until_on < today(), YES_NO),
    )
    empty = EmptyState(_("Nothing is kept"), _("With its report released, what is left of a sample appears here."))

    def queryset(self, user: Any) -> QuerySet[Any]:
        return queries.kept(user)

    def page_acts(self, user: Any) -> list[Act]:
        del user
        return [Act(_("All samples"), reverse("quarantine_laboratory:samples"), "list")]


class Take(FormPage):
    """Take a sample during an inspection."""

    menu = MENU
    title = _("Take a sample")
    permission = queries.TAKE
    model_pk = "uid"
    form_class = TakeForm
    button = _("Take and seal")
    sections = (
        FormSection(_("What for"), ("laboratory", "diseases")),
        FormSection(_("What is taken"), ("pond", "stage", "base_amount", "base_unit", "count", "storage")),
        FormSection(_("Seal and signatures"), ("seal", "second", "witness_name")),
        FormSection(_("Place and picture"), ("latitude", "longitude", "photo", "note")),
    )

    def queryset(self, user: Any) -> QuerySet[Any]:
        return inspections(user).filter(agency__path__startswith=user.agency.path)

    @property
    def lead(self) -> Any:  # type: ignore[override]
        """The plan in one sentence."""
        plan = plan_for(self.subject())
        return _(
            "The plan: at least %(least)s seed, better %(planned)s, find a prevalence of %(prevalence)s %% with a "
            "confidence of %(confidence)s %%. Your agency has %(seals)s seals left."
        ) % {
            "least": plan.size.least,
            "planned": plan.size.planned,
            "prevalence": plan.prevalence_percent,
            "confidence": plan.confidence_percent,
            "seals": queries.unused_seals(self.subject().agency),
        }

    def form(self, **kwargs: Any) -> Any:
        inspection = self.subject()
        plan, declared = plan_for(inspection), inspection.declaration
        people = active_users_of(inspection.agency).exclude(pk=self.user.pk)
        second = inspection.second if inspection.second and inspection.second.user_id != self.user.pk else None
        kwargs["initial"] = {
            "diseases": sorted(plan.needed),
            "base_amount": declared.amount,
            "base_unit": declared.unit,
            "count": plan.size.planned,
            "pond": declared.pond.code if declared.pond else "",
            "second": str(second.user_id) if second else "",
            "witness_name": declared.declarant_name,
        }
        return TakeForm(
            laboratories=list(designated_laboratories()),
            diseases=_disease_choices(plan),
            people=[person for person in people if person.has_perm(queries.TAKE)],
            **kwargs,
        )

    def cancel_to(self) -> str:
        return reverse("quarantine_laboratory:samples")

    def perform(self, form: Any, user: Any) -> str:
        given = form.cleaned_data
        sample = actions.take_sample(
            user,
            self.subject(),
            actions.NewSample(
                laboratory=form.laboratories[given["laboratory"]],
                second=form.people[given["second"]],
                **{name: given[name] for name in PLAIN},
            ),
        )
        if given["photo"]:
            place = (given["latitude"], given["longitude"]) if given["latitude"] is not None else None
            keep_upload(user, sample, "photo", given["photo"], place=place)
        return link_to(sample)


PLAIN = (
    "diseases",
    "seal",
    "count",
    "base_amount",
    "base_unit",
    "storage",
    "witness_name",
    "pond",
    "stage",
    "note",
    "latitude",
    "longitude",
)


def _disease_choices(plan: InspectionPlan) -> list[tuple[str, str]]:
    """What must be tested, what the procedure names, and every disease where no procedure is in force."""
    must, named = _("must be tested"), [each.disease_key for each in plan.diseases]
    rest = [] if named else [each.key for each in diseases()]
    keys = list(dict.fromkeys([*sorted(plan.needed), *named, *rest]))
    return [
        (each.key, f"{each}（{must}）" if each.key in plan.needed else str(each))
        for each in queries.disease_choices(keys)
    ]


class SampleDetail(DetailPage):
    """A sample: where it comes from, through whose hands it went, what was found."""

    menu = MENU
    permission = queries.READ
    model_pk = "uid"

    def queryset(self, user: Any) -> QuerySet[Any]:
        return queries.samples(user).select_related(
            "tester", "reviewer", "approver", "retest_of", "inspection__declaration__producer", "producer__unit"
        )

    def heading(self, subject: Any = None) -> Any:
        return f"{subject.number} · {subject.species}" if subject else ""

    def state(self, subject: Sample) -> str:
        return STATES.html(subject.state)

    def fact_groups(self, subject: Sample) -> Sequence[FactGroup]:
        groups = [FactGroup(_("Sample"), _taken(subject)), FactGroup(_("Laboratory"), _tested(subject))]
        if subject.state == State.INVALID:
            later = getattr(subject, "retest", None)
            facts = [
                Fact(_("invalidated at"), subject.invalidated_at, INSTANT),
                Fact(_("invalidated by"), subject.invalidated_by),
                Fact(_("reason"), subject.invalid_reason, is_wide=True),
                *([Fact(_("tested again as"), later.number, CODE, link_to(later))] if later else []),
            ]
            groups.insert(0, FactGroup(_("This report is not valid"), facts))
        return groups

    def history(self, subject: Sample, user: Any) -> Iterable[HistoryEntry]:
        return history_entries(subject, user)

    def tabs(self, subject: Sample, user: Any) -> Sequence[Tab]:
        tests = list(subject.tests.select_related("disease", "sample"))
        chain = list(subject.custody.all())
        photos = list(files_of(subject))
        return [
            Tab("tests", _("tests"), tests, _test_columns(subject, user), len(tests)),
            Tab("custody", _("chain of custody"), chain, CUSTODY, len(chain)),
            Tab("photos", _("photos"), photos, PHOTOS, len(photos), empty=EmptyState(_("No photo was attached"))),
        ]

    def acts(self, subject: Sample, user: Any) -> list[Act]:
        return [
            *_documents(subject),
            *(_field_acts(subject, user) if user.has_perm(queries.TAKE) else []),
            *(_laboratory_acts(subject, user) if user.has_perm(queries.WORK) else []),
        ]


def _taken(sample: Sample) -> list[Fact]:
    second = sample.second.name if sample.second else ""
    return [
        Fact(_("producer"), sample.producer.name),
        Fact(_("declaration"), sample.inspection.declaration.number, CODE),
        Fact(_("species"), sample.species),
        Fact(_("sampled from"), str(Quantity(sample.base_amount, sample.base_unit))),
        Fact(_("number of seed"), sample.count, NUMBER),
        Fact(_("planned by the rule"), sample.planned_count, NUMBER),
        Fact(_("seal number"), sample.seal_number, CODE),
        Fact(_("kept how"), sample.storage),
        Fact(_("sampled at"), sample.taken_at, INSTANT),
        Fact(_("taken by"), sample.taker.name),
        Fact(
            _("second taker"), second if sample.second_signed_at else _("%(name)s, not signed yet") % {"name": second}
        ),
        Fact(_("for the producer"), sample.witness_name),
        Fact(_("remarks"), sample.note, is_wide=True),
    ]


def _tested(sample: Sample) -> list[Fact]:
    people = [person.name if person else "—" for person in (sample.tester, sample.reviewer, sample.approver)]
    facts = [
        Fact(_("laboratory"), sample.laboratory.name),
        Fact(_("receipt number"), sample.receipt_number, CODE),
        Fact(_("received in the laboratory at"), sample.received_at, INSTANT),
        Fact(_("tester, reviewer, approver"), " / ".join(people)),
        Fact(_("report number"), sample.report_number, CODE),
        Fact(_("report released at"), sample.released_at, INSTANT),
        Fact(_("kept until"), sample.retained_until_on, DATE),
    ]
    if sample.rejected_for:
        reason = REJECTIONS[sample.rejected_for]
        facts.append(Fact(_("refused for"), f"{reason}：{sample.rejected_note}", is_wide=True))
    if sample.returned_note:
        facts.append(Fact(_("returned because"), sample.returned_note, is_wide=True))
    if sample.retest_of is not None:
        facts.append(Fact(_("retest of"), sample.retest_of.number, CODE, link_to(sample.retest_of)))
    if sample.disposed_at is not None:
        facts.append(Fact(_("disposed of at"), sample.disposed_at, INSTANT))
        facts.append(Fact(_("disposed of by"), f"{sample.disposed_how}（{sample.disposed_by}）", is_wide=True))
    return facts


def _documents(sample: Sample) -> list[Act]:
    found = []
    if sample.report_uid:
        found.append(Act(_("Test report"), link_to(sample, "report"), "file-type-pdf", is_main=True))
    if sample.form_uid and sample.retest_of_id is None:
        found.append(Act(_("Sample form"), link_to(sample, "form"), "file-type-pdf"))
    return found


def _field_acts(sample: Sample, user: Any) -> list[Act]:
    not_second = "" if sample.second_id == user.pk else _("Only the second taker named on the form signs it.")
    offered = (
        (Step.SEAL, "seal", _("Sign as the second"), "signature", not_second),
        (Step.SEND, "send", _("Hand over"), "truck", ""),
        (Step.DISCARD, "discard", _("Discard"), "trash", ""),
    )
    return _offer(sample, offered)


def _laboratory_acts(sample: Sample, user: Any) -> list[Act]:
    if sample.laboratory.unit_id != user.agency_id:
        return []
    duties = queries.duties_of(user, sample.laboratory)
    unnamed = _("The laboratory has not named you for this work.")
    testing, reviewing, approving = ("" if duty in duties else unnamed for duty in ("tester", "reviewer", "approver"))
    same = _("Testing, reviewing and approving are done by three different people.")
    if user.pk == sample.tester_id:
        reviewing = reviewing or same
    if user.pk in (sample.tester_id, sample.reviewer_id):
        approving = approving or same
    returning = reviewing if sample.state == State.REVIEW else approving
    offered = (
        (Step.RECEIVE, "receive", _("Receive"), "inbox", ""),
        (Step.REJECT, "reject", _("Refuse"), "ban", ""),
        (Step.SUBMIT, "submit", _("Hand in for review"), "send", testing),
        (Step.PASS, "pass", _("Pass the review"), "checks", reviewing),
        (Step.RELEASE, "release", _("Release the report"), "rosette-discount-check", approving),
        (Step.RETURN, "return", _("Return to the tester"), "arrow-back-up", returning),
        (Step.INVALIDATE, "invalidate", _("Invalidate"), "file-x", "" if "approver" in duties else unnamed),
    )
    acts = _offer(sample, offered)
    if sample.retained_until_on is not None and sample.disposed_at is None:
        day = sample.retained_until_on
        early = "" if day < today() else _("It is kept until %(day)s.") % {"day": day.isoformat()}
        acts.append(Act(_("Dispose of the rest"), link_to(sample, "dispose"), "trash", why_not=early, is_dialog=True))
    return acts


def _offer(sample: Sample, offered: Iterable[tuple[Step, str, Any, str, Any]]) -> list[Act]:
    return [
        Act(
            label,
            link_to(sample, name),
            icon,
            why_not=why_not,
            is_main=step in MAIN,
            is_grave=step in GRAVE,
            is_dialog=True,
        )
        for step, name, label, icon, why_not in offered
        if can(sample.state, step)
    ]


MAIN = frozenset({Step.SEAL, Step.SEND, Step.RECEIVE, Step.SUBMIT, Step.PASS, Step.RELEASE})
GRAVE = frozenset({Step.DISCARD, Step.REJECT, Step.INVALIDATE})
CUSTODY = (
    Column("at", _("at"), "at", INSTANT),
    Column("event", _("event"), "get_event_display"),
    Column("giver", _("handed over by"), "giver"),
    Column("taker", _("in the hands of"), "taker"),
    Column("temperature", "°C", lambda row: None if row.temperature_c is None else str(row.temperature_c)),
    Column("seal", _("seal intact"), "is_seal_intact", YES_NO),
    Column("count", _("number of seed"), "count", NUMBER),
    Column("note", _("remarks"), "note"),
)
PHOTOS = (
    Column("name", _("name"), "name", link=lambda row: reverse("quarantine_files:file", args=[row.uid])),
    Column("at", _("attached at"), "uploaded_at", INSTANT),
    Column("by", _("attached by"), "uploaded_by"),
)


def _test_columns(sample: Sample, user: Any) -> tuple[Column, ...]:
    is_open = can(sample.state, Step.TEST) and sample.laboratory.unit_id == user.agency_id
    may_enter = is_open and user.has_perm(queries.WORK)

    def entry(row: Test) -> str:
        return reverse("quarantine_laboratory:test", args=[row.pk]) if may_enter else ""

    return (
        Column("disease", _("disease"), "disease", link=entry),
        Column("result", _("result"), "result", RESULTS),
        Column("standard", _("method standard"), "standard"),
        Column("readings", _("raw values"), printing.readings_text),
        Column("instrument", _("instrument"), "instrument"),
        Column("on", _("tested on"), "tested_on", DATE),
        Column("by", _("entered by"), "entered_by"),
        Column("enter", "", lambda _row: _("Enter") if may_enter else "", link=entry),
    )


class Paper(PrintPage):
    """A document about a sample, as it was issued."""

    menu = MENU
    permission = queries.READ
    model_pk = "uid"
    form_key = ""

    def queryset(self, user: Any) -> QuerySet[Any]:
        return queries.samples(user)

    def pdf(self, subject: Any, user: Any) -> bytes:
        return printing.open_document(user, subject, self.form_key)

    def get(self, request: Any, **kwargs: Any) -> Any:
        if self.uid_of(self.subject()) is None:
            raise Http404
        return super().get(request, **kwargs)

    def uid_of(self, subject: Sample) -> object:
        """Which document it is, once it was printed."""
        raise NotImplementedError


class Report(Paper):
    """The report, once it is released."""

    form_key = printing.REPORT

    def uid_of(self, subject: Sample) -> object:
        return subject.report_uid

    def heading(self, subject: Any = None) -> Any:
        number = subject.report_number
        return _("%(number)s, not valid any more") % {"number": number} if subject.state == State.INVALID else number

    def filename(self, subject: Any) -> str:
        return f"{subject.report_number}.pdf"


class SampleForm(Paper):
    """The sample form, once both have signed."""

    form_key = printing.SAMPLE_FORM

    def uid_of(self, subject: Sample) -> object:
        return subject.form_uid if subject.retest_of_id is None else None
