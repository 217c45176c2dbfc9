"""The Django app `screens`."""

from django.apps import AppConfig


class ScreensConfig(AppConfig):
    """Registers the app under the label `screens`."""

    name = "oversite.screens"
    label = "screens"

    def ready(self) -> None:
        """Register the system checks."""
        from oversite.screens import checks  # noqa: F401
