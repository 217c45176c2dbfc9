"""The Django app `agencies`."""

from django.apps import AppConfig


class AgenciesConfig(AppConfig):
    """Registers the app under the label `agencies`."""

    name = "oversite.base.agencies"
    label = "agencies"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Plug in."""
        from oversite.base.agencies import contributes  # noqa: F401
