"""Photographing paper forms back (req: Q9)."""

import base64
from collections.abc import Mapping
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from oversite.domains.quarantine.certificates import papers, queries
from oversite.domains.quarantine.certificates.inspecting import certificate_url
from oversite.domains.quarantine.certificates.models import Certificate
from oversite.screens.form_errors import all_errors
from oversite.screens.form_page import FormPage
from oversite.screens.page import PageView

PHOTOGRAPH_BYTES = 30_000_000


class LookForm(forms.Form):
    """A photograph, and where the corners of the sheet are, where they were dragged."""

    photograph = forms.FileField(
        label=_("Photograph"),
        help_text=_("The whole sheet on a darker ground; it is made straight."),
        widget=forms.ClearableFileInput(attrs={"accept": "image/*", "capture": "environment"}),
    )
    corners = forms.CharField(required=False, widget=forms.HiddenInput)

    def clean_corners(self) -> list[tuple[float, float]] | None:
        """Eight numbers from 0 to 1, or nothing."""
        text = self.cleaned_data["corners"].strip()
        if not text:
            return None
        try:
            values = [float(each) for each in text.split(",")]
        except ValueError as error:
            raise forms.ValidationError(_("The corners cannot be read.")) from error
        if len(values) != 8:
            raise forms.ValidationError(_("The corners cannot be read."))
        return list(zip(values[::2], values[1::2], strict=True))


class PaperForm(LookForm):
    """What the photograph shows, besides."""

    kind = forms.ChoiceField(label=_("Form"), choices=lambda: list(papers.KINDS.items()))
    field_order = ("kind", "photograph", "corners")


class PaperLook(PageView):
    """The corners that are found in a photograph, the sheet as it would be kept, its code; nothing is kept."""

    permission = papers.ARCHIVE
    model_pk = "uid"

    def queryset(self, user: Any) -> QuerySet[Certificate]:
        """The certificates whose papers the user files."""
        return queries.certificates(user, papers.ARCHIVE)

    def post(self, request: HttpRequest, **_kwargs: Any) -> JsonResponse:
        """`corners` as eight numbers in reading order of the sheet, `preview` as an address of its data.

        `read` says what the code on the sheet tells, `kind` the form that it therefore is (empty: choose it).
        """
        subject = self.subject()
        form = LookForm(request.POST, request.FILES)
        if not form.is_valid():
            message = all_errors(form)
            return JsonResponse({"code": "quarantine.paper.form", "message": message}, status=422)
        asked = form.cleaned_data
        data = asked["photograph"].read(PHOTOGRAPH_BYTES)
        found, read = papers.look(data, asked["corners"]), papers.read_off(subject, data)
        preview = "data:image/jpeg;base64," + base64.b64encode(found.preview).decode("ascii")
        corners = [value for corner in found.corners for value in corner]
        told = {"kind": read.kind, "read": str(read.words)}
        return JsonResponse({"corners": corners, "is_found": found.is_found, "preview": preview, **told})


class PaperFile(FormPage):
    """File one paper with a certificate."""

    menu = "quarantine-certificates"
    permission = papers.ARCHIVE
    model_pk = "uid"
    title = _("File a paper")
    lead = _("A file closes only when it is complete; papers are found by the number of the certificate.")
    button = _("File it")
    form_class = PaperForm
    template_name = "quarantine_certificates/paper_form.html"

    def queryset(self, user: Any) -> QuerySet[Certificate]:
        """The certificates whose papers the user files."""
        return queries.certificates(user, papers.ARCHIVE)

    def show(self, context: Mapping[str, Any], status: int = 200, template_name: str = "") -> HttpResponse:
        """The form with the corners to drag."""
        look = reverse("quarantine_certificates:paper-look", args=[self.subject().uid])
        props = {"file_name": "photograph", "corners_name": "corners", "kind_name": "kind", "look_url": look}
        return super().show({**context, "paper_props": props}, status, template_name)

    def cancel_to(self) -> str:
        """Back to the certificate."""
        return certificate_url(self.subject()) + "?tab=papers"

    def perform(self, form: Any, user: Any) -> str:
        """Straighten and keep."""
        asked = form.cleaned_data
        data = asked["photograph"].read(PHOTOGRAPH_BYTES)
        papers.file_paper(user, self.subject(), asked["kind"], data, asked["corners"])
        return certificate_url(self.subject()) + "?tab=papers"
