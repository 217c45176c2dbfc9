"""The Django app `slaughter`."""

from django.apps import AppConfig


class SlaughterConfig(AppConfig):
    """Registers the domain and plugs it into the slots below."""

    name = "oversite.domains.slaughter"
    label = "slaughter"

    def ready(self) -> None:
        """Fill the slots."""
        from oversite.domains.slaughter import contributes  # noqa: F401
