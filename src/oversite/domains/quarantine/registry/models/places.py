"""Where declarations are taken, and the veterinarians who decide."""

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _


class Point(models.Model):
    """A declaration point: place, hours, officers, area (req: Q4)."""

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    code = models.CharField(_("code"), max_length=20, unique=True)
    name = models.CharField(_("name"), max_length=120)
    agency = models.ForeignKey("agencies.Agency", models.PROTECT, related_name="+", verbose_name=_("agency"))
    address = models.CharField(_("address"), max_length=200, blank=True)
    hours = models.CharField(_("opening hours"), max_length=120, blank=True)
    phone = models.CharField(_("telephone"), max_length=40, blank=True)
    fax = models.CharField(_("fax"), max_length=40, blank=True)
    area_codes = models.JSONField(_("area served"), default=list, help_text=_("division codes that it serves"))
    latitude = models.DecimalField(_("latitude"), max_digits=9, decimal_places=6, null=True, blank=True)
    longitude = models.DecimalField(_("longitude"), max_digits=9, decimal_places=6, null=True, blank=True)
    is_active = models.BooleanField(_("open to declarers"), default=True)

    class Meta:
        verbose_name = _("declaration point")
        verbose_name_plural = _("declaration points")
        ordering = ["code"]

    def __str__(self) -> str:
        return self.name


class PointOfficer(models.Model):
    """That somebody takes declarations at a point."""

    point = models.ForeignKey(Point, models.CASCADE, related_name="officers", verbose_name=_("declaration point"))
    user = models.ForeignKey(
        "accounts.User", models.PROTECT, related_name="+", verbose_name=_("officer taking declarations")
    )

    class Meta:
        verbose_name = _("officer of a point")
        verbose_name_plural = _("officers of points")
        ordering = ["point_id", "id"]
        constraints = [models.UniqueConstraint(fields=["point", "user"], name="officer_once_per_point")]

    def __str__(self) -> str:
        return str(self.user)


class Veterinarian(models.Model):
    """An official veterinarian: who, with which certificate, for which area, until when."""

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    user = models.OneToOneField("accounts.User", models.PROTECT, related_name="+", verbose_name=_("account"))
    agency = models.ForeignKey("agencies.Agency", models.PROTECT, related_name="+", verbose_name=_("agency"))
    certificate_number = models.CharField(_("certificate number"), max_length=40, unique=True)
    valid_until_on = models.DateField(_("certificate valid until"), null=True, blank=True)
    area_codes = models.JSONField(_("area served"), default=list, help_text=_("division codes of the area of office"))
    phone = models.CharField(_("telephone"), max_length=40, blank=True)
    is_active = models.BooleanField(_("in office"), default=True)

    class Meta:
        verbose_name = _("official veterinarian")
        verbose_name_plural = _("official veterinarians")
        ordering = ["agency_id", "certificate_number"]

    def __str__(self) -> str:
        return str(self.user)
