"""The page of figures: charts, map, table, workbook."""

from datetime import date
from tempfile import TemporaryFile
from typing import Any

from django.http import FileResponse, HttpRequest, HttpResponseBase
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from oversite.domains.quarantine.declarations.words import Purpose
from oversite.domains.quarantine.reporting import queries
from oversite.domains.quarantine.reporting.statistics import Asked, Figures, Row, figures
from oversite.domains.quarantine.reporting.statistics.cube import CITY
from oversite.domains.quarantine.reporting.statistics.workbook import heads, values, write_figures
from oversite.domains.quarantine.rules.geography import SEATS, schematic_map
from oversite.domains.quarantine.rules.queries import species, today
from oversite.screens.acts import Act
from oversite.screens.detail_page import Fact
from oversite.screens.excel import CONTENT_TYPE
from oversite.screens.formats import NOTHING, NUMBER
from oversite.screens.page import PageView

MENU = "quarantine.statistics"
RATES = (
    ("good", _("declaration rate 80% and more")),
    ("soon", _("from 50% to 80%")),
    ("now", _("below 50%")),
    ("quiet", _("nobody has to declare")),
)


class Statistics(PageView):
    """Figures by city, species, purpose, direction, disease and month."""

    menu = MENU
    title = _("Quarantine statistics")
    lead = _("Counted by the day on which the seed leaves; drafts and withdrawn declarations do not count.")
    permission = queries.STATISTICS
    template_name = "quarantine_reporting/statistics.html"

    def page_acts(self, user: Any) -> list[Act]:
        del user
        asked = self.request.GET.copy()
        asked["export"] = "xlsx"
        return [Act("Excel", f"?{asked.urlencode()}", "file-spreadsheet")]

    def get(self, request: HttpRequest, **_kwargs: Any) -> HttpResponseBase:
        """The page, or the workbook."""
        asked = self.asked()
        found = figures(self.user, asked)
        if request.GET.get("export") == "xlsx":
            return self.workbook(found, asked)
        return self.show(
            {
                "asked": asked,
                "found": found,
                "cities": [(code + "00", name) for code, name in CITY.items()],
                "species": [(str(each.pk), str(each)) for each in species()],
                "purposes": Purpose.choices,
                "facts": facts(found.total),
                "charts": charts(found),
                "heads": [*heads(), _t("declaration rate")],
                "table": [(row.label, cells(row)) for row in [*found.cities, found.total]],
                "map_props": schematic_map(places(found, asked), RATES, named=False),
            }
        )

    def asked(self) -> Asked:
        """What the address asks for; what cannot be read falls back to this year and everything."""
        params, day = self.request.GET, today()
        first = _day(params.get("from", "")) or date(day.year, 1, 1)
        last = _day(params.get("to", "")) or date(day.year, 12, 31)
        kind = params.get("species", "")
        purpose = params.get("purpose", "")
        return Asked(
            first=min(first, last),
            last=max(first, last),
            city=params.get("city", "")[:6] if params.get("city", "")[:4] in CITY else "",
            species=kind if kind.isascii() and kind.isdigit() and len(kind) < 10 else "",
            purpose=purpose if purpose in Purpose.values else "",
        )

    def workbook(self, found: Figures, asked: Asked) -> HttpResponseBase:
        """Every dimension as a sheet."""
        stream = TemporaryFile()  # noqa: SIM115  FileResponse closes it
        write_figures(stream, found)
        stream.seek(0)
        name = f"{_t('Quarantine statistics')}-{asked.first}-{asked.last}.xlsx"
        return FileResponse(stream, as_attachment=True, filename=name, content_type=CONTENT_TYPE)


def _day(text: str) -> date | None:
    try:
        day = date.fromisoformat(text[:10]) if text else None
    except ValueError:
        return None
    return day if day and 2000 <= day.year <= 2100 else None


def facts(total: Row) -> list[Fact]:
    """The sums on top of the page."""
    return [
        Fact(_t("batches declared"), total.declared, NUMBER),
        Fact(_t("batches certified"), total.certified, NUMBER),
        Fact(_t("not qualified"), total.unqualified, NUMBER),
        Fact(_t("certified quantity"), total.certified_amount, NUMBER),
        Fact(_t("certified, in kilograms"), total.certified_kilograms, NUMBER),
        Fact(_t("declaration rate"), rate_text(total)),
    ]


def rate_text(row: Row) -> str:
    """The declaration rate with the numbers that it comes from."""
    return NOTHING if row.rate is None else f"{row.rate:.1%}（{row.declaring} / {row.obliged}）"


def cells(row: Row) -> list[str]:
    """A row of the table as text."""
    return [*(f"{value:,}" for value in values(row)), rate_text(row)]


def _chart(kind: str, title: str, rows: list[Row], *names: str) -> dict[str, Any]:
    labels = {"declared": _t("batches declared"), "certified": _t("batches certified")}
    series = [{"name": labels[name], "values": [getattr(row, name) for row in rows]} for name in names]
    return {
        "title": title,
        "props": {"kind": kind, "title": title, "labels": [r.label for r in rows], "series": series},
    }


def charts(found: Figures) -> list[dict[str, Any]]:
    """What the island draws, one chart per dimension."""
    diseases = {
        "kind": "bar",
        "title": _t("by disease"),
        "labels": [name for name, _tests, _positive in found.diseases],
        "series": [
            {"name": _t("tests"), "values": [tests for _name, tests, _positive in found.diseases]},
            {"name": _t("positive"), "values": [positive for _name, _tests, positive in found.diseases]},
        ],
    }
    return [
        _chart("line", _t("by month"), found.months, "declared", "certified"),
        _chart("bar", _t("by city"), found.cities, "declared", "certified"),
        _chart("bar", _t("by species"), found.species, "declared", "certified"),
        _chart("pie", _t("by purpose"), [row for row in found.purposes if row.declared], "declared"),
        _chart("pie", _t("by direction"), [row for row in found.directions if row.declared], "declared"),
        {"title": _t("by disease"), "props": diseases},
    ]


def places(found: Figures, asked: Asked) -> list[dict[str, Any]]:
    """The cities on the map with their figures and their declaration rate; each leads to its own figures."""
    told = []
    for row in found.cities:
        seat = SEATS.get(f"{row.key}00")
        if seat is None:
            continue
        lat, lng, side = seat
        rate = NOTHING if row.rate is None else f"{row.rate:.0%}"
        words = _t("%(declared)s declared, %(certified)s certified") % {
            "declared": row.declared,
            "certified": row.certified,
        }
        told.append(
            {
                "lat": lat,
                "lng": lng,
                "label": f"{row.label} {words}",
                "words": [row.label, f"{row.certified}/{row.declared}"],
                "side": side,
                "state": f"{_t('declaration rate')} {rate}",
                "tone": _tone(row),
                "url": f"?from={asked.first}&to={asked.last}&city={row.key}00",
            }
        )
    return told


def _tone(row: Row) -> str:
    if row.rate is None:
        return "quiet"
    return "good" if row.rate >= 0.8 else "soon" if row.rate >= 0.5 else "now"
