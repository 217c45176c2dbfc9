"""The Django app `viewing`."""

from django.apps import AppConfig


class ViewingConfig(AppConfig):
    """Registers the app under the label `viewing`."""

    name = "oversite.video.viewing"
    label = "viewing"
    default_auto_field = "django.db.models.BigAutoField"
