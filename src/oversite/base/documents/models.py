"""Documents as they were issued: a row, and a file that never changes."""

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _


class Document(models.Model):
    """One issued PDF; `path` is relative to DATA/documents. Corrections supersede, nothing is deleted.

    `signature` is detached, over the bytes of the file, by the key with `key_fingerprint`; empty where unsigned.
    """

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    form = models.CharField(_("form"), max_length=60)
    number = models.CharField(_("number"), max_length=80, blank=True)
    title = models.CharField(_("title"), max_length=200)
    subject_kind = models.CharField(_("kind of subject"), max_length=60, blank=True)
    subject_id = models.CharField(_("subject"), max_length=64, blank=True)
    agency = models.ForeignKey("agencies.Agency", models.PROTECT, related_name="+", verbose_name=_("agency"))
    path = models.CharField(_("file"), max_length=120)
    size_bytes = models.PositiveBigIntegerField(_("size"))
    sha256 = models.CharField("SHA-256", max_length=64)
    signature = models.BinaryField(_("signature"), blank=True, default=b"")
    signature_algorithm = models.CharField(_("signed by"), max_length=20, blank=True)
    key_fingerprint = models.CharField(_("key"), max_length=64, blank=True)
    issued_by = models.CharField(_("issued by"), max_length=60, blank=True)
    issued_at = models.DateTimeField(_("issued at"))
    superseded_by = models.OneToOneField(
        "self", models.PROTECT, related_name="supersedes", null=True, blank=True, verbose_name=_("superseded by")
    )

    class Meta:
        verbose_name = _("document")
        verbose_name_plural = _("documents")
        ordering = ["-issued_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["form", "number"], condition=~models.Q(number=""), name="document_number_once_per_form"
            )
        ]
        indexes = [models.Index(fields=["subject_kind", "subject_id"], name="document_of_subject")]

    def __str__(self) -> str:
        return f"{self.title} {self.number}".strip()
