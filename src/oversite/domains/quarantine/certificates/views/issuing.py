"""Issuing a certificate, on a phone beside the pond or at the desk."""

from typing import Any

from django import forms
from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from oversite.common.errors import Refused
from oversite.domains.quarantine.certificates import actions
from oversite.domains.quarantine.certificates.actions.issuing import decided_facts
from oversite.domains.quarantine.certificates.facts import terms_of
from oversite.domains.quarantine.certificates.inspecting import certificate_url
from oversite.domains.quarantine.certificates.kinds import kind_of
from oversite.domains.quarantine.certificates.models import Certificate
from oversite.domains.quarantine.certificates.terms_form import TermsForm
from oversite.domains.quarantine.inspections.actions import complete_record
from oversite.domains.quarantine.inspections.queries import certifiable
from oversite.screens.act_page import ActPage
from oversite.screens.form_page import FormPage


def completed(request: HttpRequest, certificate: Certificate) -> str:
    """Make the PDF of a certificate that was issued right now, and print its number into the work record; its page.

    The number is used up and the certificate counts: a key that cannot sign now is no refusal, the worker signs later.
    """
    try:
        complete_record(certificate.inspection)
        actions.complete_certificate(certificate)
    except Refused as refused:
        text = _t("Certificate %(number)s is issued. Its document is made as soon as it can be signed: %(why)s")
        messages.warning(request, text % {"number": certificate.number, "why": refused})
    return certificate_url(certificate)


class CertificateIssue(FormPage):
    """The last step of an inspection: fill in the transport, issue, print."""

    menu = "quarantine-certificates"
    permission = "quarantine.certificate.issue"
    model_pk = "uid"
    title = _("Issue the certificate")
    lead = _("The number comes from your own block. What is issued never changes: correct by replacing.")
    button = _("Issue the certificate")
    form_class = TermsForm

    def queryset(self, user: Any) -> QuerySet[Any]:
        """The inspections that wait for a certificate of this user."""
        return certifiable(user)

    def form(self, **kwargs: Any) -> forms.BaseForm:
        """The form for the kind that the way of the seed decides."""
        decided = decided_facts(self.subject())
        return super().form(kind=kind_of(decided.goods, leaves_province=decided.leaves_province), **kwargs)

    def initial(self) -> dict[str, Any]:
        """What declaration and inspection say."""
        return terms_of(decided_facts(self.subject())).as_json()

    def perform(self, form: Any, user: Any) -> str:
        """Issue, make the PDF, show the certificate."""
        return completed(self.request, actions.issue_certificate(user, self.subject(), form.terms()))


class CloseWithoutCertificate(ActPage):
    """The seed does not leave after all, or its certificate was made void and none is wanted: closed with a reason."""

    menu = "quarantine-certificates"
    permission = "quarantine.certificate.issue"
    model_pk = "uid"
    title = _("Close without a certificate")
    button = _("Close it")
    clause = "Q1"
    reason = "required"
    irreversible = _("No certificate can be issued for this declaration afterwards; the producer declares anew.")

    def queryset(self, user: Any) -> QuerySet[Any]:
        """The inspections that wait for a certificate of this user."""
        return certifiable(user)

    def sentence(self, subject: Any) -> Any:
        """What will happen."""
        return _("Declaration %(number)s is closed without a certificate; the reason stays with it.") % {
            "number": subject.declaration.number
        }

    def perform(self, subject: Any, form: forms.Form, user: Any) -> str:
        """Close it."""
        actions.close_without_certificate(user, subject, form.cleaned_data["reason"])
        return reverse("quarantine_declarations:declaration", args=[subject.declaration.uid])
