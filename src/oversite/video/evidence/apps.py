"""The Django app `evidence`."""

from django.apps import AppConfig


class EvidenceConfig(AppConfig):
    """Registers the app under the label `evidence` and fills the slots of the apps below."""

    name = "oversite.video.evidence"
    label = "evidence"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Plug in."""
        from oversite.video.evidence import contributes  # noqa: F401
