"""Evidence: footage held apart from the cycle, sealed into packages that anyone can check (req: A18.1, A19.1)."""

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _


class Evidence(models.Model):
    """One piece of evidence: a period of one or more cameras of one site, held first and then sealed.

    `subject_kind, subject_id` name what it is for (a point of a supervision session, for instance); sealed ones
    never change.
    """

    class State(models.TextChoices):
        """Held footage stays in the recordings and is never deleted; a package is a sealed copy of it."""

        HELD = "held", _("held")
        SEALING = "sealing", _("being sealed")
        SEALED = "sealed", _("sealed")
        FAILED = "failed", _("could not be sealed")
        RELEASED = "released", _("hold released")

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    site = models.ForeignKey("sites.Site", models.PROTECT, related_name="+", verbose_name=_("site"))
    title = models.CharField(_("title"), max_length=160)
    reason = models.CharField(_("why it is kept"), max_length=300)
    subject_kind = models.CharField(max_length=60, blank=True)
    subject_id = models.CharField(max_length=64, blank=True)
    from_at = models.DateTimeField(_("from"))
    until_at = models.DateTimeField(_("until"))
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.HELD)
    problem = models.CharField(_("problem"), max_length=300, blank=True)
    keeper = models.ForeignKey("accounts.User", models.PROTECT, related_name="+", verbose_name=_("kept by"))
    keeper_name = models.CharField(_("kept by"), max_length=60)
    agency_name = models.CharField(_("agency"), max_length=120)
    held_at = models.DateTimeField(_("held at"))
    released_at = models.DateTimeField(_("released at"), null=True, blank=True)
    release_reason = models.CharField(_("reason for the release"), max_length=300, blank=True)
    sealed_at = models.DateTimeField(_("sealed at"), null=True, blank=True)
    package_path = models.CharField(max_length=200, blank=True, help_text=_("below DATA/evidence"))
    package_bytes = models.BigIntegerField(_("size"), default=0)
    manifest_sha256 = models.CharField(_("SHA-256 of the manifest"), max_length=64, blank=True)
    key_fingerprint = models.CharField(_("fingerprint of the key"), max_length=64, blank=True)
    verified_at = models.DateTimeField(_("last verified at"), null=True, blank=True)
    verdict = models.CharField(_("last verdict"), max_length=20, blank=True)

    class Meta:
        verbose_name = _("evidence")
        verbose_name_plural = _("evidence")
        ordering = ["-id"]
        indexes = [models.Index(fields=["subject_kind", "subject_id"], name="evidence_subject")]

    def __str__(self) -> str:
        return self.title


class Holding(models.Model):
    """One segment that a piece of evidence holds."""

    evidence = models.ForeignKey(Evidence, models.PROTECT, related_name="holdings", verbose_name=_("evidence"))
    camera = models.ForeignKey("cameras.Camera", models.PROTECT, related_name="+", verbose_name=_("camera"))
    segment = models.ForeignKey("recording.Segment", models.PROTECT, related_name="+", verbose_name=_("segment"))

    class Meta:
        constraints = [models.UniqueConstraint(fields=["evidence", "segment"], name="segment_held_once")]
        ordering = ["camera_id", "segment_id"]

    def __str__(self) -> str:
        return f"{self.evidence_id}: {self.segment_id}"


class EvidenceCamera(models.Model):
    """A camera whose footage belongs to a piece of evidence."""

    evidence = models.ForeignKey(Evidence, models.PROTECT, related_name="cameras", verbose_name=_("evidence"))
    camera = models.ForeignKey("cameras.Camera", models.PROTECT, related_name="+", verbose_name=_("camera"))

    class Meta:
        constraints = [models.UniqueConstraint(fields=["evidence", "camera"], name="evidence_camera_once")]
        ordering = ["id"]

    def __str__(self) -> str:
        return str(self.camera)


class Snapshot(models.Model):
    """A picture kept as evidence; the JPEG lies below DATA/evidence under its SHA-256."""

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    camera = models.ForeignKey("cameras.Camera", models.PROTECT, related_name="+", verbose_name=_("camera"))
    taken_at = models.DateTimeField(_("taken at"))
    sha256 = models.CharField(max_length=64)
    bytes = models.PositiveIntegerField(_("size"))
    subject_kind = models.CharField(max_length=60, blank=True)
    subject_id = models.CharField(max_length=64, blank=True)
    keeper = models.ForeignKey("accounts.User", models.PROTECT, related_name="+", verbose_name=_("kept by"))
    keeper_name = models.CharField(_("kept by"), max_length=60)
    kept_at = models.DateTimeField(_("kept at"))

    class Meta:
        verbose_name = _("kept picture")
        verbose_name_plural = _("kept pictures")
        ordering = ["-id"]
        indexes = [models.Index(fields=["subject_kind", "subject_id"], name="snapshot_subject")]

    def __str__(self) -> str:
        return str(self.camera)


class Export(models.Model):
    """A row of the register of exports: by whom, when, for what, where it went (req: V14.log, C-A4.5)."""

    class Basis(models.TextChoices):
        """What allows it."""

        CONSENT = "consent", _("consent of customs")
        LAW = "law", _("provision of a law")
        OWN = "own", _("own use within the agency")

    evidence = models.ForeignKey(Evidence, models.PROTECT, related_name="exports", verbose_name=_("evidence"))
    basis = models.CharField(_("basis"), max_length=10, choices=Basis)
    basis_text = models.CharField(_("consent or provision"), max_length=300)
    purpose = models.CharField(_("purpose"), max_length=300)
    recipient = models.CharField(_("goes to"), max_length=160)
    exporter = models.ForeignKey("accounts.User", models.PROTECT, related_name="+", verbose_name=_("exported by"))
    exporter_name = models.CharField(_("exported by"), max_length=60)
    agency_name = models.CharField(_("agency"), max_length=120)
    exported_at = models.DateTimeField(_("exported at"))
    package_bytes = models.BigIntegerField(_("size"))
    manifest_sha256 = models.CharField(_("SHA-256 of the manifest"), max_length=64)
    copy_path = models.CharField(max_length=200, blank=True, help_text=_("below DATA/evidence"))
    copy_bytes = models.BigIntegerField(_("size of the playable copy"), default=0)
    copy_sha256 = models.CharField(_("SHA-256 of the copy's list"), max_length=64, blank=True)
    copy_problem = models.CharField(_("why there is no playable copy"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("export")
        verbose_name_plural = _("register of exports")
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.evidence} → {self.recipient}"
