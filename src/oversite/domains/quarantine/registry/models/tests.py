"""Producers' own periodic disease tests (req: Q17)."""

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _


class PeriodicTest(models.Model):
    """A test that a producer owes by a day; done when a result is filed, which plans the next one."""

    class Result(models.TextChoices):
        """What came out."""

        NEGATIVE = "negative", _("negative")
        POSITIVE = "positive", _("positive")

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    producer = models.ForeignKey(
        "quarantine_registry.Producer", models.CASCADE, related_name="tests", verbose_name=_("producer")
    )
    species = models.ForeignKey("quarantine_rules.Species", models.PROTECT, related_name="+", verbose_name=_("species"))
    disease = models.ForeignKey("quarantine_rules.Disease", models.PROTECT, related_name="+", verbose_name=_("disease"))
    due_on = models.DateField(_("due on"))
    period_days = models.PositiveIntegerField(_("every so many days"))
    sampled_on = models.DateField(_("sampled on"), null=True, blank=True)
    laboratory = models.CharField(_("laboratory"), max_length=120, blank=True)
    report_number = models.CharField(_("report number"), max_length=60, blank=True)
    result = models.CharField(_("test result"), max_length=10, choices=Result, blank=True)
    filed_at = models.DateTimeField(_("filed at"), null=True, blank=True)
    filed_by = models.CharField(_("filed by"), max_length=80, blank=True)
    reminded_at = models.DateTimeField(_("reminded at"), null=True, blank=True)

    class Meta:
        verbose_name = _("periodic test")
        verbose_name_plural = _("periodic tests")
        ordering = ["due_on", "id"]

    def __str__(self) -> str:
        return f"{self.species} {self.disease}"
