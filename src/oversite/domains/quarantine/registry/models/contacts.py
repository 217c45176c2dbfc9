"""Contact lists of the cities, asked for with a deadline (req: Q15)."""

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _


class ContactCall(models.Model):
    """A list asked for: one entry per region, in the order in which the form prints them."""

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    title = models.CharField(_("title"), max_length=120)
    agency = models.ForeignKey("agencies.Agency", models.PROTECT, related_name="+", verbose_name=_("asked for by"))
    deadline_on = models.DateField(_("deadline"))
    called_at = models.DateTimeField(_("asked for at"))

    class Meta:
        verbose_name = _("contact list")
        verbose_name_plural = _("contact lists")
        ordering = ["-called_at"]

    def __str__(self) -> str:
        return self.title


class ContactEntry(models.Model):
    """One row of the form: number, region, name, unit, post, contact, remarks."""

    call = models.ForeignKey(ContactCall, models.CASCADE, related_name="entries", verbose_name=_("contact list"))
    number = models.PositiveSmallIntegerField(_("number"))
    region = models.CharField(_("region"), max_length=40)
    area_code = models.CharField(_("division code"), max_length=6)
    agency = models.ForeignKey(
        "agencies.Agency", models.PROTECT, related_name="+", verbose_name=_("agency"), null=True, blank=True
    )
    name = models.CharField(_("name"), max_length=60, blank=True)
    unit = models.CharField(_("unit name"), max_length=120, blank=True)
    post = models.CharField(_("post"), max_length=60, blank=True)
    contact = models.CharField(_("contact details"), max_length=80, blank=True)
    remarks = models.CharField(_("remarks"), max_length=200, blank=True)
    filed_at = models.DateTimeField(_("filed at"), null=True, blank=True)
    filed_by = models.CharField(_("filed by"), max_length=80, blank=True)

    class Meta:
        verbose_name = _("entry of a contact list")
        verbose_name_plural = _("entries of contact lists")
        ordering = ["call_id", "number"]
        constraints = [models.UniqueConstraint(fields=["call", "area_code"], name="region_once_per_call")]

    def __str__(self) -> str:
        return self.region
