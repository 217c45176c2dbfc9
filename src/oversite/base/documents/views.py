"""Documents: the register, and each one shown as the PDF that it is."""

from collections.abc import Sequence
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from oversite.base.documents import actions, queries
from oversite.base.documents.models import Document
from oversite.base.documents.slots import FORMS
from oversite.screens.acts import EmptyState
from oversite.screens.columns import Column
from oversite.screens.filters import ChoiceFilter, DateRangeFilter, TextFilter
from oversite.screens.formats import CODE, INSTANT
from oversite.screens.list_page import ListPage
from oversite.screens.print_page import PrintPage


def form_choices(user: Any) -> list[tuple[str, str]]:
    """The forms whose documents the user may read."""
    return [(key, _form_title(key)) for key, form in FORMS.items() if user.has_perm(form.permission)]


def _form_title(key: str) -> str:
    form = FORMS.get(key)
    return actions.in_language(form.title_zh, form.title_en) if form else key


def _url(document: Document) -> str:
    return reverse("documents:document", args=[document.uid])


class DocumentList(ListPage):
    """Everything that was printed and kept."""

    menu = "documents"
    title = _("Documents")
    lead = _("Forms and certificates as they were issued; corrections supersede, nothing is deleted.")
    columns: Sequence[Column] = (
        Column("number", _("Number"), "number", CODE, sort="number"),
        Column("form", _("Form"), lambda document: _form_title(document.form), sort="form"),
        Column("agency", _("Agency"), "agency.name", sort="agency__name"),
        Column("issued_at", _("Issued at"), "issued_at", INSTANT, sort="issued_at"),
        Column("issued_by", _("Issued by"), "issued_by", sort="issued_by"),
        Column("superseded_by", _("Superseded by"), "superseded_by.number", CODE),
        Column("sha256", "SHA-256", "sha256", CODE, is_hidden=True),
    )
    filters = (
        TextFilter("q", _("Number or title"), ("number", "title")),
        ChoiceFilter("form", _("Form"), form_choices),
        DateRangeFilter("issued_at", _("Issued")),
    )
    default_sort = "-issued_at"
    empty = EmptyState(_("No documents yet"), _("Documents appear here when a form is filed."))

    def queryset(self, user: Any) -> QuerySet[Document]:
        """What the user may read."""
        return queries.documents(user).select_related("agency", "superseded_by")

    def row_link(self, row: Document) -> str:
        """To the document."""
        return _url(row)


class DocumentPage(PrintPage):
    """One document, shown as the PDF that it is; opening the file is in the audit."""

    menu = "documents"
    model_pk = "uid"

    def queryset(self, user: Any) -> QuerySet[Document]:
        """What the user may read."""
        return queries.documents(user)

    def filename(self, subject: Document) -> str:
        """Number or title."""
        return f"{subject.number or subject.title}.pdf"

    def pdf(self, subject: Document, user: Any) -> bytes:
        """The file, proved unchanged."""
        content = queries.document_bytes(subject.uid)
        actions.note_opened(user, subject)
        return content

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        """The page says where a newer one replaces it."""
        self.lead = _lead(self.subject())
        return super().get(request, **kwargs)


def _lead(document: Document) -> str:
    if document.superseded_by is None:
        return ""
    newer = document.superseded_by
    return _t("Superseded by %(document)s.") % {"document": newer.number or str(newer.uid)}
