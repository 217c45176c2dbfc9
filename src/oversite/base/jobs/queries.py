"""Reading jobs."""

from datetime import datetime
from typing import TYPE_CHECKING

from django.db.models import QuerySet
from django_tasks_db.models import DBTaskResult, get_date_max

from oversite.base.jobs.models import Job
from oversite.common import clock

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from oversite.base.accounts.models import User


def next_attempt_at(key_prefix: str) -> datetime | None:
    """When the newest waiting work whose key begins so is tried next; none where none waits, or it is due already."""
    job = Job.objects.filter(key__startswith=key_prefix, state=Job.State.WAITING).order_by("-created_at").first()
    due = DBTaskResult.objects.filter(pk=job.pk).values_list("run_after", flat=True).first() if job else None
    return due if due and clock.now() < due < get_date_max() else None


def own_jobs(user: "User | AnonymousUser") -> QuerySet[Job]:
    """The long work that the user started, newest first."""
    if not user.is_authenticated:
        return Job.objects.none()
    return Job.objects.filter(owner_id=user.pk)


def open_jobs(user: "User | AnonymousUser") -> QuerySet[Job]:
    """The user's work that is not finished."""
    return own_jobs(user).filter(state__in=[Job.State.WAITING, Job.State.RUNNING])
