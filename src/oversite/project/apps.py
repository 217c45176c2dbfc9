"""The Django app `project`: the pages that know everyone."""

from django.apps import AppConfig


class ProjectConfig(AppConfig):
    """Registers the app under the label `project`."""

    name = "oversite.project"
    label = "project"

    def ready(self) -> None:
        """Fill the slots."""
        from oversite.project import contributes  # noqa: F401
