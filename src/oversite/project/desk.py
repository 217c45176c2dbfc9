"""What the duty desk shows: cameras that are away, sessions begun, sheets filed, sites to look at."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db.models import Case, QuerySet, When
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from oversite.base.accounts.queries import has_permission
from oversite.base.sites.queries import visible_sites
from oversite.oversight.supervision.queries import drafts, filed_with_anomalies, sessions, sites_to_supervise
from oversite.screens.acts import Act
from oversite.screens.slots import DESK_LISTS, Words
from oversite.video.alarms.queries import open_alarms
from oversite.video.cameras.queries import cameras, is_online

if TYPE_CHECKING:
    from oversite.base.sites.models import Site

SITES_AT_MOST = 60
SHEETS_AT_MOST = 8


@dataclass(frozen=True, slots=True)
class SiteCard:
    """One site with its cameras counted and what can be done there."""

    name: str
    agency: str
    online: int
    total: int
    url: str
    acts: list[Act]

    @property
    def tone(self) -> str:
        """Red where no camera answers, amber where some do not."""
        if self.total and self.online == 0:
            return "now"
        return "soon" if self.online < self.total else "good"


@dataclass(frozen=True, slots=True)
class Count:
    """One figure on top of the desk."""

    label: Words
    value: str
    tone: str
    url: str


def contents(user: Any) -> dict[str, Any]:
    """The desk of `user`; parts that their roles do not include are left out."""
    seen = list(cameras(user).select_related("device")) if has_permission(user, "cameras.read") else []
    context: dict[str, Any] = {"counts": _counts(user, seen), "has_sites": has_permission(user, "sites.read")}
    lists = [found for make in DESK_LISTS if (found := make(user)).rows]
    context["lists"] = sorted(lists, key=lambda found: all(row.tone != "now" for row in found.rows))
    if context["has_sites"]:
        context["sites"] = _site_cards(user, seen)
        if len(context["sites"]) == SITES_AT_MOST:
            context["sites_total"] = visible_sites(user).filter(is_active=True).count()
    if has_permission(user, "supervision.read"):
        context["sheets"] = list(sessions(user).exclude(number="")[:SHEETS_AT_MOST])
        context["drafts"] = list(drafts(user)) if has_permission(user, "supervision.conduct") else []
    return context


def _counts(user: Any, seen: list[Any]) -> list[Count]:
    away = sum(not is_online(camera) for camera in seen)
    counts = []
    if seen:
        counts.append(
            Count(_("cameras online"), f"{len(seen) - away} / {len(seen)}", "now" if away else "good", _list_url())
        )
    if has_permission(user, "alarms.read"):
        waiting = open_alarms(user).count()
        counts.append(
            Count(_("alarms open"), str(waiting), "now" if waiting else "good", reverse("alarms:alarms") + "?seen=no")
        )
    if has_permission(user, "supervision.read"):
        filed = str(filed_with_anomalies(user).count())
        counts.append(Count(_("filed with anomalies"), filed, "quiet", reverse("supervision:sessions")))
    return counts


def _site_cards(user: Any, seen: list[Any]) -> list[SiteCard]:
    by_site: dict[int, list[bool]] = {}
    for camera in seen:
        by_site.setdefault(camera.site_id, []).append(is_online(camera))
    to_supervise = set(sites_to_supervise(user).values_list("pk", flat=True))
    sites = visible_sites(user).filter(is_active=True).select_related("agency")
    return [
        SiteCard(
            site.name,
            str(site.agency),
            sum(by_site.get(site.pk, [])),
            len(by_site.get(site.pk, [])),
            reverse("sites:site", args=[site.uid]),
            _acts(user, site, can_begin=site.pk in to_supervise),
        )
        for site in _urgent_first(sites, by_site)[:SITES_AT_MOST]
    ]


def _urgent_first(sites: "QuerySet[Site]", by_site: dict[int, list[bool]]) -> "QuerySet[Site]":
    """Sites where cameras are away first, those without cameras last: the desk has room for some only."""
    away = [pk for pk, online in by_site.items() if not all(online)]
    rank = Case(When(pk__in=away, then=0), When(pk__in=list(by_site), then=1), default=2)
    return sites.order_by(rank, "code")


def _acts(user: Any, site: Any, *, can_begin: bool) -> list[Act]:
    """What can be done at a site; a session begins only where its class has a checklist."""
    acts = []
    if has_permission(user, "video.live"):
        acts.append(Act(_("Watch"), f"{reverse('viewing:wall')}?site={site.uid}", "device-cctv"))
    if can_begin:
        acts.append(Act(_("Supervise"), reverse("supervision:begin", args=[site.uid]), "clipboard-check", is_main=True))
    return acts


def _list_url() -> str:
    return reverse("cameras:cameras")
