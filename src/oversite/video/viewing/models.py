"""The usage log: who looked at what, when, why and how much (req: V14.log, A9)."""

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _


class Viewing(models.Model):
    """One look at one camera, live or recorded, written before the first byte flows; never changed afterwards
    except by what media reports (start, end, bytes).

    `from_at` and `until_at` are the recorded period that was opened, `seen_from_at` and `seen_until_at` the part of it
    whose pictures went out, or were handed over by the device; all are empty for live pictures.
    """

    class Kind(models.TextChoices):
        """Where the pictures come from."""

        LIVE = "live", _("live")
        RECORDING = "recording", _("recording")
        DEVICE = "device", _("recording in the device")
        SNAPSHOT = "snapshot", _("snapshot")

    class EndCause(models.TextChoices):
        """Why it ended."""

        CLOSED = "closed", _("closed by the viewer")
        RIGHT_ENDED = "right-ended", _("right withdrawn")
        SERVICE = "service", _("service restarted")
        EXPIRED = "expired", _("never started")

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    user = models.ForeignKey("accounts.User", models.PROTECT, related_name="+", verbose_name=_("viewer"))
    viewer_name = models.CharField(_("viewer"), max_length=60)
    agency_name = models.CharField(_("agency"), max_length=120)
    camera = models.ForeignKey("cameras.Camera", models.PROTECT, related_name="+", verbose_name=_("camera"))
    kind = models.CharField(_("kind"), max_length=10, choices=Kind)
    stream = models.PositiveSmallIntegerField(_("stream"), default=0)
    purpose = models.CharField(_("purpose"), max_length=40, blank=True)
    purpose_text = models.CharField(_("details of the purpose"), max_length=300, blank=True)
    from_at = models.DateTimeField(_("footage from"), null=True, blank=True)
    until_at = models.DateTimeField(_("footage until"), null=True, blank=True)
    seen_from_at = models.DateTimeField(_("seen from"), null=True, blank=True)
    seen_until_at = models.DateTimeField(_("seen until"), null=True, blank=True)
    node = models.PositiveSmallIntegerField(default=0)
    stream_key = models.CharField(max_length=80, blank=True)
    session = models.CharField(max_length=80, blank=True)
    opened_at = models.DateTimeField(_("viewed at"))
    started_at = models.DateTimeField(_("started at"), null=True, blank=True)
    ended_at = models.DateTimeField(_("ended at"), null=True, blank=True)
    end_cause = models.CharField(_("ended because"), max_length=12, choices=EndCause, blank=True)
    bytes = models.BigIntegerField(_("bytes sent"), default=0)

    class Meta:
        verbose_name = _("viewing")
        verbose_name_plural = _("viewings")
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["camera", "-id"], name="viewing_camera"),
            models.Index(fields=["user", "-id"], name="viewing_user"),
            models.Index(fields=["opened_at"], name="viewing_opened"),
            models.Index(fields=["viewer_name", "id"], name="viewing_viewer_name"),
            models.Index(fields=["agency_name", "id"], name="viewing_agency_name"),
            models.Index(fields=["kind", "id"], name="viewing_kind"),
            models.Index(fields=["ended_at"], condition=models.Q(ended_at__isnull=True), name="viewing_open"),
        ]

    def __str__(self) -> str:
        return f"{self.viewer_name} · {self.camera}"
