"""Verifications of the register: who confirmed, what is missing, where (req: Q11)."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.db.models import Count, Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext_lazy as _

from oversite.base.audit.queries import history_entries
from oversite.domains.quarantine.registry import actions, queries
from oversite.domains.quarantine.registry.actions.campaigns import subject_of
from oversite.domains.quarantine.registry.models import Campaign, CampaignItem
from oversite.domains.quarantine.registry.views.bodies import missing_group
from oversite.domains.quarantine.registry.views.campaign_map import ITEM_STATES, LEGEND, item_state, places
from oversite.domains.quarantine.registry.views.pages import READ, CalledList, CallPage, url
from oversite.domains.quarantine.rules.geography import schematic_map
from oversite.screens.act_page import ActPage
from oversite.screens.acts import Act, EmptyState
from oversite.screens.columns import Column
from oversite.screens.detail_page import DetailPage, Fact, FactGroup, HistoryEntry, Tab
from oversite.screens.filters import ChoiceFilter, IsSetFilter, TextFilter
from oversite.screens.formats import DATE, INSTANT, NUMBER
from oversite.screens.list_page import ListPage
from oversite.screens.page import PageView

PATH, CONFIRM = "agency__path__startswith", "quarantine.campaign.confirm"


class Campaigns(CalledList):
    """The verifications of the register."""

    menu = "quarantine.campaigns"
    title = _("Verification of the register")
    lead = _("Every unit confirms that its data are complete and right.")
    permission = READ
    default_sort = "-begun"
    columns = (
        Column("title", _("title"), "title", sort="title"),
        Column("agency", _("agency"), "agency.name"),
        Column("begun", _("begun at"), "begun_at", INSTANT, "begun_at"),
        Column("deadline", _("deadline"), "deadline_on", DATE, "deadline_on"),
        Column("units", _("units"), "unit_count", NUMBER),
        Column("confirmed", _("confirmed"), "confirmed_count", NUMBER),
        Column("closed", _("closed at"), "closed_at", INSTANT),
    )
    empty = EmptyState(
        _("No verification has been called yet"),
        _("The province calls it; then every unit finds here what it has to complete and to confirm."),
    )
    call_permission, call_label = "quarantine.campaign.call", _("Call a verification")
    new_name, page_name = "campaign-new", "campaign"

    def queryset(self, user: Any) -> QuerySet[Any]:
        own = Q(items__agency__path__startswith=user.agency.path)
        done = own & Q(items__confirmed_at__isnull=False)
        return queries.campaigns(user).annotate(
            unit_count=Count("items", filter=own), confirmed_count=Count("items", filter=done)
        )


class CampaignNew(CallPage):
    """Call a verification."""

    menu = "quarantine.campaigns"
    title = _("Call a verification")
    lead = _("Every agency, point, veterinarian, producer and laboratory below yours is asked to confirm its data.")
    permission = "quarantine.campaign.call"
    button = _("Call")
    list_name, page_name = "campaigns", "campaign"

    def call(self, user: Any, title: str, deadline_on: date) -> Any:
        return actions.call_campaign(user, title, deadline_on)


class CampaignDetail(DetailPage):
    """A verification: figures, the map of what is unconfirmed, figures by agency."""

    menu = "quarantine.campaigns"
    permission = READ
    model_pk = "uid"

    def queryset(self, user: Any) -> QuerySet[Any]:
        return queries.campaigns(user)

    def fact_groups(self, subject: Campaign) -> Sequence[FactGroup]:
        items = queries.campaign_items(self.user, subject)
        total, confirmed = items.count(), items.exclude(confirmed_at=None).count()
        incomplete = sum(1 for item in items.filter(confirmed_at=None) if item.problems)
        facts = [
            Fact(_("called by"), subject.agency),
            Fact(_("begun at"), subject.begun_at, INSTANT),
            Fact(_("deadline"), subject.deadline_on, DATE),
            Fact(_("closed at"), subject.closed_at, INSTANT),
            Fact(_("units"), total, NUMBER),
            Fact(_("confirmed"), confirmed, NUMBER),
            Fact(
                _("unconfirmed"), total - confirmed, NUMBER, link=url("campaign-items", subject.uid) + "?confirmed=no"
            ),
            Fact(_("of these incomplete"), incomplete, NUMBER),
        ]
        return [FactGroup(_("Verification"), facts)]

    def tabs(self, subject: Campaign, user: Any) -> Sequence[Tab]:
        items, units = list(queries.campaign_items(user, subject)), url("campaign-items", subject.uid)
        by_agency: dict[str, dict[str, Any]] = {}
        for item in items:
            row = by_agency.setdefault(item.agency.name, {"agency": item.agency.name, "units": 0, "confirmed": 0})
            row["units"] += 1
            row["confirmed"] += item.confirmed_at is not None
        rows = [row | {"left": row["units"] - row["confirmed"]} for row in by_agency.values()]
        return [
            Tab(
                "agencies",
                _("by agency"),
                sorted(rows, key=lambda row: -row["left"]),
                (
                    Column(
                        "agency", _("agency"), "agency", link=lambda row: f"{units}?{urlencode({'q': row['agency']})}"
                    ),
                    Column("units", _("units"), "units", NUMBER),
                    Column("confirmed", _("confirmed"), "confirmed", NUMBER),
                    Column("left", _("unconfirmed"), "left", NUMBER),
                ),
                len(rows),
                all_url=units,
            ),
            Tab(
                "map",
                _("map of what is unconfirmed"),
                (),
                count=sum(item.confirmed_at is None for item in items),
                template_name="quarantine_registry/places.html",
                context={"map_props": schematic_map(places(subject, items, queries.cities(user)), LEGEND, named=False)},
            ),
        ]

    def history(self, subject: Campaign, user: Any) -> Iterable[HistoryEntry]:
        return history_entries(subject, user)

    def acts(self, subject: Campaign, user: Any) -> list[Act]:
        found = [Act(_("All units"), url("campaign-items", subject.uid), "list", is_main=True)]
        if user.has_perm("quarantine.campaign.call") and subject.closed_at is None:
            found.append(Act(_("Close"), url("campaign-close", subject.uid), "lock", is_dialog=True))
        return found


def _cities(user: Any) -> list[tuple[str, str]]:
    return [(each.path, each.name) for each in queries.cities(user)]


class CampaignItems(ListPage):
    """The units of a verification, with Excel."""

    menu = "quarantine.campaigns"
    title = _("Units to be verified")
    permission = READ
    default_sort = "agency"
    columns = (
        Column("title", _("name"), "title", sort="title"),
        Column("kind", _("kind"), "get_kind_display", sort="kind"),
        Column("agency", _("agency"), "agency.name", sort="agency__path"),
        Column("problems", _("what is missing"), lambda row: " ".join(row.problems)),
        Column("at", _("confirmed at"), "confirmed_at", INSTANT, "confirmed_at"),
        Column("by", _("confirmed by"), "confirmed_by"),
        Column("state", _("state"), item_state, ITEM_STATES),
    )
    filters = (
        TextFilter("q", _("name or agency"), ("title", "agency__name")),
        ChoiceFilter("kind", _("kind"), CampaignItem.Kind.choices),
        IsSetFilter("confirmed", _("confirmed"), field="confirmed_at"),
        ChoiceFilter("city", _("city"), _cities, PATH),
    )

    def queryset(self, user: Any) -> QuerySet[Any]:
        campaign = get_object_or_404(queries.campaigns(user), uid=self.kwargs["uid"])
        return queries.campaign_items(user, campaign)

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        """Saved views of a list that the user may see."""
        self.queryset(self.user)
        return super().post(request, **kwargs)

    def row_link(self, row: Any) -> str:
        return url("campaign-item", self.kwargs["uid"], row.pk)


class ItemPage(PageView):
    """A page about one unit in a verification."""

    menu = "quarantine.campaigns"

    def queryset(self, user: Any) -> QuerySet[Any]:
        campaign = get_object_or_404(queries.campaigns(user), uid=self.kwargs["uid"])
        return queries.campaign_items(user, campaign).select_related("campaign")

    def subject(self) -> CampaignItem:
        found: CampaignItem | None = self.queryset(self.user).filter(pk=self.kwargs["item"]).first()
        if found is None:
            raise Http404
        return found


class ItemDetail(ItemPage, DetailPage):
    """A unit in a verification: what is missing, where it is mended, and whether it is confirmed."""

    permission = READ

    def state(self, subject: CampaignItem) -> str:
        return ITEM_STATES.html(item_state(subject))

    def fact_groups(self, subject: CampaignItem) -> Sequence[FactGroup]:
        facts = [
            Fact(_("verification"), subject.campaign, link=url("campaign", subject.campaign.uid)),
            Fact(_("deadline"), subject.campaign.deadline_on, DATE),
            Fact(_("kind"), subject.get_kind_display()),
            Fact(_("agency"), subject.agency),
            Fact(_("registered data"), _("Open the data"), link=data_url(subject)),
            Fact(_("confirmed at"), subject.confirmed_at, INSTANT),
            Fact(_("confirmed by"), subject.confirmed_by),
        ]
        return [FactGroup(_("Unit to be verified"), facts), *missing_group(subject.problems)]

    def history(self, subject: CampaignItem, user: Any) -> Iterable[HistoryEntry]:
        return history_entries(subject, user)

    def acts(self, subject: CampaignItem, user: Any) -> list[Act]:
        if not user.has_perm(CONFIRM) or subject.confirmed_at or subject.campaign.closed_at:
            return []
        why_not = _("Add what is still missing first.") if subject.problems else ""
        address = url("campaign-confirm", subject.campaign.uid, subject.pk)
        return [Act(_("Confirm"), address, "check", why_not=why_not, is_main=True, is_dialog=True)]


def data_url(item: CampaignItem) -> str:
    """Where the data of a unit stand, and are changed."""
    if item.kind == CampaignItem.Kind.AGENCY:
        return ""
    subject = subject_of(item)
    return url(str(item.kind), subject.uid) if subject is not None else ""


class ItemConfirm(ItemPage, ActPage):
    """Confirm the data of one unit."""

    permission = CONFIRM
    title = _("Confirm the data")
    button = _("Confirm: complete and right")
    clause = "Q11"

    def sentence(self, subject: CampaignItem) -> Any:
        return _("%(unit)s is confirmed under your name; any later change of its data takes this back.") % {
            "unit": subject.title
        }

    def perform(self, subject: CampaignItem, form: Any, user: Any) -> str:
        actions.confirm_item(user, subject)
        return url("campaign-item", subject.campaign.uid, subject.pk)


class CampaignClose(ActPage):
    """Close a verification."""

    permission = "quarantine.campaign.call"
    title = _("Close the verification")
    button = _("Close")
    reason = "required"
    model_pk = "uid"

    def queryset(self, user: Any) -> QuerySet[Any]:
        return queries.campaigns(user)

    def sentence(self, subject: Campaign) -> Any:
        return _("Nothing more can be confirmed; what is unconfirmed stays so in the record.")

    def perform(self, subject: Campaign, form: Any, user: Any) -> str:
        actions.close_campaign(user, subject, form.cleaned_data["reason"])
        return url("campaign", subject.uid)
