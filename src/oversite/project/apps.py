"""The Django app `project`: the pages that know everyone."""

from django.apps import AppConfig


class ProjectConfig(AppConfig):
    """Registers the app under the label `project`."""

    name = "oversite.project"
    label = "project"
