"""The Django app `quarantine_rules`."""

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class RulesConfig(AppConfig):
    """Registers the app under the label `quarantine_rules` and plugs it into the slots below."""

    name = "oversite.domains.quarantine.rules"
    label = "quarantine_rules"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Fill the slots, and write the shipped rules after every migration."""
        from oversite.domains.quarantine.rules import contributes  # noqa: F401
        from oversite.domains.quarantine.rules.shipping import restore_shipped_rules

        post_migrate.connect(restore_shipped_rules, sender=self, dispatch_uid="quarantine.rules")
