"""Issuing a certificate, on a phone beside the pond or at the desk."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from oversite.domains.quarantine.certificates import actions
from oversite.domains.quarantine.certificates.actions.issuing import decided_facts
from oversite.domains.quarantine.certificates.facts import terms_of
from oversite.domains.quarantine.certificates.inspecting import certificate_url
from oversite.domains.quarantine.certificates.kinds import CertificateKind
from oversite.domains.quarantine.certificates.terms_form import TermsForm
from oversite.domains.quarantine.inspections.queries import certifiable
from oversite.screens.form_page import FormPage


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
        kind = CertificateKind.ANIMAL_A if decided.leaves_province else CertificateKind.ANIMAL_B
        return super().form(kind=kind, **kwargs)

    def initial(self) -> dict[str, Any]:
        """What declaration and inspection say."""
        return terms_of(decided_facts(self.subject())).as_json()

    def perform(self, form: Any, user: Any) -> str:
        """Issue, make the PDF, show the certificate."""
        certificate = actions.issue_certificate(user, self.subject(), form.terms())
        actions.complete_certificate(certificate)
        return certificate_url(certificate)
