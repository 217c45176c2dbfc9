"""The Django app `quarantine_registry`."""

from typing import Any

from django.apps import AppConfig
from django.core.exceptions import FieldDoesNotExist
from django.db.models.signals import post_migrate


class RegistryConfig(AppConfig):
    """Registers the app under the label `quarantine_registry` and plugs it into the slots below."""

    name = "oversite.domains.quarantine.registry"
    label = "quarantine_registry"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Fill the slots, and after an update give producers of before the sites that they lack."""
        from oversite.domains.quarantine.registry import contributes  # noqa: F401

        post_migrate.connect(_settle_sites, sender=self, dispatch_uid="quarantine.registry")


def _settle_sites(**signal: Any) -> None:
    """Where the database is as new as this code; a step back leaves it as it is."""
    from oversite.domains.quarantine.registry.actions import settle_all_sites

    try:
        signal["apps"].get_model("quarantine_registry", "Producer")._meta.get_field("site")
    except (LookupError, FieldDoesNotExist):
        return
    settle_all_sites()
