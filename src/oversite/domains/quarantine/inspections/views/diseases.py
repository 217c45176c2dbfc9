"""Disease records: list, map and trend, filing and withdrawing."""

from collections.abc import Iterable, Sequence
from datetime import timedelta
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from oversite.base.audit.queries import history_entries
from oversite.domains.quarantine.inspections import actions, forms, queries
from oversite.domains.quarantine.inspections.models import DiseaseRecord
from oversite.domains.quarantine.rules.geography import SEATS, city_of, schematic_map
from oversite.domains.quarantine.rules.queries import diseases, species, today
from oversite.screens.act_page import ActPage
from oversite.screens.acts import Act, EmptyState
from oversite.screens.columns import Column
from oversite.screens.detail_page import DetailPage, Fact, FactGroup, HistoryEntry
from oversite.screens.filters import Asked, ChoiceFilter, DateRangeFilter, FilterError, IsSetFilter, TextFilter
from oversite.screens.form_page import FormPage
from oversite.screens.formats import CODE, DATE, INSTANT, NUMBER, State, StateFormat
from oversite.screens.list_page import ListPage
from oversite.screens.page import PageView

READ, FILE = "quarantine.disease.read", "quarantine.disease.file"
RESULTS = StateFormat(
    {
        DiseaseRecord.Result.NEGATIVE: State(_("negative"), "good"),
        DiseaseRecord.Result.SUSPECTED: State(_("suspected"), "soon"),
        DiseaseRecord.Result.POSITIVE: State(_("positive"), "now"),
    }
)
LEGEND = tuple((state.tone, state.word) for state in RESULTS.states.values())
MOST_PLACES = 2000
SHOWN = timedelta(days=731)


def url(name: str, *args: object) -> str:
    """The address of a page of disease records."""
    return reverse(f"quarantine_inspections:{name}", args=args)


def species_choices(_user: Any) -> list[tuple[str, str]]:
    """The species to choose from."""
    return [(str(each.pk), str(each)) for each in species()]


def disease_choices(_user: Any) -> list[tuple[str, str]]:
    """The diseases to choose from."""
    return [(str(each.pk), str(each)) for each in diseases()]


RECORD_COLUMNS = (
    Column("sampled", _("sampled on"), "sampled_on", DATE, "sampled_on"),
    Column("disease", _("disease"), "disease", sort="disease__key"),
    Column("species", _("species"), "species", sort="species__key"),
    Column("place", _("place of sampling"), "place", link=lambda row: url("disease", row.uid)),
    Column("area", _("division code"), "area_code", CODE, "area_code"),
    Column("kind", _("kind"), "get_kind_display"),
    Column("samples", _("samples"), "sample_count", NUMBER),
    Column("positives", _("positive samples"), "positive_count", NUMBER),
    Column("result", _("test result"), "result", RESULTS, "result"),
)
FILTERS = (
    TextFilter("q", _("place or report"), ("place", "report_number")),
    ChoiceFilter("disease", _("disease"), disease_choices),
    ChoiceFilter("species", _("species"), species_choices),
    ChoiceFilter("result", _("test result"), DiseaseRecord.Result.choices),
    TextFilter("area", _("division code"), ("area_code",)),
    DateRangeFilter("sampled", _("sampled on"), "sampled_on", is_date=True),
    IsSetFilter("withdrawn", _("withdrawn"), field="withdrawn_at"),
)


class Records(ListPage):
    """The disease records."""

    menu = "quarantine.diseases"
    title = _("Disease records")
    lead = _("Monitoring and surveys of the prevention centre, in front of every veterinarian who decides.")
    permission = READ
    default_sort = "-sampled"
    columns = (
        *RECORD_COLUMNS,
        Column("report", _("report number"), "report_number", CODE, is_hidden=True),
        Column("by", _("filed by"), "filed_by", is_hidden=True),
        Column("withdrawn", _("withdrawn at"), "withdrawn_at", INSTANT, is_hidden=True),
    )
    filters = FILTERS
    empty = EmptyState(_("No disease record has been filed yet"))

    def queryset(self, user: Any) -> QuerySet[Any]:
        return queries.disease_records(user)

    def page_acts(self, user: Any) -> list[Act]:
        query = self.request.GET.urlencode()
        found = [Act(_("Map and trend"), f"{url('disease-map')}?{query}", "map-2")]
        if user.has_perm(FILE):
            found.append(Act(_("File a record"), url("disease-new"), "plus", is_main=True))
        return found


