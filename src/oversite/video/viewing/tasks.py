"""Work of the worker: the allowed set, every minute, and footage that devices hand over."""

from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _t
from django_tasks import task

from oversite.base.jobs.actions import current_job
from oversite.common import clock


@task()
def refresh_allowed() -> int:
    """Close viewings whose right has ended and tell the media nodes which go on. Safe to run twice."""
    from oversite.video.viewing import actions

    return actions.refresh_allowed()


@task(queue_name="long")
def fetch_footage(*, viewing: int, language: str) -> int:
    """Fetch footage from a device; its job tells how far it is. A second run fetches what still lacks."""
    from oversite.video.viewing.fetching import fetch
    from oversite.video.viewing.models import Viewing

    job = current_job()
    row = Viewing.objects.select_related("camera", "user").get(pk=viewing)
    with translation.override(language):
        came_ms = fetch(row, job)
        place = f"?camera={row.camera.uid}&at={clock.to_us(row.from_at or row.opened_at) // 1000}"
        job.offer_result(reverse("viewing:playback") + place, _t("play the footage"))
    return came_ms
