"""A model for the tests of the screens, which know none themselves."""

from django.db import models


class Pump(models.Model):
    """Something with every kind of field that a list shows."""

    name = models.CharField(max_length=60)
    code = models.CharField(max_length=20, unique=True)
    site = models.CharField(max_length=60, default="", blank=True)
    state = models.CharField(max_length=12, default="online")
    size_bytes = models.BigIntegerField(default=0)
    share = models.FloatField(null=True)
    opened_at = models.DateTimeField(null=True)
    checked_on = models.DateField(null=True, blank=True)
    is_key = models.BooleanField(default=False)
    note = models.TextField(blank=True, default="")

    class Meta:
        app_label = "sample"

    def __str__(self) -> str:
        return self.name
