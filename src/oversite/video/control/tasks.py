"""Work of the worker: leases whose time is over."""

from django_tasks import task


@task()
def end_expired_leases() -> int:
    """End what ran out and turn the cameras to their everyday view. Safe to run twice."""
    from oversite.video.control import actions

    return actions.end_expired_leases()
