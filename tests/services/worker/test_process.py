"""A real worker process: killed in the middle, what it ran is run again, and nothing happens twice."""

import signal
import time
from pathlib import Path

import pytest

from installation import Installation

WORKER = """
    from base.jobs import samples
    from oversite.base.events.slots import LISTENERS, Listener
    from oversite.base.events.models import MissedEvent
    from oversite.common import clock, config
    from oversite.services.worker import process
    def note(event):
        MissedEvent.objects.create(listener="heard", event_id=event.id, kind=event.kind, error="", at=clock.now())
    LISTENERS.plug("test", Listener("test", frozenset({"test.step"}), note))
    process.main(config.current())
"""
SUBMIT = """
    import sys
    from base.jobs import samples
    from oversite.base.jobs.actions import submit_job
    submit_job(samples.steps_with_a_killer, {"folder": sys.argv[1], "steps": 6}, title="Steps", attempts_max=9)
"""
OUTCOME = """
    import json
    from oversite.base.events.models import Event, MissedEvent
    from oversite.base.jobs.models import Job, Worker
    job = Job.objects.get(title="Steps")  # a schedule may have come due
    print(json.dumps([
        job.state, job.attempts,
        list(Event.objects.filter(kind="test.step").values_list("subject_id", flat=True)),
        MissedEvent.objects.filter(listener="heard").count(),
        Worker.objects.count(),
    ]))
"""


def await_file(path: Path, text: str = "") -> None:
    ends_at = time.monotonic() + 30
    while not (path.exists() and text in path.read_text()):
        assert time.monotonic() < ends_at, f"{path.name} {text} never came"
        time.sleep(0.01)


def await_outcome(installation: Installation, wanted: str) -> str:
    ends_at = time.monotonic() + 30
    while (outcome := installation.run(OUTCOME)) != wanted:
        assert time.monotonic() < ends_at, outcome
    return outcome


def test_a_killed_worker_costs_nothing_and_repeats_nothing(installation: Installation, tmp_path: Path) -> None:
    """Killed three times between its steps: every step once, every event heard once, the job done."""
    for step in (1, 3, 4):
        Path(tmp_path, f"wait {step}").touch()
    installation.run(SUBMIT, str(tmp_path))
    for step in (1, 3, 4):
        worker = installation.start(WORKER)
        await_file(tmp_path / "reached", str(step))
        worker.kill()
        worker.communicate(timeout=10)
        Path(tmp_path, f"wait {step}").unlink()
        Path(tmp_path, "reached").unlink()
    worker = installation.start(WORKER)
    await_file(tmp_path / "finished")
    steps = ", ".join(f'"{step}"' for step in range(6))
    await_outcome(installation, f'["succeeded", 4, [{steps}], 6, 1]')
    worker.send_signal(signal.SIGTERM)
    worker.communicate(timeout=20)
    assert worker.returncode == 0
    assert (tmp_path / "finished").read_text().count("\n") == 1
    assert installation.run(OUTCOME) == f'["succeeded", 4, [{steps}], 6, 0]'


def test_a_stopped_worker_gives_back_what_it_was_doing(installation: Installation, tmp_path: Path) -> None:
    Path(tmp_path, "wait 2").touch()
    installation.run(SUBMIT, str(tmp_path))
    worker = installation.start(WORKER)
    await_file(tmp_path / "reached", "2")
    worker.send_signal(signal.SIGTERM)
    worker.communicate(timeout=30)
    assert worker.returncode == 0
    assert installation.run(OUTCOME).startswith('["waiting", 1, ')
    assert not (tmp_path / "finished").exists()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_an_idle_worker_stops_at_once(installation: Installation, number: signal.Signals) -> None:
    worker = installation.start(WORKER)
    ends_at = time.monotonic() + 30
    while installation.run("from oversite.base.jobs.models import Worker; print(Worker.objects.count())") != "1":
        assert time.monotonic() < ends_at
    started = time.monotonic()
    worker.send_signal(number)
    worker.communicate(timeout=30)
    assert worker.returncode == 0
    assert time.monotonic() - started < 5
