"""The feed: what happened, in one order, kept for seven days; and how far each listener has come."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class EventHead(models.Model):
    """The one row whose lock gives out event ids, so that the order of commit is the order of ids."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    last_event_id = models.BigIntegerField(default=0)

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(id=1), name="event_head_is_one_row")]

    def __str__(self) -> str:
        return str(self.last_event_id)


class Event(models.Model):
    """One thing that happened, written in the transaction of the act that made it happen.

    `agency_path` is the place in the tree of the agency it concerns (empty: none); `data` is a small JSON object.
    """

    id = models.BigIntegerField(primary_key=True)
    kind = models.CharField(_("kind"), max_length=80)
    subject_kind = models.CharField(_("kind of subject"), max_length=60, blank=True)
    subject_id = models.CharField(_("subject"), max_length=64, blank=True)
    agency_path = models.CharField(_("place in the tree"), max_length=255, blank=True)
    data = models.JSONField(_("data"), default=dict)
    at = models.DateTimeField(_("at"), db_index=True)

    class Meta:
        verbose_name = _("event")
        verbose_name_plural = _("events")
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.id} {self.kind}"


class ListenerPosition(models.Model):
    """The last event that a listener has dealt with, and why it stands still when it does."""

    key = models.CharField(_("listener"), max_length=80, primary_key=True)
    last_event_id = models.BigIntegerField(_("last event"), default=0)
    attempts = models.PositiveSmallIntegerField(_("attempts at the next event"), default=0)
    retry_at = models.DateTimeField(_("next attempt"), null=True, blank=True)
    error = models.TextField(_("last error"), blank=True)

    class Meta:
        verbose_name = _("listener")
        verbose_name_plural = _("listeners")

    def __str__(self) -> str:
        return f"{self.key} @ {self.last_event_id}"


class MissedEvent(models.Model):
    """An event that a listener gave up on after its last attempt; kept until someone looks into it."""

    listener = models.CharField(_("listener"), max_length=80)
    event_id = models.BigIntegerField(_("event"))
    kind = models.CharField(_("kind"), max_length=80)
    error = models.TextField(_("error"))
    at = models.DateTimeField(_("at"))

    class Meta:
        verbose_name = _("missed event")
        verbose_name_plural = _("missed events")
        constraints = [models.UniqueConstraint(fields=["listener", "event_id"], name="missed_event_once")]

    def __str__(self) -> str:
        return f"{self.listener}: {self.event_id}"
