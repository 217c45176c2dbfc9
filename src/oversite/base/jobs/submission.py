"""Putting work into the queue."""

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django_tasks.base import Task

from oversite.base.jobs import announcements
from oversite.base.jobs.models import Job

if TYPE_CHECKING:
    from oversite.base.accounts.models import User

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
    due_at: datetime | None = None,
) -> Job:
    """Put work into the queue in the caller's transaction and give its job; it runs at once, or at `due_at`.

    Work whose `key` was submitted before is not submitted again: the job that there is comes back, whatever its state.
    `arguments` are keyword arguments that survive JSON. The task may run more than once (a worker can die), so it
    says by `current_job().once(step)` what must not happen twice.
    """
    if key is not None and (known := Job.objects.filter(key=key).first()):
        return known
    result = task.using(run_after=due_at).enqueue(**(arguments or {}))
    job = Job.objects.get(pk=result.id)
    job.key, job.title, job.owner, job.attempts_max = key, str(title)[:200], owner, attempts_max
    job.save(update_fields=["key", "title", "owner", "attempts_max"])
    announcements.publish_job(job)
    return job
