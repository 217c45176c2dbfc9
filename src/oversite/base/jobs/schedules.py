"""Submitting what is due by the clock, once, however many workers look."""

from django.db import transaction

from oversite.base.jobs.models import ScheduleState
from oversite.base.jobs.slots import SCHEDULES, Schedule
from oversite.base.jobs.submission import submit_job
from oversite.common import clock


def submit_due() -> int:
    """Submit every schedule that is due; gives how many. A new one is due at its first time from now."""
    known = {state.key: state for state in ScheduleState.objects.all()}
    now = clock.now()
    submitted = 0
    for key, schedule in SCHEDULES.items():
        state = known.get(key)
        if state is None:
            ScheduleState.objects.bulk_create(
                [ScheduleState(key=key, due_at=schedule.due_after(now))], ignore_conflicts=True
            )
        elif state.due_at <= now and not state.is_paused:
            submitted += _submit(key, schedule)
    return submitted


@transaction.atomic
def _submit(key: str, schedule: Schedule) -> int:
    now = clock.now()
    state = ScheduleState.objects.select_for_update(skip_locked=True).filter(key=key, due_at__lte=now).first()
    if state is None:
        return 0
    submit_job(
        schedule.task,
        schedule.arguments,
        title=schedule.title,
        key=f"schedule:{key}:{state.due_at.isoformat()}",
    )
    state.due_at, state.submitted_at = schedule.due_after(now), now
    state.save()
    return 1
