"""Reading jobs."""

from typing import TYPE_CHECKING

from django.db.models import QuerySet

from oversite.base.jobs.models import Job

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from oversite.base.accounts.models import User


def own_jobs(user: "User | AnonymousUser") -> QuerySet[Job]:
    """The long work that the user started, newest first."""
    if not user.is_authenticated:
        return Job.objects.none()
    return Job.objects.filter(owner_id=user.pk)


def open_jobs(user: "User | AnonymousUser") -> QuerySet[Job]:
    """The user's work that is not finished."""
    return own_jobs(user).filter(state__in=[Job.State.WAITING, Job.State.RUNNING])
