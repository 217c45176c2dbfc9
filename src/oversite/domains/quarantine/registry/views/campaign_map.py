"""A verification on the map: the cities with what they confirmed, and the unconfirmed units with a place."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from oversite.domains.quarantine.registry.models import Campaign, CampaignItem
from oversite.domains.quarantine.registry.queries import City
from oversite.domains.quarantine.registry.views.pages import url
from oversite.domains.quarantine.rules.geography import SEATS
from oversite.screens.formats import State, StateFormat

ITEM_STATES = StateFormat(
    {
        "confirmed": State(_("confirmed"), "good"),
        "complete": State(_("complete, not confirmed"), "soon"),
        "incomplete": State(_("incomplete"), "now"),
    }
)
LEGEND = tuple((state.tone, state.word) for state in ITEM_STATES.states.values())


def item_state(item: CampaignItem) -> str:
    """Where a unit stands in a verification."""
    return "confirmed" if item.confirmed_at else "incomplete" if item.problems else "complete"


@dataclass(slots=True)
class Tally:
    """The units of a city by their state."""

    counts: dict[str, int] = field(default_factory=lambda: dict.fromkeys(ITEM_STATES.states, 0))

    @property
    def total(self) -> int:
        """All units."""
        return sum(self.counts.values())

    @property
    def worst(self) -> str:
        """The state that the city shows."""
        return next((state for state in ("incomplete", "complete") if self.counts[state]), "confirmed")


def places(campaign: Campaign, items: Iterable[CampaignItem], cities: Sequence[City]) -> list[dict[str, Any]]:
    """What the map shows: one mark for each city with units, one for each unconfirmed unit with a place."""
    tallies: dict[str, Tally] = {}
    found = list(items)
    for item in found:
        city = next((each for each in cities if item.agency.path.startswith(each.path)), None)
        if city is not None:
            tallies.setdefault(city.code, Tally()).counts[item_state(item)] += 1
    return [*_units(campaign, found), *_cities(campaign, tallies, cities)]


def _units(campaign: Campaign, items: Iterable[CampaignItem]) -> Iterator[dict[str, Any]]:
    for item in items:
        if item.confirmed_at is None and item.latitude is not None and item.longitude is not None:
            state = ITEM_STATES.states[item_state(item)]
            yield {
                "lat": float(item.latitude),
                "lng": float(item.longitude),
                "label": item.title,
                "url": url("campaign-item", campaign.uid, item.pk),
                "tone": state.tone,
                "state": str(state.word),
            }


def _cities(campaign: Campaign, tallies: dict[str, Tally], cities: Sequence[City]) -> Iterator[dict[str, Any]]:
    for city in cities:
        tally = tallies.get(city.code)
        if tally is None:
            continue
        lat, lng, side = SEATS[city.code]
        left = tally.total - tally.counts["confirmed"]
        told = _t("%(left)s units unconfirmed, %(incomplete)s of them incomplete") % {
            "left": left,
            "incomplete": tally.counts["incomplete"],
        }
        state = ITEM_STATES.states[tally.worst]
        yield {
            "lat": lat,
            "lng": lng,
            "label": f"{city.name} {tally.counts['confirmed']} / {tally.total}",
            "words": [city.name, f"{tally.counts['confirmed']}/{tally.total}"],
            "side": side,
            "url": f"{url('campaign-items', campaign.uid)}?confirmed=no&city={city.path}",
            "tone": state.tone,
            "state": told if left else str(state.word),
        }
