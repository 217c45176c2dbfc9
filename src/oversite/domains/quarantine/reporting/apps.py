"""The Django app `quarantine_reporting`."""

from django.apps import AppConfig


class ReportingConfig(AppConfig):
    """Registers the app under the label `quarantine_reporting` and plugs it into the slots below."""

    name = "oversite.domains.quarantine.reporting"
    label = "quarantine_reporting"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Fill the slots."""
        from oversite.domains.quarantine.reporting import contributes  # noqa: F401
