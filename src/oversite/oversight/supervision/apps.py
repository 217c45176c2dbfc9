"""The Django app `supervision`."""

from django.apps import AppConfig


class SupervisionConfig(AppConfig):
    """Registers the app under the label `supervision` and plugs it into the slots below."""

    name = "oversite.oversight.supervision"
    label = "supervision"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Fill the slots."""
        from oversite.oversight.supervision import contributes  # noqa: F401
