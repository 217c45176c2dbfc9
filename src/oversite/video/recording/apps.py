"""The Django app `recording`."""

from django.apps import AppConfig


class RecordingConfig(AppConfig):
    """Registers the app under the label `recording`."""

    name = "oversite.video.recording"
    label = "recording"
    default_auto_field = "django.db.models.BigAutoField"
