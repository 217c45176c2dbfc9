"""The list of certificates, one certificate, its print, and its end."""

from collections.abc import Sequence
from contextlib import suppress
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from oversite.base.audit.queries import history_entries
from oversite.base.documents import queries as documents
from oversite.common.errors import Refused
from oversite.domains.quarantine.certificates import actions, papers, queries
from oversite.domains.quarantine.certificates.actions.ending import CHANGEABLE
from oversite.domains.quarantine.certificates.inspecting import certificate_url
from oversite.domains.quarantine.certificates.kinds import CertificateKind
from oversite.domains.quarantine.certificates.models import Certificate
from oversite.domains.quarantine.certificates.printing import MARKS_ZH, ended_copy
from oversite.domains.quarantine.certificates.slots import CERTIFICATE_ACTS
from oversite.domains.quarantine.certificates.states import STATE
from oversite.domains.quarantine.certificates.terms_form import TermsForm
from oversite.domains.quarantine.certificates.views.issuing import completed
from oversite.domains.quarantine.files.queries import files_of
from oversite.domains.quarantine.inspections.actions import complete_record
from oversite.domains.quarantine.inspections.queries import inspections
from oversite.screens.act_page import ActPage
from oversite.screens.acts import Act, EmptyState
from oversite.screens.columns import Column
from oversite.screens.detail_page import DetailPage, Fact, FactGroup, HistoryEntry, Tab
from oversite.screens.filters import ChoiceFilter, DateRangeFilter, TextFilter
from oversite.screens.form_page import FormPage
from oversite.screens.formats import CODE, INSTANT, NUMBER, YES_NO
from oversite.screens.list_page import ListPage
from oversite.screens.print_page import PrintPage


class CertificatePage:
    """What the pages about certificates share."""

    menu = "quarantine-certificates"
    permission = queries.READ
    model_pk = "uid"

    def queryset(self, user: Any) -> QuerySet[Certificate]:
        """The certificates that the user sees."""
        return queries.certificates(user)


class CertificateList(CertificatePage, ListPage):
    """The register of certificates."""

    title = _("Certificates")
    lead = _("Quarantine certificates issued in your subtree; void and replaced ones stay in sight.")
    default_sort = "-issued_at"
    columns: Sequence[Column] = (
        Column("number", _("Number"), "number", CODE, sort="number", link=certificate_url),
        Column("state", _("State"), queries.shown_state, STATE),
        Column("kind", _("Kind"), "get_kind_display", sort="kind"),
        Column("owner", _("Owner"), "owner", sort="owner"),
        Column("species", _("Species"), "species", sort="species"),
        Column("amount", _("Quantity"), "amount", NUMBER, sort="amount"),
        Column("unit", _("Unit"), "get_unit_display"),
        Column("arrived", _("Arrived"), "arrived", NUMBER),
        Column("destination", _("Destination"), "destination", is_hidden=True),
        Column("veterinarian", _("Official veterinarian"), "veterinarian.user.name"),
        Column("agency", _("Agency"), "agency.name", sort="agency__name"),
        Column("issued_at", _("Issued at"), "issued_at", INSTANT, sort="issued_at"),
        Column("valid_until", _("Valid until"), "valid_until", INSTANT, sort="valid_until"),
        Column("leaves_province", _("Leaves the province"), "leaves_province", YES_NO, is_hidden=True),
        Column("ended_reason", _("Reason"), "ended_reason", is_hidden=True),
    )
    filters = (
        TextFilter("q", _("Number, owner, species or destination"), ("number", "owner", "species", "destination")),
        ChoiceFilter("state", _("State"), Certificate.State.choices, field="state"),
        ChoiceFilter("kind", _("Kind"), CertificateKind.choices, field="kind"),
        DateRangeFilter("issued", _("Issued"), field="issued_at"),
        DateRangeFilter("valid", _("Valid until"), field="valid_until"),
    )
    empty = EmptyState(
        _("No certificate fits"), _("Certificates appear here when a veterinarian issues them after an inspection.")
    )

    def page_acts(self, user: Any) -> list[Act]:
        """Report an arrival."""
        if not user.has_perm("quarantine.certificate.receive"):
            return []
        return [Act(_("Report an arrival"), reverse("quarantine_certificates:receive-find"), "truck-delivery")]


