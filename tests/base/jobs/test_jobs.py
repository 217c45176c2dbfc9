"""Long work: submitted once, tried again, reported, cancelled, and fenced against a worker thought dead."""

from datetime import UTC, datetime, time, timedelta
from uuid import UUID, uuid4

import pytest
from django.db import transaction
from django_tasks import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from base.jobs import samples
from oversite.base.events.models import Event
from oversite.base.jobs import actions, liveness, runner, schedules
from oversite.base.jobs.models import Job, ScheduleState, Worker
from oversite.base.jobs.slots import SCHEDULES, Schedule
from oversite.common import clock
from oversite.common.errors import Refused
from people import make_agency, make_user

pytestmark = pytest.mark.django_db
HERE = liveness.Process("here", 1, "1")


@pytest.fixture
def worker() -> UUID:
    """A registered worker."""
    return liveness.register_worker(HERE).pk


def run_all(worker_id: UUID) -> int:
    number = 0
    while runner.run_next(worker_id, ["default", "long"]):
        number += 1
    return number


def let_it_be_due() -> None:
    DBTaskResult.objects.update(run_after=clock.now() - timedelta(seconds=1))


def test_submitted_work_runs_and_its_result_is_kept(worker: UUID) -> None:
    job = actions.submit_job(samples.add, {"left": 2, "right": 3}, title="Sum")
    assert job.state == Job.State.WAITING
    assert run_all(worker) == 1
    job.refresh_from_db()
    assert (job.state, job.attempts, job.error) == (Job.State.SUCCEEDED, 1, "")
    assert samples.add.get_result(str(job.pk)).return_value == 5


def test_work_of_the_plain_tasks_api_is_a_job_too(worker: UUID) -> None:
    result = samples.add.enqueue(1, right=1)
    run_all(worker)
    assert Job.objects.get(pk=result.id).state == Job.State.SUCCEEDED
    result.refresh()
    assert (result.status, result.return_value) == (TaskResultStatus.SUCCESSFUL, 2)


def test_work_of_an_act_that_did_not_happen_is_not_submitted(worker: UUID) -> None:
    def fail() -> None:
        with transaction.atomic():
            actions.submit_job(samples.add, {"left": 1, "right": 1}, title="Sum")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert run_all(worker) == 0


def test_work_with_a_key_is_submitted_once(worker: UUID) -> None:
    first = actions.submit_job(samples.add, {"left": 1, "right": 1}, title="Sum", key="sum:1")
    assert actions.submit_job(samples.add, {"left": 9, "right": 9}, title="Sum", key="sum:1") == first
    assert run_all(worker) == 1
    assert actions.submit_job(samples.add, {"left": 9, "right": 9}, title="Sum", key="sum:1") == first
    assert run_all(worker) == 0


def test_failed_work_is_tried_again_after_growing_pauses(worker: UUID) -> None:
    samples.FAILURES.clear()
    job = actions.submit_job(samples.fail_times, {"number": 2}, title="Delivery")
    pauses = []
    for _attempt in range(2):
        assert run_all(worker) == 1
        job.refresh_from_db()
        assert (job.state, job.error) == (Job.State.WAITING, "the other side is away")
        pauses.append(DBTaskResult.objects.get().run_after - clock.now())
        assert run_all(worker) == 0
        let_it_be_due()
    run_all(worker)
    job.refresh_from_db()
    assert (job.state, job.attempts, job.error) == (Job.State.SUCCEEDED, 3, "")
    assert samples.FAILURES == [1, 2, 3]
    assert timedelta(0) < pauses[0] < pauses[1]


def test_work_fails_for_good_after_its_last_attempt_and_at_once_where_it_was_refused(worker: UUID) -> None:
    samples.FAILURES.clear()
    delivery = actions.submit_job(samples.fail_times, {"number": 9}, title="Delivery", attempts_max=2)
    refused = actions.submit_job(samples.refuse, title="Refused")
    for _attempt in range(3):
        run_all(worker)
        let_it_be_due()
    delivery.refresh_from_db()
    refused.refresh_from_db()
    assert (delivery.state, delivery.attempts) == (Job.State.FAILED, 2)
    assert (refused.state, refused.attempts, refused.error) == (Job.State.FAILED, 1, "this cannot be done")


def test_a_task_that_the_program_no_longer_has_fails_and_harms_nothing(worker: UUID) -> None:
    job = actions.submit_job(samples.add, {"left": 1, "right": 1}, title="Sum")
    DBTaskResult.objects.update(task_path="oversite.gone.task")
    assert run_all(worker) == 1
    job.refresh_from_db()
    assert (job.state, job.error) == (Job.State.FAILED, "oversite.gone.task")


