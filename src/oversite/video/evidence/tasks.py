"""Work of the worker: footage that was still being recorded is attached, and what is complete is sealed."""

from django_tasks import task


@task()
def seal_waiting() -> int:
    """Attach and seal what is due; gives how many were sealed. Safe to run twice."""
    from oversite.video.evidence import actions

    return actions.seal_waiting()
