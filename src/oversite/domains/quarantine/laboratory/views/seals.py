"""Seals: who holds how many, where every number is, handing them out, declaring them void or lost."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from oversite.base.agencies.queries import subtree
from oversite.base.numbers.actions import INSTALLATION, Holder
from oversite.base.numbers.queries import Balance, gap_report
from oversite.domains.quarantine.laboratory import actions, forms, queries
from oversite.domains.quarantine.laboratory.actions.seals import HAND_OUT, REGISTER, giver_of
from oversite.domains.quarantine.laboratory.actions.taking import seal_value
from oversite.screens.acts import Act
from oversite.screens.form_page import FormPage
from oversite.screens.page import PageView

MENU = "quarantine.seals"


def holders_of(user: Any) -> list[Any]:
    """The agencies of the subtree that hold seals: those that take samples."""
    return [each for each in subtree(user.agency) if each.kind != "enterprise"]


def receivers(user: Any) -> list[Any]:
    """To whom a user can hand seals out; nobody hands them to their own hand."""
    giver = giver_of(user)
    return [each for each in holders_of(user) if Holder.of(each) != giver]


class Seals(PageView):
    """The books of the seals of one's subtree."""

    menu = MENU
    title = _("Seals")
    lead = _("Every seal number is used once; unused, used, void and lost ones always add up.")
    permission = HAND_OUT
    template_name = "quarantine_laboratory/seals.html"

    def page_acts(self, user: Any) -> list[Act]:
        why = "" if receivers(user) else _("No agency stands below yours: the one above hands seals out.")
        return [
            Act(_("Declare void or lost"), reverse("quarantine_laboratory:spoil"), "ban"),
            Act(_("Hand out"), reverse("quarantine_laboratory:hand-out"), "share", is_main=True, why_not=why),
        ]

    def get(self, request: HttpRequest, **_kwargs: Any) -> HttpResponse:
        """One row per agency that holds or held seals."""
        del request
        report = gap_report(queries.seal_pool())
        names = {Holder.of(agency): agency.name for agency in subtree(self.user.agency)}
        rows = [(names[holder], balance) for holder, balance in report.holders.items() if holder in names]
        stock = report.holders.get(INSTALLATION, Balance())
        is_keeper = self.user.has_perm(REGISTER)
        return self.show({"rows": rows, "report": report, "stock": stock, "is_keeper": is_keeper})


class SealForm(FormPage):
    """A form about seals of the subtree."""

    menu = MENU
    permission = HAND_OUT

    def form(self, **kwargs: Any) -> Any:
        form = super().form(**kwargs)
        self.agencies = {str(each.pk): each for each in self.offered()}
        form.fields["agency"].choices = [(key, each.name) for key, each in self.agencies.items()]  # type: ignore[attr-defined]
        return form

    def offered(self) -> list[Any]:
        """The agencies to choose from."""
        return holders_of(self.user)

    def cancel_to(self) -> str:
        return reverse("quarantine_laboratory:seals")


class HandOut(SealForm):
    """Give seals to an agency below."""

    title = _("Hand out seals")
    lead = _("The lowest unused numbers go over; the range is the one printed on the seals.")
    form_class = forms.HandOutForm
    button = _("Hand out")

    def offered(self) -> list[Any]:
        return receivers(self.user)

    def perform(self, form: Any, user: Any) -> str:
        agency = self.agencies[form.cleaned_data["agency"]]
        ranges = actions.hand_out_seals(user, agency, form.cleaned_data["count"])
        said = _t("%(agency)s now holds %(ranges)s.") % {"agency": agency.name, "ranges": ranges}
        messages.success(self.request, said)
        return self.cancel_to()


class Spoil(SealForm):
    """Declare unused seals void or lost."""

    title = _("Declare seals void or lost")
    lead = _("They stay in the books and are never used.")
    form_class = forms.SpoilForm
    button = _("Declare them")

    def perform(self, form: Any, user: Any) -> str:
        given = form.cleaned_data
        first, last = seal_value(given["first"]), seal_value(given["last"])
        agency = self.agencies[given["agency"]]
        count = actions.spoil_seals(user, agency, first, last, given["fate"], given["reason"])
        messages.success(self.request, _t("%(count)s seals were declared.") % {"count": count})
        return self.cancel_to()
