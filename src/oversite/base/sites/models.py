"""Sites under supervision and the areas they consist of."""

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Site(models.Model):
    """A farm, plant, depot, passage … with an agency in charge and an operator (req: C-A4.8)."""

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    code = models.CharField(pgettext_lazy("site", "code"), max_length=40, unique=True)
    name = models.CharField(_("name"), max_length=120)
    name_en = models.CharField(_("English name"), max_length=160, blank=True)
    site_class = models.CharField(_("class"), max_length=40, help_text=_("a key of the slot of site classes"))
    agency = models.ForeignKey("agencies.Agency", models.PROTECT, related_name="+", verbose_name=_("agency in charge"))
    operator = models.ForeignKey(
        "agencies.Agency", models.PROTECT, related_name="+", verbose_name=_("operator"), null=True, blank=True
    )
    contact_name = models.CharField(_("contact"), max_length=60, blank=True)
    contact_phone = models.CharField(_("contact's telephone"), max_length=40, blank=True)
    address = models.CharField(_("address"), max_length=200, blank=True)
    latitude = models.DecimalField(_("latitude"), max_digits=9, decimal_places=6, null=True, blank=True)
    longitude = models.DecimalField(_("longitude"), max_digits=9, decimal_places=6, null=True, blank=True)
    is_active = models.BooleanField(_("active"), default=True)
    created_at = models.DateTimeField(_("registered at"), auto_now_add=True)

    class Meta:
        verbose_name = _("site")
        verbose_name_plural = _("sites")
        ordering = ["code"]

    def __str__(self) -> str:
        return self.name


class Area(models.Model):
    """A part of a site with its own rules; a key area must bear the loss of any one camera (req: C4)."""

    site = models.ForeignKey(Site, models.PROTECT, related_name="areas", verbose_name=_("site"))
    code = models.CharField(pgettext_lazy("site", "code"), max_length=40)
    name = models.CharField(_("name"), max_length=120)
    kind = models.CharField(_("kind"), max_length=60, help_text=_("an area kind of the rulebook, or the checklist"))
    length_m = models.DecimalField(_("length"), max_digits=8, decimal_places=2, null=True, blank=True)
    width_m = models.DecimalField(_("width"), max_digits=8, decimal_places=2, null=True, blank=True)
    height_m = models.DecimalField(_("height"), max_digits=8, decimal_places=2, null=True, blank=True)
    boundary = models.CharField(_("boundary"), max_length=300, blank=True)
    is_key = models.BooleanField(_("key area"), default=False)

    class Meta:
        verbose_name = _("area")
        verbose_name_plural = _("areas")
        constraints = [models.UniqueConstraint(fields=["site", "code"], name="area_code_once_per_site")]
        ordering = ["site_id", "code"]

    def __str__(self) -> str:
        return self.name


class Contact(models.Model):
    """A further person of a site's operator: duty telephone, technical contact, upkeep."""

    site = models.ForeignKey(Site, models.CASCADE, related_name="contacts", verbose_name=_("site"))
    name = models.CharField(_("name"), max_length=60)
    post = models.CharField(_("post"), max_length=60, blank=True)
    phone = models.CharField(_("telephone"), max_length=40)

    class Meta:
        verbose_name = _("contact")
        verbose_name_plural = _("contacts")
        ordering = ["site_id", "id"]

    def __str__(self) -> str:
        return self.name
