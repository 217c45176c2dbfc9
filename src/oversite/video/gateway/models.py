"""What the web asks of the services, and what signalling must remember over a restart."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class WantedStream(models.Model):
    """A stream that shall run; written only by gateway actions, read only by signalling.

    `reason` is `record` or `view:<viewing>`; the stream is wanted until `until_at`, or for good where it is null.
    """

    camera = models.ForeignKey("cameras.Camera", models.CASCADE, related_name="+")
    stream = models.PositiveSmallIntegerField(default=0, help_text=_("0 main, 1 sub"))
    reason = models.CharField(max_length=60)
    until_at = models.DateTimeField(null=True, blank=True)
    record = models.BooleanField(default=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["camera", "stream", "reason"], name="wanted_once_per_reason")]

    def __str__(self) -> str:
        return f"{self.camera_id}/{self.stream} {self.reason}"


class MediaNode(models.Model):
    """One media process and how to reach it; the row is its heartbeat."""

    number = models.PositiveSmallIntegerField(unique=True)
    door_url = models.CharField(max_length=200)
    public_url = models.CharField(max_length=200)
    streams = models.PositiveIntegerField(default=0)
    beat_at = models.DateTimeField()

    class Meta:
        ordering = ["number"]

    def __str__(self) -> str:
        return f"media {self.number}"


class Dialog(models.Model):
    """A running INVITE dialog, written at INVITE and BYE, so that signalling adopts it after a restart."""

    stream_key = models.CharField(max_length=80, unique=True)
    camera = models.ForeignKey("cameras.Camera", models.CASCADE, related_name="+")
    stream = models.PositiveSmallIntegerField(default=0)
    kind = models.CharField(max_length=10)
    call_id = models.CharField(max_length=200)
    state = models.JSONField(help_text=_("tags, CSeq, route set, remote target, source address"))
    node = models.PositiveSmallIntegerField()
    media_port = models.PositiveIntegerField()
    transport = models.CharField(max_length=12)
    ssrc = models.CharField(max_length=10)
    record = models.BooleanField(default=False)
    started_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.stream_key
