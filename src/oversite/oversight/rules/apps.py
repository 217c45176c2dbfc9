"""The Django app `rules`."""

from django.apps import AppConfig


class RulesConfig(AppConfig):
    """Registers the app under the label `rules` and plugs it into the slots below."""

    name = "oversite.oversight.rules"
    label = "rules"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Fill the slots."""
        from oversite.oversight.rules import contributes  # noqa: F401
