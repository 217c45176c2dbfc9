"""The Django app `recording`."""

from django.apps import AppConfig


class RecordingConfig(AppConfig):
    """Registers the app under the label `recording` and fills the slots of the apps below."""

    name = "oversite.video.recording"
    label = "recording"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Plug in."""
        from oversite.video.recording import contributes  # noqa: F401
