"""The Django app `sites`."""

from django.apps import AppConfig


class SitesConfig(AppConfig):
    """Registers the app under the label `sites`."""

    name = "oversite.base.sites"
    label = "sites"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Plug in."""
        from oversite.base.sites import contributes  # noqa: F401
