"""Alarms that devices raised, and who has seen to each (req: V5.1)."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Alarm(models.Model):
    """One alarm of a device; `event_id` is the event that told of it, so that it is entered once.

    `source_gb_id` is whom the device names as the source: one of its channels, or itself. `occurred_at` is the
    device's word, `received_at` our clock. Kind and description stay as they came.
    """

    event_id = models.BigIntegerField(unique=True)
    device_gb_id = models.CharField(_("device identity"), max_length=20, db_index=True)
    source_gb_id = models.CharField(_("source"), max_length=64, blank=True)
    device = models.ForeignKey(
        "cameras.Device", models.SET_NULL, related_name="+", null=True, blank=True, verbose_name=_("device")
    )
    camera = models.ForeignKey(
        "cameras.Camera", models.SET_NULL, related_name="+", null=True, blank=True, verbose_name=_("camera")
    )
    site = models.ForeignKey(
        "sites.Site", models.SET_NULL, related_name="+", null=True, blank=True, verbose_name=_("site")
    )
    priority = models.PositiveSmallIntegerField(_("priority"), null=True, blank=True)
    method = models.PositiveSmallIntegerField(pgettext_lazy("alarm", "method"), null=True, blank=True)
    alarm_type = models.PositiveSmallIntegerField(pgettext_lazy("alarm", "type"), null=True, blank=True)
    description = models.CharField(_("description"), max_length=300, blank=True)
    occurred_at = models.DateTimeField(_("device's time"), null=True, blank=True)
    received_at = models.DateTimeField(_("received at"), db_index=True)
    acknowledged_at = models.DateTimeField(_("acknowledged at"), null=True, blank=True)
    acknowledged_by = models.CharField(_("acknowledged by"), max_length=60, blank=True)
    note = models.CharField(_("note"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("alarm")
        verbose_name_plural = _("alarms")
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["camera", "received_at"], name="alarm_of_camera"),
            models.Index(fields=["acknowledged_at", "-id"], name="alarm_open"),
        ]

    def __str__(self) -> str:
        return f"{self.device_gb_id} {self.received_at:%Y-%m-%d %H:%M:%S}"
