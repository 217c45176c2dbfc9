"""The Django app `quarantine_laboratory`."""

from django.apps import AppConfig


class LaboratoryConfig(AppConfig):
    """Registers the app under the label `quarantine_laboratory` and plugs it into the slots below."""

    name = "oversite.domains.quarantine.laboratory"
    label = "quarantine_laboratory"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Fill the slots."""
        from oversite.domains.quarantine.laboratory import contributes  # noqa: F401
