"""Laboratories: accreditation, designation, methods, people (req: Q7)."""

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _


class Laboratory(models.Model):
    """A laboratory that a provincial fishery authority may designate for quarantine."""

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    name = models.CharField(_("name"), max_length=120)
    agency = models.ForeignKey("agencies.Agency", models.PROTECT, related_name="+", verbose_name=_("agency in charge"))
    unit = models.OneToOneField(
        "agencies.Agency", models.PROTECT, related_name="+", verbose_name=_("own unit"), null=True, blank=True
    )
    cma_number = models.CharField(_("CMA number"), max_length=40, blank=True)
    cma_valid_until_on = models.DateField(_("CMA valid until"), null=True, blank=True)
    cnas_number = models.CharField(_("CNAS number"), max_length=40, blank=True)
    cnas_valid_until_on = models.DateField(_("CNAS valid until"), null=True, blank=True)
    designated_by = models.CharField(_("designated by"), max_length=120, blank=True)
    designation_number = models.CharField(_("designation document"), max_length=80, blank=True)
    designated_until_on = models.DateField(_("designated until"), null=True, blank=True)
    address = models.CharField(_("address"), max_length=200, blank=True)
    contact_name = models.CharField(_("contact"), max_length=60, blank=True)
    contact_phone = models.CharField(_("contact's telephone"), max_length=40, blank=True)
    latitude = models.DecimalField(_("latitude"), max_digits=9, decimal_places=6, null=True, blank=True)
    longitude = models.DecimalField(_("longitude"), max_digits=9, decimal_places=6, null=True, blank=True)
    is_active = models.BooleanField(_("in use"), default=True)

    class Meta:
        verbose_name = _("laboratory")
        verbose_name_plural = _("laboratories")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class LaboratoryMethod(models.Model):
    """A method that a laboratory is accredited for, against a disease."""

    laboratory = models.ForeignKey(Laboratory, models.CASCADE, related_name="methods", verbose_name=_("laboratory"))
    disease = models.ForeignKey("quarantine_rules.Disease", models.PROTECT, related_name="+", verbose_name=_("disease"))
    standard = models.CharField(_("method standard"), max_length=120)
    valid_until_on = models.DateField(_("accredited until"), null=True, blank=True)

    class Meta:
        verbose_name = _("method used")
        verbose_name_plural = _("methods")
        ordering = ["laboratory_id", "disease__key"]
        constraints = [
            models.UniqueConstraint(fields=["laboratory", "disease", "standard"], name="method_once_per_laboratory")
        ]

    def __str__(self) -> str:
        return self.standard


class LaboratoryPerson(models.Model):
    """Somebody of a laboratory and what they may do there."""

    class Duty(models.TextChoices):
        """The three hands that a report goes through."""

        TESTER = "tester", _("tester")
        REVIEWER = "reviewer", _("reviewer")
        APPROVER = "approver", _("approver")

    laboratory = models.ForeignKey(Laboratory, models.CASCADE, related_name="people", verbose_name=_("laboratory"))
    user = models.ForeignKey(
        "accounts.User", models.PROTECT, related_name="+", verbose_name=_("account"), null=True, blank=True
    )
    name = models.CharField(_("name"), max_length=60)
    duty = models.CharField(_("duty"), max_length=10, choices=Duty)
    qualification = models.CharField(_("qualification"), max_length=120, blank=True)
    is_active = models.BooleanField(_("in office"), default=True)

    class Meta:
        verbose_name = _("person of a laboratory")
        verbose_name_plural = _("people of laboratories")
        ordering = ["laboratory_id", "duty", "id"]

    def __str__(self) -> str:
        return self.name
