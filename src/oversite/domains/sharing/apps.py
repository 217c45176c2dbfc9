"""The Django app `sharing`."""

from django.apps import AppConfig


class SharingConfig(AppConfig):
    """Registers the domain and plugs it into the slots below."""

    name = "oversite.domains.sharing"
    label = "sharing"

    def ready(self) -> None:
        """Fill the slots."""
        from oversite.domains.sharing import contributes  # noqa: F401
