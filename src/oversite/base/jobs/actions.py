"""The door to long work: submit, cancel, report; and what the worker process calls."""

from datetime import timedelta
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext_lazy as _
from django_tasks_db.models import DBTaskResult

from oversite.base.audit.actions import record
from oversite.base.jobs.endings import close_job
from oversite.base.jobs.exports import workbook_path
from oversite.base.jobs.liveness import HEARTBEAT_EVERY_S, Process, beat, leave, register_worker, sweep
from oversite.base.jobs.models import Job
from oversite.base.jobs.runner import release_connection, run_next
from oversite.base.jobs.running import JobCancelled, JobLost, RunningJob, current_job
from oversite.base.jobs.schedules import submit_due
from oversite.base.jobs.submission import submit_job
from oversite.common import clock
from oversite.common.errors import Refused

if TYPE_CHECKING:
    from oversite.base.accounts.models import User

__all__ = [
    "HEARTBEAT_EVERY_S",
    "JobCancelled",
    "JobLost",
    "Process",
    "RunningJob",
    "beat",
    "cancel_job",
    "current_job",
    "forget_finished_jobs",
    "leave",
    "register_worker",
    "release_connection",
    "run_next",
    "submit_due",
    "submit_job",
    "sweep",
]

KEEP_FINISHED = timedelta(days=30)


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


def forget_finished_jobs() -> int:
    """Delete work that was finished more than thirty days ago; gives how many."""
    old = list(Job.objects.filter(finished_at__lt=clock.now() - KEEP_FINISHED).values_list("pk", flat=True)[:2000])
    for job_id in old:
        workbook_path(job_id).unlink(missing_ok=True)
    with transaction.atomic():
        DBTaskResult.objects.filter(pk__in=old).delete()
        Job.objects.filter(pk__in=old).delete()
    return len(old)
