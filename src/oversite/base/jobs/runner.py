"""Taking work from the queue and running it: claims, retries, the fence against a worker thought dead."""

import logging
from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.core.exceptions import SuspiciousOperation
from django.db import connection, transaction
from django_tasks import TaskContext
from django_tasks_db.models import DBTaskResult

from oversite.base.jobs import announcements
from oversite.base.jobs.endings import close_job, put_back
from oversite.base.jobs.models import Job
from oversite.base.jobs.running import CURRENT, JobCancelled, JobLost, RunningJob
from oversite.common import clock
from oversite.common.errors import OversiteError

TaskRow = DBTaskResult[Any, Any]

logger = logging.getLogger(__name__)

FIRST_RETRY_S = 5
LONGEST_RETRY_S = 900


def run_next(worker_id: UUID, queues: Sequence[str]) -> bool:
    """Run the most urgent waiting job of the queues; false where none is due."""
    claimed = _claim(worker_id, queues)
    if claimed is None:
        return False
    job, task_row = claimed
    running = RunningJob(job.pk, job.key or str(job.pk), job.attempts, worker_id)
    token = CURRENT.set(running)
    try:
        _finish(running, _run(task_row))
    except JobLost:
        logger.warning("job %s is run by another worker by now", job.pk)
    except Exception as error:  # noqa: BLE001 - whatever a task raises is its failure, not the worker's
        _fail(running, error)
    finally:
        CURRENT.reset(token)
    return True


def _claim(worker_id: UUID, queues: Sequence[str]) -> tuple[Job, TaskRow] | None:
    waiting = DBTaskResult.objects.ready().filter(queue_name__in=queues)
    if not waiting.exists():  # a look without the lock that SQLite gives to one writer at a time
        return None
    with transaction.atomic():
        task_row = waiting.get_locked()
        if task_row is None:
            return None
        job = Job.objects.select_for_update().get(pk=task_row.pk)
        task_row.claim(str(worker_id))
        job.state, job.worker_id, job.started_at = Job.State.RUNNING, worker_id, clock.now()
        job.attempts += 1
        job.done, job.total, job.progress_text = 0, None, ""
        job.save()
        announcements.publish_job(job)
    return job, task_row


def _run(task_row: TaskRow) -> Any:
    try:
        task = task_row.task
    except (ImportError, SuspiciousOperation) as error:
        raise TaskUnknown(task_row.task_path) from error
    result: Any = task_row.task_result
    if task.takes_context:
        return task.call(TaskContext(task_result=result), *result.args, **result.kwargs)
    return task.call(*result.args, **result.kwargs)


class TaskUnknown(OversiteError):
    """The queue holds a task that this program no longer has."""


def _held(running: RunningJob) -> Job:
    """The job row, locked; raises `JobLost` once another attempt holds it."""
    job = (
        Job.objects.select_for_update()
        .filter(pk=running.id, state=Job.State.RUNNING, worker_id=running.worker_id, attempts=running.attempt)
        .first()
    )
    if job is None:
        raise JobLost(str(running.id))
    return job


def _finish(running: RunningJob, return_value: Any) -> None:
    with transaction.atomic():
        close_job(_held(running), Job.State.SUCCEEDED, return_value=return_value)


def _fail(running: RunningJob, error: Exception) -> None:
    """Cancelled, failed for good, or waiting for the next attempt."""
    is_final = isinstance(error, OversiteError)
    if not is_final and not isinstance(error, JobCancelled):
        logger.error("job %s, attempt %s failed", running.id, running.attempt, exc_info=error)
    try:
        with transaction.atomic():
            job = _held(running)
            if isinstance(error, JobCancelled):
                close_job(job, Job.State.CANCELLED, error)
            elif is_final or job.attempts >= job.attempts_max:
                close_job(job, Job.State.FAILED, error)
            else:
                put_back(job, str(error), _pause(job.attempts))
    except JobLost:
        logger.warning("job %s is run by another worker by now", running.id)


def _pause(attempts: int) -> timedelta:
    return timedelta(seconds=min(LONGEST_RETRY_S, FIRST_RETRY_S * 2 ** (attempts - 1)))


def release_connection() -> None:
    """Close the database connection of this thread; the next query opens a new one."""
    connection.close()
