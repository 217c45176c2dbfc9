"""What a task can say while it runs: how far it is, what was done once, where the result lies."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import QuerySet

from oversite.base.jobs import announcements
from oversite.base.jobs.models import Job, JobStep

REPORT_EVERY_S = 0.5


class JobCancelled(Exception):
    """The person who waits has cancelled; leaves the task at its next report."""


class JobLost(Exception):
    """Another worker runs this job by now (this one was thought dead); nothing more may be written."""


@dataclass(slots=True)
class RunningJob:
    """The job of the task that runs in this thread."""

    id: UUID
    key: str
    attempt: int
    worker_id: UUID
    _reported: float = field(default=0.0)

    def progress(self, done: int, total: int | None = None, text: str = "") -> None:
        """Say that `done` of `total` pieces are finished; cheap to call often, the last one is always written.

        Raises `JobCancelled` when someone has cancelled, `JobLost` when another worker has the job.
        """
        now = time.monotonic()
        if done != total and now - self._reported < REPORT_EVERY_S:
            return
        self._reported = now
        with transaction.atomic():
            if not self._held().update(done=done, total=total, progress_text=text[:200]):
                raise JobLost(str(self.id))
            job = Job.objects.get(pk=self.id)
            if job.cancel_asked_at is None:
                announcements.publish_job(job)
        if job.cancel_asked_at is not None:
            raise JobCancelled(str(self.id))

    @contextmanager
    def once(self, step: str) -> Iterator[bool]:
        """A transaction for one step; gives true the first time and false when the step was committed before.

        What the step writes to the database is committed together with the note that it is done; an effect outside
        the database must bear a repetition under the same step. Raises `JobLost` like `progress`.
        """
        with transaction.atomic():
            if not self._held().exists():
                raise JobLost(str(self.id))
            try:
                with transaction.atomic():
                    JobStep.objects.create(job_id=self.id, key=step)
                is_first = True
            except IntegrityError:
                is_first = False
            yield is_first

    def offer_result(self, url: str, label: object) -> None:
        """Name the address under which the result waits, and what it is."""
        with transaction.atomic():
            if not self._held().update(result_url=url, result_label=str(label)[:120]):
                raise JobLost(str(self.id))

    def _held(self) -> QuerySet[Job]:
        """The row, locked, while this worker's attempt still holds it."""
        return Job.objects.select_for_update().filter(
            pk=self.id, state=Job.State.RUNNING, worker_id=self.worker_id, attempts=self.attempt
        )


def current_job() -> RunningJob:
    """The job that runs here; raises `LookupError` outside a task."""
    return CURRENT.get()


CURRENT: ContextVar[RunningJob] = ContextVar("current job")
