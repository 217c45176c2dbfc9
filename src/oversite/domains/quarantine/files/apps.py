"""The Django app `quarantine_files`."""

from django.apps import AppConfig


class FilesConfig(AppConfig):
    """Registers the app under the label `quarantine_files` and plugs it into the slots below."""

    name = "oversite.domains.quarantine.files"
    label = "quarantine_files"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Fill the slots."""
        from oversite.domains.quarantine.files import contributes  # noqa: F401
