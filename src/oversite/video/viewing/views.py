"""Pages: the wall, playback, the usage log."""

from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from oversite.screens.acts import EmptyState
from oversite.screens.columns import Column
from oversite.screens.filters import ChoiceFilter, DateRangeFilter, LinkedTextFilter
from oversite.screens.formats import BYTES, INSTANT
from oversite.screens.list_page import ListPage
from oversite.screens.page import PageView
from oversite.video.cameras import queries as register
from oversite.video.viewing import props, queries
from oversite.video.viewing.models import Viewing
from oversite.video.viewing.slots import PURPOSES

CAMERAS_MAX = 16
CHOICES_MAX = 2000


class PicturesPage(PageView):
    """A page that is filled by an island with pictures."""

    template_name = "viewing/pictures.html"
    theme = "dark"
    island = ""

    def asked(self, request: HttpRequest, permission: str) -> list[str]:
        """The cameras that the page is to begin with (`?camera=uid`, several, or `?site=uid`: all of a site).

        Those that the user may not use are left out.
        """
        uids = _uids(request.GET.getlist("camera"))
        seen = register.in_tree_order(register.cameras(self.user, permission))
        allowed = set(seen.filter(uid__in=uids).values_list("uid", flat=True))
        of_sites = seen.filter(site__uid__in=_uids(request.GET.getlist("site"))).values_list("uid", flat=True)
        found = dict.fromkeys([uid for uid in uids if uid in allowed] + list(of_sites))
        return [str(uid) for uid in found][:CAMERAS_MAX]

    def show_island(self, island_props: dict[str, Any]) -> HttpResponse:
        """The page with the island in it."""
        return self.show({"island": self.island, "props": island_props})


def _uids(texts: list[str]) -> list[UUID]:
    uids = []
    for text in texts[:CAMERAS_MAX]:
        try:
            uids.append(UUID(text))
        except ValueError:
            continue
    return uids


class Wall(PicturesPage):
    """The wall: tree on the left, panes on the right (req: A3.1)."""

    menu = "wall"
    title = _("Video")
    permission = "video.live"
    island = "wall"

    def get(self, request: HttpRequest, **_kwargs: Any) -> HttpResponse:
        """The wall, beginning with the cameras that were asked for."""
        cameras = self.asked(request, "video.live")
        return self.show_island(props.wall(self.user, cameras) | props.site_acts(self.user))


class Playback(PicturesPage):
    """Playback of recordings, here and in the devices (req: A3.1)."""

    menu = "playback"
    title = _("Playback")
    permission = "video.playback"
    island = "playback"

    def get(self, request: HttpRequest, **_kwargs: Any) -> HttpResponse:
        """The page, beginning with the cameras and the moment (`?at=` ms) that were asked for."""
        at = request.GET.get("at", "")
        moment_ms = int(at) if at.isascii() and at.isdecimal() and len(at) <= 15 else None
        cameras = register.in_tree_order(register.cameras(self.user, "video.playback"))[:CHOICES_MAX]
        chosen = self.asked(request, "video.playback")
        return self.show_island(props.playback(self.user, cameras, chosen, moment_ms))


def purpose_text(row: Viewing) -> str:
    """The purpose with its particulars."""
    if not row.purpose:
        return ""
    label = queries.purpose_label(row.purpose)
    return f"{label}（{row.purpose_text}）" if row.purpose_text else label


class UsageLog(ListPage):
    """Who looked at what, when, why and how much (req: V14.log)."""

    menu = "viewings"
    title = _("Usage log")
    lead = _("Every viewing of live pictures and recordings: who, what, when and why.")
    permission = "viewing.read"
    export_permission = "viewing.read"
    columns = (
        Column("opened", _("viewed at"), "opened_at", INSTANT),
        Column("viewer", _("viewer"), "viewer_name", sort="viewer_name"),
        Column("agency", _("agency"), "agency_name", sort="agency_name"),
        Column("camera", _("camera"), lambda row: register.title(row.camera)),
        Column("kind", _("kind"), "get_kind_display", sort="kind"),
        Column("purpose", _("purpose"), purpose_text),
        Column("seen_from", _("seen from"), "seen_from_at", INSTANT),
        Column("seen_until", _("seen until"), "seen_until_at", INSTANT),
        Column("from", _("opened from"), "from_at", INSTANT, is_hidden=True),
        Column("until", _("opened until"), "until_at", INSTANT, is_hidden=True),
        Column("started", _("started at"), "started_at", INSTANT, is_hidden=True),
        Column("ended", _("ended at"), "ended_at", INSTANT, is_hidden=True),
        Column("cause", _("ended because"), "get_end_cause_display", is_hidden=True),
        Column("bytes", _("bytes sent"), "bytes", BYTES),
    )
    filters = (
        LinkedTextFilter(
            "q", _("viewer, agency or camera"), ("user__name", "user__agency__name", "camera__name", "camera__gb_id")
        ),
        ChoiceFilter("kind", _("kind"), Viewing.Kind.choices),
        ChoiceFilter("purpose", _("purpose"), lambda _user: [(item.key, item.label) for item in PURPOSES]),
        DateRangeFilter("day", _("opened"), "opened_at"),
    )
    empty = EmptyState(_("Nothing has been looked at yet"))

    def queryset(self, user: Any) -> QuerySet[Any]:
        return queries.viewings(user)
