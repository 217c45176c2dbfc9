"""The Django app `control`."""

from django.apps import AppConfig


class ControlConfig(AppConfig):
    """Registers the app under the label `control` and fills the slots of the apps below."""

    name = "oversite.video.control"
    label = "control"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Plug in."""
        from oversite.video.control import contributes  # noqa: F401
