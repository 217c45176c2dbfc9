"""What the worker does for the register."""

from django_tasks import task

from oversite.domains.quarantine.registry.actions import remind_tests
from oversite.domains.quarantine.rules.queries import today


@task()
def remind_of_tests() -> int:
    """Plan what procedures ask for and remind of what is due; gives how many reminders went out."""
    return remind_tests(today())
