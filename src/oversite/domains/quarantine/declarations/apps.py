"""The Django app `quarantine_declarations`."""

from django.apps import AppConfig


class DeclarationsConfig(AppConfig):
    """Registers the app under the label `quarantine_declarations` and plugs it into the slots below."""

    name = "oversite.domains.quarantine.declarations"
    label = "quarantine_declarations"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Fill the slots."""
        from oversite.domains.quarantine.declarations import contributes  # noqa: F401
