"""The housekeeping of the base itself."""

from django_tasks import task

from oversite.base.events.actions import forget_old_events
from oversite.base.jobs.actions import forget_finished_jobs


@task()
def housekeeping() -> dict[str, int]:
    """Forget old events and finished work."""
    return {"events": forget_old_events(), "jobs": forget_finished_jobs()}
