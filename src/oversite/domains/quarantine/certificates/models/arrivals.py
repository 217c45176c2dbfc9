"""What of a certificate's quantity reached a destination; reports are added, never changed (req: Q1)."""

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _


class Arrival(models.Model):
    """One arrival under a certificate: part of its quantity or all; together never more than it is for."""

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    certificate = models.ForeignKey(
        "quarantine_certificates.Certificate",
        models.PROTECT,
        related_name="arrivals",
        verbose_name=_("quarantine certificate"),
    )
    amount = models.PositiveBigIntegerField(_("quantity"))
    arrived_at = models.DateTimeField(_("arrived at"))
    place = models.CharField(_("place of arrival"), max_length=200)
    reporter = models.CharField(_("reporter"), max_length=80)
    reporter_phone = models.CharField(_("telephone"), max_length=40, blank=True)
    reported_at = models.DateTimeField(_("time of the report"))
    is_late = models.BooleanField(_("reported late"))
    is_expired = models.BooleanField(_("arrived after the validity ended"))

    class Meta:
        verbose_name = _("arrival")
        verbose_name_plural = _("arrivals")
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.certificate_id}: {self.amount}"
