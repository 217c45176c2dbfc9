"""What is plugged in to run by the clock."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from typing import Any

from django_tasks.base import Task

from oversite.common.clock import BEIJING
from oversite.common.slots import Slot


@dataclass(frozen=True, slots=True, kw_only=True)
class Schedule:
    """A task that is submitted `every` so often, or daily `at` a Beijing time; what was missed runs once.

    Raises `ValueError` at start unless exactly one of the two is given.
    """

    task: Task[Any, Any]
    title: object
    every: timedelta | None = None
    at: time | None = None
    arguments: Mapping[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if (self.every is None) == (self.at is None):
            raise ValueError("a schedule runs either every so often or daily at a time")

    def due_after(self, instant: datetime) -> datetime:
        """The first time it is due behind `instant` (both aware)."""
        if self.every is not None:
            return instant + self.every
        assert self.at is not None
        local = instant.astimezone(BEIJING)
        due = datetime.combine(local.date(), self.at, tzinfo=BEIJING)
        return due if due > local else due + timedelta(days=1)


SCHEDULES: Slot[Schedule] = Slot("schedules")
