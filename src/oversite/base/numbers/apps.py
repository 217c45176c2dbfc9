"""The Django app `numbers`."""

from django.apps import AppConfig


class NumbersConfig(AppConfig):
    """Registers the app under the label `numbers`."""

    name = "oversite.base.numbers"
    label = "numbers"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Plug in."""
        from oversite.base.numbers import contributes  # noqa: F401
