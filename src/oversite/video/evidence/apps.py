"""The Django app `evidence`."""

from django.apps import AppConfig


class EvidenceConfig(AppConfig):
    """Registers the app under the label `evidence`."""

    name = "oversite.video.evidence"
    label = "evidence"
    default_auto_field = "django.db.models.BigAutoField"
