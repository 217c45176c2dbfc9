"""What is printed is the PDF, and it is shown as the PDF."""

from typing import Any
from urllib.parse import quote

from django.http import HttpRequest, HttpResponse

from oversite.screens.acts import EmptyState
from oversite.screens.page import PageView


class PrintPage(PageView):
    """A page around a PDF; `?file=pdf` is the document itself, `?file=pdf&download=1` saves it."""

    template_name = "screens/print.html"

    def pdf(self, subject: Any, user: Any) -> bytes:
        """The bytes of the document."""
        raise NotImplementedError

    def nothing(self, subject: Any, user: Any) -> EmptyState | None:
        """Why there is nothing to print yet and what comes first, shown in the place of the document."""
        del subject, user
        return None

    def filename(self, subject: Any) -> str:
        """Its name when saved, ending in `.pdf`."""
        return f"{subject}.pdf"

    def get(self, request: HttpRequest, **_kwargs: Any) -> HttpResponse:
        """The page, or the document."""
        subject = self.subject()
        if request.GET.get("file") == "pdf":
            return self.document(subject, is_download="download" in request.GET)
        return self.around(subject, f"{request.path}?file=pdf")

    def around(self, subject: Any, pdf_url: str) -> HttpResponse:
        """The page around the document."""
        context = {"subject": subject, "pdf_url": pdf_url, "filename": self.filename(subject)}
        return self.show({**context, "nothing": self.nothing(subject, self.user)})

    def document(self, subject: Any, *, is_download: bool) -> HttpResponse:
        """The document with its name."""
        way = "attachment" if is_download else "inline"
        name = quote(self.filename(subject))
        return HttpResponse(
            self.pdf(subject, self.user),
            content_type="application/pdf",
            headers={"Content-Disposition": f"{way}; filename*=UTF-8''{name}", "Cache-Control": "private, no-store"},
        )
