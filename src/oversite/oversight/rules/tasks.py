"""Work of the worker: judging every site at night."""

from django_tasks import task


@task(queue_name="long")
def evaluate_sites() -> int:
    """Judge every site by the book of the day; gives how many. Safe to run twice."""
    from oversite.oversight.rules import actions

    return actions.evaluate_all("nightly")