class CertificateDetail(CertificatePage, DetailPage):
    """One certificate: what is printed, what became of it, what arrived."""

    def heading(self, subject: Any = None) -> Any:
        """Its number."""
        return subject.number if subject else ""

    def state(self, subject: Certificate) -> str:
        """Its state, expired included."""
        return STATE.html(queries.shown_state(subject))

    def fact_groups(self, subject: Certificate) -> Sequence[FactGroup]:
        """The printed lines, the end of it where there was one, and the links both ways."""
        printed = [Fact(line["zh"], line["value"], is_wide=len(line["value"]) > 24) for line in subject.facts]
        replaced_by = getattr(subject, "replaced_by", None)
        standing = [
            Fact(_("Kind"), subject.get_kind_display()),
            Fact(_("Template"), subject.template, CODE),
            Fact(_("Issued at"), subject.issued_at, INSTANT),
            Fact(_("Valid until"), subject.valid_until, INSTANT),
            Fact(_("Printed at"), subject.printed_at, INSTANT),
            Fact(_("Work record"), subject.inspection.record_number, CODE, link=_inspection_url(subject, self.user)),
            Fact(_("Remaining quantity"), queries.remaining(subject), NUMBER),
            Fact(_("Seal and signature"), _seals(subject)),
            Fact(_("Public page"), subject.address + subject.code[:12] + "…", link=f"/c/{subject.code}"),
        ]
        if subject.document_uid and documents.signature_of(subject.document_uid):
            beside = f"{subject.number}.pdf.sm2"
            standing.append(Fact(_("SM2 signature beside the document"), beside, CODE, link=_url("sm2", subject)))
        if subject.ended_at:
            standing += [
                Fact(_("Ended at"), subject.ended_at, INSTANT),
                Fact(_("Ended by"), subject.ended_by),
                Fact(_("Reason"), subject.ended_reason, is_wide=True),
            ]
        if replaced_by:
            standing.append(Fact(_("Replaced by"), replaced_by.number, CODE, link=certificate_url(replaced_by)))
        if subject.replaces:
            standing.append(Fact(_("Replaces"), subject.replaces.number, CODE, link=certificate_url(subject.replaces)))
        return [FactGroup(_("Standing"), standing), FactGroup(_("As printed"), printed)]

    def history(self, subject: Certificate, user: Any) -> Sequence[HistoryEntry]:
        """What the audit says."""
        return history_entries(subject, user)

    def tabs(self, subject: Certificate, user: Any) -> Sequence[Tab]:
        """Arrivals, and the papers photographed back."""
        arrivals = subject.arrivals.all()
        columns = (
            Column("arrived_at", _("Arrived at"), "arrived_at", INSTANT),
            Column("amount", _("Quantity"), "amount", NUMBER),
            Column("place", _("Place of arrival"), "place"),
            Column("reporter", _("Reported by"), "reporter"),
            Column("reported_at", _("Reported at"), "reported_at", INSTANT),
            Column("is_late", _("Late"), "is_late", YES_NO),
            Column("is_expired", _("After the validity"), "is_expired", YES_NO),
        )
        empty = EmptyState(_("Nothing has arrived yet"), _("Arrivals are reported with the number of the certificate."))
        return [
            Tab("arrivals", _("Arrivals"), arrivals, columns, count=arrivals.count(), empty=empty),
            _paper_tab(subject, user),
        ]

    def acts(self, subject: Certificate, user: Any) -> list[Act]:
        """Print, replace, void; what is not possible says why."""
        found = [Act(_("Print"), _url("print", subject), "printer", is_main=True)]
        why = _why_final(subject)
        if user.has_perm("quarantine.certificate.receive"):
            receive = reverse("quarantine_certificates:receive", args=[subject.number])
            found.append(Act(_("Report an arrival"), receive, "truck-delivery", why_not=why))
        if user.has_perm("quarantine.certificate.void"):
            why = why or (_("part of the seed has arrived") if subject.arrivals.exists() else "")
            if user.has_perm("quarantine.certificate.issue"):
                found.append(Act(_("Replace"), _url("replace", subject), "replace", why_not=why))
            found.append(Act(_("Make void"), _url("void", subject), "ban", why_not=why, is_grave=True, is_dialog=True))
        return found + [act for make in CERTIFICATE_ACTS for act in make(subject, user)]


class CertificatePrint(CertificatePage, PrintPage):
    """The certificate as it is printed; opening the document is written down."""

    title = _("Print the certificate")

    def filename(self, subject: Certificate) -> str:
        """Number and end."""
        return f"{subject.number}.pdf"

    def pdf(self, subject: Certificate, user: Any) -> bytes:
        """The stored document; one that was cut off is completed now, one that no longer counts says so."""
        complete = actions.complete_certificate(subject)
        actions.note_printed(user, complete)
        if complete.state in MARKS_ZH:
            return ended_copy(complete)
        assert complete.document_uid is not None
        return documents.document_bytes(complete.document_uid)


