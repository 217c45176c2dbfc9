"""Keys that sign certificates, and the seals and signatures that are enrolled on request (req: Q10)."""

import uuid

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class SigningKey(models.Model):
    """A key with its period: in a file of DATA/keys or on a token. Never deleted: old certificates name it."""

    class Purpose(models.TextChoices):
        """What it signs: the printed code, the PDF beside in SM2, the PDF as the agency, or as the veterinarian."""

        CODE = "code", _("printed code")
        SM2 = "sm2", _("document, in SM2")
        SEAL = "seal", _("seal of the agency")
        SIGNATURE = "signature", _("signature of the veterinarian")

    class Store(models.TextChoices):
        """Where the private half lies."""

        FILE = "file", _("file")
        TOKEN = "token", _("token (PKCS#11)")

    purpose = models.CharField(_("signs"), max_length=10, choices=Purpose)
    name = models.CharField(_("name"), max_length=60)
    store = models.CharField(_("kept in"), max_length=5, choices=Store, default=Store.FILE)
    algorithm = models.CharField(_("algorithm"), max_length=12)
    fingerprint = models.CharField(_("fingerprint"), max_length=64)
    certificate = models.TextField(_("certificate of the key"), blank=True)
    issuer = models.TextField(_("certificate of its issuer"), blank=True)
    holder = models.CharField(_("holder"), max_length=120, blank=True)
    begins_at = models.DateTimeField(_("valid from"))
    ends_at = models.DateTimeField(_("valid until"))
    retired_at = models.DateTimeField(_("taken out of use at"), null=True, blank=True)
    revoked_at = models.DateTimeField(_("revoked at"), null=True, blank=True)
    revoked_by = models.CharField(_("revoked by"), max_length=80, blank=True)
    revoked_reason = models.CharField(_("revoked because"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("signing key")
        verbose_name_plural = _("signing keys")
        ordering = ["purpose", "-begins_at"]

    def __str__(self) -> str:
        return self.name


class Enrolment(models.Model):
    """A request to use a picture of the agency's seal, or of a veterinarian's signature, and what became of it."""

    class Kind(models.TextChoices):
        """What is enrolled."""

        SEAL = "seal", _("seal of the agency")
        SIGNATURE = "signature", _("signature of the veterinarian")

    class State(models.TextChoices):
        """A new one that is approved ends the one before it."""

        REQUESTED = "requested", _("waits for approval")
        APPROVED = "approved", _("in use")
        REFUSED = "refused", _("refused")
        ENDED = "ended", _("ended")

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    kind = models.CharField(_("kind"), max_length=10, choices=Kind)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.REQUESTED)
    agency = models.ForeignKey("agencies.Agency", models.PROTECT, related_name="+", verbose_name=_("agency"))
    veterinarian = models.ForeignKey(
        "quarantine_registry.Veterinarian",
        models.PROTECT,
        related_name="+",
        null=True,
        blank=True,
        verbose_name=_("official veterinarian"),
    )
    image = models.BinaryField(_("picture of seal or signature"))
    requested_by = models.CharField(_("requested by"), max_length=80)
    requested_user_id = models.PositiveBigIntegerField(editable=False)
    requested_at = models.DateTimeField(_("requested at"))
    decided_by = models.CharField(_("decided by"), max_length=80, blank=True)
    decided_at = models.DateTimeField(_("decided at"), null=True, blank=True)
    reason = models.CharField(_("reason"), max_length=200, blank=True)
    key = models.OneToOneField(
        SigningKey, models.PROTECT, related_name="enrolment", null=True, blank=True, verbose_name=_("signing key")
    )

    class Meta:
        verbose_name = _("seal or signature")
        verbose_name_plural = _("seals and signatures")
        ordering = ["-requested_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["agency"], condition=Q(kind="seal", state="approved"), name="one_seal_per_agency"
            ),
            models.UniqueConstraint(
                fields=["veterinarian"],
                condition=Q(kind="signature", state="approved"),
                name="one_signature_per_veterinarian",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.veterinarian or self.agency}"
