"""The inspections of a veterinarian on a phone: installed like an app, opened without a network (req: Q12)."""

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from oversite.domains.quarantine.files.queries import files_of
from oversite.domains.quarantine.inspections import queries
from oversite.domains.quarantine.inspections.models import DiseaseRecord, Inspection
from oversite.domains.quarantine.inspections.views.field import addresses, keeping
from oversite.domains.quarantine.inspections.views.inspections import STATES, url
from oversite.domains.quarantine.rules.queries import today
from oversite.screens import kept
from oversite.screens.assets import page_files
from oversite.screens.page import PageView


class Desk(PageView):
    """The open inspections to which the user was sent."""

    menu = "quarantine.field"
    title = _("In the field")
    lead = _("Inspections to which you are sent; this page and each of them open without a network.")
    permission = queries.CONDUCT
    template_name = "quarantine_inspections/field_desk.html"

    def get(self, request: HttpRequest) -> HttpResponse:
        """One card per inspection."""
        del request
        open_ones = list(queries.in_the_field(self.user))
        cards = [
            {
                "inspection": each,
                "state": STATES.html(each.declaration.state),
                "url": url("conduct", each.uid),
                "photos": len(files_of(each, "photo")),
                "signed": len(queries.signatures_of(each)),
                "is_today": each.planned_on == today(),
                "is_late": each.planned_on < today(),
            }
            for each in open_ones
        ]
        props = {**keeping(self.user), "inspections": [addresses(each) for each in open_ones]}
        return self.show({"cards": cards, "desk_props": props})


class Files(PageView):
    """What a device keeps: the desk, every open inspection, and what their pages load."""

    permission = queries.CONDUCT

    def get(self, request: HttpRequest) -> HttpResponse:
        """The list; another version when an inspection, a disease record or the day is another."""
        open_ones = list(queries.in_the_field(self.user))
        pages = [
            url("field"),
            url("field-manifest"),
            url("field-icon"),
            *(url("conduct", each.uid) for each in open_ones),
        ]
        newest = DiseaseRecord.objects.order_by("-pk").values_list("pk", flat=True).first()
        state = "\n".join([request.LANGUAGE_CODE, str(today()), str(newest), *map(_state, open_ones)])
        files = [*pages, *page_files("field", "field_desk")]
        return kept.kept_files(files, state=state, count=len(open_ones))


class Worker(PageView):
    """The service worker, from an address below which it may answer."""

    permission = queries.CONDUCT

    def get(self, request: HttpRequest) -> HttpResponse:
        """The script."""
        del request
        return kept.worker_script()


class Manifest(PageView):
    """What a phone needs to install the desk."""

    permission = queries.CONDUCT

    def get(self, request: HttpRequest) -> HttpResponse:
        """The manifest."""
        del request
        desk, icon = url("field"), url("field-icon")
        return kept.manifest(name="水产苗种检疫外业 Oversite", short_name="检疫外业", page=desk, icon=icon)


class Icon(PageView):
    """A clipboard with a fish."""

    permission = queries.CONDUCT

    def get(self, request: HttpRequest) -> HttpResponse:
        """The picture."""
        del request
        return HttpResponse(ICON, content_type="image/svg+xml", headers={"Cache-Control": "max-age=86400"})


ICON = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 512 512"><rect width="512" height="512" rx="96" '
    'fill="#1d4f91"/><rect x="136" y="120" width="240" height="296" rx="20" fill="#fff"/><rect x="206" y="92" '
    'width="100" height="56" rx="14" fill="#9db8d9"/><path d="M180 280c40-52 100-52 132 0-32 52-92 52-132 0zm132 0 '
    '36-32v64z" fill="#1d4f91"/></svg>'
)


def _state(inspection: Inspection) -> str:
    """What changes the page of an inspection."""
    declared = inspection.declaration
    signed = ",".join(str(each.pk) for each in queries.signatures_of(inspection).values())
    photos = len(files_of(inspection, "photo"))
    return f"{inspection.uid} {inspection.revision} {declared.state} {inspection.planned_on} {signed} {photos}"
