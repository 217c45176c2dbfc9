"""The Django app `aquaculture`."""

from django.apps import AppConfig


class AquacultureConfig(AppConfig):
    """Registers the domain and plugs it into the slots below."""

    name = "oversite.domains.aquaculture"
    label = "aquaculture"

    def ready(self) -> None:
        """Fill the slots."""
        from oversite.domains.aquaculture import contributes  # noqa: F401
