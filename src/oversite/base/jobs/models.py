"""Long work beside the request: what it is, how far it has come, who runs it, and what runs by the clock."""

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _


class Worker(models.Model):
    """A worker process that says every few seconds that it lives.

    `machine` names host, boot and process space, `pid` and `process_start` the process in it, so that a death on the
    same machine is noticed at once.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    machine = models.CharField(_("machine"), max_length=160)
    pid = models.PositiveIntegerField(_("process"))
    process_start = models.CharField(_("start of the process"), max_length=32, blank=True)
    started_at = models.DateTimeField(_("started at"))
    heartbeat_at = models.DateTimeField(_("last heartbeat"))

    class Meta:
        verbose_name = _("worker")
        verbose_name_plural = _("workers")

    def __str__(self) -> str:
        return f"{self.machine} {self.pid}"


class Job(models.Model):
    """One piece of work; its id is the id of the task in the queue, which holds function and arguments.

    `key` makes it unique: work that was submitted under a key is not submitted again. `attempts` counts the starts;
    worker and attempt together are the fence: whoever no longer holds them cannot write here any more.
    """

    class State(models.TextChoices):
        """Where it stands; `waiting` covers both the first start and the next attempt."""

        WAITING = "waiting", _("waiting")
        RUNNING = "running", _("running")
        SUCCEEDED = "succeeded", _("done")
        FAILED = "failed", _("failed")
        CANCELLED = "cancelled", _("cancelled")

    id = models.UUIDField(primary_key=True, editable=False)
    key = models.CharField(_("key"), max_length=160, null=True, blank=True, unique=True)
    task_path = models.CharField(_("task"), max_length=200)
    title = models.CharField(_("title"), max_length=200, blank=True)
    owner = models.ForeignKey(
        "accounts.User", models.PROTECT, related_name="+", null=True, blank=True, verbose_name=_("started by")
    )
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.WAITING, db_index=True)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    attempts_max = models.PositiveSmallIntegerField(_("attempts at most"), default=3)
    worker = models.ForeignKey(
        Worker, models.SET_NULL, related_name="jobs", null=True, blank=True, verbose_name=_("worker")
    )
    done = models.PositiveBigIntegerField(_("done"), default=0)
    total = models.PositiveBigIntegerField(_("of"), null=True, blank=True)
    progress_text = models.CharField(_("doing"), max_length=200, blank=True)
    result_url = models.CharField(_("result"), max_length=300, blank=True)
    result_label = models.CharField(_("what the result is"), max_length=120, blank=True)
    error = models.TextField(_("error"), blank=True)
    cancel_asked_at = models.DateTimeField(_("cancelling since"), null=True, blank=True)
    created_at = models.DateTimeField(_("submitted at"))
    started_at = models.DateTimeField(_("started at"), null=True, blank=True)
    finished_at = models.DateTimeField(_("finished at"), null=True, blank=True)

    class Meta:
        verbose_name = _("long work")
        verbose_name_plural = _("long work")
        ordering = ["-created_at"]
        indexes = [models.Index(fields=["owner", "-created_at"], name="job_of_owner")]

    def __str__(self) -> str:
        return self.title or self.task_path

    @property
    def is_finished(self) -> bool:
        """Whether nothing more will happen to it."""
        return self.state in {self.State.SUCCEEDED, self.State.FAILED, self.State.CANCELLED}


class JobStep(models.Model):
    """A step whose effect on the database was committed together with this row, so that it happens once."""

    job = models.ForeignKey(Job, models.CASCADE, related_name="steps", verbose_name=_("job"))
    key = models.CharField(_("step"), max_length=160)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["job", "key"], name="job_step_once")]

    def __str__(self) -> str:
        return self.key


class ScheduleState(models.Model):
    """When a schedule is due next; which schedules there are is a slot."""

    key = models.CharField(_("schedule"), max_length=80, primary_key=True)
    due_at = models.DateTimeField(_("due"))
    submitted_at = models.DateTimeField(_("last submitted"), null=True, blank=True)
    is_paused = models.BooleanField(_("paused"), default=False)

    class Meta:
        verbose_name = _("schedule")
        verbose_name_plural = _("schedules")
        ordering = ["key"]

    def __str__(self) -> str:
        return self.key
