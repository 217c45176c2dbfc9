"""Reporting arrivals: by the number of the certificate, wherever it was issued."""

from typing import Any

from django import forms
from django.http import Http404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from oversite.common.errors import Refused
from oversite.domains.quarantine.certificates import actions, queries
from oversite.domains.quarantine.certificates.actions.arrivals import RECEIVE, Reported
from oversite.domains.quarantine.certificates.models import Certificate
from oversite.screens.form_page import FormPage


class NumberForm(forms.Form):
    """Which certificate."""

    number = forms.CharField(label=_("Number of the certificate"), max_length=20)


class ReceiveFind(FormPage):
    """Ask for the number."""

    menu = "quarantine-certificates"
    permission = RECEIVE
    title = _("Report an arrival")
    lead = _("Across provinces an arrival is reported to the county of destination within 24 hours.")
    button = _("Go on")
    form_class = NumberForm

    def perform(self, form: Any, user: Any) -> str:
        """Lead to the report."""
        found = queries.receivable(user, form.cleaned_data["number"])
        if found is None:
            raise Refused("quarantine.arrival.unknown", _("There is no certificate with this number here."), "Q1", 404)
        return reverse("quarantine_certificates:receive", args=[found.number])


class ArrivalForm(forms.Form):
    """What arrived."""

    amount = forms.IntegerField(label=_("Quantity"), min_value=1)
    arrived_at = forms.DateTimeField(
        label=_("Arrived at"),
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M", "%Y-%m-%d %H:%M:%S"],
    )
    place = forms.CharField(label=_("Place of arrival"), max_length=200)
    reporter = forms.CharField(label=_("Reported by"), max_length=80)
    reporter_phone = forms.CharField(label=_("Telephone"), max_length=40, required=False)


class Receive(FormPage):
    """Report what arrived under one certificate."""

    menu = "quarantine-certificates"
    permission = RECEIVE
    title = _("Report an arrival")
    button = _("Report the arrival")
    form_class = ArrivalForm

    def subject(self) -> Certificate:
        """The certificate of that number; 404 where there is none."""
        found = queries.receivable(self.user, self.kwargs["number"])
        if found is None:
            raise Http404
        return found

    def heading(self, subject: Any = None) -> Any:
        """Number, goods and what is left."""
        found = self.subject()
        left = queries.remaining(found)
        return _("%(number)s · %(species)s · %(left)s left") % {
            "number": found.number,
            "species": found.species,
            "left": f"{left} {found.get_unit_display()}",
        }

    def initial(self) -> dict[str, Any]:
        """All that is left, now, at the declared destination."""
        found = self.subject()
        return {
            "amount": queries.remaining(found),
            "arrived_at": timezone.localtime(),
            "place": found.destination,
            "reporter": self.user.name,
        }

    def cancel_to(self) -> str:
        """Back to the question."""
        return reverse("quarantine_certificates:receive-find")

    def perform(self, form: Any, user: Any) -> str:
        """Report."""
        actions.report_arrival(user, self.subject(), Reported(**form.cleaned_data))
        return reverse("quarantine_certificates:receive-find")
