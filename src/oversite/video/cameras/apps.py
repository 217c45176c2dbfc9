"""The Django app `cameras`."""

from django.apps import AppConfig


class CamerasConfig(AppConfig):
    """Registers the app under the label `cameras`."""

    name = "oversite.video.cameras"
    label = "cameras"
    default_auto_field = "django.db.models.BigAutoField"
