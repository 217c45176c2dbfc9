"""Work of the worker: what the streams measure, every minute."""

from django_tasks import task


@task()
def measure_streams() -> int:
    """Keep codec, bit rate and loss of the streams that are received. Safe to run twice."""
    from oversite.video.cameras import actions

    return actions.measure_streams()