class Map(PageView):
    """Where and when disease was found: a map of the records and the months as a chart."""

    menu = "quarantine.diseases"
    title = _("Map and trend of diseases")
    lead = _("The last two years, narrowed as in the list; withdrawn records do not count.")
    permission = READ
    template_name = "quarantine_inspections/disease_map.html"

    def queryset(self, user: Any) -> QuerySet[Any]:
        return queries.disease_records(user).filter(withdrawn_at=None, sampled_on__gte=today() - SHOWN)

    def page_acts(self, user: Any) -> list[Act]:
        return [Act(_("List"), f"{url('diseases')}?{self.request.GET.urlencode()}", "list")]

    def get(self, request: HttpRequest, **_kwargs: Any) -> HttpResponse:
        """The page."""
        rows = self.queryset(self.user)
        asked = Asked(request.GET, self.user)
        for each in FILTERS:
            try:
                rows = each.apply(rows, asked)
            except FilterError:
                continue
        months = queries.trend(rows)
        found = rows.order_by("-sampled_on")[:MOST_PLACES]
        places = [place for row in found if (place := _place(row)) is not None]
        return self.show(
            {
                "inputs": [field for each in FILTERS[1:3] for field in each.inputs(asked)],
                "map_props": schematic_map(places, LEGEND),
                "chart_props": {
                    "kind": "line",
                    "title": str(_("Samples and positive samples by month")),
                    "labels": [each.month for each in months],
                    "series": [
                        {"name": str(_("samples")), "values": [each.samples for each in months]},
                        {"name": str(_("positive samples")), "values": [each.positives for each in months]},
                    ],
                },
            }
        )


def _place(row: DiseaseRecord) -> dict[str, Any] | None:
    """A record on the map; without a place of its own it stands at the seat of its city, and says so."""
    state = RESULTS.states[row.result]
    label = f"{row.place} · {row.disease} · {row.sampled_on}"
    if row.latitude is not None and row.longitude is not None:
        lat, lng = float(row.latitude), float(row.longitude)
    elif seat := SEATS.get(city_of(row.area_code)):
        lat, lng, _side = seat
        label = f"{label}（{_t('only the city is known')}）"
    else:
        return None
    return {
        "lat": lat,
        "lng": lng,
        "label": label,
        "url": url("disease", row.uid),
        "tone": state.tone,
        "state": f"{state.word} {row.positive_count} / {row.sample_count}",
    }


class RecordDetail(DetailPage):
    """A disease record."""

    menu = "quarantine.diseases"
    permission = READ
    model_pk = "uid"

    def queryset(self, user: Any) -> QuerySet[Any]:
        return queries.disease_records(user)

    def heading(self, subject: Any = None) -> Any:
        return f"{subject.disease} · {subject.place}" if subject else ""

    def state(self, subject: DiseaseRecord) -> str:
        return RESULTS.html(subject.result)

    def fact_groups(self, subject: DiseaseRecord) -> Sequence[FactGroup]:
        facts = [
            Fact(_("species"), subject.species),
            Fact(_("kind"), subject.get_kind_display()),
            Fact(_("producer"), subject.producer),
            Fact(_("division code"), subject.area_code, CODE),
            Fact(_("sampled on"), subject.sampled_on, DATE),
            Fact(_("samples"), subject.sample_count, NUMBER),
            Fact(_("positive samples"), subject.positive_count, NUMBER),
            Fact(_("method used"), subject.method),
            Fact(_("report number"), subject.report_number, CODE),
            Fact(_("note"), subject.note, is_wide=True),
            Fact(_("filed by"), subject.filed_by),
            Fact(_("filed at"), subject.filed_at, INSTANT),
        ]
        if subject.withdrawn_at:
            facts.append(Fact(_("withdrawn at"), subject.withdrawn_at, INSTANT))
            facts.append(Fact(_("reason"), subject.withdrawn_reason, is_wide=True))
        return [FactGroup(_("Disease record"), facts)]

    def history(self, subject: DiseaseRecord, user: Any) -> Iterable[HistoryEntry]:
        return history_entries(subject, user)

    def acts(self, subject: DiseaseRecord, user: Any) -> list[Act]:
        if not user.has_perm(FILE) or subject.withdrawn_at:
            return []
        return [Act(_("Withdraw"), url("disease-withdraw", subject.uid), "x", is_dialog=True)]


class RecordNew(FormPage):
    """File a disease record."""

    menu = "quarantine.diseases"
    title = _("File a disease record")
    permission = FILE
    form_class = forms.RecordForm
    button = _("File")

    def initial(self) -> dict[str, Any]:
        """What the address says of a report, where the form was opened from one; it is only proposed."""
        return {name: self.request.GET[name] for name in forms.RecordForm.Meta.fields if name in self.request.GET}

    def cancel_to(self) -> str:
        return url("diseases")

    def perform(self, form: Any, user: Any) -> str:
        return url("disease", actions.file_record(user, form.cleaned_data).uid)


class RecordWithdraw(ActPage):
    """Withdraw a wrong record."""

    permission = FILE
    title = _("Withdraw the record")
    button = _("Withdraw")
    reason = "required"
    model_pk = "uid"
    clause = "Q2"

    def queryset(self, user: Any) -> QuerySet[Any]:
        return queries.disease_records(user)

    def sentence(self, subject: DiseaseRecord) -> Any:
        return _("The record stays readable with the reason and counts no more; file the right one anew.")

    def perform(self, subject: DiseaseRecord, form: Any, user: Any) -> str:
        return url("disease", actions.withdraw_record(user, subject, form.cleaned_data["reason"]).uid)
