"""The Django app `cameras`."""

from django.apps import AppConfig


class CamerasConfig(AppConfig):
    """Registers the app under the label `cameras` and fills the slots of the apps below."""

    name = "oversite.video.cameras"
    label = "cameras"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Plug in."""
        from oversite.video.cameras import contributes  # noqa: F401
