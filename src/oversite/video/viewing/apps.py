"""The Django app `viewing`."""

from django.apps import AppConfig


class ViewingConfig(AppConfig):
    """Registers the app under the label `viewing` and fills the slots of the apps below."""

    name = "oversite.video.viewing"
    label = "viewing"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Plug in."""
        from oversite.video.viewing import contributes  # noqa: F401
