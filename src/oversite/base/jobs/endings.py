"""How an attempt ends: for good, or with another one."""

from datetime import timedelta
from typing import Any

from django.db import transaction
from django_tasks_db.models import DBTaskResult

from oversite.base.jobs import announcements
from oversite.base.jobs.models import Job
from oversite.common import clock


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


def put_back(job: Job, error: str, pause: timedelta) -> None:
    """Let a locked job wait for its next attempt."""
    job.state, job.worker, job.error = Job.State.WAITING, None, error
    job.save(update_fields=["state", "worker", "error"])
    DBTaskResult.objects.filter(pk=job.pk).update(status="READY", run_after=clock.now() + pause, started_at=None)
    announcements.publish_job(job)
