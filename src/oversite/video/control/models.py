"""Leases: who steers which camera, and what was sent under each (req: A4.2, C9.1, C9.2)."""

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _


class Lease(models.Model):
    """The right to steer one camera for a while; renewed by use, ended once, never deleted.

    What the holder was at that moment is kept as text and numbers, so that a policy judges the lease and not what
    became of the person since.
    """

    class EndCause(models.TextChoices):
        """Why a lease ended."""

        RELEASED = "released", _("released by the holder")
        EXPIRED = "expired", _("not used for two minutes")
        TAKEN = "taken", _("taken over")
        REVOKED = "revoked", _("right withdrawn")

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    camera = models.ForeignKey("cameras.Camera", models.PROTECT, related_name="+", verbose_name=_("camera"))
    holder = models.ForeignKey("accounts.User", models.PROTECT, related_name="+", verbose_name=_("holder of control"))
    holder_name = models.CharField(_("holder of control"), max_length=60)
    agency_name = models.CharField(_("agency"), max_length=120)
    level = models.PositiveSmallIntegerField(_("level of supervision"))
    is_customs = models.BooleanField(_("customs"), default=False)
    is_operator = models.BooleanField(_("site operator"), default=False)
    is_special = models.BooleanField(_("special circumstance"), default=False)
    reason = models.CharField(_("reason"), max_length=500, blank=True)
    taken_at = models.DateTimeField(_("taken at"))
    expires_at = models.DateTimeField(_("expires at"))
    ended_at = models.DateTimeField(_("ended at"), null=True, blank=True)
    end_cause = models.CharField(_("ended because"), max_length=10, choices=EndCause, blank=True)
    ended_by = models.ForeignKey(
        "self", models.PROTECT, related_name="+", null=True, blank=True, verbose_name=_("taken over by")
    )

    class Meta:
        verbose_name = _("control lease")
        verbose_name_plural = _("control leases")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["camera"], condition=models.Q(ended_at__isnull=True), name="one_lease_per_camera"
            )
        ]
        indexes = [models.Index(fields=["camera", "-id"], name="lease_camera")]

    def __str__(self) -> str:
        return f"{self.camera} · {self.holder_name}"


class Movement(models.Model):
    """One movement or other command under a lease: from press to release one row, however many packets it took."""

    class State(models.TextChoices):
        """How far it is known to have got; 200 OK means received, not done."""

        SENT = "sent", _("sent")
        ACKNOWLEDGED = "acknowledged", _("acknowledged by the device")
        VERIFIED = "verified", _("seen in the picture")
        CONTRADICTED = "contradicted", _("the picture did not change")
        FAILED = "failed", _("failed")

    lease = models.ForeignKey(Lease, models.PROTECT, related_name="movements", verbose_name=_("lease"))
    action = models.CharField(_("command"), max_length=12)
    command = models.JSONField(_("details"), default=dict)
    started_at = models.DateTimeField(_("started at"))
    ended_at = models.DateTimeField(_("ended at"), null=True, blank=True)
    state = models.CharField(_("state"), max_length=12, choices=State, default=State.SENT)
    problem = models.CharField(_("problem"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("movement")
        verbose_name_plural = _("movements")
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.action} {self.state}"
