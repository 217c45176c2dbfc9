"""The Django app `quarantine_registry`."""

from django.apps import AppConfig


class RegistryConfig(AppConfig):
    """Registers the app under the label `quarantine_registry` and plugs it into the slots below."""

    name = "oversite.domains.quarantine.registry"
    label = "quarantine_registry"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Fill the slots."""
        from oversite.domains.quarantine.registry import contributes  # noqa: F401
