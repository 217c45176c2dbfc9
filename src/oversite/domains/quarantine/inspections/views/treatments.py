"""Treatment notices for seed that is not qualified: issued, carried out under supervision, or recovered."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.db.models import QuerySet
from django.http import Http404
from django.utils.translation import gettext_lazy as _

from oversite.base.audit.queries import history_entries
from oversite.base.documents.queries import document_bytes
from oversite.domains.quarantine.declarations.flow import State as Flow
from oversite.domains.quarantine.inspections import actions, forms, queries
from oversite.domains.quarantine.inspections.measures import name_zh
from oversite.domains.quarantine.inspections.models import TreatmentNotice
from oversite.domains.quarantine.inspections.views.inspections import CONDUCT, READ, url
from oversite.domains.quarantine.inspections.views.notices import NOTICES
from oversite.screens.act_page import ActPage
from oversite.screens.acts import Act
from oversite.screens.columns import Column
from oversite.screens.detail_page import DetailPage, Fact, FactGroup, HistoryEntry
from oversite.screens.filters import ChoiceFilter
from oversite.screens.form_page import FormPage
from oversite.screens.formats import CODE, DATE, INSTANT, NUMBER
from oversite.screens.list_page import ListPage
from oversite.screens.print_page import PrintPage


class Treat(FormPage):
    """Issue a treatment notice."""

    menu = "quarantine.inspections"
    title = _("Treatment notice")
    lead = _("For seed that is not qualified: what is to be done with it, and on what legal basis.")
    permission = CONDUCT
    form_class = forms.TreatmentForm
    model_pk = "uid"
    button = _("Issue the notice")

    def queryset(self, user: Any) -> QuerySet[Any]:
        return queries.inspections(user, CONDUCT).filter(declaration__state=Flow.UNQUALIFIED)

    def initial(self) -> dict[str, Any]:
        declared = self.subject().declaration
        return {
            "amount": declared.amount,
            "unit": declared.unit,
            "party_name": declared.producer.name,
            "party_phone": declared.declarant_phone,
        }

    def form(self, **kwargs: Any) -> Any:
        self.subject()
        return super().form(**kwargs)

    def cancel_to(self) -> str:
        return url("inspection", self.kwargs["uid"])

    def perform(self, form: Any, user: Any) -> str:
        data = form.cleaned_data
        last = data["measures"][-1]
        ordered = actions.Treatment(
            basis=data["basis"],
            amount=data["amount"],
            unit=data["unit"],
            measures=[(kind, data["text"] if kind == last else "") for kind in data["measures"]],
            party_name=data["party_name"],
            party_phone=data["party_phone"],
        )
        return url("treatment", actions.issue_treatment(user, self.subject(), ordered).uid)


class Treatments(ListPage):
    """The treatment notices."""

    menu = "quarantine.inspections"
    title = _("Treatment notices")
    lead = _("Seed that was not qualified, and how the notice was carried out.")
    permission = READ
    default_sort = "-issued"
    columns = (
        Column("number", _("number"), "number", CODE, "number"),
        Column("party", _("party"), "party_name", sort="party_name"),
        Column("grounds", _("grounds for it"), "grounds"),
        Column("issued", _("issued at"), "issued_at", INSTANT, "issued_at"),
        Column("done", _("carried out on"), "done_on", DATE),
        Column("state", _("state"), "state", NOTICES, "state"),
    )
    filters = (ChoiceFilter("state", _("state"), TreatmentNotice.State.choices),)

    def queryset(self, user: Any) -> QuerySet[Any]:
        return queries.treatments(user)

    def row_link(self, row: Any) -> str:
        return url("treatment", row.uid)


class TreatmentDetail(DetailPage):
    """A treatment notice."""

    menu = "quarantine.inspections"
    permission = READ
    model_pk = "uid"

    def queryset(self, user: Any) -> QuerySet[Any]:
        return queries.treatments(user)

    def state(self, subject: TreatmentNotice) -> str:
        return NOTICES.html(subject.state)

    def fact_groups(self, subject: TreatmentNotice) -> Sequence[FactGroup]:
        inspection = subject.inspection
        notice = [
            Fact(_("inspection"), inspection, CODE, link=url("inspection", inspection.uid)),
            Fact(_("party"), f"{subject.party_name} {subject.party_phone}".strip()),
            Fact(_("quantity"), f"{subject.amount:,} {subject.get_unit_display()}"),
            Fact(_("grounds for it"), subject.grounds, is_wide=True),
            Fact(_("legal basis"), subject.basis, is_wide=True),
            Fact(
                _("measures"),
                "；".join(_measure(each) for each in subject.measures),
                is_wide=True,
            ),
            Fact(_("issued by"), subject.issued_by),
            Fact(_("issued at"), subject.issued_at, INSTANT),
        ]
        done = [
            Fact(_("carried out on"), subject.done_on, DATE),
            Fact(_("how it was carried out"), subject.done_how, is_wide=True),
            Fact(_("quantity disposed of"), subject.done_amount, NUMBER),
            Fact(_("supervised by"), subject.supervised_by),
        ]
        return [FactGroup(_("Treatment notice"), notice), FactGroup(_("Carried out"), done)]

    def history(self, subject: TreatmentNotice, user: Any) -> Iterable[HistoryEntry]:
        return history_entries(subject.inspection, user)

    def acts(self, subject: TreatmentNotice, user: Any) -> list[Act]:
        found = [Act(_("Notice"), url("notice", subject.uid), "file-type-pdf")]
        if user.has_perm(CONDUCT) and subject.state == TreatmentNotice.State.ISSUED:
            found.append(Act(_("Recovered"), url("recover", subject.uid), "heartbeat", is_dialog=True))
            found.append(Act(_("Disposed of"), url("dispose", subject.uid), "check", is_main=True, is_dialog=True))
        return found


def _measure(each: dict[str, str]) -> str:
    said = "，".join(filter(None, (each.get("order", "").rstrip("。"), each["text"])))
    grounds = f"（{each['grounds']}）" if each.get("grounds") else ""
    return f"{name_zh(each['kind'])}{grounds}：{said}" if said else f"{name_zh(each['kind'])}{grounds}"


class TreatmentAct(ActPage):
    """What became of a notice."""

    permission = CONDUCT
    model_pk = "uid"

    def queryset(self, user: Any) -> QuerySet[Any]:
        if not user.has_perm(CONDUCT):
            raise Http404
        return queries.treatments(user)


class Dispose(TreatmentAct):
    """Seed was disposed of under supervision."""

    title = _("Carried out under supervision")
    button = _("Enter")
    form_class = forms.DisposalForm

    def sentence(self, subject: TreatmentNotice) -> Any:
        return _("What you enter stays; the file can be archived afterwards.")

    def perform(self, subject: TreatmentNotice, form: Any, user: Any) -> str:
        return url("treatment", actions.note_disposal(user, subject, **_own(form)).uid)


class Recover(TreatmentAct):
    """Seed has recovered."""

    title = _("Recovered after treatment")
    button = _("Enter")
    form_class = forms.RecoveryForm

    def sentence(self, subject: TreatmentNotice) -> Any:
        return _("The producer may declare the seed again.")

    def perform(self, subject: TreatmentNotice, form: Any, user: Any) -> str:
        return url("treatment", actions.note_recovery(user, subject, **_own(form)).uid)


class Notice(PrintPage):
    """The treatment notice."""

    menu = "quarantine.inspections"
    permission = READ
    model_pk = "uid"

    def queryset(self, user: Any) -> QuerySet[Any]:
        return queries.treatments(user).exclude(document_uid=None)

    def pdf(self, subject: TreatmentNotice, user: Any) -> bytes:
        assert subject.document_uid is not None
        return document_bytes(subject.document_uid)


def _own(form: Any) -> dict[str, Any]:
    return {name: value for name, value in form.cleaned_data.items() if name != "reason"}
