"""The certificate: everything its print shows is stored at issue and never changes."""

import uuid

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from oversite.domains.quarantine.certificates.kinds import CertificateKind
from oversite.domains.quarantine.rules.quantities import Quantity, Unit


class Certificate(models.Model):
    """One certificate (req: Q1). Expired is never stored: it follows from `valid_until` and the clock.

    `facts` holds the printed lines in order, `code` what the printed code carries after `address`.
    """

    class State(models.TextChoices):
        """Issued ends as used up, void or replaced; a void or replaced one stays so."""

        ISSUED = "issued", pgettext_lazy("certificate", "issued")
        USED = "used", _("used up")
        VOID = "void", _("void")
        REPLACED = "replaced", _("replaced")

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    number = models.CharField(_("number"), max_length=20, unique=True)
    kind = models.CharField(_("kind"), max_length=10, choices=CertificateKind)
    template = models.CharField(_("template"), max_length=40)
    state = models.CharField(_("state"), max_length=8, choices=State, default=State.ISSUED)
    inspection = models.ForeignKey(
        "quarantine_inspections.Inspection", models.PROTECT, related_name="+", verbose_name=_("inspection")
    )
    agency = models.ForeignKey("agencies.Agency", models.PROTECT, related_name="+", verbose_name=_("agency"))
    producer_unit = models.ForeignKey(
        "agencies.Agency", models.PROTECT, related_name="+", null=True, blank=True, verbose_name=_("own unit")
    )
    veterinarian = models.ForeignKey(
        "quarantine_registry.Veterinarian", models.PROTECT, related_name="+", verbose_name=_("official veterinarian")
    )
    owner = models.CharField(_("owner"), max_length=120)
    species_key = models.CharField(max_length=60)
    species = models.CharField(_("species"), max_length=120)
    product = models.CharField(_("product"), max_length=60, blank=True)
    amount = models.PositiveBigIntegerField(_("quantity"))
    unit = models.CharField(_("unit"), max_length=12, choices=Unit)
    purpose = models.CharField(_("purpose"), max_length=12)
    from_area = models.CharField(_("division of departure"), max_length=6)
    to_area = models.CharField(_("division of destination"), max_length=6)
    destination = models.CharField(_("destination"), max_length=200, blank=True)
    leaves_province = models.BooleanField(_("leaves the province"))
    facts = models.JSONField(_("what is printed"))
    terms = models.JSONField(_("terms of transport"))
    valid_days = models.PositiveSmallIntegerField(_("days of validity"))
    issued_at = models.DateTimeField(_("issued at"))
    valid_until = models.DateTimeField(_("valid until"))
    address = models.CharField(max_length=300)
    code = models.TextField(_("printed code"))
    code_sha256 = models.CharField(max_length=64, unique=True)
    key_fingerprint = models.CharField(_("signing key"), max_length=64)
    seal = models.ForeignKey(
        "quarantine_certificates.SigningKey", models.PROTECT, related_name="+", null=True, blank=True
    )
    signature = models.ForeignKey(
        "quarantine_certificates.SigningKey", models.PROTECT, related_name="+", null=True, blank=True
    )
    document_uid = models.UUIDField(null=True, blank=True, editable=False)
    printed_at = models.DateTimeField(_("printed at"), null=True, blank=True)
    replaces = models.OneToOneField(
        "self", models.PROTECT, related_name="replaced_by", null=True, blank=True, verbose_name=_("replaces")
    )
    ended_at = models.DateTimeField(_("ended at"), null=True, blank=True)
    ended_by = models.CharField(_("ended by"), max_length=80, blank=True)
    ended_reason = models.CharField(_("reason"), max_length=200, blank=True)
    overdue_noted_at = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta:
        verbose_name = _("quarantine certificate")
        verbose_name_plural = _("quarantine certificates")
        ordering = ["-issued_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["inspection"], condition=Q(state__in=["issued", "used"]), name="certificate_once_per_inspection"
            )
        ]
        indexes = [
            models.Index(fields=["state", "valid_until"]),
            models.Index(fields=["agency", "issued_at"]),
            models.Index(fields=["document_uid"], condition=Q(document_uid=None), name="certificate_without_pdf"),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def quantity(self) -> Quantity:
        """How much it is for."""
        return Quantity(self.amount, self.unit)
