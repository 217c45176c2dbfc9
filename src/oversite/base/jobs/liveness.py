"""Which workers live, and giving the work of the dead to the living."""

import os
import socket
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from uuid import UUID

from django.db import transaction

from oversite.base.jobs.endings import close_job, put_back
from oversite.base.jobs.models import Job, Worker
from oversite.base.jobs.running import JobCancelled
from oversite.common import clock
from oversite.common.errors import OversiteError

HEARTBEAT_EVERY_S = 10
DEAD_AFTER = timedelta(seconds=60)


class WorkerDied(OversiteError):
    """The worker went away in the middle of the last attempt."""


@dataclass(frozen=True, slots=True)
class Process:
    """A process as seen from its own machine; `start` tells it from a later one with the same number."""

    machine: str
    pid: int
    start: str

    @classmethod
    def own(cls) -> "Process":
        """This process."""
        return cls(_machine(), os.getpid(), _process_start(os.getpid()))

    def is_gone_from(self, here: "Process") -> bool:
        """Whether `here` can see that this process has ended."""
        return self.machine == here.machine and _process_start(self.pid) != self.start


def register_worker(process: Process) -> Worker:
    """Enter a worker that starts."""
    now = clock.now()
    return Worker.objects.create(
        machine=process.machine, pid=process.pid, process_start=process.start, started_at=now, heartbeat_at=now
    )


def beat(worker_id: UUID) -> bool:
    """Say that the worker lives; false where it was struck off and must stop."""
    return bool(Worker.objects.filter(pk=worker_id).update(heartbeat_at=clock.now()))


def leave(worker_id: UUID) -> int:
    """Strike off a worker that stops, and give back what it still ran; gives how many jobs."""
    return _strike_off(Worker.objects.filter(pk=worker_id).first())


def sweep(here: Process) -> int:
    """Strike off dead workers; gives how many jobs wait again.

    Dead is who was silent for a minute, or whose process has ended on this machine. A job whose last attempt it was
    fails; its cancellation is carried out.
    """
    silent_before = clock.now() - DEAD_AFTER
    freed = 0
    for worker in Worker.objects.all():
        process = Process(worker.machine, worker.pid, worker.process_start)
        if worker.heartbeat_at < silent_before or process.is_gone_from(here):
            freed += _strike_off(worker)
    return freed


def _strike_off(worker: Worker | None) -> int:
    if worker is None:
        return 0
    with transaction.atomic():
        locked = Worker.objects.select_for_update(skip_locked=True).filter(pk=worker.pk).first()
        if locked is None:
            return 0
        jobs = list(Job.objects.select_for_update().filter(worker=locked, state=Job.State.RUNNING))
        for job in jobs:
            _free(job)
        locked.delete()
    return len(jobs)


def _free(job: Job) -> None:
    if job.cancel_asked_at is not None:
        close_job(job, Job.State.CANCELLED, JobCancelled(str(job.pk)))
    elif job.attempts >= job.attempts_max:
        close_job(job, Job.State.FAILED, WorkerDied("the worker went away in the middle of the last attempt"))
    else:
        put_back(job, "the worker went away", timedelta(0))


def _machine() -> str:
    boot = _text(Path("/proc/sys/kernel/random/boot_id"))
    try:
        space = str(Path("/proc/self/ns/pid").readlink())
    except OSError:
        space = ""
    return f"{socket.gethostname()} {boot} {space}"[:160]


def _process_start(pid: int) -> str:
    """The start of a process in ticks since boot; empty where there is none, or only its remains."""
    fields = _text(Path(f"/proc/{pid}/stat")).rpartition(")")[2].split()
    return fields[19] if len(fields) > 19 and fields[0] not in "ZX" else ""


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="ascii", errors="replace").strip()
    except OSError:
        return ""
