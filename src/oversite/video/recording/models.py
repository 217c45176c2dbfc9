"""The index of recordings: one row per file; the bytes are durable before the row that names them."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Volume(models.Model):
    """A folder that holds recordings; a segment names its volume and a path below it.

    `root` is absolute, or relative to the data folder.
    """

    name = models.CharField(max_length=40, unique=True)
    root = models.CharField(max_length=300)
    is_active = models.BooleanField(default=True)

    def __str__(self) -> str:
        return self.name


class Segment(models.Model):
    """One recorded file of at most ten minutes.

    `started_at_us` is UTC in microseconds (arrival of the first packet); media duration in 1/90000 s and wall
    duration in ms are kept apart; `durable_bytes` are on the disk for sure.
    """

    class State(models.TextChoices):
        """A damaged file keeps every byte that could be saved."""

        OPEN = "open", _("being recorded")
        CLOSED = "closed", _("complete")
        DAMAGED = "damaged", _("damaged")

    camera = models.ForeignKey("cameras.Camera", models.PROTECT, related_name="+", db_index=False)
    stream = models.PositiveSmallIntegerField(default=0)
    volume = models.ForeignKey(Volume, models.PROTECT, related_name="+", db_index=False)
    path = models.CharField(max_length=200)
    started_at_us = models.BigIntegerField()
    media_90k = models.BigIntegerField(default=0)
    wall_ms = models.BigIntegerField(default=0)
    bytes = models.BigIntegerField(default=0)
    durable_bytes = models.BigIntegerField(default=0)
    state = models.CharField(max_length=8, choices=State, default=State.OPEN)
    codec = models.CharField(max_length=10, blank=True)
    clock_offset_ms = models.IntegerField(null=True)
    sha256 = models.CharField(max_length=64, blank=True)
    holds = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["camera", "stream", "started_at_us"], name="segment_once_per_start"),
            models.UniqueConstraint(fields=["volume", "path"], name="segment_once_per_path"),
        ]
        indexes = [
            models.Index(fields=["volume", "started_at_us"], condition=models.Q(holds=0), name="segment_oldest_unheld"),
            models.Index(fields=["volume"], condition=models.Q(state="open"), name="segment_open"),
        ]

    def __str__(self) -> str:
        return self.path


class Tombstone(models.Model):
    """A file on its way out: written before the row goes and removed after the folder is synced."""

    volume = models.ForeignKey(Volume, models.PROTECT, related_name="+")
    path = models.CharField(max_length=200)
    reason = models.CharField(max_length=80)
    made_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.path
