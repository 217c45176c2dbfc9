"""The Django app `events`."""

from django.apps import AppConfig


class EventsConfig(AppConfig):
    """Registers the app under the label `events`."""

    name = "oversite.base.events"
    label = "events"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Plug in."""
        from oversite.base.events import contributes  # noqa: F401
