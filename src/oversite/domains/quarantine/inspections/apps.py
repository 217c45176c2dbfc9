"""The Django app `quarantine_inspections`."""

from django.apps import AppConfig


class InspectionsConfig(AppConfig):
    """Registers the app under the label `quarantine_inspections` and plugs it into the slots below."""

    name = "oversite.domains.quarantine.inspections"
    label = "quarantine_inspections"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Fill the slots."""
        from oversite.domains.quarantine.inspections import contributes  # noqa: F401
