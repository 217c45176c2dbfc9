"""The Django app `customs`."""

from django.apps import AppConfig


class CustomsConfig(AppConfig):
    """Registers the domain and plugs it into the slots below."""

    name = "oversite.domains.customs"
    label = "customs"

    def ready(self) -> None:
        """Fill the slots."""
        from oversite.domains.customs import contributes  # noqa: F401
