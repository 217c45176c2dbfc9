"""The province-wide verification of the register (req: Q11)."""

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _


class Campaign(models.Model):
    """A verification: every unit below an agency confirms its data between two days."""

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    title = models.CharField(_("title"), max_length=120)
    agency = models.ForeignKey("agencies.Agency", models.PROTECT, related_name="+", verbose_name=_("agency"))
    begun_at = models.DateTimeField(_("begun at"))
    deadline_on = models.DateField(_("deadline"))
    closed_at = models.DateTimeField(_("closed at"), null=True, blank=True)

    class Meta:
        verbose_name = _("verification")
        verbose_name_plural = _("verifications")
        ordering = ["-begun_at"]

    def __str__(self) -> str:
        return self.title


class CampaignItem(models.Model):
    """One unit in a verification; whoever changes it afterwards makes it unconfirmed again."""

    class Kind(models.TextChoices):
        """What is verified."""

        AGENCY = "agency", _("agency")
        POINT = "point", _("declaration point")
        VETERINARIAN = "veterinarian", _("official veterinarian")
        PRODUCER = "producer", _("producer")
        LABORATORY = "laboratory", _("laboratory")

    campaign = models.ForeignKey(Campaign, models.CASCADE, related_name="items", verbose_name=_("verification"))
    kind = models.CharField(_("kind"), max_length=14, choices=Kind)
    subject_id = models.CharField(max_length=20)
    title = models.CharField(_("name"), max_length=120)
    agency = models.ForeignKey("agencies.Agency", models.PROTECT, related_name="+", verbose_name=_("agency"))
    latitude = models.DecimalField(max_digits=9, decimal_places=6, null=True, blank=True)
    longitude = models.DecimalField(max_digits=9, decimal_places=6, null=True, blank=True)
    problems = models.JSONField(_("what is missing"), default=list)
    confirmed_at = models.DateTimeField(_("confirmed at"), null=True, blank=True)
    confirmed_by = models.CharField(_("confirmed by"), max_length=80, blank=True)

    class Meta:
        verbose_name = _("unit to be verified")
        verbose_name_plural = _("units to be verified")
        ordering = ["campaign_id", "agency__path", "kind", "title"]
        constraints = [
            models.UniqueConstraint(fields=["campaign", "kind", "subject_id"], name="item_once_per_campaign")
        ]

    def __str__(self) -> str:
        return self.title
