"""Pages on which the register comes in and goes out as files."""

from collections.abc import Sequence
from io import BytesIO
from typing import Any, cast

from django.http import FileResponse, Http404, HttpRequest, HttpResponseBase, JsonResponse
from django.urls import reverse_lazy
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from oversite.base.sites import actions, queries
from oversite.base.sites.sheets import (
    NESTED,
    SITE_AREA_COLUMNS,
    SITE_COLUMNS,
    AreaImporter,
    SiteImporter,
    exported_areas,
    exported_site,
    exported_whole,
)
from oversite.common import clock
from oversite.screens import excel
from oversite.screens.acts import Act
from oversite.screens.columns import Column
from oversite.screens.import_page import Imported, ImportPage, ImportRow, as_item
from oversite.screens.page import require
from oversite.screens.tables import ImportColumn

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

    def apply(self, rows: list[ImportRow], user: Any) -> Imported:
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

    def apply(self, rows: list[ImportRow], user: Any) -> Imported:
        """Take them in."""
        return AreaImporter(user).apply(rows)


@require_GET
def export(request: HttpRequest, form: str) -> HttpResponseBase:
    """The register as files that the import takes again: `json` whole, `xlsx` the sites, `areas` their areas."""
    user = cast("Any", request.user)
    require(user, "sites.change")
    if form not in {"json", "xlsx", "areas"}:
        raise Http404
    sites = queries.changeable_sites(user).prefetch_related("areas", "contacts").order_by("code")[:EXPORT_MAX]
    if form == "xlsx":
        return _workbook(user, form, _t("Sites"), SITE_COLUMNS, [exported_site(site) for site in sites])
    if form == "areas":
        return _workbook(user, form, _t("Areas"), SITE_AREA_COLUMNS, exported_areas(sites))
    rows = [exported_whole(site) for site in sites]
    actions.note_exported(user, form, len(rows))
    return JsonResponse(
        {"sites": rows},
        json_dumps_params={"ensure_ascii": False, "indent": 1},
        headers={"Content-Disposition": 'attachment; filename="sites.json"'},
    )


def _workbook(
    user: Any, form: str, title: str, columns: Sequence[ImportColumn], rows: Sequence[dict[str, Any]]
) -> FileResponse:
    """The rows as a workbook whose head row the import knows."""
    actions.note_exported(user, form, len(rows))
    stream = BytesIO()
    heads = [as_item(Column(column.key, column.label, column.key)) for column in columns]
    excel.write_workbook(stream, title, heads, rows)
    stream.seek(0)
    stamp = clock.now().astimezone(clock.BEIJING).strftime("%Y%m%d-%H%M")
    return FileResponse(stream, as_attachment=True, filename=f"{title}-{stamp}.xlsx", content_type=excel.CONTENT_TYPE)
