"""The Django app `quarantine_certificates`."""

from django.apps import AppConfig


class CertificatesConfig(AppConfig):
    """Registers the app under the label `quarantine_certificates` and plugs it into the slots below."""

    name = "oversite.domains.quarantine.certificates"
    label = "quarantine_certificates"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Fill the slots."""
        from oversite.domains.quarantine.certificates import contributes  # noqa: F401
