"""The Django app `control`."""

from django.apps import AppConfig


class ControlConfig(AppConfig):
    """Registers the app under the label `control`."""

    name = "oversite.video.control"
    label = "control"
    default_auto_field = "django.db.models.BigAutoField"
