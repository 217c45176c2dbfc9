"""The Django app `quarantine_rules`."""

from django.apps import AppConfig


class RulesConfig(AppConfig):
    """Registers the app under the label `quarantine_rules` and plugs it into the slots below."""

    name = "oversite.domains.quarantine.rules"
    label = "quarantine_rules"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Fill the slots."""
        from oversite.domains.quarantine.rules import contributes  # noqa: F401
