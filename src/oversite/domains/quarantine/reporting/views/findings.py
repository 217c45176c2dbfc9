"""Findings: seed that was not inspected, purchases that were not reported; and a certificate as SPS XML."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from oversite.base.audit.queries import history_entries
from oversite.domains.quarantine.certificates.queries import READ as READ_CERTIFICATES
from oversite.domains.quarantine.certificates.queries import certificates
from oversite.domains.quarantine.reporting import actions, forms, queries
from oversite.domains.quarantine.reporting.models import Finding
from oversite.domains.quarantine.reporting.sps import sps_xml
from oversite.domains.quarantine.reporting.words import FINDING_STATES
from oversite.domains.quarantine.rules.queries import all_species, today
from oversite.screens.act_page import ActPage
from oversite.screens.acts import Act, EmptyState
from oversite.screens.columns import Column
from oversite.screens.detail_page import DetailPage, Fact, FactGroup, HistoryEntry
from oversite.screens.filters import ChoiceFilter, DateRangeFilter, TextFilter
from oversite.screens.form_page import FormPage
from oversite.screens.formats import CODE, DATE, INSTANT
from oversite.screens.list_page import ListPage
from oversite.screens.page import PageView

MENU = "quarantine.findings"


def url(name: str, *args: Any) -> str:
    """An address of this app."""
    return reverse(f"quarantine_reporting:{name}", args=args)


class Findings(ListPage):
    """Everything that was found in the subtree."""

    menu = MENU
    title = _("Quarantine findings")
    lead = _("Looked for every night in declarations, certificates and the register; purchases are entered by hand.")
    permission = queries.FINDINGS
    default_sort = "-happened"
    columns = (
        Column("happened", _("day"), "happened_on", DATE, "happened_on"),
        Column("kind", _("kind"), "get_kind_display", sort="kind"),
        Column("party", _("party"), "party", sort="party"),
        Column("facts", _("facts"), "facts"),
        Column("state", _("state"), "state", FINDING_STATES, "state"),
        Column("agency", _("agency"), "agency.name", sort="agency__name"),
    )
    filters = (
        TextFilter("q", _("party or facts"), ("party", "facts")),
        ChoiceFilter("kind", _("kind"), Finding.Kind.choices),
        ChoiceFilter("state", _("state"), Finding.State.choices),
        DateRangeFilter("happened", _("day"), "happened_on", is_date=True),
    )
    empty = EmptyState(_("Nothing was found"), _("The next look is tonight."))

    def queryset(self, user: Any) -> QuerySet[Any]:
        return queries.findings(user)

    def row_link(self, row: Any) -> str:
        return url("finding", row.uid)

    def main_act(self, user: Any) -> Act | None:
        if not user.has_perm(queries.DECIDE):
            return None
        return Act(_("Enter an unreported purchase"), url("purchase"), "plus", is_main=True)


class FindingDetail(DetailPage):
    """A finding and what became of it."""

    menu = MENU
    permission = queries.FINDINGS
    model_pk = "uid"

    def queryset(self, user: Any) -> QuerySet[Any]:
        return queries.findings(user)

    def heading(self, subject: Any = None) -> Any:
        return subject.get_kind_display() if subject else ""

    def state(self, subject: Finding) -> str:
        return FINDING_STATES.html(subject.state)

    def fact_groups(self, subject: Finding) -> Sequence[FactGroup]:
        declared = subject.declaration
        facts = [
            Fact(_("party"), subject.party),
            Fact(_("day"), subject.happened_on, DATE),
            Fact(_("division code"), subject.area_code, CODE),
            Fact(_("facts"), subject.facts, is_wide=True),
            Fact(_("found at"), subject.found_at, INSTANT),
            Fact(_("found by"), subject.found_by or _("the nightly look")),
        ]
        if declared is not None:
            link = reverse("quarantine_declarations:declaration", args=[declared.uid])
            facts.insert(2, Fact(_("declaration"), declared.number, CODE, link))
        if subject.decided_at is not None:
            facts += [
                Fact(_("decided at"), subject.decided_at, INSTANT),
                Fact(_("decided by"), subject.decided_by),
                Fact(_("what was decided"), subject.decision, is_wide=True),
            ]
        return [FactGroup(_("Finding"), facts)]

    def history(self, subject: Finding, user: Any) -> Iterable[HistoryEntry]:
        return history_entries(subject, user)

    def acts(self, subject: Finding, user: Any) -> list[Act]:
        if not user.has_perm(queries.DECIDE):
            return []
        why_not = "" if subject.state == Finding.State.OPEN else _("It has been decided.")
        return [Act(_("Decide"), url("decide", subject.uid), "gavel", why_not=why_not, is_main=True, is_dialog=True)]


class Decide(ActPage):
    """Explain or confirm."""

    menu = MENU
    title = _("Decide the finding")
    permission = queries.DECIDE
    model_pk = "uid"
    form_class = forms.DecideForm
    reason = "required"
    reason_label = _("What it turned out to be")
    button = _("Decide")
    clause = "Q18"

    def queryset(self, user: Any) -> QuerySet[Any]:
        return queries.findings(user, queries.DECIDE)

    def sentence(self, subject: Any) -> Any:
        return _("The decision on %(party)s stays and is not changed any more.") % {"party": subject.party}

    def perform(self, subject: Any, form: Any, user: Any) -> str:
        actions.decide_finding(user, subject, form.cleaned_data["state"], form.cleaned_data["reason"])
        return url("finding", subject.uid)


class Purchase(FormPage):
    """Enter a purchase across provinces that nobody reported."""

    menu = MENU
    title = _("Unreported purchase across provinces")
    lead = _("Seed that came from another province is reported to the destination within 24 hours.")
    permission = queries.DECIDE
    form_class = forms.PurchaseForm

    def initial(self) -> dict[str, Any]:
        return {"happened_on": today()}

    def cancel_to(self) -> str:
        return url("findings")

    def perform(self, form: Any, user: Any) -> str:
        return url("finding", actions.report_purchase(user, **form.cleaned_data).uid)


class SpsXml(PageView):
    """A certificate as UN/CEFACT SPS XML."""

    permission = READ_CERTIFICATES
    model_pk = "uid"

    def queryset(self, user: Any) -> QuerySet[Any]:
        return certificates(user)

    def get(self, request: HttpRequest, **_kwargs: Any) -> HttpResponse:
        """The message."""
        del request
        certificate = self.subject()
        kind = all_species().filter(key=certificate.species_key).first()
        headers = {"Content-Disposition": f'attachment; filename="{certificate.number}.xml"'}
        content = sps_xml(certificate, kind.latin if kind else "")
        return HttpResponse(content, "application/xml; charset=utf-8", headers=headers)
