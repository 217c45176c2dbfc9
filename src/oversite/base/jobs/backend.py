"""The queue: django-tasks-db, with a job beside every task that is put in."""

from typing import Any

from django.db import transaction
from django_tasks_db.backend import DatabaseBackend

from oversite.common import clock


class Backend(DatabaseBackend):
    """Stores tasks in the database; the job row is written in the same transaction."""

    def enqueue(self, task: Any, args: Any, kwargs: Any) -> Any:
        """Put a task in; see the Django Tasks API."""
        from oversite.base.jobs.models import Job

        with transaction.atomic():
            result: Any = super().enqueue(task, args, kwargs)
            Job.objects.create(id=result.id, task_path=task.module_path, created_at=clock.now())
        return result

    async def aenqueue(self, task: Any, args: Any, kwargs: Any) -> Any:
        """As `enqueue`, from asynchronous code."""
        from asgiref.sync import sync_to_async

        return await sync_to_async(self.enqueue)(task, args, kwargs)
