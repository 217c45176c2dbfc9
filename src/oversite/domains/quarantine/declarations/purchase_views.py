"""Pages of purchases across provinces: reported by the producer on a phone, or by the officer at the point."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from oversite.base.audit.queries import history_entries
from oversite.domains.quarantine.declarations import forms, purchases, queries
from oversite.domains.quarantine.declarations.models import PurchaseReport
from oversite.domains.quarantine.registry.queries import producer_of
from oversite.domains.quarantine.rules.queries import number
from oversite.screens.acts import Act, EmptyState
from oversite.screens.columns import Column
from oversite.screens.detail_page import DetailPage, Fact, FactGroup, HistoryEntry
from oversite.screens.filters import DateRangeFilter, TextFilter, YesNoFilter
from oversite.screens.form_page import FormPage, FormSection
from oversite.screens.formats import CODE, INSTANT, State, StateFormat
from oversite.screens.list_page import ListPage

READ = queries.READ
STANDINGS = StateFormat(
    {
        "in-time": State(_("reported in time"), "good"),
        "late": State(_("reported late"), "soon"),
        "bare": State(_("without a certificate"), "now"),
    }
)


def url(name: str, *args: object) -> str:
    """The address of a page of purchases."""
    return reverse(f"quarantine_declarations:{name}", args=args)


def standing(row: PurchaseReport) -> str:
    """Whether it was reported as it has to be."""
    return "bare" if not row.certificate_number else "late" if row.is_late else "in-time"


class Purchases(ListPage):
    """The purchases that were reported."""

    menu = "quarantine.purchases"
    title = _("Purchases across provinces")
    permission = READ
    default_sort = "-arrived"
    columns = (
        Column("arrived", _("arrived at"), "arrived_at", INSTANT, "arrived_at"),
        Column("buyer", _("buyer"), "buyer_name", sort="buyer_name"),
        Column("species", _("species"), "species"),
        Column("quantity", _("quantity"), lambda row: str(row.quantity)),
        Column("from", _("division of departure"), "from_area", CODE),
        Column("seller", _("seller"), "seller_name"),
        Column("certificate", _("quarantine certificate"), "certificate_number", CODE),
        Column("reported", _("time of the report"), "reported_at", INSTANT, "reported_at"),
        Column("standing", _("state"), standing, STANDINGS),
    )
    filters = (
        TextFilter("q", _("buyer, seller or certificate"), ("buyer_name", "seller_name", "certificate_number")),
        YesNoFilter("late", _("reported late"), field="is_late"),
        DateRangeFilter("arrived", _("arrived at"), "arrived_at"),
    )
    empty = EmptyState(
        _("No purchase from another province has been reported"),
        _("Who buys seed in another province reports it to the county of destination after its arrival."),
    )

    @property
    def lead(self) -> Any:  # type: ignore[override]
        """Until when the rule asks for the report."""
        return _("Seed from another province is reported within %(hours)s hours after it arrived.") % {
            "hours": number("purchase.report_hours")
        }

    def queryset(self, user: Any) -> QuerySet[Any]:
        return queries.purchases(user)

    def main_act(self, user: Any) -> Act | None:
        may = user.has_perm(purchases.REPORT)
        return Act(_("Report a purchase"), url("purchase-new"), "plus", is_main=True) if may else None

    def row_link(self, row: Any) -> str:
        return url("purchase", row.uid)


class PurchaseNew(FormPage):
    """Report a purchase."""

    menu = "quarantine.purchases"
    title = _("Report a purchase across provinces")
    lead = _("What is reported stays; report anew where something was wrong, and say so in the note.")
    permission = purchases.REPORT
    form_class = forms.PurchaseForm
    button = _("Report")
    sections = (
        FormSection(_("Buyer"), ("buyer_name", "buyer_phone", "to_area", "to_address", "arrived_at")),
        FormSection(_("Seed"), ("species", "amount", "unit", "from_area", "seller_name", "certificate_number", "note")),
    )

    def form(self, **kwargs: Any) -> Any:
        return super().form(producer=producer_of(self.user), **kwargs)

    def initial(self) -> dict[str, Any]:
        own = producer_of(self.user)
        if own is None:
            return {}
        return {"buyer_phone": own.contact_phone, "to_area": own.area_code, "to_address": own.address}

    def cancel_to(self) -> str:
        return url("purchases")

    def perform(self, form: Any, user: Any) -> str:
        return url("purchase", purchases.report_purchase(user, form.cleaned_data).uid)


class PurchaseDetail(DetailPage):
    """A purchase that was reported."""

    menu = "quarantine.purchases"
    permission = READ
    model_pk = "uid"

    def queryset(self, user: Any) -> QuerySet[Any]:
        return queries.purchases(user)

    def state(self, subject: PurchaseReport) -> str:
        return STANDINGS.html(standing(subject))

    def fact_groups(self, subject: PurchaseReport) -> Sequence[FactGroup]:
        producer = subject.producer
        link = reverse("quarantine_registry:producer", args=[producer.uid]) if producer is not None else ""
        seed = [
            Fact(_("buyer"), f"{subject.buyer_name} {subject.buyer_phone}", link=link),
            Fact(_("species"), subject.species),
            Fact(_("quantity"), str(subject.quantity)),
            Fact(_("seller"), subject.seller_name),
            Fact(_("division of departure"), subject.from_area, CODE),
            Fact(_("number of the certificate it came with"), subject.certificate_number, CODE),
            Fact(_("destination"), f"{subject.to_address}（{subject.to_area}）", is_wide=True),
            Fact(_("arrived at"), subject.arrived_at, INSTANT),
            Fact(_("note"), subject.note, is_wide=True),
        ]
        report = [
            Fact(_("time of the report"), subject.reported_at, INSTANT),
            Fact(_("report made by"), subject.reported_by),
            Fact(_("agency"), subject.agency),
        ]
        return [FactGroup(_("Seed"), seed), FactGroup(_("Report"), report)]

    def history(self, subject: PurchaseReport, user: Any) -> Iterable[HistoryEntry]:
        return history_entries(subject, user)
