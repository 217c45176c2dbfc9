"""Pages of declarations: for the producer on a phone, for the officer at the point."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from oversite.base.audit.queries import history_entries
from oversite.base.documents.queries import document_bytes
from oversite.domains.quarantine.declarations import actions, forms, papers, queries
from oversite.domains.quarantine.declarations.flow import State, Step, can
from oversite.domains.quarantine.declarations.models import Declaration
from oversite.domains.quarantine.declarations.slots import DECLARATION_ACTS, DECLARATION_TABS
from oversite.domains.quarantine.declarations.words import Goods, next_step
from oversite.domains.quarantine.files.queries import files_of
from oversite.domains.quarantine.registry.queries import points_for, ponds_of, producer_of, producers
from oversite.domains.quarantine.rules.queries import number, requirements, species
from oversite.screens import formats
from oversite.screens.act_page import ActPage
from oversite.screens.acts import Act, EmptyState
from oversite.screens.columns import Column
from oversite.screens.detail_page import DetailPage, Fact, FactGroup, HistoryEntry, Tab
from oversite.screens.filters import ChoiceFilter, DateRangeFilter, TextFilter
from oversite.screens.form_page import FormPage, FormSection
from oversite.screens.formats import CODE, DATE, INSTANT, StateFormat
from oversite.screens.list_page import ListPage
from oversite.screens.page import go_to
from oversite.screens.print_page import PrintPage

READ, DECLARE, DECIDE = queries.READ, actions.DECLARE, actions.DECIDE
TONES: dict[State, formats.Tone] = {
    State.SUBMITTED: "soon",
    State.CORRECTING: "now",
    State.ACCEPTED: "busy",
    State.ASSIGNED: "busy",
    State.INSPECTING: "busy",
    State.TESTING: "busy",
    State.QUALIFIED: "good",
    State.UNQUALIFIED: "now",
    State.CERTIFIED: "good",
    State.TREATED: "soon",
}
STATES = StateFormat({state: formats.State(state.label, TONES.get(state, "quiet")) for state in State})
FILE_KINDS = dict(forms.AttachForm.KINDS)
SECTIONS = (
    FormSection(
        _("Seed"),
        (
            "point",
            "goods",
            "species",
            "product_name",
            "pond",
            "amount",
            "unit",
            "purpose",
            "origin",
            "caught_on",
            "departs_on",
        ),
    ),
    FormSection(_("Leaves from"), ("from_kind", "from_area", "from_address")),
    FormSection(_("To"), ("to_kind", "to_area", "to_address", "consignee_name", "consignee_phone")),
    FormSection(_("Transport"), ("transport", "vehicle", "carrier_name", "carrier_phone")),
    FormSection(_("Declared by"), ("declarant_name", "declarant_phone")),
)


def url(name: str, *args: object) -> str:
    """The address of a page of declarations."""
    return reverse(f"quarantine_declarations:{name}", args=args)


def species_choices(_user: Any) -> list[tuple[str, str]]:
    """The species to choose from."""
    return [(str(each.pk), str(each)) for each in species()]


class Declarations(ListPage):
    """The declarations that the user may read."""

    menu = "quarantine.declarations"
    title = _("Declarations")
    lead = _("Seed that is to leave its place, from the draft to the certificate.")
    permission = READ
    default_sort = "-created"
    columns = (
        Column("number", _("number"), lambda row: row.number or _("draft"), CODE, "number"),
        Column("producer", _("producer"), "producer.name", sort="producer__name"),
        Column("species", _("species"), "species", sort="species__name_zh"),
        Column("quantity", _("quantity"), lambda row: str(row.quantity)),
        Column("to", _("destination"), "to_address"),
        Column("departs", _("leaves on"), "departs_on", DATE, "departs_on"),
        Column("point", _("declaration point"), "point.name", is_hidden=True),
        Column("created", _("begun at"), "created_at", INSTANT, "created_at", is_hidden=True),
        Column("submitted", _("submitted at"), "submitted_at", INSTANT, "submitted_at"),
        Column("state", _("state"), "state", STATES, "state"),
    )
    filters = (
        TextFilter("q", _("number, producer or destination"), ("number", "producer__name", "to_address")),
        ChoiceFilter("state", _("state"), State.choices),
        ChoiceFilter("species", _("species"), species_choices),
        DateRangeFilter("departs", _("leaves on"), "departs_on", is_date=True),
    )
    empty = EmptyState(_("Nothing has been declared yet"), _("A producer declares online, an officer at the point."))

    def queryset(self, user: Any) -> QuerySet[Any]:
        return queries.declarations(user)

    def main_act(self, user: Any) -> Act | None:
        return Act(_("Declare"), url("new"), "plus", is_main=True) if user.has_perm(DECLARE) else None

    def row_link(self, row: Any) -> str:
        return url("declaration", row.uid)


class New(FormPage):
    """Declare for oneself, or choose the producer first."""

    menu = "quarantine.declarations"
    title = _("Declare seed")
    permission = DECLARE
    form_class = forms.ProducerForm
    button = _("Go on")

    def form(self, **kwargs: Any) -> Any:
        return super().form(user=self.user, **kwargs)

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        """A producer declares for itself at once."""
        own = producer_of(self.user)
        return go_to(request, url("draft", own.uid)) if own else super().get(request, **kwargs)

    def cancel_to(self) -> str:
        return url("declarations")

    def perform(self, form: Any, user: Any) -> str:
        return url("draft", form.cleaned_data["producer"].uid)


class Draft(FormPage):
    """Begin a declaration for a producer."""

    menu = "quarantine.declarations"
    title = _("Declare seed")
    permission = DECLARE
    form_class = forms.DeclarationForm
    sections = SECTIONS
    button = _("Save and go on")

    @property
    def lead(self) -> Any:  # type: ignore[override]
        """The lead time of today."""
        return _("Declare %(days)s days before the seed leaves. You check and submit on the next page.") % {
            "days": number("declaration.lead_days")
        }

    def producer(self) -> Any:
        """The producer that the address names."""
        rows = producers(self.user, DECLARE).filter(state="confirmed")
        return get_object_or_404(rows, uid=self.kwargs["producer"])

    def heading(self, subject: Any = None) -> Any:
        return f"{self.producer().name} · {self.title}"

    def follows(self) -> Declaration | None:
        """The declaration that is declared again, where the address names one."""
        uid = self.request.GET.get("follows", "")
        rows = queries.declarations(self.user).filter(producer=self.producer())
        return rows.filter(uid=uid).first() if _is_uuid(uid) else None

    def initial(self) -> dict[str, Any]:
        producer, before = self.producer(), self.follows()
        if before is not None:
            return {name: getattr(before, name) for name in actions.FIELDS if name not in ("departs_on", "caught_on")}
        point = next(iter(points_for(producer.area_code)), None)
        pond = ponds_of(producer).exclude(species=None).first()
        return {
            "point": point,
            "pond": pond,
            "species": pond.species if pond else None,
            "unit": pond.unit if pond else "tail",
            "from_kind": "farm",
            "from_area": producer.area_code,
            "from_address": producer.address,
            "to_kind": "farm",
            "declarant_name": producer.contact_name,
            "declarant_phone": producer.contact_phone,
        }

    def form(self, **kwargs: Any) -> Any:
        return super().form(producer=self.producer(), **kwargs)

    def cancel_to(self) -> str:
        return url("declarations")

    def perform(self, form: Any, user: Any) -> str:
        made = actions.draft_declaration(user, self.producer(), form.cleaned_data, follows=self.follows())
        return url("declaration", made.uid)


class Change(FormPage):
    """Change a draft, or make the correction that was asked."""

    menu = "quarantine.declarations"
    title = _("Change the declaration")
    permission = DECLARE
    form_class = forms.DeclarationForm
    sections = SECTIONS
    model_pk = "uid"

    def queryset(self, user: Any) -> QuerySet[Any]:
        return queries.declarations(user, DECLARE).filter(state__in=actions.CHANGEABLE)

    def form(self, **kwargs: Any) -> Any:
        return super().form(producer=self.subject().producer, **kwargs)

    def cancel_to(self) -> str:
        return url("declaration", self.kwargs["uid"])

    def perform(self, form: Any, user: Any) -> str:
        subject = self.subject()
        actions.draft_declaration(user, subject.producer, form.cleaned_data, declaration=subject)
        return self.cancel_to()


class Detail(DetailPage):
    """A declaration with what is known, attached and possible."""

    menu = "quarantine.declarations"
    permission = READ
    model_pk = "uid"

    def queryset(self, user: Any) -> QuerySet[Any]:
        return queries.declarations(user)

    def heading(self, subject: Any = None) -> Any:
        return f"{subject.species} {subject.quantity}" if subject else self.title

    @property
    def lead(self) -> Any:  # type: ignore[override]
        """What happens next."""
        return next_step(self.subject().state)

    def state(self, subject: Declaration) -> str:
        return STATES.html(subject.state)

    def fact_groups(self, subject: Declaration) -> Sequence[FactGroup]:
        groups = [_seed(subject), _way(subject), _standing(subject)]
        asked = requirements(subject.species)
        rules = [
            Fact(
                each.disease,
                _("laboratory test") if each.needs_test else _("clinical"),
                is_wide=False,
            )
            for each in asked
        ] or [Fact(_("procedure"), _("No procedure is in force for this species; the province has to enter one."))]
        groups.append(FactGroup(_("What the procedure in force asks for"), rules))
        return groups

    def tabs(self, subject: Declaration, user: Any) -> Sequence[Tab]:
        files = list(files_of(subject))
        for file in files:
            file.kind_text = FILE_KINDS.get(file.kind, file.kind)  # type: ignore[attr-defined]
        may = subject.state in actions.ATTACHABLE and (user.has_perm(DECLARE) or user.has_perm(DECIDE))
        add = Act(_("Attach"), url("attach", subject.uid), "upload") if may else None
        template = "quarantine_declarations/files.html"
        own = [Tab("files", _("papers attached"), files, count=len(files), template_name=template, act=add)]
        return own + [tab for make in DECLARATION_TABS if (tab := make(subject, user)) is not None]

    def history(self, subject: Declaration, user: Any) -> Iterable[HistoryEntry]:
        return history_entries(subject, user)

    def acts(self, subject: Declaration, user: Any) -> list[Act]:
        found = [Act(_("Paper"), url("paper", subject.uid), "file-type-pdf")]
        if user.has_perm(DECLARE):
            found += _declarant_acts(subject)
        if user.has_perm(DECIDE) and queries.of_agency(user, DECIDE).filter(pk=subject.pk).exists():
            found += _officer_acts(subject)
        return found + [act for make in DECLARATION_ACTS for act in make(subject, user)]


def _declarant_acts(subject: Declaration) -> list[Act]:
    found = []
    if subject.state in actions.CHANGEABLE:
        found.append(Act(_("Change"), url("change", subject.uid), "pencil"))
    if can(subject.state, Step.WITHDRAW):
        found.append(Act(_("Withdraw"), url("withdraw", subject.uid), "x", is_dialog=True))
    if can(subject.state, Step.SUBMIT):
        found.append(Act(_("Submit"), url("submit", subject.uid), "send", is_main=True, is_dialog=True))
    return found


def _officer_acts(subject: Declaration) -> list[Act]:
    if subject.state == State.REFUSED:
        return [Act(_("Archive"), url("archive", subject.uid), "archive", is_dialog=True)]
    if subject.state not in (State.SUBMITTED, State.CORRECTING):
        return []
    asked = _("A correction was asked already; it is asked once.") if subject.correction_asked_at else ""
    waits = _("The correction is awaited.") if subject.state == State.CORRECTING else ""
    return [
        Act(_("Refuse"), url("refuse", subject.uid), "x", is_dialog=True, is_grave=True),
        Act(_("Ask for a correction"), url("correction", subject.uid), "edit", why_not=asked, is_dialog=True),
        Act(_("Accept"), url("accept", subject.uid), "check", why_not=waits, is_main=not waits, is_dialog=True),
    ]


def _seed(subject: Declaration) -> FactGroup:
    facts = [
        Fact(_("number"), subject.number, CODE),
        Fact(
            _("producer"), subject.producer, link=reverse("quarantine_registry:producer", args=[subject.producer.uid])
        ),
        Fact(_("what leaves"), subject.get_goods_display()),
        Fact(_("species"), subject.species),
        *([Fact(_("name of the product"), subject.product_name)] if subject.goods == Goods.PRODUCT else []),
        Fact(_("quantity"), str(subject.quantity)),
        Fact(_("pond"), subject.pond),
        Fact(_("purpose"), subject.get_purpose_display()),
        Fact(_("source"), subject.get_origin_display()),
        Fact(_("musts met"), "；".join(subject.musts), is_wide=True),
    ]
    if subject.caught_on:
        facts.append(Fact(_("caught on"), subject.caught_on, DATE))
    if subject.follows:
        facts.append(
            Fact(_("declared again after"), subject.follows, CODE, link=url("declaration", subject.follows.uid))
        )
    return FactGroup(_("Seed"), facts)


def _way(subject: Declaration) -> FactGroup:
    facts = [
        Fact(_("leaves from"), f"{subject.from_address}（{subject.get_from_kind_display()}）", is_wide=True),
        Fact(_("to"), f"{subject.to_address}（{subject.get_to_kind_display()}）", is_wide=True),
        Fact(_("consignee"), f"{subject.consignee_name} {subject.consignee_phone}".strip()),
        Fact(_("leaves on"), subject.departs_on, DATE),
        Fact(_("transport"), f"{subject.get_transport_display()} {subject.vehicle}".strip()),
        Fact(_("carrier"), f"{subject.carrier_name} {subject.carrier_phone}".strip()),
    ]
    return FactGroup(_("Way"), facts)


def _standing(subject: Declaration) -> FactGroup:
    facts = [
        Fact(_("declared by"), f"{subject.declarant_name} {subject.declarant_phone}".strip()),
        Fact(_("declared"), subject.get_channel_display()),
        Fact(_("declaration point"), subject.point),
        Fact(_("submitted at"), subject.submitted_at, INSTANT),
    ]
    if subject.correction_asked_at:
        facts.append(Fact(_("what to correct"), subject.correction_text, is_wide=True))
        facts.append(Fact(_("correct until"), subject.correction_due_on, DATE))
    if subject.decided_at:
        facts.append(Fact(_("handled by"), f"{subject.decided_by} {subject.decided_phone}".strip()))
        facts.append(Fact(_("accepted or refused at"), subject.decided_at, INSTANT))
    if subject.visit_on:
        facts.append(Fact(_("visit planned for"), f"{subject.visit_on} {subject.visit_place}", is_wide=True))
    if subject.closed_reason:
        facts.append(Fact(_("closed because"), subject.closed_reason, is_wide=True))
    if subject.refusal_reason:
        facts.append(Fact(_("reason for refusal"), subject.refusal_reason, is_wide=True))
    return FactGroup(_("Declaration"), facts)


class Paper(PrintPage):
    """The declaration as the form prints it; the receipt once it is decided."""

    menu = "quarantine.declarations"
    permission = READ
    model_pk = "uid"

    def queryset(self, user: Any) -> QuerySet[Any]:
        return queries.declarations(user)

    def pdf(self, subject: Declaration, user: Any) -> bytes:
        return document_bytes(subject.receipt_uid) if subject.receipt_uid else papers.preview(subject)


class DeclarationAct(ActPage):
    """An act on a declaration."""

    permission = DECLARE
    model_pk = "uid"
    clause = "Q5"

    def queryset(self, user: Any) -> QuerySet[Any]:
        return queries.declarations(user, self.permission)

    def done(self, declaration: Declaration) -> str:
        """Back to the declaration."""
        return url("declaration", declaration.uid)


class Submit(DeclarationAct):
    """Submit a declaration."""

    title = _("Submit the declaration")
    button = _("Submit")
    form_class = forms.TruthForm

    def sentence(self, subject: Declaration) -> Any:
        return _("%(point)s gets the declaration and accepts it, refuses it, or asks once for a correction.") % {
            "point": subject.point
        }

    def perform(self, subject: Declaration, form: Any, user: Any) -> str:
        return self.done(actions.submit_declaration(user, subject))


class Withdraw(DeclarationAct):
    """Withdraw a declaration."""

    title = _("Withdraw the declaration")
    button = _("Withdraw")
    reason = "required"

    def sentence(self, subject: Declaration) -> Any:
        return _("The declaration stays in the list as withdrawn; declare anew when the seed is to leave after all.")

    def perform(self, subject: Declaration, form: Any, user: Any) -> str:
        return self.done(actions.withdraw_declaration(user, subject, form.cleaned_data["reason"]))


class OfficerAct(DeclarationAct):
    """An act of the declaration point."""

    permission = DECIDE

    def queryset(self, user: Any) -> QuerySet[Any]:
        return queries.of_agency(user, DECIDE)


class Accept(OfficerAct):
    """Accept a declaration."""

    title = _("Accept the declaration")
    button = _("Accept")
    form_class = forms.AcceptForm

    def form(self, **kwargs: Any) -> Any:
        subject = self.subject()
        kwargs.setdefault("initial", {"visit_on": subject.departs_on, "visit_place": subject.from_address[:200]})
        return super().form(**kwargs)

    def sentence(self, subject: Declaration) -> Any:
        return _("The applicant gets a receipt that says when and where veterinarians come.")

    def perform(self, subject: Declaration, form: Any, user: Any) -> str:
        data = form.cleaned_data
        return self.done(actions.accept_declaration(user, subject, data["visit_on"], data["visit_place"]))


class Refuse(OfficerAct):
    """Refuse a declaration."""

    title = _("Refuse the declaration")
    button = _("Refuse")
    reason = "required"
    is_grave = True
    irreversible = _("A refused declaration stays refused; the producer declares anew.")

    def sentence(self, subject: Declaration) -> Any:
        return _("The applicant gets a receipt with the reason.")

    def perform(self, subject: Declaration, form: Any, user: Any) -> str:
        return self.done(actions.refuse_declaration(user, subject, form.cleaned_data["reason"]))


class Archive(OfficerAct):
    """Close the file of a declaration that was not accepted."""

    title = _("Archive the file")
    button = _("Archive")
    clause = "Q9"

    def sentence(self, subject: Declaration) -> Any:
        return _("The file is complete and closed; it is kept for %(months)s months at least.") % {
            "months": number("file.retention_months")
        }

    def perform(self, subject: Declaration, form: Any, user: Any) -> str:
        return self.done(actions.archive_refused(user, subject))


class Correction(OfficerAct):
    """Ask for a correction."""

    title = _("Ask for a correction")
    button = _("Ask for a correction")
    reason = "required"
    reason_label = _("What to correct")
    reason_help = _("Name everything at once: a correction is asked only once.")

    def sentence(self, subject: Declaration) -> Any:
        return _("The applicant corrects within %(days)s days and submits again.") % {
            "days": number("declaration.correction_days")
        }

    def perform(self, subject: Declaration, form: Any, user: Any) -> str:
        return self.done(actions.ask_correction(user, subject, form.cleaned_data["reason"]))


class Attach(FormPage):
    """Attach a paper."""

    menu = "quarantine.declarations"
    title = _("Attach a paper")
    permission = READ
    form_class = forms.AttachForm
    button = _("Attach")
    model_pk = "uid"

    def queryset(self, user: Any) -> QuerySet[Any]:
        if not (user.has_perm(DECLARE) or user.has_perm(DECIDE)):
            raise Http404
        return queries.declarations(user)

    def form(self, **kwargs: Any) -> Any:
        self.subject()
        return super().form(**kwargs)

    def cancel_to(self) -> str:
        return url("declaration", self.kwargs["uid"])

    def perform(self, form: Any, user: Any) -> str:
        actions.attach(user, self.subject(), form.cleaned_data["kind"], form.cleaned_data["file"])
        return self.cancel_to()


def _is_uuid(text: str) -> bool:
    return len(text) == 36 and all(sign in "0123456789abcdef-" for sign in text) and text.count("-") == 4
