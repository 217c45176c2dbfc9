"""Pages on which the register comes in and goes out as files."""

from typing import Any, cast

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.urls import reverse_lazy
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from oversite.base.sites import actions, queries
from oversite.base.sites.sheets import (
    NESTED,
    SITE_AREA_COLUMNS,
    SITE_COLUMNS,
    AreaImporter,
    SiteImporter,
    exported_whole,
)
from oversite.screens.acts import Act
from oversite.screens.import_page import ImportPage, ImportRow
from oversite.screens.page import require

EXPORT_MAX = 20_000


class SiteImport(ImportPage):
    """Take in sites; a JSON file may hold their areas and contacts as well."""

    menu = "sites"
    permission = "sites.change"
    title = _("Import sites")
    lead = _("An Excel workbook, or a JSON file as the export writes it. A known code changes that site.")
    columns = SITE_COLUMNS
    nested = NESTED
    done_url = cast("str", reverse_lazy("sites:list"))

    def page_acts(self, user: Any) -> list[Act]:
        """Areas have a workbook of their own."""
        del user
        return [Act(_("Import areas"), str(reverse_lazy("sites:import-areas")), "file-import")]

    def check(self, rows: list[ImportRow], user: Any) -> None:
        """Check the sites and what is in them."""
        SiteImporter(user).check(rows)

    def apply(self, rows: list[ImportRow], user: Any) -> int:
        """Take them in."""
        return SiteImporter(user).apply(rows)


class AreaImport(ImportPage):
    """Take in areas of known sites."""

    menu = "sites"
    permission = "sites.change"
    title = _("Import areas")
    lead = _("One row per area; the first column names the site.")
    columns = SITE_AREA_COLUMNS
    done_url = cast("str", reverse_lazy("sites:list"))

    def check(self, rows: list[ImportRow], user: Any) -> None:
        """Check the areas."""
        AreaImporter(user).check(rows)

    def apply(self, rows: list[ImportRow], user: Any) -> int:
        """Take them in."""
        return AreaImporter(user).apply(rows)


@require_GET
def export(request: HttpRequest, form: str) -> HttpResponse:
    """The register with areas and contacts as a JSON file that the import takes again."""
    user = cast("Any", request.user)
    require(user, "sites.change")
    if form != "json":
        raise Http404
    sites = queries.changeable_sites(user).prefetch_related("areas", "contacts").order_by("code")
    rows = [exported_whole(site) for site in sites[:EXPORT_MAX]]
    actions.note_exported(user, form, len(rows))
    return JsonResponse(
        {"sites": rows},
        json_dumps_params={"ensure_ascii": False, "indent": 1},
        headers={"Content-Disposition": 'attachment; filename="sites.json"'},
    )
