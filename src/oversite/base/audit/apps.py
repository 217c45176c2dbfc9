"""The Django app `audit`."""

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class AuditConfig(AppConfig):
    """Registers the app under the label `audit` and keeps the triggers of the chain in place."""

    name = "oversite.base.audit"
    label = "audit"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Altering a SQLite table drops its triggers silently, so every migration puts them back."""
        from oversite.base.audit import contributes  # noqa: F401
        from oversite.base.audit.triggers import restore_triggers

        post_migrate.connect(restore_triggers, sender=self, dispatch_uid="audit.triggers")
