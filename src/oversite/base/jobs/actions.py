"""Submitting long work, cancelling it, trying it again."""

from collections.abc import Mapping
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _
from django_tasks.base import Task
from django_tasks_db.models import DBTaskResult

from oversite.base.audit.actions import record
from oversite.base.jobs import announcements
from oversite.base.jobs.models import Job
from oversite.base.jobs.running import JobCancelled
from oversite.common import clock
from oversite.common.errors import Refused

if TYPE_CHECKING:
    from oversite.base.accounts.models import User

KEEP_FINISHED = timedelta(days=30)
ATTEMPTS = 3


@transaction.atomic
def submit_job(
    task: Task[Any, Any],
    arguments: Mapping[str, Any] | None = None,
    *,
    title: object,
    owner: "User | None" = None,
    key: str | None = None,
    attempts_max: int = ATTEMPTS,
) -> Job:
    """Put work into the queue in the caller's transaction and give its job.

    Work whose `key` was submitted before is not submitted again: the job that there is comes back, whatever its state.
    `arguments` are keyword arguments that survive JSON. The task may run more than once (a worker can die), so it
    says by `current_job().once(step)` what must not happen twice.
    """
    if key is not None and (known := Job.objects.filter(key=key).first()):
        return known
    result = task.enqueue(**(arguments or {}))
    job = Job.objects.get(pk=result.id)
    job.key, job.title, job.owner, job.attempts_max = key, str(title)[:200], owner, attempts_max
    job.save(update_fields=["key", "title", "owner", "attempts_max"])
    announcements.publish_job(job)
    return job


@transaction.atomic
def cancel_job(actor: "User", job: Job) -> Job:
    """Cancel: at once while it waits, at its next report while it runs.

    Raises `Refused` for work of somebody else, or that is finished.
    """
    job = Job.objects.select_for_update().get(pk=job.pk)
    if job.owner_id != actor.pk:
        raise Refused("jobs.job.foreign", _("This work was started by somebody else."), status=404)
    if job.is_finished:
        raise Refused("jobs.job.finished", _("This work is finished already."), status=409)
    job.cancel_asked_at = clock.now()
    job.save(update_fields=["cancel_asked_at"])
    record("jobs.job.cancelled", actor=actor, subject=job, data={"title": job.title})
    if job.state == Job.State.WAITING:
        close_job(job, Job.State.CANCELLED, JobCancelled(str(job.pk)))
    return job


def close_job(job: Job, state: str, error: BaseException | None = None, return_value: Any = None) -> None:
    """Write the end of a job and of its task in one transaction, and tell the owner."""
    with transaction.atomic():
        job.state, job.worker, job.finished_at = state, None, clock.now()
        job.error = str(error) if error is not None else ""
        job.save(update_fields=["state", "worker", "finished_at", "error"])
        task_row = DBTaskResult.objects.get(pk=job.pk)
        if error is None:
            task_row.set_successful(return_value)
        else:
            task_row.set_failed(error)
        announcements.publish_job(job)


def forget_finished_jobs() -> int:
    """Delete work that was finished more than thirty days ago; gives how many."""
    old = list(Job.objects.filter(finished_at__lt=clock.now() - KEEP_FINISHED).values_list("pk", flat=True)[:2000])
    with transaction.atomic():
        DBTaskResult.objects.filter(pk__in=old).delete()
        Job.objects.filter(pk__in=old).delete()
    return len(old)
