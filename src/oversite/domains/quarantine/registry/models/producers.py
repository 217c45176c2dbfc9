"""Producers of aquatic seed: licence, species, ponds, category."""

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _

from oversite.domains.quarantine.rules.quantities import Quantity, Unit


class Producer(models.Model):
    """A production unit (req: Q19); it registers itself, the agency confirms, and only then can it sign in."""

    class State(models.TextChoices):
        """Where it stands."""

        APPLIED = "applied", _("waits for confirmation")
        CONFIRMED = "confirmed", _("confirmed")
        REFUSED = "refused", _("sent back")
        SUSPENDED = "suspended", _("suspended")

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    name = models.CharField(_("name"), max_length=120)
    credit_code = models.CharField(_("unified social credit code"), max_length=20, unique=True)
    agency = models.ForeignKey("agencies.Agency", models.PROTECT, related_name="+", verbose_name=_("agency in charge"))
    unit = models.OneToOneField(
        "agencies.Agency", models.PROTECT, related_name="+", verbose_name=_("own unit"), null=True, blank=True
    )
    site = models.OneToOneField(
        "sites.Site", models.PROTECT, related_name="+", verbose_name=_("site"), null=True, blank=True, editable=False
    )
    state = models.CharField(_("state"), max_length=12, choices=State, default=State.APPLIED)
    category = models.ForeignKey(
        "quarantine_rules.FarmCategory",
        models.PROTECT,
        related_name="+",
        verbose_name=_("category"),
        null=True,
        blank=True,
    )
    licence_number = models.CharField(_("seed production licence"), max_length=60, blank=True)
    licence_valid_until_on = models.DateField(_("licence valid until"), null=True, blank=True)
    licence_issuer = models.CharField(_("licence issued by"), max_length=120, blank=True)
    water_certificate = models.CharField(_("aquaculture certificate"), max_length=60, blank=True)
    address = models.CharField(_("address"), max_length=200, blank=True)
    area_code = models.CharField(_("division code"), max_length=6, blank=True)
    latitude = models.DecimalField(_("latitude"), max_digits=9, decimal_places=6, null=True, blank=True)
    longitude = models.DecimalField(_("longitude"), max_digits=9, decimal_places=6, null=True, blank=True)
    contact_name = models.CharField(_("contact"), max_length=60, blank=True)
    contact_phone = models.CharField(_("contact's telephone"), max_length=40, blank=True)
    applied_at = models.DateTimeField(_("registered at"))
    applied_username = models.CharField(_("wished user name"), max_length=60, blank=True)
    decided_at = models.DateTimeField(_("decided at"), null=True, blank=True)
    decided_by = models.CharField(_("decided by"), max_length=80, blank=True)
    decision_reason = models.CharField(_("reason"), max_length=300, blank=True)
    suspended_accounts = models.JSONField(default=list, editable=False)
    """User names that the suspension in force took out of use; those disabled before it are none of its business."""

    class Meta:
        verbose_name = _("producer")
        verbose_name_plural = _("producers")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class LicensedSpecies(models.Model):
    """A species on a producer's licence."""

    producer = models.ForeignKey(Producer, models.CASCADE, related_name="licensed", verbose_name=_("producer"))
    species = models.ForeignKey("quarantine_rules.Species", models.PROTECT, related_name="+", verbose_name=_("species"))

    class Meta:
        verbose_name = _("species on the licence")
        verbose_name_plural = _("species on the licence")
        ordering = ["producer_id", "species__key"]
        constraints = [models.UniqueConstraint(fields=["producer", "species"], name="species_once_per_licence")]

    def __str__(self) -> str:
        return str(self.species)


class Pond(models.Model):
    """A pond or tank with what lives in it; a declaration cannot take more out than is in."""

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    producer = models.ForeignKey(Producer, models.CASCADE, related_name="ponds", verbose_name=_("producer"))
    code = models.CharField(_("number"), max_length=20)
    species = models.ForeignKey(
        "quarantine_rules.Species", models.PROTECT, related_name="+", verbose_name=_("species"), null=True, blank=True
    )
    stock = models.PositiveBigIntegerField(_("stock"), default=0)
    unit = models.CharField(_("unit"), max_length=12, choices=Unit, default=Unit.TAIL)
    area_m2 = models.PositiveIntegerField(_("surface"), null=True, blank=True)
    counted_at = models.DateTimeField(_("stock as of"))
    is_active = models.BooleanField(_("in use"), default=True)

    class Meta:
        verbose_name = _("pond")
        verbose_name_plural = _("ponds")
        ordering = ["producer_id", "code"]
        constraints = [models.UniqueConstraint(fields=["producer", "code"], name="pond_once_per_producer")]

    def __str__(self) -> str:
        return self.code

    @property
    def quantity(self) -> Quantity:
        """What is in it."""
        return Quantity(self.stock, self.unit)
