"""What the worker does for the register."""

from django_tasks import task

from oversite.domains.quarantine.registry.actions import remind_tests, settle_all_sites
from oversite.domains.quarantine.rules.queries import today


@task()
def remind_of_tests() -> int:
    """Plan what procedures ask for and remind of what is due; gives how many reminders went out."""
    return remind_tests(today())


@task()
def settle_sites() -> int:
    """Give confirmed producers the sites that they lack; gives how many."""
    return settle_all_sites()
