"""Work of the worker: the allowed set, every minute."""

from django_tasks import task


@task()
def refresh_allowed() -> int:
    """Close viewings whose right has ended and tell the media nodes which go on. Safe to run twice."""
    from oversite.video.viewing import actions

    return actions.refresh_allowed()
