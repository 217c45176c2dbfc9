"""Files that belong to quarantine: private, kept as they came, each tied to what it is about."""

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _


class File(models.Model):
    """An attachment or photograph; the bytes lie below the data folder and never change (req: Q9)."""

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    subject_kind = models.CharField(_("belongs to"), max_length=60)
    subject_id = models.CharField(max_length=64)
    kind = models.SlugField(_("kind"), max_length=40)
    name = models.CharField(_("file name"), max_length=120)
    content_type = models.CharField(_("type of file"), max_length=40)
    size_bytes = models.PositiveBigIntegerField(_("size"))
    sha256 = models.CharField(max_length=64)
    path = models.CharField(max_length=200)
    width_px = models.PositiveIntegerField(null=True, blank=True)
    height_px = models.PositiveIntegerField(null=True, blank=True)
    taken_at = models.DateTimeField(_("photographed at"), null=True, blank=True)
    latitude = models.DecimalField(_("latitude"), max_digits=9, decimal_places=6, null=True, blank=True)
    longitude = models.DecimalField(_("longitude"), max_digits=9, decimal_places=6, null=True, blank=True)
    uploaded_by = models.CharField(_("uploaded by"), max_length=80)
    uploaded_at = models.DateTimeField(_("uploaded at"))

    class Meta:
        verbose_name = _("file")
        verbose_name_plural = _("files")
        ordering = ["id"]
        indexes = [models.Index(fields=["subject_kind", "subject_id"])]

    def __str__(self) -> str:
        return self.name
