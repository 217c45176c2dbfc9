"""What the app plugs in: permission, acts, purposes, menu entries, media origins, the minute's work."""

from collections.abc import Iterable
from datetime import timedelta
from pathlib import Path

import yaml
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from oversite.base.accounts.slots import PERMISSIONS, Permission
from oversite.base.audit.slots import ACTS, REFUSED_ACTS
from oversite.base.jobs.slots import SCHEDULES, Schedule
from oversite.screens.slots import MEDIA_ORIGINS, MENU, MenuEntry
from oversite.video.gateway import queries as services
from oversite.video.viewing.slots import PURPOSES, Purpose
from oversite.video.viewing.tasks import refresh_allowed

PERMISSIONS.plug(
    "viewing.read", Permission(_("read the usage log of pictures"), frozenset({"administrator", "auditor"}))
)
ACTS.plug("video.viewing.opened", _("pictures opened"))
ACTS.plug("video.footage.ordered", _("footage ordered from the device"))
REFUSED_ACTS.plug("video.playback", _("opening recordings"))
REFUSED_ACTS.plug("video.fetch", _("fetching footage from the device"))
REFUSED_ACTS.plug("video.camera", _("opening a picture"))

for entry in yaml.safe_load(Path(__file__).with_name("purposes.yaml").read_text(encoding="utf-8")):
    PURPOSES.plug(entry["key"], Purpose(**entry))

MENU.plug("wall", MenuEntry("wall", _("Video"), "viewing:wall", "layout-grid", "video.live", 10))
MENU.plug("playback", MenuEntry("playback", _("Playback"), "viewing:playback", "history", "video.playback", 20))
MENU.plug("viewings", MenuEntry("viewings", _("Usage log"), "viewing:log", "eye", "viewing.read", 85))


def media_origins(_request: HttpRequest) -> Iterable[str]:
    """Where pictures come from, for the page's content security policy."""
    for node in services.nodes():
        base = node.public_url.rstrip("/")
        yield base
        yield "ws" + base.removeprefix("http")


MEDIA_ORIGINS.plug("nodes", media_origins)
SCHEDULES.plug(
    "viewing.allowed",
    Schedule(task=refresh_allowed, title=_("renew the allowed viewings"), every=timedelta(minutes=1)),
)