def test_progress_is_told_to_the_owner(worker: UUID) -> None:
    owner = make_user(make_agency())
    job = actions.submit_job(samples.count_to, {"total": 50}, title="Export", owner=owner)
    run_all(worker)
    job.refresh_from_db()
    assert (job.done, job.total, job.progress_text, job.result_url) == (50, 50, "piece 50", "/result/")
    told = [(event.data["state"], event.data["done"]) for event in Event.objects.filter(kind="jobs.progress")]
    assert told[0] == ("waiting", 0)
    assert told[-1] == ("succeeded", 50)
    assert len(told) < 20, "reports are few, however often the task speaks"
    assert {event.data["owner"] for event in Event.objects.all()} == {owner.pk}


def test_waiting_work_is_cancelled_at_once_and_running_work_at_its_next_report(worker: UUID) -> None:
    owner, other = make_user(make_agency()), make_user(make_agency())
    waiting = actions.submit_job(samples.add, {"left": 1, "right": 1}, title="Sum", owner=owner)
    with pytest.raises(Refused):
        actions.cancel_job(other, waiting)
    assert actions.cancel_job(owner, waiting).state == Job.State.CANCELLED
    assert run_all(worker) == 0
    running = actions.submit_job(samples.cancelled_meanwhile, title="Export", owner=owner)
    run_all(worker)
    running.refresh_from_db()
    assert running.state == Job.State.CANCELLED
    with pytest.raises(Refused):
        actions.cancel_job(owner, running)


def test_a_worker_that_lost_its_job_writes_nothing_more(worker: UUID) -> None:
    job = actions.submit_job(samples.taken_over, title="Export")
    assert run_all(worker) == 1
    job.refresh_from_db()
    assert (job.state, job.attempts) == (Job.State.RUNNING, 9)


def test_the_work_of_a_silent_or_ended_worker_waits_again(worker: UUID) -> None:
    job = actions.submit_job(samples.add, {"left": 1, "right": 1}, title="Sum", attempts_max=2)
    here = liveness.Process.own()
    far = liveness.register_worker(liveness.Process("far away", 1, "1")).pk
    assert runner._claim(far, ["default"])
    assert liveness.sweep(here) == 0
    Worker.objects.filter(pk=far).update(heartbeat_at=clock.now() - timedelta(seconds=61))
    assert liveness.sweep(here) == 1
    job.refresh_from_db()
    assert job.state == Job.State.WAITING
    ended = liveness.register_worker(liveness.Process(here.machine, 2**22 + 1, "1")).pk
    assert runner._claim(ended, ["default"])
    assert liveness.sweep(here) == 1
    job.refresh_from_db()
    assert (job.state, job.attempts) == (Job.State.FAILED, 2), "its second attempt was its last"
    assert [liveness.beat(one) for one in (far, ended, worker)] == [False, False, True]


def test_a_schedule_is_submitted_once_per_time_and_what_was_missed_runs_once(monkeypatch: pytest.MonkeyPatch) -> None:
    hourly = Schedule(task=samples.add, title="Sum", every=timedelta(hours=1), arguments={"left": 1, "right": 1})
    monkeypatch.setattr(SCHEDULES, "_values", {"test": hourly})
    assert schedules.submit_due() == 0
    ScheduleState.objects.update(due_at=clock.now() - timedelta(days=2))
    assert schedules.submit_due() == 1
    assert schedules.submit_due() == 0
    assert Job.objects.count() == 1
    assert ScheduleState.objects.get().due_at > clock.now()
    ScheduleState.objects.update(due_at=clock.now(), is_paused=True)
    assert schedules.submit_due() == 0


def test_a_daily_schedule_is_due_at_its_beijing_time() -> None:
    daily = Schedule(task=samples.add, title="Sum", at=time(3, 40))
    assert daily.due_after(datetime(2026, 11, 21, 19, 39, tzinfo=UTC)) == datetime(2026, 11, 21, 19, 40, tzinfo=UTC)
    assert daily.due_after(datetime(2026, 11, 21, 19, 40, tzinfo=UTC)) == datetime(2026, 11, 22, 19, 40, tzinfo=UTC)
    with pytest.raises(ValueError, match="either"):
        Schedule(task=samples.add, title="Sum")


def test_finished_work_is_forgotten_after_thirty_days(worker: UUID) -> None:
    jobs = [actions.submit_job(samples.add, {"left": 1, "right": n}, title="Sum") for n in range(2)]
    run_all(worker)
    Job.objects.filter(pk=jobs[0].pk).update(finished_at=clock.now() - timedelta(days=31))
    assert actions.forget_finished_jobs() == 1
    assert [job.pk for job in Job.objects.all()] == [jobs[1].pk]
    assert DBTaskResult.objects.count() == 1


def test_two_workers_never_run_the_same_job() -> None:
    job = actions.submit_job(samples.add, {"left": 1, "right": 1}, title="Sum")
    claims = [runner._claim(liveness.register_worker(HERE).pk, ["default"]) for _ in range(2)]
    assert [claim[0].pk if claim else None for claim in claims] == [job.pk, None]
    assert not runner.run_next(uuid4(), ["long"])
