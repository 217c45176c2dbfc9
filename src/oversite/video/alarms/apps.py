"""The Django app `alarms`."""

from django.apps import AppConfig


class AlarmsConfig(AppConfig):
    """Registers the app under the label `alarms` and fills the slots of the apps below."""

    name = "oversite.video.alarms"
    label = "alarms"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Plug in."""
        from oversite.video.alarms import contributes  # noqa: F401
