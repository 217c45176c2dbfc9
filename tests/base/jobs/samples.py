"""Tasks that the tests submit."""

import os
import time
from pathlib import Path

from django_tasks import task

from oversite.base.events.actions import publish
from oversite.base.jobs.actions import current_job
from oversite.common.errors import Refused

FAILURES: list[int] = []


@task()
def add(left: int, right: int) -> int:
    """Something quick."""
    return left + right


@task()
def count_to(total: int) -> None:
    """Report every piece, and leave a result."""
    job = current_job()
    for done in range(1, total + 1):
        job.progress(done, total, f"piece {done}")
    job.offer_result("/result/", "the list")


@task()
def fail_times(number: int) -> str:
    """Fail so many times, then work."""
    FAILURES.append(current_job().attempt)
    if len(FAILURES) <= number:
        raise ConnectionError("the other side is away")
    return "at last"


@task()
def refuse() -> None:
    """Something that no further attempt would change."""
    raise Refused("test.refused", "this cannot be done")


@task()
def cancelled_meanwhile() -> None:
    """Is cancelled from elsewhere while it runs, and notices at its next report."""
    from oversite.base.jobs.models import Job
    from oversite.common import clock

    Job.objects.filter(pk=current_job().id).update(cancel_asked_at=clock.now())
    current_job().progress(1, 1)
    raise AssertionError("not reached")


@task()
def taken_over() -> None:
    """Loses its job to another attempt while it runs."""
    from oversite.base.jobs.models import Job

    Job.objects.filter(pk=current_job().id).update(attempts=9)
    with current_job().once("effect") as is_first:
        assert not is_first, "not reached"


@task()
def steps_with_a_killer(folder: str, steps: int) -> str:
    """Publish one event per step, once; say which step runs, and wait where a file called `wait` lies."""
    job = current_job()
    for step in range(steps):
        with job.once(f"step {step}") as is_first:
            if is_first:
                publish("test.step", ("test", str(step)))
        Path(folder, "reached").write_text(str(step))
        while Path(folder, f"wait {step}").exists():
            time.sleep(0.01)
    with Path(folder, "finished").open("a") as file:
        file.write(f"{os.getpid()}\n")
    return "done"