class CertificateVoid(CertificatePage, ActPage):
    """Make a certificate void."""

    permission = "quarantine.certificate.void"
    title = _("Make void")
    button = _("Make void")
    clause = "Q1"
    reason = "required"
    is_grave = True
    irreversible = _("The number is burnt and never used again; whoever scans the code sees that it is void.")

    def queryset(self, user: Any) -> QuerySet[Certificate]:
        """Those that the user may make void."""
        return queries.certificates(user, self.permission)

    def sentence(self, subject: Certificate) -> Any:
        """What will happen."""
        return _("Certificate %(number)s of %(owner)s becomes void.") % {
            "number": subject.number,
            "owner": subject.owner,
        }

    def perform(self, subject: Certificate, form: forms.Form, user: Any) -> str:
        """Do it."""
        void = actions.void_certificate(user, subject, form.cleaned_data["reason"])
        with suppress(Refused):  # it is void whatever becomes of the print, which the worker makes later
            complete_record(void.inspection)
        return certificate_url(void)


class ReplacementForm(TermsForm):
    """The lines that a replacement may change, and why."""

    departs_on = None  # type: ignore[assignment] # it was settled at issue; Django drops the field so
    reason = forms.CharField(label=_("Reason"), max_length=200, widget=forms.Textarea(attrs={"rows": 2}))


class CertificateReplace(CertificatePage, FormPage):
    """Issue another certificate in the place of one."""

    permission = "quarantine.certificate.issue"
    title = _("Replace the certificate")
    lead = _("Only these lines may change. The old number is burnt; both certificates name each other.")
    button = _("Issue the replacement")
    form_class = ReplacementForm

    def queryset(self, user: Any) -> QuerySet[Certificate]:
        """Those that the user may replace."""
        return queries.certificates(user, "quarantine.certificate.void")

    def form(self, **kwargs: Any) -> forms.BaseForm:
        """The form with the days that the template allows."""
        return super().form(kind=self.subject().kind, **kwargs)

    def initial(self) -> dict[str, Any]:
        """The lines as they are."""
        return dict(self.subject().terms)

    def cancel_to(self) -> str:
        """Back to the certificate."""
        return certificate_url(self.subject())

    def perform(self, form: Any, user: Any) -> str:
        """Replace, make the PDF, show the new one."""
        changes = {key: form.cleaned_data[key] for key in CHANGEABLE if key in form.cleaned_data}
        new = actions.replace_certificate(user, self.subject(), form.cleaned_data["reason"], changes)
        return completed(self.request, new)


def sm2_signature(request: HttpRequest, uid: Any) -> HttpResponse:
    """The detached SM2 signature of the document, for `openssl pkeyutl -verify` (docs/ref/certificate-qr.md)."""
    found = queries.certificates(request.user).filter(uid=uid).first()  # type: ignore[arg-type]
    signature = documents.signature_of(found.document_uid) if found and found.document_uid else b""
    if not found or not signature:
        raise Http404
    name = f"{found.number}.pdf.sm2"
    return HttpResponse(
        signature,
        content_type="application/octet-stream",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


def _url(name: str, certificate: Certificate) -> str:
    return reverse(f"quarantine_certificates:{name}", args=[certificate.uid])


def _inspection_url(certificate: Certificate, user: Any) -> str:
    found = inspections(user).filter(pk=certificate.inspection_id).first()
    return reverse("quarantine_inspections:inspection", args=[found.uid]) if found else ""


def _why_final(certificate: Certificate) -> Any:
    return "" if certificate.state == Certificate.State.ISSUED else _("it is void, replaced or used up")


def _seals(certificate: Certificate) -> Any:
    if certificate.seal_id and certificate.signature_id:
        return _("both inside the document")
    if certificate.seal_id or certificate.signature_id:
        return _("one inside the document, a place for the other")
    return _("places for both, on paper")


def _paper_tab(certificate: Certificate, user: Any) -> Tab:
    rows = [file for file in files_of(certificate) if file.kind.startswith("paper-")]
    columns = (
        Column("kind", _("Form"), lambda file: papers.KINDS.get(file.kind.removeprefix("paper-"), file.kind)),
        Column("name", _("File name"), "name", link=lambda file: reverse("quarantine_files:file", args=[file.uid])),
        Column("uploaded_at", _("Filed at"), "uploaded_at", INSTANT),
        Column("uploaded_by", _("Filed by"), "uploaded_by"),
    )
    missing = "；".join(str(each) for each in papers.missing(certificate))
    empty = EmptyState(_("No papers yet"), missing)
    may = user.has_perm(papers.ARCHIVE)
    act = Act(_("File a paper"), _url("paper", certificate), "camera") if may else None
    return Tab("papers", _("Paper forms"), rows, columns, count=len(rows), act=act, empty=empty)
