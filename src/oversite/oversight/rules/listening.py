"""On change: what happens to sites and devices is judged at once."""

from oversite.base.events.slots import FeedEvent
from oversite.base.sites.queries import site_by_key
from oversite.oversight.rules import actions
from oversite.video.cameras.queries import sites_of_device

SITE_KINDS = frozenset({"sites.site.changed", "sites.area.changed"})
CAMERA_KINDS = frozenset({"cameras.camera.changed"})
PRESENCE_KINDS = frozenset({"device.online", "device.offline"})


def on_change(event: FeedEvent) -> None:
    """Judge the site that an event is about."""
    site = site_by_key(event.subject_id if event.kind in SITE_KINDS else str(event.data.get("site", "")))
    if site is not None:
        actions.evaluate_site(site, event.kind)
        actions.refresh_plan(site)


def on_presence(event: FeedEvent) -> None:
    """A device came or went: lines of construction lists may be verified."""
    for site in sites_of_device(event.subject_id):
        actions.refresh_plan(site)
